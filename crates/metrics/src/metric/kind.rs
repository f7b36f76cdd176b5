//! The metrics by name: what a study file may ask for.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::MetricError;
use midfuse_base::Task;

macro_rules! metrics {
    ($($(#[$doc:meta])+ $variant:ident = $name:literal),+ $(,)?) => {
        /// A metric, by the name that a study file gives it (`"auc"`, `"log-loss"`).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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
        }
    };
}

metrics! {
    /// Share of rows whose most probable class is the true one.
    Accuracy = "accuracy",
    /// Mean recall over classes.
    BalancedAccuracy = "balanced-accuracy",
    /// Area under the ROC curve of two classes; class 1 is positive.
    Auc = "auc",
    /// AUC of each class against the rest, plain mean.
    AucOvr = "auc-ovr",
    /// AUC of each class against the rest, weighted by the rows of the class.
    AucOvrWeighted = "auc-ovr-weighted",
    /// AUC of each pair of classes (Hand and Till), plain mean.
    AucOvo = "auc-ovo",
    /// AUC of each pair of classes, weighted by the rows of the pair.
    AucOvoWeighted = "auc-ovo-weighted",
    /// Cross-entropy of the probabilities, in nats.
    LogLoss = "log-loss",
    /// F1 of class 1, of two classes.
    F1 = "f1",
    /// Mean F1 over the classes that are present.
    F1Macro = "f1-macro",
    /// F1 of the pooled counts.
    F1Micro = "f1-micro",
    /// Mean F1 weighted by the rows of each class.
    F1Weighted = "f1-weighted",
    /// Matthews correlation of predicted and true classes.
    Mcc = "mcc",
    /// Cohen's kappa of predicted and true classes.
    CohenKappa = "cohen-kappa",
    /// Average precision of two classes; class 1 is positive.
    AveragePrecision = "average-precision",
    /// Mean squared error of the probabilities: of class 1 for two classes, summed over classes for
    /// more.
    Brier = "brier",
    /// Debiased calibration error of the most probable class, in 15 bins of about equal rows.
    CalibrationError = "calibration-error",
    /// Mean squared error.
    Mse = "mse",
    /// Root of the mean squared error.
    Rmse = "rmse",
    /// Mean absolute error.
    Mae = "mae",
    /// Coefficient of determination.
    R2 = "r2",
    /// Rank correlation of predicted and true values.
    Spearman = "spearman",
}

/// What predictions have to be for a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Needs {
    TwoClasses { instead: &'static str },
    Classes,
    Numbers,
}

impl Metric {
    /// True where a larger value is better; false for losses and errors.
    pub fn greater_is_better(self) -> bool {
        !matches!(
            self,
            Self::LogLoss
                | Self::Brier
                | Self::CalibrationError
                | Self::Mse
                | Self::Rmse
                | Self::Mae
        )
    }

    /// Least and largest value that a score can have.
    pub fn range(self) -> (f64, f64) {
        match self {
            Self::LogLoss | Self::Mse | Self::Rmse | Self::Mae => (0.0, f64::INFINITY),
            Self::Mcc | Self::CohenKappa | Self::Spearman => (-1.0, 1.0),
            Self::R2 => (f64::NEG_INFINITY, 1.0),
            // Summed over three classes or more.
            Self::Brier => (0.0, 2.0),
            _ => (0.0, 1.0),
        }
    }

    pub(super) fn needs(self) -> Needs {
        match self {
            Self::Auc | Self::AveragePrecision => Needs::TwoClasses {
                instead: "auc-ovr or auc-ovo",
            },
            Self::F1 => Needs::TwoClasses {
                instead: "f1-macro, f1-micro or f1-weighted",
            },
            Self::Mse | Self::Rmse | Self::Mae | Self::R2 | Self::Spearman => Needs::Numbers,
            _ => Needs::Classes,
        }
    }

    /// Checks that the metric is made for a task, before anything is trained.
    ///
    /// # Errors
    /// [`MetricError::WrongTask`] for the other task; [`MetricError::NotBinary`] for a metric of two
    /// classes and another number of them.
    pub fn check_task(self, task: &Task) -> Result<(), MetricError> {
        match task {
            Task::Classification { classes } => self.check_classes(classes.len()),
            Task::Regression => self.check_numbers(),
            Task::Survival(_) => Err(MetricError::WrongTask {
                metric: self.name(),
                needs: "another task",
                got: "survival",
            }),
        }
    }

    pub(super) fn check_classes(self, n_classes: usize) -> Result<(), MetricError> {
        match self.needs() {
            Needs::Classes => Ok(()),
            Needs::TwoClasses { .. } if n_classes == 2 => Ok(()),
            Needs::TwoClasses { instead } => Err(MetricError::NotBinary {
                metric: self.name(),
                n_classes,
                instead,
            }),
            Needs::Numbers => Err(MetricError::WrongTask {
                metric: self.name(),
                needs: "regression",
                got: "classification",
            }),
        }
    }

    pub(super) fn check_numbers(self) -> Result<(), MetricError> {
        if self.needs() == Needs::Numbers {
            return Ok(());
        }
        Err(MetricError::WrongTask {
            metric: self.name(),
            needs: "classification",
            got: "regression",
        })
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
                needs: "regression",
                ..
            })
        ));
        assert!(Metric::LogLoss.check_task(&Task::Regression).is_err());
        assert!(Metric::R2.check_task(&Task::Regression).is_ok());
    }
}
