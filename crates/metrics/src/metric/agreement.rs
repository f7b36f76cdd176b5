//! Agreement of predicted and true classes beyond chance: Matthews correlation, Cohen's kappa.

use super::definition::{Definition, Direction, Scorer};
use super::{ConfusionMatrix, MetricError};

/// Registered as `mcc`.
pub(super) const MCC: Definition = Definition {
    direction: Direction::Greater,
    range: (-1.0, 1.0),
    averages_rows: false,
    takes_weights: true,
    scorer: Scorer::Classes(|of| Ok(matthews_correlation(&of.matrix()?))),
};

/// Registered as `cohen-kappa`.
pub(super) const COHEN_KAPPA: Definition = Definition {
    direction: Direction::Greater,
    range: (-1.0, 1.0),
    averages_rows: false,
    takes_weights: true,
    scorer: Scorer::Classes(|of| cohen_kappa(&of.matrix()?)),
};

/// Matthews correlation coefficient in [-1, 1], for any number of classes (Gorodkin 2004);
/// scikit-learn's `matthews_corrcoef`, which is 0 where all rows are, or are taken for, one class.
pub fn matthews_correlation(matrix: &ConfusionMatrix) -> f64 {
    let total = matrix.total();
    let classes = || 0..matrix.n_classes();
    let sum = |of: &dyn Fn(usize) -> f64| classes().map(of).sum::<f64>();
    // In shares of the total: the square of a product of sums of weights may not be a number.
    let hits = sum(&|class| matrix.get(class, class) / total);
    let support = |class| matrix.support(class) / total;
    let predicted = |class| matrix.predicted(class) / total;
    let products = sum(&|class| support(class) * predicted(class));
    let spread_predicted = 1.0 - sum(&|class| predicted(class).powi(2));
    let spread_true = 1.0 - sum(&|class| support(class).powi(2));
    // One class in one of them; a spread that is only a rounding is none.
    if spread_predicted <= 1e-15 || spread_true <= 1e-15 {
        return 0.0;
    }
    (hits - products) / (spread_predicted * spread_true).sqrt()
}

/// Cohen's kappa, at most 1, without weights between classes; scikit-learn's `cohen_kappa_score`.
///
/// # Errors
/// [`MetricError::Undefined`] where all rows are, and are taken for, one class.
pub fn cohen_kappa(matrix: &ConfusionMatrix) -> Result<f64, MetricError> {
    let total = matrix.total();
    let classes = || 0..matrix.n_classes();
    let hits: f64 = classes().map(|class| matrix.get(class, class)).sum();
    let by_chance: f64 = classes()
        .map(|class| matrix.support(class) * matrix.predicted(class) / total)
        .sum();
    // Not by `total - by_chance`, which rounding may lift off 0.
    let one_class =
        |class: usize| matrix.support(class) >= total && matrix.predicted(class) >= total;
    if classes().any(one_class) {
        return Err(MetricError::Undefined {
            metric: "cohen-kappa",
            reason: "all rows are of one class and are taken for it".to_owned(),
        });
    }
    Ok(1.0 - (total - hits) / (total - by_chance))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        // 3 hits of 4; margins true (1, 3), predicted (2, 2)
        let matrix = ConfusionMatrix::new(&[0, 1, 1, 1], &[0, 1, 0, 1], 2, None).unwrap();
        assert!((cohen_kappa(&matrix).unwrap() - 0.5).abs() < 1e-15);
        assert!((matthews_correlation(&matrix) - 1.0 / 3f64.sqrt()).abs() < 1e-15);
    }

    #[test]
    fn one_class() {
        let matrix = ConfusionMatrix::new(&[1, 1], &[1, 1], 2, None).unwrap();
        assert!(matthews_correlation(&matrix).abs() < 1e-15);
        assert!(matches!(
            cohen_kappa(&matrix),
            Err(MetricError::Undefined { .. })
        ));
    }
}
