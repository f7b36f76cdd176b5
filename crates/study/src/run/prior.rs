//! The model that every other has to beat: class shares, or the mean, of the training rows.

use midfuse_base::Targets;
use midfuse_eval::predict::{Learner, Predict};
use midfuse_eval::view::FitRows;

/// Learns the prior.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Prior {
    n_classes: usize,
}

impl Prior {
    /// The prior of `n_classes` classes; 0 for a regression.
    pub(crate) fn new(n_classes: usize) -> Self {
        Self { n_classes }
    }
}

/// The same scores for every row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Constant(Vec<f64>);

impl Predict for Constant {
    fn predict(&self, _: &str) -> Vec<f64> {
        self.0.clone()
    }
}

impl Learner for Prior {
    type Model = Constant;

    fn learn(&self, _: &FitRows<'_>, targets: &Targets) -> Constant {
        let n = targets.len() as f64;
        match targets {
            Targets::Value(values) => Constant(vec![values.iter().sum::<f64>() / n]),
            Targets::Class(classes) => {
                // One pseudo-count per class keeps the loss finite for a class that train lacks.
                let mut counts = vec![1.0; self.n_classes];
                for &class in classes {
                    if let Some(count) = counts.get_mut(class) {
                        *count += 1.0;
                    }
                }
                let total = n + self.n_classes as f64;
                Constant(
                    counts
                        .iter()
                        .map(|count: &f64| (count / total).ln())
                        .collect(),
                )
            }
        }
    }
}
