//! Paired scores of folds: the corrected resampled t.

use std::collections::{BTreeMap, BTreeSet};

use midfuse_metrics::metric::IntervalScale;
use midfuse_metrics::stats::{Interval, Resampling, TestResult, corrected_resampled_t};

use super::LEVEL;
use super::read::{FoldName, FoldScore};
use super::result::{Design, Warning, WarningKind};
use crate::error::{Error, Result};

/// Scores of the folds that all models share.
#[derive(Debug)]
pub(super) struct FoldTable {
    /// Per model, one score per fold.
    pub(super) scores: Vec<Vec<f64>>,
    pub(super) folds: Vec<FoldName>,
    /// Training and test rows, summed over folds: the correction takes their ratio.
    pub(super) train: usize,
    pub(super) test: usize,
}

impl FoldTable {
    pub(super) fn describe(&self) -> Design {
        Design::Folds {
            folds: self.folds.len(),
            repeats: repeats(&self.folds).len(),
            test: self.test,
            train: self.train,
        }
    }

    pub(super) fn of(&self, model: usize) -> &[f64] {
        self.scores.get(model).map_or(&[], Vec::as_slice)
    }

    /// Mean score over the folds.
    pub(super) fn point(&self, model: usize) -> f64 {
        let scores = self.of(model);
        scores.iter().sum::<f64>() / scores.len().max(1) as f64
    }

    pub(super) fn interval(&self, model: usize, scale: IntervalScale) -> Option<Interval> {
        let test = self.t(self.of(model)).ok()?;
        scale.interval(&test, LEVEL)
    }

    pub(super) fn test(
        &self,
        model: usize,
        reference: usize,
    ) -> std::result::Result<TestResult, String> {
        let pairs = self.of(model).iter().zip(self.of(reference));
        let differences: Vec<f64> = pairs.map(|(a, b)| a - b).collect();
        self.t(&differences).map_err(|error| error.to_string())
    }

    fn t(
        &self,
        values: &[f64],
    ) -> std::result::Result<TestResult, midfuse_metrics::stats::StatsError> {
        let design = Resampling::Sizes {
            train: self.train,
            test: self.test,
        };
        corrected_resampled_t(values, design, LEVEL)
    }
}

fn repeats(folds: &[FoldName]) -> BTreeMap<&str, usize> {
    let mut repeats = BTreeMap::new();
    for (repeat, _) in folds {
        *repeats.entry(repeat.as_str()).or_default() += 1;
    }
    repeats
}

/// The table of all models, from scores as they were read.
pub(super) struct Gathered {
    pub(super) names: Vec<String>,
    pub(super) found: Vec<usize>,
    pub(super) table: FoldTable,
}

/// Keeps the folds that every model has.
pub(super) fn gather(scores: Vec<FoldScore>, warnings: &mut Vec<Warning>) -> Result<Gathered> {
    let mut names: Vec<String> = Vec::new();
    let mut by_model: Vec<BTreeMap<FoldName, FoldScore>> = Vec::new();
    for score in scores {
        let at = names.iter().position(|name| *name == score.model);
        let at = at.unwrap_or_else(|| {
            names.push(score.model.clone());
            by_model.push(BTreeMap::new());
            names.len() - 1
        });
        if let Some(folds) = by_model.get_mut(at) {
            folds.insert(score.fold.clone(), score);
        }
    }
    let mut common: BTreeSet<FoldName> = by_model
        .first()
        .map(|folds| folds.keys().cloned().collect())
        .unwrap_or_default();
    for folds in &by_model {
        common.retain(|fold| folds.contains_key(fold));
    }
    let folds: Vec<FoldName> = common.into_iter().collect();
    if folds.is_empty() {
        return Err(Error::Unpaired {
            what: "fold",
            mend: "folds",
        });
    }
    let (train, test) = sizes(&by_model, &folds, warnings)?;
    let found = by_model.iter().map(BTreeMap::len).collect();
    let scores = by_model.iter().map(|of_model| {
        let kept = folds.iter().filter_map(|fold| of_model.get(fold));
        kept.map(|fold| fold.score).collect()
    });
    Ok(Gathered {
        found,
        table: FoldTable {
            scores: scores.collect(),
            folds,
            train,
            test,
        },
        names,
    })
}

/// Rows trained and tested on, summed over the folds; from the files, or from the number of folds.
fn sizes(
    by_model: &[BTreeMap<FoldName, FoldScore>],
    folds: &[FoldName],
    warnings: &mut Vec<Warning>,
) -> Result<(usize, usize)> {
    let mut known: BTreeMap<&FoldName, (usize, usize)> = BTreeMap::new();
    let mut unlike = false;
    for fold in folds {
        for sizes in by_model.iter().filter_map(|m| m.get(fold)?.sizes) {
            unlike |= *known.entry(fold).or_insert(sizes) != sizes;
        }
    }
    if unlike {
        warnings.push(Warning::new(
            WarningKind::DifferentRows,
            "n_train or n_test of a fold differ between models: they were trained or scored on different rows",
        ));
    }
    if known.len() == folds.len() {
        let (train, test) = known
            .values()
            .fold((0, 0), |sum, sizes| (sum.0 + sizes.0, sum.1 + sizes.1));
        overlap_of_sizes(&known, folds, warnings);
        return Ok((train, test));
    }
    // Folds are told from all models: one that a model lacks has shaped the training sets all the same.
    let every: BTreeSet<&FoldName> = by_model.iter().flat_map(BTreeMap::keys).collect();
    let every: Vec<FoldName> = every.into_iter().cloned().collect();
    let k = repeats(&every).into_values().max().unwrap_or(0);
    if k < 2 {
        return Err(Error::OneFold {
            mend: "add the columns n_train and n_test",
        });
    }
    warnings.push(Warning::new(
        WarningKind::Assumed,
        format!(
            "without the columns n_train and n_test, folds are taken for {k}-fold cross-validation (n_test / n_train = 1/{})",
            k - 1
        ),
    ));
    overlap(k, repeats(&every).len(), warnings);
    Ok((k - 1, 1))
}

/// Says where folds of known sizes share rows.
fn overlap_of_sizes(
    known: &BTreeMap<&FoldName, (usize, usize)>,
    folds: &[FoldName],
    warnings: &mut Vec<Warning>,
) {
    let rows = known.values().map(|(train, test)| train + test).max();
    let mut tested: BTreeMap<&str, usize> = BTreeMap::new();
    for ((repeat, _), (_, test)) in known {
        *tested.entry(repeat.as_str()).or_default() += test;
    }
    if let Some((repeat, test)) = tested.iter().find(|(_, test)| Some(**test) > rows) {
        warnings.push(Warning::new(
            WarningKind::FoldsOverlap,
            format!(
                "test sets overlap: the folds of repeat {repeat} test {test} rows, and training and test set of a fold have at most {}",
                rows.unwrap_or(0)
            ),
        ));
    }
    let of_repeat = repeats(folds);
    overlap(
        of_repeat.values().copied().max().unwrap_or(0),
        of_repeat.len(),
        warnings,
    );
}

/// Folds of one data set share training rows; the corrected test allows for it.
pub(super) fn overlap(folds: usize, repeats: usize, warnings: &mut Vec<Warning>) {
    if folds > 2 || repeats > 1 {
        warnings.push(Warning::new(
            WarningKind::FoldsOverlap,
            "folds share training rows, so their scores are not independent: a plain t, Wilcoxon or Friedman test over them rejects too often; the corrected resampled t allows for it",
        ));
    }
}
