//! Estimators: models of raw features that fit themselves, without encoders and epochs. One file each.

mod features;
mod linear;
mod trees;

use std::fmt::Debug;

use midfuse_base::{OptionInfo, Seed, Targets, Task, TaskKind};
use ndarray::{Array2, ArrayView2};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::Result;

pub(crate) use features::features;
pub(crate) use linear::Linear;
pub(crate) use trees::Trees;

/// The config of a model that fits itself on raw features: a baseline of a study.
///
/// It sees what `early-raw` sees: the features of each modality after the transforms that were fitted
/// on the training rows, side by side, and one presence flag per modality behind them; a missing
/// number, for which a network sees 0, is NaN here. It gets every training row: no row only decides when to stop. A study file names it in `baselines`; what that
/// leaves out comes from the config that is registered.
pub trait Estimator: Clone + Debug + Serialize + DeserializeOwned {
    /// What [`fit`](Self::fit) gives.
    type Model: FittedEstimator + 'static;

    /// What it can predict; a study of anything else is refused before it runs.
    const TASKS: &'static [TaskKind];

    /// The file of a saved model that holds [`FittedEstimator::to_bytes`].
    const FILE: &'static str;

    /// What its options mean and which values they take, as `midfuse models` shows them. Without it
    /// they are listed by name and default.
    fn describe() -> Vec<OptionInfo> {
        Vec::new()
    }

    /// The values that are tried of each option where a study file names none, all of them against
    /// each other.
    fn grid() -> Vec<(&'static str, Vec<Value>)> {
        Vec::new()
    }

    /// Whether it can be used on this machine.
    ///
    /// # Errors
    /// A line that says why not, and how to mend it.
    fn available() -> std::result::Result<(), String> {
        Ok(())
    }

    /// Holds every option against its range.
    ///
    /// # Errors
    /// About the first that is out of it.
    fn validate(&self) -> Result<()>;

    /// Fits the rows; the same bits for the same rows and seed.
    ///
    /// # Errors
    /// If the rows do not determine a model.
    fn fit(&self, rows: &FitTable<'_>, seed: Seed) -> Result<Self::Model>;

    /// Reads what [`FittedEstimator::to_bytes`] wrote, trusting nothing in it.
    ///
    /// # Errors
    /// If it is not a model of this task.
    fn load(bytes: &[u8], task: &Task) -> Result<Self::Model>;
}

/// The rows that an estimator fits.
#[derive(Debug, Clone, Copy)]
pub struct FitTable<'a> {
    /// `[N, P]`: raw features and presence flags; NaN is a missing number.
    pub x: ArrayView2<'a, f64>,
    /// Of each row: classes, standardised numbers, or times and events.
    pub targets: &'a Targets,
    /// What is predicted.
    pub task: &'a Task,
}

/// A fitted estimator.
pub trait FittedEstimator: Debug {
    /// What a network of the task puts out, `[N, K]` of rows `[N, P]`, NaN for missing numbers: scores whose softmax are the
    /// probabilities of K classes, a standardised number, or a log-risk.
    ///
    /// # Errors
    /// For rows of another width, or with infinite numbers.
    fn outputs(&self, x: &ArrayView2<'_, f64>) -> Result<Array2<f64>>;

    /// Numbers that were fitted.
    fn n_parameters(&self) -> u64;

    /// Floating-point operations of one row, a multiplication and an addition counted as two.
    fn flops_per_row(&self) -> u64;

    /// What [`Estimator::load`] reads.
    ///
    /// # Errors
    /// If it cannot be written.
    fn to_bytes(&self) -> Result<Vec<u8>>;
}
