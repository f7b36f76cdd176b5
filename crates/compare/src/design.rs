//! What the tests of a comparison go by: scores of folds, or predictions of units.

use midfuse_metrics::metric::{IntervalScale, Metric};
use midfuse_metrics::stats::{Friedman, Interval, TestResult};

use super::data_sets::DataSetTable;
use super::folds::FoldTable;
use super::result::Design;
use super::units::UnitTable;

/// Paired data of all models, in one order of models.
#[derive(Debug)]
pub(super) enum Paired {
    Folds(FoldTable),
    DataSets(DataSetTable),
    Units(UnitTable),
}

/// The metric, and which way is better.
#[derive(Debug, Clone)]
pub(super) struct Scale {
    pub(super) name: String,
    pub(super) greater_is_better: bool,
    /// On which intervals of scores are made.
    pub(super) intervals: IntervalScale,
}

impl Scale {
    pub(super) fn of(metric: Metric) -> Self {
        Self {
            name: metric.name().to_owned(),
            greater_is_better: metric.greater_is_better(),
            intervals: metric.scale(),
        }
    }

    /// 1 or -1: turns a difference so that positive is better.
    pub(super) fn sign(&self) -> f64 {
        if self.greater_is_better { 1.0 } else { -1.0 }
    }
}

impl Paired {
    pub(super) fn describe(&self) -> Design {
        match self {
            Self::Folds(table) => table.describe(),
            Self::DataSets(table) => table.describe(),
            Self::Units(table) => table.describe(),
        }
    }

    /// Score of a model and its interval, which never holds a score that cannot be.
    pub(super) fn score(&self, model: usize, scale: &Scale) -> (f64, Option<Interval>) {
        match self {
            Self::Folds(table) => (table.point(model), table.interval(model, scale.intervals)),
            // A mean over data sets has no scale of its own.
            Self::DataSets(table) => (table.score(model), None),
            Self::Units(table) => table.score(model),
        }
    }

    pub(super) fn fold_scores(&self, model: usize) -> Vec<f64> {
        match self {
            Self::Folds(table) => table.of(model).to_vec(),
            Self::DataSets(table) => table.of(model).to_vec(),
            Self::Units(_) => Vec::new(),
        }
    }

    /// The test of `score(model) - score(reference)`; why there is none otherwise.
    pub(super) fn test(&self, model: usize, reference: usize) -> Result<TestResult, String> {
        match self {
            Self::Folds(table) => table.test(model, reference),
            Self::DataSets(table) => table.test(model, reference),
            Self::Units(table) => table.test(model, reference),
        }
    }

    /// The test of all models at once, which only data sets have.
    pub(super) fn omnibus(&self, models: &[usize], scale: &Scale) -> Option<Friedman> {
        match self {
            Self::DataSets(table) => table.omnibus(models, scale),
            Self::Folds(_) | Self::Units(_) => None,
        }
    }

    /// Mean rank of each model over folds or data sets, or the rank of its score; 1 is best.
    pub(super) fn mean_ranks(&self, models: usize, scale: &Scale) -> Vec<f64> {
        let all: Vec<Vec<f64>> = (0..models)
            .map(|model| match self {
                Self::Folds(table) => table.of(model).to_vec(),
                Self::DataSets(table) => table.of(model).to_vec(),
                Self::Units(_) => vec![self.score_alone(model)],
            })
            .collect();
        let rank = |model: &Vec<f64>| {
            let ranks = model.iter().enumerate().map(|(at, &score)| {
                let others = all.iter().filter_map(|other| other.get(at));
                others.fold(0.5, |rank, &other| {
                    let gain = scale.sign() * (other - score);
                    rank + if gain > 0.0 {
                        1.0
                    } else if gain < 0.0 {
                        0.0
                    } else {
                        0.5
                    }
                })
            });
            ranks.sum::<f64>() / model.len().max(1) as f64
        };
        all.iter().map(rank).collect()
    }

    fn score_alone(&self, model: usize) -> f64 {
        match self {
            Self::Folds(table) => table.point(model),
            Self::DataSets(table) => table.score(model),
            Self::Units(table) => table.point(model),
        }
    }
}

/// A test turned so that positive is better.
pub(super) fn turned(test: TestResult, sign: f64) -> TestResult {
    if sign > 0.0 {
        return test;
    }
    TestResult {
        effect: -test.effect,
        statistic: if test.standard_error.is_some() {
            -test.statistic
        } else {
            test.statistic
        },
        interval: test.interval.map(|interval| Interval {
            low: -interval.high,
            high: -interval.low,
            ..interval
        }),
        ..test
    }
}
