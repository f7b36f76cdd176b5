//! Rows of classes, as the maps are fitted on them.

use midfuse_base::{Recalibration, RecalibrationMethod, log_sum_exp};

use super::{OutOfFold, isotonic, row_weights, temperature, vector};
use crate::metric::Unit;

/// Logarithms below this are those of probabilities that `f64` cannot tell from 0.
const LEAST: f64 = -745.0;

/// One row: log-probabilities, class, and what it counts.
pub(super) struct ClassRow {
    pub(super) log_probabilities: Vec<f64>,
    pub(super) class: usize,
    pub(super) weight: f64,
}

/// All rows of all folds.
pub(crate) struct ClassRows {
    pub(super) rows: Vec<ClassRow>,
    pub(super) n_classes: usize,
}

impl ClassRows {
    /// Rows without a class are left out.
    pub(crate) fn of(folds: &[OutOfFold<'_>], n_classes: usize, unit: Unit) -> Self {
        let mut rows = Vec::new();
        for fold in folds {
            let classes = fold.targets.as_classes().unwrap_or_default();
            let weights = row_weights(fold, unit);
            for ((&class, scores), weight) in classes.iter().zip(fold.scores).zip(weights) {
                rows.push(ClassRow {
                    log_probabilities: scores.iter().map(|&score| score.max(LEAST)).collect(),
                    class,
                    weight,
                });
            }
        }
        Self { rows, n_classes }
    }

    /// The map that fits them, by the method or, with few units, by a temperature.
    pub(crate) fn fit(&self, method: RecalibrationMethod) -> Option<Recalibration> {
        let units = self.units();
        let enough = |method: RecalibrationMethod| units + 1e-9 >= method.fewest_units() as f64;
        match method {
            RecalibrationMethod::None => None,
            RecalibrationMethod::Vector if enough(method) => Some(vector::fit(self)),
            RecalibrationMethod::Isotonic if enough(method) => Some(isotonic::fit(self)),
            RecalibrationMethod::Temperature
            | RecalibrationMethod::Vector
            | RecalibrationMethod::Isotonic => {
                enough(RecalibrationMethod::Temperature).then(|| temperature::fit(|t| self.loss(t)))
            }
        }
    }

    pub(super) fn units(&self) -> f64 {
        self.rows.iter().map(|row| row.weight).sum()
    }

    /// Cross-entropy with logits divided by a temperature, summed over units.
    fn loss(&self, temperature: f64) -> f64 {
        let of_row = |row: &ClassRow| {
            let logits = row
                .log_probabilities
                .iter()
                .map(|value| value / temperature);
            let total = log_sum_exp(logits);
            let own = row
                .log_probabilities
                .get(row.class)
                .map_or(total, |value| value / temperature);
            row.weight * (total - own)
        };
        self.rows.iter().map(of_row).sum()
    }
}
