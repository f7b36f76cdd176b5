//! Columns of mean 0 and variance 1.

use serde::{Deserialize, Serialize};

use crate::view::TrainTable;

use super::number::{check_width, columns, mean};
use super::{Number, TransformError};

const NAME: &str = "Standardiser";

/// Subtracts each column's mean and divides by its standard deviation (over `n`).
///
/// Reference: scikit-learn's `StandardScaler`. Missing values (NaN) are left out of the statistics
/// and stay missing; a constant column is centred and not scaled.
///
/// `NOTE[DIFF]` A column without any value has mean 0 and scale 1 here, NaN in scikit-learn, so a value
/// that turns up later stays finite.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Stored")]
pub struct Standardiser {
    /// Mean per column.
    pub mean: Vec<f64>,
    /// Standard deviation per column; 1 where it is 0.
    pub scale: Vec<f64>,
}

/// What is read from a file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    mean: Vec<f64>,
    scale: Vec<f64>,
}

impl TryFrom<Stored> for Standardiser {
    type Error = TransformError;

    fn try_from(Stored { mean, scale }: Stored) -> Result<Self, TransformError> {
        let refuse = |why| {
            Err(TransformError::Stored {
                transform: NAME,
                why,
            })
        };
        if mean.len() != scale.len() {
            return refuse("it has more means than scales, or fewer");
        }
        if !mean.iter().all(|mean| mean.is_finite()) {
            return refuse("a mean is not finite");
        }
        if !scale.iter().all(|&scale| scale.is_finite() && scale > 0.0) {
            return refuse("a scale is not a finite number above 0");
        }
        Ok(Self { mean, scale })
    }
}

impl Standardiser {
    /// Fits on train rows.
    ///
    /// # Errors
    /// [`TransformError::NoRows`], [`TransformError::Width`], [`TransformError::Infinite`].
    pub fn fit<N: Number, R: AsRef<[N]>>(
        train: &TrainTable<'_, R>,
    ) -> Result<Self, TransformError> {
        Ok(Self::of_columns(&columns(NAME, train)?))
    }

    /// Of the values of each column that are there.
    pub(super) fn of_columns(columns: &[Vec<f64>]) -> Self {
        let (mean, scale) = columns.iter().map(|column| moments(column)).unzip();
        Self { mean, scale }
    }

    /// Standardises one row in place; missing values stay missing.
    ///
    /// # Errors
    /// [`TransformError::Width`].
    pub fn apply<N: Number>(&self, row: &mut [N]) -> Result<(), TransformError> {
        check_width(NAME, self.mean.len(), row.len())?;
        for ((value, mean), scale) in row.iter_mut().zip(&self.mean).zip(&self.scale) {
            let raw: f64 = (*value).into();
            *value = N::from_f64((raw - mean) / scale);
        }
        Ok(())
    }

    /// Takes one row back to its own units, in place.
    ///
    /// # Errors
    /// [`TransformError::Width`].
    pub fn invert<N: Number>(&self, row: &mut [N]) -> Result<(), TransformError> {
        check_width(NAME, self.mean.len(), row.len())?;
        for ((value, mean), scale) in row.iter_mut().zip(&self.mean).zip(&self.scale) {
            let standard: f64 = (*value).into();
            *value = N::from_f64(standard * scale + mean);
        }
        Ok(())
    }
}

/// Mean and scale. As in scikit-learn, a variance within rounding error of 0 is 0.
fn moments(values: &[f64]) -> (f64, f64) {
    let Some(mean) = mean(values) else {
        return (0.0, 1.0);
    };
    let n = values.len() as f64;
    let variance = values
        .iter()
        .map(|value| (value - mean).powi(2))
        .sum::<f64>()
        / n;
    let rounding = n * f64::EPSILON * variance + (n * mean * f64::EPSILON).powi(2);
    (
        mean,
        if variance <= rounding {
            1.0
        } else {
            variance.sqrt()
        },
    )
}
