//! Several steps, one after the other.

use midfuse_base::Target;
use serde::{Deserialize, Serialize};

use super::{
    AnyFitted, AnyStep, Columns, MissingIndicatorsConfig, RobustConfig, SmoothClipConfig, StepTrain,
};
use crate::transform::number::check_width;
use crate::transform::{Standardiser, TransformError};
use crate::view::TrainTable;

const NAME: &str = "preprocess";

/// Steps in their order; none leaves numbers as they are. The default is `robust` and `smooth-clip`, so
/// that no outlier decides a scale or a prediction (Holzmüller et al. 2024), then `missing-indicators`,
/// which adds nothing where nothing is missing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PipelineConfig(pub Vec<AnyStep>);

impl Default for PipelineConfig {
    fn default() -> Self {
        Self(vec![
            AnyStep::Robust(RobustConfig::default()),
            AnyStep::SmoothClip(SmoothClipConfig::default()),
            AnyStep::MissingIndicators(MissingIndicatorsConfig::default()),
        ])
    }
}

impl PipelineConfig {
    /// Holds the options of every step against their ranges.
    ///
    /// # Errors
    /// [`TransformError::Config`].
    pub fn check(&self) -> Result<(), TransformError> {
        self.0.iter().try_for_each(AnyStep::check)
    }

    /// Columns that come out, at most.
    pub fn most(&self, columns: Columns) -> usize {
        let through = |columns, step: &AnyStep| step.most(columns);
        self.0.iter().fold(columns, through).all
    }

    /// Columns that come out at most of `all`, whatever is missing in them; `None` where that matters.
    pub fn known_from(&self, all: usize) -> Option<usize> {
        let most = |with_missing| self.most(Columns { all, with_missing });
        (most(0) == most(all)).then(|| most(0))
    }

    /// Fits each step on what the steps before it made of the train rows. `None` is a row without
    /// numbers, NaN a number that is missing; `targets` are those of the same rows.
    ///
    /// # Errors
    /// [`TransformError`]: no row, rows of several widths, an infinite number, an option out of its
    /// range, or what a step refuses.
    pub fn fit<'id>(
        &self,
        names: &[String],
        train: &TrainTable<'id, Option<Vec<f64>>>,
        targets: &TrainTable<'id, Target>,
    ) -> Result<Pipeline, TransformError> {
        self.check()?;
        if train.is_empty() {
            return Err(TransformError::NoRows { transform: NAME });
        }
        let mut rows = Vec::new();
        let mut of_rows = Vec::new();
        for ((at, row), &target) in train.rows().iter().enumerate().zip(targets.rows()) {
            let Some(row) = row else { continue };
            check_width(NAME, names.len(), row.len())?;
            if let Some(column) = row.iter().position(|value| value.is_infinite()) {
                return Err(TransformError::Infinite {
                    transform: NAME,
                    row: at,
                    column,
                });
            }
            rows.push(row.clone());
            of_rows.push(target);
        }
        let mut steps: Vec<AnyFitted> = Vec::new();
        let mut names_now = names.to_vec();
        for (nth, step) in self.0.iter().enumerate() {
            let fitted = step.fit(&StepTrain {
                names: &names_now,
                rows: &rows,
                targets: &of_rows,
            })?;
            if nth + 1 < self.0.len() {
                rows.iter_mut().try_for_each(|row| fitted.apply(row))?;
                names_now = fitted.names(&names_now);
            }
            steps.push(fitted);
        }
        let columns = names.len();
        Ok(Pipeline { columns, steps })
    }
}

/// Fitted steps, each of which takes what the one before it gives.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Stored")]
pub struct Pipeline {
    /// Columns of a row.
    columns: usize,
    steps: Vec<AnyFitted>,
}

/// What is read from a file.
#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "expected columns and steps, or a mean and a scale"
)]
enum Stored {
    Steps {
        columns: usize,
        steps: Vec<AnyFitted>,
    },
    /// Of models that were saved when there was no other step.
    Standard(Standardiser),
}

impl TryFrom<Stored> for Pipeline {
    type Error = TransformError;

    fn try_from(stored: Stored) -> Result<Self, TransformError> {
        let (columns, steps) = match stored {
            Stored::Steps { columns, steps } => (columns, steps),
            Stored::Standard(step) => (step.mean.len(), vec![AnyFitted::Standard(step)]),
        };
        let refuse = |why| {
            let transform = NAME;
            TransformError::Stored { transform, why }
        };
        let mut width = columns;
        for step in &steps {
            step.check().map_err(refuse)?;
            if step.d_in() != width {
                return Err(refuse(
                    "a step takes other columns than the one before it gives",
                ));
            }
            width = step.d_out();
        }
        Ok(Self { columns, steps })
    }
}

impl Pipeline {
    /// Columns that it takes.
    pub fn d_in(&self) -> usize {
        self.columns
    }

    /// Columns that it gives.
    pub fn d_out(&self) -> usize {
        self.steps.last().map_or(self.columns, AnyFitted::d_out)
    }

    /// One row, NaN where a number is missing.
    ///
    /// # Errors
    /// [`TransformError::Width`]; [`TransformError::Domain`] for a number that a step is not for.
    pub fn apply(&self, row: impl IntoIterator<Item = f64>) -> Result<Vec<f64>, TransformError> {
        let mut row: Vec<f64> = row.into_iter().collect();
        check_width(NAME, self.columns, row.len())?;
        for step in &self.steps {
            step.apply(&mut row)?;
        }
        Ok(row)
    }
}
