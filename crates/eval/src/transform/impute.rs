//! Missing numbers.

use midfuse_base::{Choices, Validate, options};
use serde::{Deserialize, Serialize};

use crate::view::TrainTable;

use super::number::{check_width, columns, mean};
use super::{Number, TransformError};

const NAME: &str = "Imputer";

/// What takes the place of a missing value.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Choices)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Fill {
    /// The mean of the column's train values.
    Mean,
    /// Their median; of an even number, the mean of the middle two.
    Median,
    /// This number, finite.
    Constant(f64),
}

/// How missing values are filled.
#[options(new = "Fills without an indicator.")]
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImputerConfig {
    /// What takes the place of a missing value.
    pub fill: Fill,
    /// Whether each column with a missing train value gets a column of its own that is 1 where the
    /// value was missing.
    #[option(default = false, source = "scikit-learn")]
    pub indicator: bool,
}

impl ImputerConfig {
    /// Fits on train rows.
    ///
    /// # Errors
    /// [`TransformError::NoRows`], [`TransformError::Width`], [`TransformError::Infinite`];
    /// [`TransformError::Config`] for a constant that is not finite.
    pub fn fit<N: Number, R: AsRef<[N]>>(
        &self,
        train: &TrainTable<'_, R>,
    ) -> Result<Imputer, TransformError> {
        if let Fill::Constant(value) = self.fill {
            let check = Validate::new("ImputerConfig");
            check.ensure(value.is_finite(), "fill", "a finite constant", value)?;
        }
        let columns = columns(NAME, train)?;
        let fill = columns.iter().map(|column| match self.fill {
            Fill::Mean => mean(column).unwrap_or(0.0),
            Fill::Median => median(column).unwrap_or(0.0),
            Fill::Constant(value) => value,
        });
        let missing = |(at, column): (usize, &Vec<f64>)| (column.len() < train.len()).then_some(at);
        let indicated = if self.indicator {
            columns.iter().enumerate().filter_map(missing).collect()
        } else {
            Vec::new()
        };
        Ok(Imputer {
            fill: fill.collect(),
            indicated,
        })
    }
}

/// Fills missing values (NaN), and says where they were.
///
/// Reference: scikit-learn's `SimpleImputer(keep_empty_features=True)`: a column without any train
/// value is filled with 0 (or the constant).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Stored")]
pub struct Imputer {
    /// What fills each column.
    pub fill: Vec<f64>,
    /// Columns with an indicator, in order.
    pub indicated: Vec<usize>,
}

/// What is read from a file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    fill: Vec<f64>,
    indicated: Vec<usize>,
}

impl TryFrom<Stored> for Imputer {
    type Error = TransformError;

    fn try_from(Stored { fill, indicated }: Stored) -> Result<Self, TransformError> {
        let refuse = |why| {
            Err(TransformError::Stored {
                transform: NAME,
                why,
            })
        };
        if !fill.iter().all(|fill| fill.is_finite()) {
            return refuse("a fill is not finite");
        }
        if indicated.iter().any(|&column| column >= fill.len()) {
            return refuse("it indicates a column that it does not fill");
        }
        Ok(Self { fill, indicated })
    }
}

impl Imputer {
    /// Columns that come out: those that went in, then the indicators.
    pub fn n_columns(&self) -> usize {
        self.fill.len() + self.indicated.len()
    }

    /// The filled row, followed by its indicators (1 = was missing).
    ///
    /// # Errors
    /// [`TransformError::Width`].
    pub fn apply<N: Number>(&self, row: &[N]) -> Result<Vec<N>, TransformError> {
        check_width(NAME, self.fill.len(), row.len())?;
        let is_missing = |value: N| {
            let value: f64 = value.into();
            value.is_nan()
        };
        let filled = row.iter().zip(&self.fill).map(|(&value, &fill)| {
            if is_missing(value) {
                N::from_f64(fill)
            } else {
                value
            }
        });
        let indicators = self
            .indicated
            .iter()
            .filter_map(|&column| row.get(column))
            .map(|&value| N::from_f64(f64::from(u8::from(is_missing(value)))));
        Ok(filled.chain(indicators).collect())
    }
}

fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let upper = sorted.get(sorted.len() / 2).copied()?;
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = sorted.get(sorted.len() / 2 - 1).copied()?;
    Some(f64::midpoint(lower, upper))
}
