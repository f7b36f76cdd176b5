//! The F1 score: harmonic mean of precision and recall.

use serde::{Deserialize, Serialize};

use super::definition::{Definition, Direction, Scorer};
use super::{ConfusionMatrix, MetricError};

/// Registered as `f1`.
pub(super) const F1: Definition = Definition {
    direction: Direction::Greater,
    range: (0.0, 1.0),
    averages_rows: false,
    takes_weights: true,
    scorer: Scorer::TwoClasses {
        score: |of| of.f1(F1Average::Binary),
        instead: "f1-macro, f1-micro or f1-weighted",
    },
};

/// Registered as `f1-macro`.
pub(super) const F1_MACRO: Definition = Definition {
    direction: Direction::Greater,
    range: (0.0, 1.0),
    averages_rows: false,
    takes_weights: true,
    scorer: Scorer::Classes(|of| of.f1(F1Average::Macro)),
};

/// Registered as `f1-micro`.
pub(super) const F1_MICRO: Definition = Definition {
    direction: Direction::Greater,
    range: (0.0, 1.0),
    averages_rows: false,
    takes_weights: true,
    scorer: Scorer::Classes(|of| of.f1(F1Average::Micro)),
};

/// Registered as `f1-weighted`.
pub(super) const F1_WEIGHTED: Definition = Definition {
    direction: Direction::Greater,
    range: (0.0, 1.0),
    averages_rows: false,
    takes_weights: true,
    scorer: Scorer::Classes(|of| of.f1(F1Average::Weighted)),
};

/// How F1 scores of several classes become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum F1Average {
    /// The F1 of class 1, of two classes.
    Binary,
    /// Mean over the classes that occur in the targets or the predictions, be it in rows of weight 0.
    Macro,
    /// F1 of the pooled counts: the accuracy, where each row has one class.
    Micro,
    /// Mean weighted by the rows of each true class.
    Weighted,
}

/// F1 of each class, in [0, 1]; 0 for a class that is neither true nor predicted anywhere
/// (scikit-learn's default).
pub fn f1_per_class(matrix: &ConfusionMatrix) -> Vec<f64> {
    (0..matrix.n_classes())
        .map(|class| {
            ratio(
                matrix.get(class, class),
                matrix.support(class) + matrix.predicted(class),
            )
        })
        .collect()
}

/// F1 in [0, 1]; scikit-learn's `f1_score`, with 0 where nothing is true or predicted.
///
/// # Errors
/// [`MetricError::NotBinary`] for [`F1Average::Binary`] of other than two classes.
pub fn f1(matrix: &ConfusionMatrix, average: F1Average) -> Result<f64, MetricError> {
    let scores = f1_per_class(matrix);
    let classes = || scores.iter().enumerate();
    match average {
        F1Average::Binary => match scores.as_slice() {
            [_, positive] => Ok(*positive),
            _ => Err(MetricError::NotBinary {
                metric: "f1",
                n_classes: matrix.n_classes(),
                instead: "f1-macro, f1-micro or f1-weighted",
            }),
        },
        F1Average::Macro => {
            let present: Vec<f64> = classes()
                .filter(|(class, _)| matrix.occurs(*class))
                .map(|(_, &score)| score)
                .collect();
            Ok(present.iter().sum::<f64>() / present.len() as f64)
        }
        F1Average::Micro => {
            let hits: f64 = (0..matrix.n_classes())
                .map(|class| matrix.get(class, class))
                .sum();
            Ok(hits / matrix.total())
        }
        F1Average::Weighted => {
            let sum: f64 = classes()
                .map(|(class, score)| score * matrix.support(class))
                .sum();
            Ok(sum / matrix.total())
        }
    }
}

fn ratio(hits: f64, marginals: f64) -> f64 {
    if marginals > 0.0 {
        2.0 * hits / marginals
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        let matrix = ConfusionMatrix::new(&[0, 1, 1, 1], &[0, 1, 0, 1], 2, None).unwrap();
        assert!((f1(&matrix, F1Average::Binary).unwrap() - 0.8).abs() < 1e-15);
        let macro_f1 = f64::midpoint(0.8, 2.0 / 3.0);
        assert!((f1(&matrix, F1Average::Macro).unwrap() - macro_f1).abs() < 1e-15);
        assert!((f1(&matrix, F1Average::Micro).unwrap() - 0.75).abs() < 1e-15);
    }

    #[test]
    fn an_empty_class_leaves_the_macro_mean() {
        let matrix = ConfusionMatrix::new(&[0, 1], &[0, 1], 3, None).unwrap();
        assert_eq!(f1(&matrix, F1Average::Macro), Ok(1.0));
        assert_eq!(f1_per_class(&matrix), [1.0, 1.0, 0.0]);
    }
}
