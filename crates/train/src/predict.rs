//! Prediction in batches.

use midfuse_core::{Mode, Model, Output};
use tch::{Kind, Tensor, no_grad};

use crate::batches::all_batches;
use crate::source::Source;
use crate::{Error, Result};

/// The model's outputs for these rows, in their order: `[rows.len(), n_classes]` or
/// `[rows.len(), 1]`, on the source's device, without gradients.
///
/// The last bits depend on `batch_size`: keep it fixed where the same bits are needed.
///
/// # Errors
/// [`Error::Rows`] for no rows, a batch size of zero, or a row that the source does not have;
/// otherwise the errors of the source and the model.
pub fn predict<M, S>(model: &M, source: &S, rows: &[i64], batch_size: usize) -> Result<Tensor>
where
    M: Model<Batch = S::Batch> + ?Sized,
    S: Source,
{
    check_rows("rows to predict", rows, source.n_rows())?;
    if batch_size == 0 {
        return Err(Error::Rows {
            what: "rows to predict",
            expected: "batches of at least one row".to_owned(),
            got: "a batch size of 0".to_owned(),
        });
    }
    let on_device = Tensor::from_slice(rows).to_device(source.device());
    let mut logits = Vec::new();
    for (start, len) in all_batches(rows.len(), batch_size) {
        let output = forward(model, source, &on_device.narrow(0, start, len))?;
        logits.push(output.logits);
    }
    Ok(Tensor::cat(&logits, 0))
}

/// The mean loss of each batch of these rows in eval mode: `[n_batches]` f64.
pub(crate) fn losses<M, S>(
    model: &M,
    source: &S,
    rows: &Tensor,
    batches: &[(i64, i64)],
) -> Result<Tensor>
where
    M: Model<Batch = S::Batch> + ?Sized,
    S: Source,
{
    let mut losses = Vec::with_capacity(batches.len());
    for &(start, len) in batches {
        let rows = rows.narrow(0, start, len);
        let output = forward(model, source, &rows)?;
        losses.push(no_grad(|| source.loss(&output, &rows))?);
    }
    Ok(Tensor::stack(&losses, 0).to_kind(Kind::Double))
}

fn forward<M, S>(model: &M, source: &S, rows: &Tensor) -> Result<Output>
where
    M: Model<Batch = S::Batch> + ?Sized,
    S: Source,
{
    Ok(no_grad(|| {
        let batch = source.batch(rows)?;
        model.forward(&batch, Mode::Eval)
    })?)
}

/// Every row is one of the source's `n_rows`, and there is at least one.
pub(crate) fn check_rows(what: &'static str, rows: &[i64], n_rows: i64) -> Result<()> {
    let refuse = |expected: String, got: String| {
        Err(Error::Rows {
            what,
            expected,
            got,
        })
    };
    if rows.is_empty() {
        return refuse("at least one row".to_owned(), "none".to_owned());
    }
    match rows.iter().find(|row| !(0..n_rows).contains(*row)) {
        Some(row) => refuse(format!("rows from 0 to {}", n_rows - 1), row.to_string()),
        None => Ok(()),
    }
}
