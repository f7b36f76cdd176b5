//! The metrics by name: what a study file may ask for.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::definition::{Definition, Direction, Scorer};
use super::survival::{brier as survival_brier, concordance, dynamic_auc};
use super::task::{task_metrics, wrong_shape};
use super::{
    MetricError, agreement, auc, average_precision, brier, calibration_error, classification, f1,
    log_loss, multiclass_auc, rank, regression,
};
use midfuse_base::{Choices, TargetShape, Task};

macro_rules! metrics {
    ($($(#[$doc:meta])+ $variant:ident = $name:literal, $definition:expr;)+) => {
        /// A metric, by the name that a study file gives it (`"auc"`, `"log-loss"`).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Choices)]
        #[non_exhaustive]
        pub enum Metric {
            $($(#[$doc])+ #[serde(rename = $name)] $variant,)+
        }

        impl Metric {
            /// Every metric.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// Its name in study files and reports.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            pub(super) fn definition(self) -> &'static Definition {
                match self {
                    $(Self::$variant => const { &$definition },)+
                }
            }
        }
    };
}

// One line per metric: the rest of it is in its file.
metrics! {
    /// Share of rows whose most probable class is the true one.
    Accuracy = "accuracy", classification::ACCURACY;
    /// Mean recall over classes.
    BalancedAccuracy = "balanced-accuracy", classification::BALANCED_ACCURACY;
    /// Area under the ROC curve of two classes; class 1 is positive.
    Auc = "auc", auc::AUC;
    /// AUC of each class against the rest, plain mean.
    AucOvr = "auc-ovr", multiclass_auc::AUC_OVR;
    /// AUC of each class against the rest, weighted by the rows of the class.
    AucOvrWeighted = "auc-ovr-weighted", multiclass_auc::AUC_OVR_WEIGHTED;
    /// AUC of each pair of classes (Hand and Till), plain mean.
    AucOvo = "auc-ovo", multiclass_auc::AUC_OVO;
    /// AUC of each pair of classes, weighted by the rows of the pair.
    AucOvoWeighted = "auc-ovo-weighted", multiclass_auc::AUC_OVO_WEIGHTED;
    /// Cross-entropy of the probabilities, in nats.
    LogLoss = "log-loss", log_loss::LOG_LOSS;
    /// F1 of class 1, of two classes.
    F1 = "f1", f1::F1;
    /// Mean F1 over the classes that are present.
    F1Macro = "f1-macro", f1::F1_MACRO;
    /// F1 of the pooled counts.
    F1Micro = "f1-micro", f1::F1_MICRO;
    /// Mean F1 weighted by the rows of each class.
    F1Weighted = "f1-weighted", f1::F1_WEIGHTED;
    /// Matthews correlation of predicted and true classes.
    Mcc = "mcc", agreement::MCC;
    /// Cohen's kappa of predicted and true classes.
    CohenKappa = "cohen-kappa", agreement::COHEN_KAPPA;
    /// Average precision of two classes; class 1 is positive.
    AveragePrecision = "average-precision", average_precision::AVERAGE_PRECISION;
    /// Mean squared error of the probabilities: of class 1 for two classes, summed over classes for
    /// more.
    Brier = "brier", brier::BRIER;
    /// Debiased calibration error of the most probable class, in 15 bins of about equal rows.
    CalibrationError = "calibration-error", calibration_error::CALIBRATION_ERROR;
    /// Mean squared error.
    Mse = "mse", regression::MSE;
    /// Root of the mean squared error.
    Rmse = "rmse", regression::RMSE;
    /// Mean absolute error.
    Mae = "mae", regression::MAE;
    /// Coefficient of determination.
    R2 = "r2", regression::R2;
    /// Rank correlation of predicted and true values.
    Spearman = "spearman", rank::SPEARMAN;
    /// Harrell's concordance of predicted risk and time to the event.
    Concordance = "concordance", concordance::CONCORDANCE;
    /// Uno's concordance: pairs weighted by the chance of being uncensored, up to the last horizon.
    ConcordanceUno = "concordance-uno", concordance::CONCORDANCE_UNO;
    /// Cumulative/dynamic AUC over the horizons.
    DynamicAuc = "dynamic-auc", dynamic_auc::DYNAMIC_AUC;
    /// Brier score of predicted survival, integrated from the first horizon to the last.
    IntegratedBrier = "integrated-brier", survival_brier::INTEGRATED_BRIER;
}

impl Metric {
    /// Whether a larger score is a better one.
    pub fn direction(self) -> Direction {
        self.definition().direction
    }

    /// True where a larger value is better; false for losses and errors.
    pub fn greater_is_better(self) -> bool {
        self.direction() == Direction::Greater
    }

    /// Least and largest value that a score can have.
    pub fn range(self) -> (f64, f64) {
        self.definition().range
    }

    /// Whether the score is the mean of one value per row: accuracy and mean losses, no rank or
    /// pooled statistic.
    pub fn averages_rows(self) -> bool {
        self.definition().averages_rows
    }

    /// Whether rows may carry weights. Only then is
    /// [`Unit::RowsAveragedInGroup`](super::Unit::RowsAveragedInGroup) defined.
    pub fn takes_weights(self) -> bool {
        self.definition().takes_weights
    }

    /// The targets that it is made for.
    pub fn target_shape(self) -> TargetShape {
        match self.definition().scorer {
            Scorer::Classes(_) | Scorer::TwoClasses { .. } => TargetShape::Classes,
            Scorer::Numbers(_) => TargetShape::Numbers,
            Scorer::Survival(_) => TargetShape::TimesAndEvents,
        }
    }

    /// Checks that the metric is made for a task, before anything is trained.
    ///
    /// # Errors
    /// [`MetricError::WrongTask`] for another task; [`MetricError::NotBinary`] for a metric of two
    /// classes and another number of them.
    pub fn check_task(self, task: &Task) -> Result<(), MetricError> {
        if self.target_shape() != task.target_shape() {
            return Err(wrong_shape(self, task.target_shape()));
        }
        task_metrics(task).check_metric(self)
    }

    /// An error where rows carry weights and the metric takes none.
    pub(super) fn check_weights(self, weights: Option<&[f64]>) -> Result<(), MetricError> {
        if weights.is_some() && !self.takes_weights() {
            return Err(MetricError::WeightsUnsupported {
                metric: self.name(),
            });
        }
        Ok(())
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Metric {
    type Err = MetricError;

    fn from_str(name: &str) -> Result<Self, MetricError> {
        Self::ALL
            .iter()
            .copied()
            .find(|metric| metric.name() == name)
            .ok_or_else(|| MetricError::UnknownName {
                name: name.to_owned(),
                known: Self::ALL
                    .iter()
                    .map(|metric| metric.name())
                    .collect::<Vec<_>>()
                    .join(", "),
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_serde_names() {
        for &metric in Metric::ALL {
            let json = serde_json::to_string(&metric).unwrap();
            assert_eq!(json, format!("{:?}", metric.name()));
            assert_eq!(metric.name().parse(), Ok(metric));
        }
        assert!("AUC".parse::<Metric>().is_err());
    }

    #[test]
    fn tasks_are_checked() {
        let classes = |n: usize| Task::Classification {
            classes: vec![String::new(); n],
        };
        assert!(Metric::Auc.check_task(&classes(2)).is_ok());
        assert!(matches!(
            Metric::Auc.check_task(&classes(3)),
            Err(MetricError::NotBinary { n_classes: 3, .. })
        ));
        assert!(matches!(
            Metric::Mse.check_task(&classes(3)),
            Err(MetricError::WrongTask {
                needs: TargetShape::Numbers,
                ..
            })
        ));
        assert!(Metric::LogLoss.check_task(&Task::Regression).is_err());
        assert!(Metric::R2.check_task(&Task::Regression).is_ok());
    }
}
