//! The boundary of every fusion: are these the parts it was built for?

use midfuse_core::check::{self, Dim};
use midfuse_core::{Encoded, Error, MAX_SIZE, Result, Tokens, Validate};
use tch::{Device, Kind, Tensor, nn};

/// Checks parts against the widths, dtype and device that a module was built with.
#[derive(Debug, Clone)]
pub(crate) struct Boundary {
    module: &'static str,
    d_in: Vec<i64>,
    kind: Kind,
    device: Device,
}

impl Boundary {
    pub(crate) fn new(module: &'static str, d_in: &[i64], vs: &nn::Path<'_>) -> Self {
        Self {
            module,
            d_in: d_in.to_vec(),
            kind: vs.kind(),
            device: vs.device(),
        }
    }

    /// One part per modality, each `pooled: [B, d_in]` with fitting tokens; returns `B`.
    pub(crate) fn check_encoded(&self, parts: &[Encoded]) -> Result<i64> {
        self.check_count(parts.len())?;
        let n_rows = parts.first().map_or(0, |part| first_size(&part.pooled));
        for (part, &d) in parts.iter().zip(&self.d_in) {
            self.check_tensor(&part.pooled, &[Dim::Is(n_rows), Dim::Is(d)])?;
            let tokens = [Dim::Is(n_rows), Dim::Any("T"), Dim::Any("D")];
            self.check_tensor(&part.tokens.x, &tokens)?;
            self.check_valid(&part.tokens)?;
        }
        self.check_rows(n_rows, parts.first().map(|part| &part.pooled))
    }

    /// One part per modality, each `x: [B, T, d_in]`; returns `B`.
    pub(crate) fn check_tokens(&self, parts: &[Tokens]) -> Result<i64> {
        self.check_count(parts.len())?;
        let n_rows = parts.first().map_or(0, |part| first_size(&part.x));
        for (part, &d) in parts.iter().zip(&self.d_in) {
            self.check_tensor(&part.x, &[Dim::Is(n_rows), Dim::Any("T"), Dim::Is(d)])?;
            self.check_valid(part)?;
        }
        self.check_rows(n_rows, parts.first().map(|part| &part.x))
    }

    /// Refuses a number of parts other than that of the config.
    pub(crate) fn check_count(&self, got: usize) -> Result<()> {
        if got == self.d_in.len() {
            return Ok(());
        }
        Err(Error::Input {
            module: self.module,
            expected: format!(
                "{} parts, one per modality in the order of the config",
                self.d_in.len()
            ),
            got: format!("{got}"),
        })
    }

    /// Shape, dtype and device.
    pub(crate) fn check_tensor(&self, x: &Tensor, expected: &[Dim]) -> Result<()> {
        check::shape(self.module, x, expected)?;
        check::kind(self.module, x, self.kind)?;
        check::device(self.module, x, self.device)
    }

    /// A bool mask of this shape on this device.
    pub(crate) fn check_mask(&self, mask: Option<&Tensor>, expected: &[Dim]) -> Result<()> {
        let Some(mask) = mask else { return Ok(()) };
        check::shape(self.module, mask, expected)?;
        check::kind(self.module, mask, Kind::Bool)?;
        check::device(self.module, mask, self.device)
    }

    /// The module's name, for errors.
    pub(crate) fn module(&self) -> &'static str {
        self.module
    }

    fn check_valid(&self, tokens: &Tokens) -> Result<()> {
        let shape: Vec<Dim> = tokens
            .x
            .size()
            .iter()
            .take(2)
            .map(|&n| Dim::Is(n))
            .collect();
        self.check_mask(tokens.valid.as_ref(), &shape)
    }

    /// Refuses an empty batch.
    fn check_rows(&self, n_rows: i64, first: Option<&Tensor>) -> Result<i64> {
        if n_rows >= 1 {
            return Ok(n_rows);
        }
        Err(Error::Shape {
            module: self.module,
            expected: "[B, ...] with B of at least 1".to_owned(),
            got: first.map(Tensor::size).unwrap_or_default(),
        })
    }
}

/// Widths, each in its range, with a sum that a layer can have as its input.
pub(crate) fn validate_sum(check: Validate, field: &str, widths: &[i64]) -> Result<()> {
    let sum = widths.iter().fold(0_i64, |sum, &d| sum.saturating_add(d));
    let expected = format!("a sum of at most {MAX_SIZE}");
    check.ensure(sum <= MAX_SIZE, field, expected, sum)?;
    Ok(())
}

/// Which rows have any of the modalities: `[B]` bool; `None` = all rows.
pub(crate) fn any_present(present: &[Option<Tensor>]) -> Option<Tensor> {
    let mut any: Option<Tensor> = None;
    for mask in present {
        let mask = mask.as_ref()?;
        any = Some(match any {
            Some(any) => any.logical_or(mask),
            None => mask.shallow_clone(),
        });
    }
    any
}

/// One token per row: `pooled: [B, D]`, zeroed where `present: [B]` is false.
pub(crate) fn single_token(pooled: &Tensor, present: Option<Tensor>) -> Encoded {
    let pooled = zero_absent(pooled, present.as_ref());
    let x = pooled.unsqueeze(1);
    let tokens = match present {
        Some(present) => Tokens::masked(x, present.unsqueeze(1)),
        None => Tokens::all_valid(x),
    };
    Encoded { pooled, tokens }
}

/// `x: [B, D]` with zeros where `present: [B]` is false; NaN there reaches no gradient.
pub(crate) fn zero_absent(x: &Tensor, present: Option<&Tensor>) -> Tensor {
    match present {
        Some(present) => x.masked_fill(&present.logical_not().unsqueeze(1), 0.0),
        None => x.shallow_clone(),
    }
}

fn first_size(x: &Tensor) -> i64 {
    x.size().first().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_present_if_any_modality_is() {
        let mask = |values: [bool; 3]| Some(Tensor::from_slice(&values));
        assert!(any_present(&[mask([true, false, false]), None]).is_none());
        let any = any_present(&[mask([true, false, false]), mask([true, true, false])]).unwrap();
        assert_eq!(Vec::<bool>::try_from(any).unwrap(), [true, true, false]);
    }

    #[test]
    fn widths_whose_sum_overflows_are_refused() {
        let check = Validate::new("C");
        let error = validate_sum(check, "d_in", &[MAX_SIZE, 1]).unwrap_err();
        assert!(
            error.to_string().starts_with("C.d_in: expected a sum"),
            "{error}"
        );
        assert!(validate_sum(check, "d_in", &[i64::MAX, 1]).is_err());
        assert!(validate_sum(check, "d_in", &[MAX_SIZE - 1, 1]).is_ok());
    }

    #[test]
    fn absent_rows_become_zeros() {
        let x = Tensor::from_slice(&[1.0_f32, f32::NAN]).view([2, 1]);
        let encoded = single_token(&x, Some(Tensor::from_slice(&[true, false])));
        assert_eq!(
            Vec::<f32>::try_from(encoded.pooled.view(-1)).unwrap(),
            [1.0, 0.0]
        );
        let present = encoded.present().unwrap();
        assert_eq!(Vec::<bool>::try_from(present).unwrap(), [true, false]);
    }
}
