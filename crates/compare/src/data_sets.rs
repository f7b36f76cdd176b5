//! Scores over several data sets: Wilcoxon for pairs, Friedman and Nemenyi for all.

use std::collections::{BTreeMap, BTreeSet};

use midfuse_metrics::stats::{Blocks, Friedman, TestResult, ZeroDifferences, friedman, wilcoxon};

use super::LEVEL;
use super::design::Scale;
use super::read::FoldScore;
use super::result::{Design, Warning, WarningKind};
use crate::error::{Error, Result};

/// Family-wise level of the critical difference.
const ALPHA: f64 = 0.05;

/// Under this many data sets no pattern of signs has a p below .05.
const FEWEST: usize = 6;

/// Mean scores of the data sets that all models share.
#[derive(Debug)]
pub(super) struct DataSetTable {
    /// Per model, one score per data set: the mean over its folds.
    scores: Vec<Vec<f64>>,
    folds: usize,
    /// The grid on which scores and differences lie, so that a rounding breaks no tie.
    unit: f64,
}

/// The table of all models.
pub(super) struct Gathered {
    pub(super) names: Vec<String>,
    /// Data sets of each model.
    pub(super) found: Vec<usize>,
    /// Data sets that all models have.
    pub(super) kept: usize,
    pub(super) table: DataSetTable,
}

impl DataSetTable {
    pub(super) fn describe(&self) -> Design {
        Design::DataSets {
            data_sets: self.of(0).len(),
            folds: self.folds,
        }
    }

    pub(super) fn of(&self, model: usize) -> &[f64] {
        self.scores.get(model).map_or(&[], Vec::as_slice)
    }

    pub(super) fn score(&self, model: usize) -> f64 {
        let scores = self.of(model);
        scores.iter().sum::<f64>() / scores.len().max(1) as f64
    }

    pub(super) fn test(
        &self,
        model: usize,
        reference: usize,
    ) -> std::result::Result<TestResult, String> {
        let pairs = self.of(model).iter().zip(self.of(reference));
        let differences: Vec<f64> = pairs.map(|(a, b)| on_grid(a - b, self.unit)).collect();
        let zeros = ZeroDifferences::Split;
        wilcoxon(&differences, zeros, Blocks::Datasets, LEVEL).map_err(|error| error.to_string())
    }

    /// Friedman's test of these models, in this order; `None` for fewer than three, or where they tie
    /// everywhere.
    pub(super) fn omnibus(&self, models: &[usize], scale: &Scale) -> Option<Friedman> {
        if models.len() < 3 {
            return None;
        }
        let rows: Vec<Vec<f64>> = (0..self.of(0).len())
            .map(|at| {
                let of_models = models.iter().filter_map(|&model| self.of(model).get(at));
                of_models.map(|score| scale.sign() * score).collect()
            })
            .collect();
        friedman(&rows, Blocks::Datasets, ALPHA).ok()
    }
}

/// How fine the grid is, as a share of the largest score.
const GRID: f64 = 1e-12;

/// The nearest point of the grid.
fn on_grid(value: f64, unit: f64) -> f64 {
    if unit > 0.0 {
        (value / unit).round() * unit
    } else {
        value
    }
}

/// Averages folds within each data set, on the folds and data sets that every model has.
pub(super) fn gather(scores: Vec<FoldScore>, warnings: &mut Vec<Warning>) -> Result<Gathered> {
    let mut names: Vec<String> = Vec::new();
    // Data set, then fold, then model.
    let mut tables: BTreeMap<String, BTreeMap<_, BTreeMap<usize, f64>>> = BTreeMap::new();
    for score in scores {
        let known = names.iter().position(|name| *name == score.model);
        let at = known.unwrap_or_else(|| {
            names.push(score.model.clone());
            names.len() - 1
        });
        let of_set = tables.entry(score.data_set).or_default();
        of_set
            .entry(score.fold)
            .or_default()
            .insert(at, score.score);
    }
    let models = names.len();
    let mut found = vec![0; models];
    let (mut left_out, mut folds) = (0, 0);
    let mut means: Vec<Vec<f64>> = vec![Vec::new(); models];
    for of_set in tables.values() {
        let present: BTreeSet<usize> = of_set.values().flat_map(BTreeMap::keys).copied().collect();
        for model in &present {
            if let Some(found) = found.get_mut(*model) {
                *found += 1;
            }
        }
        let common: Vec<&BTreeMap<usize, f64>> = of_set
            .values()
            .filter(|fold| fold.len() == models)
            .collect();
        if common.is_empty() {
            continue;
        }
        left_out += of_set.len() - common.len();
        folds += common.len();
        for (model, means) in means.iter_mut().enumerate() {
            let sum: f64 = common.iter().filter_map(|fold| fold.get(&model)).sum();
            means.push(sum / common.len() as f64);
        }
    }
    let kept = means.first().map_or(0, Vec::len);
    if kept == 0 {
        return Err(Error::Unpaired {
            what: "data set (with a common fold)",
            mend: "data sets",
        });
    }
    if left_out > 0 {
        warnings.push(Warning::new(
            WarningKind::DifferentRows,
            format!("folds that not every model has were left out of the means of their data sets: {left_out}"),
        ));
    }
    if kept < FEWEST {
        warnings.push(Warning::new(
            WarningKind::FewUnits,
            format!("{kept} data sets are few: the Wilcoxon test of fewer than {FEWEST} cannot go below p = .05, whatever the scores"),
        ));
    }
    let largest = means
        .iter()
        .flatten()
        .fold(0.0_f64, |most, score| most.max(score.abs()));
    let unit = largest * GRID;
    for score in means.iter_mut().flatten() {
        *score = on_grid(*score, unit);
    }
    Ok(Gathered {
        names,
        found,
        kept,
        table: DataSetTable {
            scores: means,
            folds,
            unit,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rounding_is_a_tie() {
        let unit = 0.98 * GRID;
        for (a, b) in [
            (0.1 + 0.2, 0.3),
            (0.768 - 0.763, 0.005),
            (0.981 - 0.976, 0.005),
        ] {
            assert_eq!(on_grid(a, unit).to_bits(), on_grid(b, unit).to_bits());
        }
        assert!((on_grid(0.25, unit) - 0.25).abs() < 1e-12);
        assert!((on_grid(0.25, 0.0) - 0.25).abs() < 1e-15);
    }
}
