//! What a metric is, besides its name: what it scores, which way is better, and how it counts rows.

use super::f1::{F1Average, f1};
use super::task::TimesAndRisks;
use super::{ConfusionMatrix, MetricError};

/// Whether a larger score is a better one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// A score: larger is better.
    Greater,
    /// A loss or an error: smaller is better.
    Less,
}

/// A metric as its file defines it; [`Metric`](super::Metric) registers it under a name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Definition {
    /// Whether a larger score is a better one.
    pub(super) direction: Direction,
    /// Least and largest value that a score can have.
    pub(super) range: (f64, f64),
    /// Whether the score is the (weighted) mean of one value per row, so that it may be averaged
    /// within a group, and differences be tested row by row.
    pub(super) averages_rows: bool,
    /// Whether rows may carry weights, which also allows `Unit::RowsAveragedInGroup`.
    pub(super) takes_weights: bool,
    /// What it scores.
    pub(super) scorer: Scorer,
}

pub(super) type ScoreOfClasses = fn(&OfClasses<'_>) -> Result<f64, MetricError>;
pub(super) type ScoreOfNumbers = fn(&OfNumbers<'_>) -> Result<f64, MetricError>;
pub(super) type ScoreOfSurvival = fn(&TimesAndRisks) -> Result<f64, MetricError>;

/// What a metric scores.
#[derive(Debug, Clone, Copy)]
pub(super) enum Scorer {
    /// Probabilities of any number of classes.
    Classes(ScoreOfClasses),
    /// Probabilities of two classes.
    TwoClasses {
        /// The score.
        score: ScoreOfClasses,
        /// What to take for more classes.
        instead: &'static str,
    },
    /// Values.
    Numbers(ScoreOfNumbers),
    /// Risks and survival.
    Survival(ScoreOfSurvival),
}

/// Predictions of classes, checked.
#[derive(Debug)]
pub(super) struct OfClasses<'a> {
    /// Class of each row.
    pub(super) targets: &'a [usize],
    /// `[rows, n_classes]`, row-major.
    pub(super) probabilities: &'a [f64],
    pub(super) n_classes: usize,
    pub(super) weights: Option<&'a [f64]>,
}

/// Predictions of values, checked.
#[derive(Debug)]
pub(super) struct OfNumbers<'a> {
    /// True value of each row.
    pub(super) targets: &'a [f64],
    /// Predicted value of each row.
    pub(super) predicted: &'a [f64],
    pub(super) weights: Option<&'a [f64]>,
}

impl OfClasses<'_> {
    /// Most probable class of each row; of equally probable ones, the first.
    pub(super) fn predicted(&self) -> Vec<usize> {
        most_probable(self.probabilities, self.n_classes)
    }

    /// Confusion matrix of the most probable classes.
    pub(super) fn matrix(&self) -> Result<ConfusionMatrix, MetricError> {
        ConfusionMatrix::new(
            self.targets,
            &self.predicted(),
            self.n_classes,
            self.weights,
        )
    }

    /// F1 of the most probable classes.
    pub(super) fn f1(&self, average: F1Average) -> Result<f64, MetricError> {
        f1(&self.matrix()?, average)
    }

    /// Of two classes: whether each row is of class 1, and its probability.
    pub(super) fn of_class_one(&self) -> (Vec<bool>, Vec<f64>) {
        let scores = self.probabilities.iter().skip(1).step_by(2);
        self.targets
            .iter()
            .map(|&class| class == 1)
            .zip(scores)
            .unzip()
    }
}

/// Most probable class of each row of `[rows, n_classes]`; of equally probable ones, the first.
#[expect(clippy::float_cmp, reason = "ties are scores that are exactly equal")]
pub(super) fn most_probable(probabilities: &[f64], n_classes: usize) -> Vec<usize> {
    probabilities
        .chunks_exact(n_classes.max(1))
        .map(|row| {
            let best = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            row.iter().position(|&value| value == best).unwrap_or(0)
        })
        .collect()
}
