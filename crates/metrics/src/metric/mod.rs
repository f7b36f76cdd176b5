//! Metrics with the numbers of scikit-learn, scored at a stated [`Unit`].
//!
//! A study scores through [`Metric::score`]: [`Predictions`] carry their groups, and the rows of
//! grouped predictions are not scored unless the caller says so. The functions on slices below it
//! are public too.
//!
//! ```
//! use midfuse_metrics::metric::{Metric, Predictions, Unit};
//! let probabilities = vec![vec![0.9, 0.1], vec![0.4, 0.6], vec![0.7, 0.3], vec![0.2, 0.8]];
//! let predictions = Predictions::classification(&[0, 0, 1, 1], &probabilities)?;
//! assert_eq!(Metric::Auc.score(&predictions, Unit::Row)?, 0.75);
//!
//! let grouped = predictions.with_groups(&[0, 0, 1, 1])?;
//! assert!(Metric::Auc.score(&grouped, Unit::Row).is_err()); // rows or groups? say which
//! assert_eq!(Metric::Auc.score(&grouped, Unit::Group)?, 1.0);
//! # Ok::<(), midfuse_metrics::metric::MetricError>(())
//! ```

mod agreement;
mod auc;
mod average_precision;
mod brier;
mod calibration;
mod calibration_curve;
mod calibration_error;
mod check;
mod classification;
mod confusion;
mod decision_curve;
mod definition;
mod error;
mod f1;
mod kind;
mod log_loss;
mod multiclass_auc;
mod predictions;
mod rank;
mod regression;
mod roc;
mod scale;
mod score;
mod smoothed_calibration;
pub mod survival;
mod task;
mod unit;
mod value_calibration;

pub use agreement::{cohen_kappa, matthews_correlation};
pub use auc::auc;
pub use average_precision::average_precision;
pub use brier::brier;
pub use calibration::{Calibration, calibration};
pub use calibration_curve::{Bins, CalibrationPoint, calibration_curve};
pub use calibration_error::{
    BrierDecomposition, brier_decomposition, debiased_calibration_error, expected_calibration_error,
};
pub use classification::{accuracy, balanced_accuracy};
pub use confusion::ConfusionMatrix;
pub use decision_curve::{DecisionPoint, decision_curve};
pub use definition::Direction;
pub use error::MetricError;
pub use f1::{F1Average, f1, f1_per_class};
pub use kind::Metric;
pub use log_loss::log_loss;
pub use multiclass_auc::{ClassAverage, auc_ovo, auc_ovr};
pub use predictions::Predictions;
pub use rank::{mid_ranks, spearman};
pub use regression::{mean_absolute_error, mean_squared_error, r2, root_mean_squared_error};
pub use roc::{OperatingPoint, RocPoint, operating_point, roc_curve, sensitivity_at_specificity};
pub use scale::IntervalScale;
pub use smoothed_calibration::{SmoothedPoint, smoothed_calibration};
pub use task::{TaskMetrics, task_metrics};
pub use unit::Unit;
pub use value_calibration::{ValueCalibration, value_calibration};

pub use calibration_curve::quantile;
pub(crate) use check::{finite, same_length};
pub(crate) use unit::members;
