//! Scoring predictions with a metric by name.

use midfuse_base::TargetShape;

use super::task::{Classes, Values};
use super::{ConfusionMatrix, Metric, MetricError, Predictions, Unit};

impl Metric {
    /// Score of the predictions, with one entry per `unit`.
    ///
    /// The predicted class is the most probable one; of equally probable ones, the first.
    ///
    /// # Errors
    /// As [`Predictions::to_unit`] for a unit that the predictions do not have; as
    /// [`Metric::check_task`] for the wrong task; otherwise as the function of the metric: one class,
    /// an absent class, too few rows, weights where none are defined.
    pub fn score(self, predictions: &Predictions, unit: Unit) -> Result<f64, MetricError> {
        self.of_units(&predictions.to_unit(unit)?)
    }

    /// Score of predictions that [`Predictions::to_unit`] gave: every entry counts.
    pub(crate) fn of_units(self, predictions: &Predictions) -> Result<f64, MetricError> {
        let values = predictions.values().of_task();
        let score = values.score(self, predictions.weights())?;
        if score.is_finite() {
            return Ok(score);
        }
        Err(MetricError::Undefined {
            metric: self.name(),
            reason: format!("the score is {score}: values are too large"),
        })
    }
}

impl Predictions {
    /// Most probable class of each row, the first of equally probable ones; empty unless classes are
    /// predicted.
    pub fn predicted_classes(&self) -> Vec<usize> {
        let Values::Classes(values) = self.values() else {
            return Vec::new();
        };
        values.with(None).predicted()
    }

    /// Confusion matrix of the most probable classes, with one entry per `unit`.
    ///
    /// # Errors
    /// As [`Predictions::to_unit`]; [`MetricError::WrongTask`] unless classes are predicted.
    pub fn confusion_matrix(&self, unit: Unit) -> Result<ConfusionMatrix, MetricError> {
        let units = self.to_unit(unit)?;
        units
            .classes("confusion matrix")?
            .with(units.weights())
            .matrix()
    }

    /// For one class against the rest: whether each row is of it, and its probability. What
    /// [`roc_curve`](super::roc_curve) and [`calibration_curve`](super::calibration_curve) take.
    ///
    /// # Errors
    /// [`MetricError::Grouped`] for rows in groups, whose unit
    /// [`one_against_rest_of`](Self::one_against_rest_of) is told; otherwise as that.
    pub fn one_against_rest(&self, class: usize) -> Result<(Vec<bool>, Vec<f64>), MetricError> {
        self.one_against_rest_of(Unit::Row, class)
    }

    /// The same with one entry per `unit`. Weights, also those of [`Unit::RowsAveragedInGroup`], are
    /// not part of it.
    ///
    /// # Errors
    /// As [`Predictions::to_unit`]; [`MetricError::WrongTask`] unless classes are predicted;
    /// [`MetricError::UnknownClass`] for no such class.
    pub fn one_against_rest_of(
        &self,
        unit: Unit,
        class: usize,
    ) -> Result<(Vec<bool>, Vec<f64>), MetricError> {
        let units = self.to_unit(unit)?;
        let values = units.classes("one against rest")?;
        if class >= values.n_classes {
            return Err(MetricError::UnknownClass {
                row: 0,
                class,
                n_classes: values.n_classes,
            });
        }
        let is_class = values.targets.iter().map(|&target| target == class);
        Ok((is_class.collect(), values.of(class)))
    }

    /// Classes and probabilities, for what is made of nothing else.
    fn classes(&self, metric: &'static str) -> Result<&Classes, MetricError> {
        let Values::Classes(values) = self.values() else {
            return Err(MetricError::WrongTask {
                metric,
                needs: TargetShape::Classes,
                got: self.values().shape(),
            });
        };
        Ok(values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn four() -> Predictions {
        let probabilities = [[0.9, 0.1], [0.4, 0.6], [0.7, 0.3], [0.2, 0.8]]
            .map(Vec::from)
            .to_vec();
        Predictions::classification(&[0, 0, 1, 1], &probabilities).unwrap()
    }

    #[test]
    fn rows_of_groups_are_not_scored_in_silence() {
        let grouped = four().with_groups(&[5, 5, 9, 9]).unwrap();
        assert_eq!(
            Metric::Accuracy.score(&grouped, Unit::Row),
            Err(MetricError::Grouped { rows: 4, groups: 2 })
        );
        assert_eq!(
            Metric::Accuracy.score(&grouped, Unit::RowsIgnoringGroups),
            Ok(0.5)
        );
        assert_eq!(Metric::Accuracy.score(&grouped, Unit::Group), Ok(1.0));
        let refused = MetricError::Grouped { rows: 4, groups: 2 };
        assert_eq!(grouped.one_against_rest(1), Err(refused.clone()));
        assert_eq!(grouped.confusion_matrix(Unit::Row), Err(refused));
        let (positive, scores) = grouped.one_against_rest_of(Unit::Group, 1).unwrap();
        assert_eq!(positive, [false, true]);
        assert!((scores[0] - 0.35).abs() < 1e-15 && (scores[1] - 0.55).abs() < 1e-15);
        assert_eq!(
            Metric::Accuracy.score(&four(), Unit::Group),
            Err(MetricError::NoGroups)
        );
    }

    #[test]
    fn a_group_keeps_its_cluster() {
        // Patients 5 and 9 of one site, 2 of another.
        let values = Predictions::regression(&[1.0, 1.0, 2.0, 4.0], &[0.0, 2.0, 3.0, 4.0])
            .unwrap()
            .with_groups(&[5, 5, 9, 2])
            .unwrap();
        let plain = values.to_unit(Unit::Group).unwrap();
        assert_eq!(plain.clusters(), None);
        let of_sites = values.with_clusters(&[7, 7, 7, 3]).unwrap();
        let units = of_sites.to_unit(Unit::Group).unwrap();
        // In the order of the groups 2, 5, 9.
        assert_eq!((units.len(), units.clusters()), (3, Some(&[3, 7, 7][..])));
        assert_eq!((units.groups(), units.targets().len()), (None, 3));
        // Errors 0, 0 and 1 squared, a patient each; and 1, 1, 1, 0 by rows that weigh .5, .5, 1, 1.
        assert_eq!(Metric::Mse.score(&of_sites, Unit::Group), Ok(1.0 / 3.0));
        let averaged = Metric::Mse
            .score(&of_sites, Unit::RowsAveragedInGroup)
            .unwrap();
        assert!((averaged - 2.0 / 3.0).abs() < 1e-15);
        let some = of_sites.select(&[3, 0]).unwrap();
        assert_eq!(some.clusters(), Some(&[3, 7][..]));
        assert!(four().with_clusters(&[1]).is_err());
    }

    #[test]
    fn groups_of_mixed_targets() {
        let grouped = four().with_groups(&[0, 1, 1, 1]).unwrap();
        assert_eq!(
            Metric::LogLoss.score(&grouped, Unit::Group),
            Err(MetricError::GroupTargetVaries {
                group: 1,
                first: 0.0,
                second: 1.0
            })
        );
        // hits 1 | 0, 0, 1: the mean of 1 and 1/3
        let score = Metric::Accuracy
            .score(&grouped, Unit::RowsAveragedInGroup)
            .unwrap();
        assert!((score - 2.0 / 3.0).abs() < 1e-15);
    }

    #[test]
    fn regression_groups_average_their_predictions() {
        let predictions = Predictions::regression(&[1.0, 1.0, 2.0], &[0.0, 2.0, 3.0])
            .unwrap()
            .with_groups(&[0, 0, 1])
            .unwrap();
        assert_eq!(Metric::Mse.score(&predictions, Unit::Group), Ok(0.5));
        let weighted = predictions.with_weights(&[0.0, 2.0, 3.0]).unwrap();
        // group 0: prediction 2, weight 1; group 1: prediction 3, weight 3
        assert_eq!(Metric::Mse.score(&weighted, Unit::Group), Ok(1.0));
    }

    #[test]
    fn the_wrong_task_is_refused() {
        let numbers = Predictions::regression(&[1.0, 2.0], &[1.0, 2.0]).unwrap();
        assert!(matches!(
            Metric::Auc.score(&numbers, Unit::Row),
            Err(MetricError::WrongTask {
                needs: TargetShape::Classes,
                ..
            })
        ));
        assert!(matches!(
            Metric::Mae.score(&four(), Unit::Row),
            Err(MetricError::WrongTask {
                needs: TargetShape::Numbers,
                ..
            })
        ));
    }

    #[test]
    fn equally_probable_classes_go_to_the_first() {
        let tie = Predictions::classification(&[1], &[vec![0.5, 0.5]]).unwrap();
        assert_eq!(tie.predicted_classes(), [0]);
    }

    #[test]
    fn log_probabilities_as_a_worker_gives_them() {
        let log = vec![
            vec![0.25f64.ln(), 0.75f64.ln()],
            vec![f64::NEG_INFINITY, 0.0],
        ];
        let predictions = Predictions::from_log_probabilities(&[1, 1], &log).unwrap();
        assert_eq!(predictions.predicted_classes(), [1, 1]);
        assert!(matches!(
            Predictions::from_log_probabilities(&[1], &[vec![0.3, 1.2]]),
            Err(MetricError::NotAProbability {
                row: 0,
                class: 0,
                ..
            })
        ));
    }
}
