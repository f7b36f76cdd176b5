//! The metrics by name: what a study file may ask for.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::MetricError;
use super::task::{Classes, Numbers, TimesAndRisks, task_metrics};
use midfuse_base::{Task, TaskKind};

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
    /// Harrell's concordance of predicted risk and time to the event.
    Concordance = "concordance",
    /// Uno's concordance: pairs weighted by the chance of being uncensored, up to the last horizon.
    ConcordanceUno = "concordance-uno",
    /// Cumulative/dynamic AUC over the horizons.
    DynamicAuc = "dynamic-auc",
    /// Brier score of predicted survival, integrated from the first horizon to the last.
    IntegratedBrier = "integrated-brier",
}

/// The function behind a metric, by what it takes.
pub(super) enum Scorer {
    /// Classes, any number of them.
    Classes(fn(&Classes, Option<&[f64]>) -> Result<f64, MetricError>),
    /// Two classes; of more, the metrics `instead`.
    TwoClasses {
        instead: &'static str,
        score: fn(&Classes, Option<&[f64]>) -> Result<f64, MetricError>,
    },
    /// Numbers.
    Numbers(fn(&Numbers, Option<&[f64]>) -> Result<f64, MetricError>),
    /// Times and events; without weights.
    Survival(fn(&TimesAndRisks) -> Result<f64, MetricError>),
}

impl Metric {
    /// True where a larger value is better; false for losses and errors.
    pub fn greater_is_better(self) -> bool {
        match self {
            Self::LogLoss
            | Self::Brier
            | Self::CalibrationError
            | Self::Mse
            | Self::Rmse
            | Self::Mae
            | Self::IntegratedBrier => false,
            Self::Accuracy
            | Self::BalancedAccuracy
            | Self::Auc
            | Self::AucOvr
            | Self::AucOvrWeighted
            | Self::AucOvo
            | Self::AucOvoWeighted
            | Self::F1
            | Self::F1Macro
            | Self::F1Micro
            | Self::F1Weighted
            | Self::Mcc
            | Self::CohenKappa
            | Self::AveragePrecision
            | Self::R2
            | Self::Spearman
            | Self::Concordance
            | Self::ConcordanceUno
            | Self::DynamicAuc => true,
        }
    }

    /// Least and largest value that a score can have.
    pub fn range(self) -> (f64, f64) {
        match self {
            Self::LogLoss | Self::Mse | Self::Rmse | Self::Mae => (0.0, f64::INFINITY),
            Self::Mcc | Self::CohenKappa | Self::Spearman => (-1.0, 1.0),
            Self::R2 => (f64::NEG_INFINITY, 1.0),
            // Summed over three classes or more.
            Self::Brier => (0.0, 2.0),
            // Weights of rows that are seldom uncensored may be large.
            Self::IntegratedBrier => (0.0, f64::INFINITY),
            Self::Accuracy
            | Self::BalancedAccuracy
            | Self::Auc
            | Self::AucOvr
            | Self::AucOvrWeighted
            | Self::AucOvo
            | Self::AucOvoWeighted
            | Self::F1
            | Self::F1Macro
            | Self::F1Micro
            | Self::F1Weighted
            | Self::AveragePrecision
            | Self::CalibrationError
            | Self::Concordance
            | Self::ConcordanceUno
            | Self::DynamicAuc => (0.0, 1.0),
        }
    }

    /// The function behind it.
    pub(super) fn scorer(self) -> Scorer {
        const AUC: &str = "auc-ovr or auc-ovo";
        let two = |instead, score| Scorer::TwoClasses { instead, score };
        match self {
            Self::Accuracy => Scorer::Classes(Classes::accuracy),
            Self::BalancedAccuracy => Scorer::Classes(Classes::balanced_accuracy),
            Self::Auc => two(AUC, Classes::auc),
            Self::AucOvr => Scorer::Classes(Classes::auc_ovr),
            Self::AucOvrWeighted => Scorer::Classes(Classes::auc_ovr_weighted),
            Self::AucOvo => Scorer::Classes(Classes::auc_ovo),
            Self::AucOvoWeighted => Scorer::Classes(Classes::auc_ovo_weighted),
            Self::LogLoss => Scorer::Classes(Classes::log_loss),
            Self::F1 => two("f1-macro, f1-micro or f1-weighted", Classes::f1),
            Self::F1Macro => Scorer::Classes(Classes::f1_macro),
            Self::F1Micro => Scorer::Classes(Classes::f1_micro),
            Self::F1Weighted => Scorer::Classes(Classes::f1_weighted),
            Self::Mcc => Scorer::Classes(Classes::mcc),
            Self::CohenKappa => Scorer::Classes(Classes::cohen_kappa),
            Self::AveragePrecision => two(AUC, Classes::average_precision),
            Self::Brier => Scorer::Classes(Classes::brier),
            Self::CalibrationError => Scorer::Classes(Classes::calibration_error),
            Self::Mse => Scorer::Numbers(Numbers::mse),
            Self::Rmse => Scorer::Numbers(Numbers::rmse),
            Self::Mae => Scorer::Numbers(Numbers::mae),
            Self::R2 => Scorer::Numbers(Numbers::r2),
            Self::Spearman => Scorer::Numbers(Numbers::spearman),
            Self::Concordance => Scorer::Survival(TimesAndRisks::harrell),
            Self::ConcordanceUno => Scorer::Survival(TimesAndRisks::uno),
            Self::DynamicAuc => Scorer::Survival(TimesAndRisks::dynamic_auc),
            Self::IntegratedBrier => Scorer::Survival(TimesAndRisks::integrated_brier),
        }
    }

    /// The task that it is made for.
    pub fn task(self) -> TaskKind {
        match self.scorer() {
            Scorer::Classes(_) | Scorer::TwoClasses { .. } => TaskKind::Classification,
            Scorer::Numbers(_) => TaskKind::Regression,
            Scorer::Survival(_) => TaskKind::Survival,
        }
    }

    /// Checks that the metric is made for a task, before anything is trained.
    ///
    /// # Errors
    /// [`MetricError::WrongTask`] for another task; [`MetricError::NotBinary`] for a metric of two
    /// classes and another number of them.
    pub fn check_task(self, task: &Task) -> Result<(), MetricError> {
        task_metrics(task).check(self)
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
