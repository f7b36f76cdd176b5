//! What is learned, and from which targets.

use crate::Result;
use crate::error::ensure;

/// Targets of rows; the objective follows from them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Labels<'a> {
    /// Classes, counted from 0; with two of them the objective is binary, with more it is multiclass.
    Classes {
        /// `[N]`, each below `n_classes`.
        classes: &'a [usize],
        /// How many classes there are, whether or not these rows have all of them.
        n_classes: usize,
    },
    /// `[N]` numbers; the objective is the squared error.
    Values(&'a [f64]),
}

/// What a booster minimises and returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Objective {
    /// Log-loss of two classes; predictions are the probabilities of both.
    Binary,
    /// Log-loss of this many classes; predictions are the probability of each.
    Multiclass(usize),
    /// Squared error of one number.
    Regression,
}

impl Labels<'_> {
    /// How many rows have a target here.
    pub fn len(&self) -> usize {
        match self {
            Self::Classes { classes, .. } => classes.len(),
            Self::Values(values) => values.len(),
        }
    }

    /// Whether no row has a target here.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What is learned from these targets.
    pub fn objective(&self) -> Objective {
        match *self {
            Self::Classes { n_classes, .. } if n_classes > 2 => Objective::Multiclass(n_classes),
            Self::Classes { .. } => Objective::Binary,
            Self::Values(_) => Objective::Regression,
        }
    }

    /// The targets as LightGBM keeps them.
    pub(crate) fn checked(&self) -> Result<Vec<f32>> {
        match *self {
            Self::Classes { classes, n_classes } => {
                // Beyond 2^24 a 32-bit number is no whole number any more.
                let range = 2..=1 << 24;
                let (what, got) = ("classes", n_classes);
                ensure(range.contains(&n_classes), what, "at least 2 classes", got)?;
                let unknown = classes.iter().find(|&&class| class >= n_classes);
                let expected = format!("each below {n_classes}");
                ensure(
                    unknown.is_none(),
                    what,
                    expected,
                    unknown.copied().unwrap_or(0),
                )?;
                Ok(classes.iter().map(|&class| class as f32).collect())
            }
            Self::Values(values) => narrow("targets", "finite 32-bit numbers", values, |_| true),
        }
    }
}

impl Objective {
    /// Columns of a prediction: 2, the number of classes, or 1.
    pub fn n_outputs(self) -> usize {
        match self {
            Self::Binary => 2,
            Self::Multiclass(n_classes) => n_classes,
            Self::Regression => 1,
        }
    }

    /// Trees of one round, and numbers that LightGBM predicts for one row.
    pub(crate) fn n_trees(self) -> usize {
        match self {
            Self::Binary | Self::Regression => 1,
            Self::Multiclass(n_classes) => n_classes,
        }
    }

    /// Turns scores, row after row, into what LightGBM predicts, with the same operations.
    pub(crate) fn link(self, scores: &mut [f64]) {
        match self {
            Self::Binary => {
                for score in scores {
                    *score = 1.0 / (1.0 + (-*score).exp());
                }
            }
            Self::Multiclass(n_classes) => {
                for row in scores.chunks_mut(n_classes) {
                    let most = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                    let mut sum = 0.0;
                    for score in row.iter_mut() {
                        *score = (*score - most).exp();
                        sum += *score;
                    }
                    for score in row.iter_mut() {
                        *score /= sum;
                    }
                }
            }
            Self::Regression => {}
        }
    }

    /// As a parameter of training.
    pub(crate) fn parameter(self) -> String {
        match self {
            Self::Binary => "objective=binary".to_owned(),
            Self::Multiclass(n) => format!("objective=multiclass num_class={n}"),
            Self::Regression => "objective=regression".to_owned(),
        }
    }
}

/// Numbers as LightGBM keeps them, if they are finite there and hold to a rule.
pub(crate) fn narrow(
    what: &'static str,
    expected: &str,
    values: &[f64],
    holds: impl Fn(f64) -> bool,
) -> Result<Vec<f32>> {
    let fits = |value: f64| (value as f32).is_finite() && holds(value);
    let misfit = values.iter().find(|&&value| !fits(value));
    ensure(
        misfit.is_none(),
        what,
        expected,
        misfit.copied().unwrap_or(0.0),
    )?;
    Ok(values.iter().map(|&value| value as f32).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_objective_follows_from_the_targets() {
        let classes = |n_classes| Labels::Classes {
            classes: &[0, 1],
            n_classes,
        };
        assert_eq!(classes(2).objective(), Objective::Binary);
        assert_eq!(classes(3).objective(), Objective::Multiclass(3));
        assert_eq!(Labels::Values(&[1.5]).objective(), Objective::Regression);
        assert_eq!(classes(3).objective().n_outputs(), 3);
        assert_eq!(
            (
                Objective::Binary.n_outputs(),
                Objective::Binary.n_trees(),
                Objective::Regression.n_outputs()
            ),
            (2, 1, 1)
        );
    }

    #[test]
    fn scores_become_probabilities() {
        let linked = |objective: Objective, scores: &[f64], expected: &[f64]| {
            let mut got = scores.to_vec();
            objective.link(&mut got);
            let mut pairs = got.iter().zip(expected);
            assert!(
                pairs.all(|(got, expected)| (got - expected).abs() < 1e-15),
                "{got:?}"
            );
        };
        linked(Objective::Binary, &[0.0, 3.0_f64.ln()], &[0.5, 0.75]);
        let three = Objective::Multiclass(3);
        linked(three, &[0.0, 0.0, 2.0_f64.ln()], &[0.25, 0.25, 0.5]);
        linked(
            three,
            &[1e9, 0.0, 0.0, 0.0, 0.0, -1e9],
            &[1.0, 0.0, 0.0, 0.5, 0.5, 0.0],
        );
        linked(Objective::Regression, &[-1.5], &[-1.5]);
    }

    #[test]
    fn targets_are_checked() {
        let classes = |n_classes| Labels::Classes {
            classes: &[0, 2],
            n_classes,
        };
        let text = |labels: Labels<'_>| labels.checked().unwrap_err().to_string();
        assert_eq!(
            text(classes(2)),
            "LightGBM, classes: expected each below 2, got 2"
        );
        assert_eq!(
            text(classes(1)),
            "LightGBM, classes: expected at least 2 classes, got 1"
        );
        assert_eq!(
            text(Labels::Values(&[0.0, f64::NAN])),
            "LightGBM, targets: expected finite 32-bit numbers, got NaN"
        );
        assert!(text(Labels::Values(&[1e300])).ends_with("000"));
        assert_eq!(classes(3).checked().unwrap(), [0.0, 2.0]);
    }
}
