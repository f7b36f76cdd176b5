//! The input of every tabular encoder: a batch of rows with numeric and categorical columns.

use midfuse_core::check::{self, Dim};
use midfuse_core::{Error, Result};
use tch::{Device, Kind, Tensor};

const MODULE: &str = "TabularInput";

/// A batch of table rows.
///
/// Construction checks the values, overwrites missing numbers with 0 (the mean of a standardised
/// column) and remembers where they were; the content of an absent row (even NaN) reaches no
/// encoder.
#[derive(Debug)]
pub struct TabularInput {
    numeric: Option<Tensor>,
    observed: Option<Tensor>,
    categorical: Option<Tensor>,
    present: Option<Tensor>,
    /// The largest index in each categorical column: encoders compare it with their tables without
    /// waiting for the device.
    max_index: Vec<i64>,
}

impl TabularInput {
    /// A batch of rows.
    ///
    /// - `numeric: [B, F]` float, NaN = missing; best standardised on the training rows.
    /// - `categorical: [B, K]` i64, 0 = unknown or missing, `1..` = the known categories.
    /// - `present: [B]` bool, false = the row lacks this modality; `None` = all rows have it.
    ///
    /// # Errors
    /// [`Error::Shape`], [`Error::Kind`] or [`Error::Device`] where the tensors do not fit one
    /// another; [`Error::Input`] where there is neither a numeric nor a categorical column, a
    /// number is infinite, or an index negative.
    pub fn new(
        numeric: Option<Tensor>,
        categorical: Option<Tensor>,
        present: Option<Tensor>,
    ) -> Result<Self> {
        let any = numeric.as_ref().or(categorical.as_ref());
        let any = any.ok_or_else(|| Error::Input {
            module: MODULE,
            expected: "numeric or categorical columns, or both".to_owned(),
            got: "neither".to_owned(),
        })?;
        let b = any.size().first().copied().unwrap_or_default();
        let device = any.device();
        if let Some(numeric) = &numeric {
            check::shape(MODULE, numeric, &[Dim::Any("B"), Dim::Any("F")])?;
            if !numeric.is_floating_point() {
                check::kind(MODULE, numeric, Kind::Float)?;
            }
        }
        if let Some(categorical) = &categorical {
            let rows = if numeric.is_some() {
                Dim::Is(b)
            } else {
                Dim::Any("B")
            };
            check::shape(MODULE, categorical, &[rows, Dim::Any("K")])?;
            check::kind(MODULE, categorical, Kind::Int64)?;
            check::device(MODULE, categorical, device)?;
        }
        if let Some(present) = &present {
            check::shape(MODULE, present, &[Dim::Is(b)])?;
            check::kind(MODULE, present, Kind::Bool)?;
            check::device(MODULE, present, device)?;
        }
        let absent = present.as_ref().map(|p| p.logical_not().unsqueeze(1));
        let (numeric, observed) = match numeric {
            None => (None, None),
            Some(numeric) => {
                let (numeric, observed) = clean_numeric(numeric, absent.as_ref())?;
                (Some(numeric), Some(observed))
            }
        };
        let (categorical, max_index) = match categorical {
            None => (None, Vec::new()),
            Some(categorical) => {
                let (categorical, max_index) = clean_categorical(categorical, absent.as_ref())?;
                (Some(categorical), max_index)
            }
        };
        Ok(Self {
            numeric,
            observed,
            categorical,
            present,
            max_index,
        })
    }

    /// A batch with numeric columns only, `[B, F]`, NaN = missing, all rows present.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn numeric_only(numeric: Tensor) -> Result<Self> {
        Self::new(Some(numeric), None, None)
    }

    /// The rows of these indices, `rows: [N]` i64 on the same device. Repeats no check.
    #[must_use]
    pub fn select(&self, rows: &Tensor) -> Self {
        self.map(|tensor| tensor.index_select(0, rows))
    }

    /// The same batch on another device.
    #[must_use]
    pub fn to_device(&self, device: Device) -> Self {
        self.map(|tensor| tensor.to_device(device))
    }

    /// The batch with `f` applied to each of its tensors. `f` may move, copy or pick rows; it must
    /// keep the columns of a row as they are, since no check is repeated.
    #[must_use]
    pub fn map(&self, f: impl Fn(&Tensor) -> Tensor) -> Self {
        Self {
            numeric: self.numeric.as_ref().map(&f),
            observed: self.observed.as_ref().map(&f),
            categorical: self.categorical.as_ref().map(&f),
            present: self.present.as_ref().map(&f),
            max_index: self.max_index.clone(),
        }
    }

    /// The same batch with Gaussian noise of this standard deviation on every number that is there,
    /// drawn from libtorch's generator.
    #[must_use]
    pub fn with_noise(&self, std: f64) -> Self {
        let mut noisy = self.map(Tensor::shallow_clone);
        if let (Some(numeric), Some(observed)) = (&self.numeric, &self.observed) {
            let noise = numeric.randn_like() * std;
            noisy.numeric = Some(numeric + noise * observed);
        }
        noisy
    }

    /// Numbers `[B, F]`; 0 where missing or absent.
    pub fn numeric(&self) -> Option<&Tensor> {
        self.numeric.as_ref()
    }

    /// `[B, F]` bool, true = the number was there.
    pub fn observed(&self) -> Option<&Tensor> {
        self.observed.as_ref()
    }

    /// Category indices `[B, K]`; 0 where unknown, missing or absent.
    pub fn categorical(&self) -> Option<&Tensor> {
        self.categorical.as_ref()
    }

    /// `[B]` bool; `None` = all rows are present.
    pub fn present(&self) -> Option<&Tensor> {
        self.present.as_ref()
    }

    /// Number of rows.
    pub fn n_rows(&self) -> i64 {
        let any = self.numeric.as_ref().or(self.categorical.as_ref());
        any.and_then(|tensor| tensor.size().first().copied())
            .unwrap_or_default()
    }

    /// The largest index in each categorical column.
    pub(crate) fn max_index(&self) -> &[i64] {
        &self.max_index
    }
}

/// `(numbers with 0 for what is missing or absent, where a number was)`.
fn clean_numeric(numeric: Tensor, absent: Option<&Tensor>) -> Result<(Tensor, Tensor)> {
    let missing = match absent {
        None => numeric.isnan(),
        Some(absent) => numeric.isnan().logical_or(absent),
    };
    let clean = numeric.masked_fill(&missing, 0.0);
    if clean.isfinite().all().int64_value(&[]) == 0 {
        return Err(Error::Input {
            module: MODULE,
            expected: "finite numbers, or NaN where one is missing".to_owned(),
            got: "infinity".to_owned(),
        });
    }
    Ok((clean, missing.logical_not()))
}

/// `(indices with 0 for absent rows, the largest index of each column)`.
fn clean_categorical(categorical: Tensor, absent: Option<&Tensor>) -> Result<(Tensor, Vec<i64>)> {
    let clean = match absent {
        None => categorical,
        Some(absent) => categorical.masked_fill(absent, 0),
    };
    let least = clean.min().int64_value(&[]);
    if least < 0 {
        return Err(Error::Input {
            module: MODULE,
            expected: "category indices of at least 0; 0 = unknown or missing".to_owned(),
            got: least.to_string(),
        });
    }
    let max_index = clean.amax([0_i64].as_slice(), false).to_device(Device::Cpu);
    let max_index = Vec::try_from(max_index).map_err(|source| Error::Torch {
        context: "TabularInput: largest category indices".to_owned(),
        source,
    })?;
    Ok((clean, max_index))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numeric() -> Tensor {
        Tensor::from_slice(&[1.0_f32, f32::NAN, f32::INFINITY, 4.0]).view([2, 2])
    }

    #[test]
    fn missing_and_absent_become_zero() {
        let present = Tensor::from_slice(&[true, false]);
        let categorical = Tensor::from_slice(&[2_i64, -5]).view([2, 1]);
        let input = TabularInput::new(Some(numeric()), Some(categorical), Some(present)).unwrap();
        let flat: Vec<f32> = input.numeric().unwrap().view([-1]).try_into().unwrap();
        assert_eq!(flat, [1.0, 0.0, 0.0, 0.0]);
        let observed: Vec<bool> = input.observed().unwrap().view([-1]).try_into().unwrap();
        assert_eq!(observed, [true, false, false, false]);
        assert_eq!(input.max_index(), [2]);
        assert_eq!(input.n_rows(), 2);
    }

    #[test]
    fn each_defect_is_named() {
        let message = |result: Result<TabularInput>| result.unwrap_err().to_string();
        assert!(message(TabularInput::new(None, None, None)).contains("neither"));
        assert!(message(TabularInput::numeric_only(numeric())).contains("infinity"));
        let flat = Tensor::from_slice(&[1.0_f32]);
        assert!(message(TabularInput::numeric_only(flat)).contains("[B, F]"));
        let ints = Tensor::from_slice(&[1_i64]).view([1, 1]);
        assert!(message(TabularInput::numeric_only(ints)).contains("Float"));
        let negative = Tensor::from_slice(&[-1_i64]).view([1, 1]);
        assert!(message(TabularInput::new(None, Some(negative), None)).contains("got -1"));
        let two = Tensor::zeros([2, 1], (Kind::Float, Device::Cpu));
        let one = Tensor::zeros([1, 1], (Kind::Int64, Device::Cpu));
        assert!(message(TabularInput::new(Some(two), Some(one), None)).contains("[2, K]"));
    }

    #[test]
    fn noise_falls_on_the_numbers_that_are_there_and_on_nothing_else() {
        let present = Tensor::from_slice(&[true, false]);
        let codes = Tensor::from_slice(&[2_i64, 1]).view([2, 1]);
        let input = TabularInput::new(Some(numeric()), Some(codes), Some(present)).unwrap();
        let noisy = input.with_noise(0.5);
        let numbers: Vec<f32> = noisy.numeric().unwrap().view([-1]).try_into().unwrap();
        let codes: Vec<i64> = noisy.categorical().unwrap().view([-1]).try_into().unwrap();
        assert!((numbers[0] - 1.0).abs() > 1e-9 && (numbers[0] - 1.0).abs() < 5.0);
        assert_eq!(numbers[1..], [0.0, 0.0, 0.0]);
        assert_eq!(codes, [2, 0]);
    }

    #[test]
    fn select_keeps_masks_beside_their_rows() {
        let x = Tensor::from_slice(&[1.0_f32, f32::NAN, 3.0]).view([3, 1]);
        let input = TabularInput::numeric_only(x).unwrap();
        let picked = input.select(&Tensor::from_slice(&[1_i64, 2]));
        let observed: Vec<bool> = picked.observed().unwrap().view([-1]).try_into().unwrap();
        assert_eq!(observed, [false, true]);
    }
}
