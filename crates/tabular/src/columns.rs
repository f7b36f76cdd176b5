//! The boundary checks that tabular encoders share.

use midfuse_core::check::{self, Dim};
use midfuse_core::{Error, Result, Validate};
use tch::Tensor;

use crate::TabularInput;

/// Some column, of whichever kind; the counts lie in their ranges.
pub(crate) fn validate(check: Validate, n_numeric: i64, cardinalities: &[i64]) -> Result<()> {
    check.ensure(
        n_numeric > 0 || !cardinalities.is_empty(),
        "n_numeric",
        "a numeric or a categorical column",
        n_numeric,
    )?;
    Ok(())
}

/// Checks that `input` has the declared columns, with the dtype and on the device of `like`.
pub(crate) fn check_input(
    module: &'static str,
    input: &TabularInput,
    n_numeric: i64,
    cardinalities: &[i64],
    like: &Tensor,
) -> Result<()> {
    match (input.numeric(), n_numeric) {
        (Some(numeric), 1..) => {
            check::shape(module, numeric, &[Dim::Any("B"), Dim::Is(n_numeric)])?;
            check::kind(module, numeric, like.kind())?;
            check::device(module, numeric, like.device())?;
        }
        (None, 0) => {}
        (got, _) => {
            return Err(columns_error(module, "numeric", n_numeric, got.is_some()));
        }
    }
    let n_categorical = cardinalities.len() as i64;
    match (input.categorical(), n_categorical) {
        (Some(categorical), 1..) => {
            check::shape(
                module,
                categorical,
                &[Dim::Any("B"), Dim::Is(n_categorical)],
            )?;
            check::device(module, categorical, like.device())?;
        }
        (None, 0) => {}
        (got, _) => {
            return Err(columns_error(
                module,
                "categorical",
                n_categorical,
                got.is_some(),
            ));
        }
    }
    let columns = input.max_index().iter().zip(cardinalities);
    for (k, (&index, &cardinality)) in columns.enumerate() {
        if index > cardinality {
            return Err(Error::Input {
                module,
                expected: format!(
                    "indices up to {cardinality} in categorical column {k}; 0 for a category that \
                     was not seen in training"
                ),
                got: index.to_string(),
            });
        }
    }
    Ok(())
}

/// Stage `i` of those that there are.
pub(crate) fn stage<'a, S>(module: &'static str, stages: &'a [S], i: usize) -> Result<&'a S> {
    stages.get(i).ok_or_else(|| Error::Input {
        module,
        expected: format!("a stage below {}", stages.len()),
        got: i.to_string(),
    })
}

fn columns_error(module: &'static str, what: &str, expected: i64, came: bool) -> Error {
    Error::Input {
        module,
        expected: format!("{expected} {what} columns, as its config says"),
        got: if came { "some" } else { "none" }.to_owned(),
    }
}
