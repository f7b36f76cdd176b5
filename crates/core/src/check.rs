//! Boundary checks: shape, dtype and device of what comes in, with the module's name in the error.

use tch::{Device, Kind, Tensor};

use crate::{Error, Result};

/// A dimension in an expected shape.
#[derive(Debug, Clone, Copy)]
pub enum Dim {
    /// Any size of at least one, shown as this shape letter.
    Any(&'static str),
    /// Exactly this size.
    Is(i64),
}

/// Rank and fixed dimensions of `tensor`.
///
/// # Errors
/// [`Error::Shape`] with the expected shape in letters.
pub fn shape(module: &'static str, tensor: &Tensor, expected: &[Dim]) -> Result<()> {
    let got = tensor.size();
    let fits = got.len() == expected.len()
        && got.iter().zip(expected).all(|(&size, dim)| match dim {
            Dim::Any(_) => size >= 1,
            Dim::Is(fixed) => size == *fixed,
        });
    if fits {
        return Ok(());
    }
    let letters: Vec<String> = expected
        .iter()
        .map(|dim| match dim {
            Dim::Any(letter) => (*letter).to_owned(),
            Dim::Is(fixed) => fixed.to_string(),
        })
        .collect();
    Err(Error::Shape {
        module,
        expected: format!("[{}]", letters.join(", ")),
        got,
    })
}

/// The dtype of `tensor`.
///
/// # Errors
/// [`Error::Kind`] if it differs.
pub fn kind(module: &'static str, tensor: &Tensor, expected: Kind) -> Result<()> {
    let got = tensor.kind();
    if got == expected {
        Ok(())
    } else {
        Err(Error::Kind {
            module,
            expected,
            got,
        })
    }
}

/// The device of `tensor`.
///
/// # Errors
/// [`Error::Device`] if it differs.
pub fn device(module: &'static str, tensor: &Tensor, expected: Device) -> Result<()> {
    let got = tensor.device();
    if got == expected {
        Ok(())
    } else {
        Err(Error::Device {
            module,
            expected,
            got,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shape_error_names_module_and_letters() {
        let x = Tensor::zeros([2, 3], (Kind::Float, Device::Cpu));
        assert!(shape("M", &x, &[Dim::Any("B"), Dim::Is(3)]).is_ok());
        let error = shape("M", &x, &[Dim::Any("B"), Dim::Is(4)]).unwrap_err();
        assert_eq!(error.to_string(), "M: expected shape [B, 4], got [2, 3]");
        assert!(shape("M", &x, &[Dim::Any("B")]).is_err());
    }
}
