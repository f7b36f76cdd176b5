//! What an image encoder takes.

use midfuse_core::check::{self, Dim};
use midfuse_core::{Error, Result};
use tch::{Device, Kind, Tensor};

use crate::FeatureMaps;

/// A batch of images of one size, some of which may be absent.
#[derive(Debug)]
pub struct ImageInput {
    /// Pixels `[B, C, H, W]`, in the dtype and on the device of the parameters.
    pub pixels: Tensor,
    /// Which rows have an image: `[B]` bool, true = present; `None` = all. What stands in the
    /// pixels of an absent row does not matter, not even NaN.
    pub present: Option<Tensor>,
}

impl ImageInput {
    /// Images that are all there. `pixels: [B, C, H, W]`.
    pub fn new(pixels: Tensor) -> Self {
        Self {
            pixels,
            present: None,
        }
    }

    /// Images of which some are absent. `pixels: [B, C, H, W]`, `present: [B]` bool.
    pub fn with_present(pixels: Tensor, present: Tensor) -> Self {
        Self {
            pixels,
            present: Some(present),
        }
    }

    /// Checks that every pixel of a present row is a finite number. Not part of `encode`, because
    /// it waits for the device.
    ///
    /// # Errors
    /// [`Error::Shape`] and [`Error::Kind`] if `present` does not fit the pixels,
    /// [`Error::Input`] with the first row that holds NaN or infinity.
    pub fn validate_values(&self) -> Result<()> {
        const MODULE: &str = "ImageInput";
        let letters = ["B", "C", "H", "W"].map(Dim::Any);
        check::shape(MODULE, &self.pixels, &letters)?;
        let mut bad = self
            .pixels
            .isfinite()
            .logical_not()
            .flatten(1, -1)
            .any_dim(1, false);
        if let Some(present) = self.checked_present(MODULE)? {
            bad = bad.logical_and(present);
        }
        let rows = bad.nonzero();
        if rows.numel() == 0 {
            return Ok(());
        }
        Err(Error::Input {
            module: MODULE,
            expected: "finite pixels in present rows; mend them, or mark the row absent".to_owned(),
            got: format!("NaN or infinity in row {}", rows.int64_value(&[0, 0])),
        })
    }

    /// Checks the input at the boundary of `module` and takes the present rows out of it.
    pub(crate) fn gather(
        &self,
        module: &'static str,
        channels: i64,
        kind: Kind,
        device: Device,
    ) -> Result<FeatureMaps> {
        let expected = [
            Dim::Any("B"),
            Dim::Is(channels),
            Dim::Any("H"),
            Dim::Any("W"),
        ];
        check::shape(module, &self.pixels, &expected)?;
        check::kind(module, &self.pixels, kind)?;
        check::device(module, &self.pixels, device)?;
        let present = self.checked_present(module)?;
        Ok(FeatureMaps::gather(&self.pixels, present))
    }

    fn checked_present(&self, module: &'static str) -> Result<Option<&Tensor>> {
        let Some(present) = &self.present else {
            return Ok(None);
        };
        let n_rows = self.pixels.size().first().copied().unwrap_or_default();
        check::shape(module, present, &[Dim::Is(n_rows)])?;
        check::kind(module, present, Kind::Bool)?;
        check::device(module, present, self.pixels.device())?;
        Ok(Some(present))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image_with_nan_in_row_1() -> Tensor {
        let pixels = Tensor::zeros([3, 1, 2, 2], (Kind::Float, Device::Cpu));
        let _ = pixels.get(1).fill_(f64::NAN);
        pixels
    }

    #[test]
    fn values_are_checked_in_present_rows_only() {
        let error = ImageInput::new(image_with_nan_in_row_1())
            .validate_values()
            .unwrap_err();
        assert!(
            error.to_string().ends_with("got NaN or infinity in row 1"),
            "{error}"
        );
        let present = Tensor::from_slice(&[true, false, true]);
        let input = ImageInput::with_present(image_with_nan_in_row_1(), present);
        assert!(input.validate_values().is_ok());
    }

    #[test]
    fn a_mask_of_another_length_or_dtype_is_refused() {
        let pixels = || Tensor::zeros([3, 1, 2, 2], (Kind::Float, Device::Cpu));
        let short = ImageInput::with_present(pixels(), Tensor::from_slice(&[true, false]));
        assert!(matches!(
            short.gather("M", 1, Kind::Float, Device::Cpu),
            Err(Error::Shape { .. })
        ));
        let ints = ImageInput::with_present(pixels(), Tensor::from_slice(&[1_i64, 0, 1]));
        assert!(matches!(
            ints.gather("M", 1, Kind::Float, Device::Cpu),
            Err(Error::Kind { .. })
        ));
    }
}
