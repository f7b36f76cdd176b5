//! Row predictions of all models, on the rows that they share, by fold or pooled.

use std::collections::{BTreeMap, BTreeSet};

use midfuse_base::{Seed, Target, Targets, Task};
use midfuse_metrics::metric::{Metric, Predictions, Unit};

use super::design::Paired;
use super::folds::{FoldTable, overlap};
use super::read::{FoldName, Prediction};
use super::result::{Warning, WarningKind};
use super::task::row_task;
use super::units::UnitTable;
use crate::error::{Error, Result};

/// Repeat, fold and row.
type Key = (String, String, String);
type OfModel = BTreeMap<Key, Prediction>;

/// What is known of each row, whichever model predicts it.
struct Row {
    target: Target,
    group: usize,
}

/// Predictions of all models.
pub(super) struct Gathered {
    pub(super) names: Vec<String>,
    pub(super) found: Vec<usize>,
    pub(super) kept: usize,
    pub(super) paired: Paired,
}

/// Keeps the rows that every model predicted, and chooses between folds and units.
pub(super) fn gather(
    rows: Vec<Prediction>,
    task: &Task,
    (metric, seed): (Metric, Seed),
    warnings: &mut Vec<Warning>,
) -> Result<Gathered> {
    let grouped = rows.iter().any(|row| row.group.is_some());
    let all_folds = rows.iter().all(|row| row.fold.is_some());
    let known = known_rows(&rows)?;
    let (names, mut models) = by_model(rows);
    let by_fold = all_folds && same_splits(&models, warnings);
    if !by_fold {
        models = models.into_iter().map(averaged).collect();
    }
    let found: Vec<usize> = models.iter().map(BTreeMap::len).collect();
    let mut common: BTreeSet<Key> = models
        .first()
        .map(|model| model.keys().cloned().collect())
        .unwrap_or_default();
    for model in &models {
        common.retain(|key| model.contains_key(key));
    }
    if common.is_empty() {
        return Err(Error::Unpaired {
            what: "row",
            mend: "rows",
        });
    }
    let kept = common.len();
    let rows = Rows {
        unit: unit(&known, &common, grouped, metric, warnings),
        known: &known,
        models: &models,
        task,
        metric,
    };
    let folds = if by_fold {
        rows.folds(&common, warnings)?
    } else {
        None
    };
    let paired = if let Some(folds) = folds {
        Paired::Folds(folds)
    } else {
        let shared = |model: &OfModel| {
            let kept = model.iter().filter(|(key, _)| common.contains(*key));
            kept.map(|(key, found)| (key.clone(), found.clone()))
                .collect()
        };
        let pooled: Vec<OfModel> = models.iter().map(|m| averaged(shared(m))).collect();
        let keys: BTreeSet<Key> = common
            .iter()
            .map(|(_, _, row)| (String::new(), String::new(), row.clone()))
            .collect();
        let rows = Rows {
            models: &pooled,
            ..rows
        };
        Paired::Units(rows.units(&keys, seed, warnings)?)
    };
    Ok(Gathered {
        names,
        found,
        kept,
        paired,
    })
}

/// Target and group of each row, which all models have to agree on.
fn known_rows(rows: &[Prediction]) -> Result<BTreeMap<String, Row>> {
    let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
    let mut known: BTreeMap<String, Row> = BTreeMap::new();
    let mut first: BTreeMap<&str, &Prediction> = BTreeMap::new();
    for row in rows {
        let before = *first.entry(&row.row).or_insert(row);
        let what = if before.target != row.target {
            "target"
        } else if before.group != row.group {
            "group"
        } else {
            let next = codes.len();
            let group = match &row.group {
                Some(group) => *codes.entry(group).or_insert(next),
                None => 0,
            };
            let target = row.target;
            known
                .entry(row.row.clone())
                .or_insert(Row { target, group });
            continue;
        };
        return Err(Error::Contradiction {
            place: row.place.clone(),
            column: what,
            row: row.row.clone(),
            before: before.place.clone(),
        });
    }
    Ok(known)
}

fn by_model(rows: Vec<Prediction>) -> (Vec<String>, Vec<OfModel>) {
    let mut names: Vec<String> = Vec::new();
    let mut models: Vec<OfModel> = Vec::new();
    for row in rows {
        let at = names.iter().position(|name| *name == row.model);
        let at = at.unwrap_or_else(|| {
            names.push(row.model.clone());
            models.push(OfModel::new());
            names.len() - 1
        });
        let fold = row.fold.clone().unwrap_or_default();
        if let Some(model) = models.get_mut(at) {
            model.insert((row.repeat.clone(), fold, row.row.clone()), row);
        }
    }
    (names, models)
}

/// Whether the models put the rows that they share into the same folds, two of them at least.
fn same_splits(models: &[OfModel], warnings: &mut Vec<Warning>) -> bool {
    let folds_of = |model: &OfModel| {
        let mut folds: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
        for (repeat, fold, row) in model.keys() {
            let of_row = folds.entry((repeat.clone(), row.clone())).or_default();
            of_row.push(fold.clone());
        }
        folds
    };
    let splits: Vec<_> = models.iter().map(folds_of).collect();
    let Some((first, others)) = splits.split_first() else {
        return false;
    };
    let names: BTreeSet<_> = models
        .iter()
        .flat_map(BTreeMap::keys)
        .map(|(repeat, fold, _)| (repeat, fold))
        .collect();
    if names.len() < 2 {
        return false;
    }
    let unlike = others.iter().any(|other| {
        let mut common = other.iter();
        common.any(|(row, folds)| first.get(row).is_some_and(|of_first| of_first != folds))
    });
    if unlike {
        warnings.push(Warning::new(
            WarningKind::DifferentSplits,
            "the models put the same rows into different folds, so folds are not paired: rows are pooled, which rejects a true null somewhat too often, and the test speaks of the fitted models only",
        ));
    }
    if first.values().any(|folds| folds.len() > 1) {
        warnings.push(Warning::new(
            WarningKind::FoldsOverlap,
            "a row is tested in several folds of one repeat: test sets overlap",
        ));
    }
    !unlike
}

/// One prediction per row: the mean over repeats and folds.
fn averaged(model: OfModel) -> OfModel {
    let mut sums: BTreeMap<Key, (Prediction, f64)> = BTreeMap::new();
    for ((_, _, row), prediction) in model {
        let key = (String::new(), String::new(), row);
        match sums.get_mut(&key) {
            None => {
                sums.insert(key, (prediction, 1.0));
            }
            Some((sum, count)) => {
                for (sum, score) in sum.scores.iter_mut().zip(&prediction.scores) {
                    *sum += score;
                }
                *count += 1.0;
            }
        }
    }
    let mean = |(key, (mut sum, count)): (Key, (Prediction, f64))| {
        for score in &mut sum.scores {
            *score /= count;
        }
        (key, sum)
    };
    sums.into_iter().map(mean).collect()
}

/// The unit: the group where there is one.
fn unit(
    known: &BTreeMap<String, Row>,
    common: &BTreeSet<Key>,
    grouped: bool,
    metric: Metric,
    warnings: &mut Vec<Warning>,
) -> Unit {
    let rows: BTreeMap<&str, &Row> = common
        .iter()
        .filter_map(|(_, _, row)| Some((row.as_str(), known.get(row)?)))
        .collect();
    let mut targets: BTreeMap<usize, Target> = BTreeMap::new();
    let mut varies = false;
    for row in rows.values() {
        varies |= *targets.entry(row.group).or_insert(row.target) != row.target;
    }
    if !grouped || targets.len() == rows.len() {
        return Unit::Row;
    }
    let mean = metric.averages_rows();
    let (unit, how) = match (varies, mean) {
        (false, _) => (Unit::Group, "a group is scored by the mean of its rows"),
        (true, true) => (
            Unit::RowsAveragedInGroup,
            "targets vary within groups, so losses are averaged in the group, then over groups",
        ),
        (true, false) => (
            Unit::RowsIgnoringGroups,
            "targets vary within groups, so rows are scored and the test goes by groups",
        ),
    };
    warnings.push(Warning::new(
        WarningKind::RowsAreNotTheUnit,
        format!(
            "{} rows lie in {} groups: the group is the unit; {how}",
            rows.len(),
            targets.len()
        ),
    ));
    unit
}

/// The rows that all models share.
struct Rows<'a> {
    known: &'a BTreeMap<String, Row>,
    models: &'a [OfModel],
    task: &'a Task,
    metric: Metric,
    unit: Unit,
}

impl Rows<'_> {
    fn predictions<'k>(
        &self,
        model: &OfModel,
        keys: impl Iterator<Item = &'k Key> + Clone,
    ) -> Result<Predictions> {
        let scores: Vec<Vec<f64>> = keys
            .clone()
            .filter_map(|key| model.get(key).map(|found| found.scores.clone()))
            .collect();
        let rows: Vec<&Row> = keys.filter_map(|(_, _, row)| self.known.get(row)).collect();
        let targets = Targets::of(self.task.kind(), rows.iter().map(|row| row.target));
        let made = row_task(self.task).predictions(&targets, &scores)?;
        if self.unit == Unit::Row {
            return Ok(made);
        }
        let groups: Vec<usize> = rows.iter().map(|row| row.group).collect();
        Ok(made.with_groups(&groups)?)
    }

    /// Number of units among rows.
    fn count<'k>(&self, keys: impl Iterator<Item = &'k Key>) -> usize {
        let units: BTreeSet<(usize, &str)> = keys
            .filter_map(|(_, _, row)| {
                let group = self.known.get(row)?.group;
                Some(match self.unit {
                    Unit::Row => (0, row.as_str()),
                    _ => (group, ""),
                })
            })
            .collect();
        units.len()
    }

    /// Scores by fold; `None` if the metric is undefined in one.
    fn folds(
        &self,
        common: &BTreeSet<Key>,
        warnings: &mut Vec<Warning>,
    ) -> Result<Option<FoldTable>> {
        let mut keys: BTreeMap<FoldName, Vec<&Key>> = BTreeMap::new();
        for key in common {
            let fold = keys.entry((key.0.clone(), key.1.clone())).or_default();
            fold.push(key);
        }
        let mut scores: Vec<Vec<f64>> = vec![Vec::new(); self.models.len()];
        let (mut train, mut test) = (0, 0);
        let mut of_repeat: BTreeMap<&String, usize> = BTreeMap::new();
        let mut tested_in: BTreeMap<&String, usize> = BTreeMap::new();
        for ((repeat, fold), of_fold) in &keys {
            for (model, scores) in self.models.iter().zip(&mut scores) {
                let predictions = self.predictions(model, of_fold.iter().copied())?;
                match self.metric.score(&predictions, self.unit) {
                    Ok(score) => scores.push(score),
                    Err(error) => {
                        warnings.push(Warning::new(
                            WarningKind::Pooled,
                            format!("repeat {repeat}, fold {fold}: {error}; rows are pooled, which rejects a true null somewhat too often, and the test speaks of the fitted models only"),
                        ));
                        return Ok(None);
                    }
                }
            }
            let tested = self.count(of_fold.iter().copied());
            test += tested;
            let all = *of_repeat
                .entry(repeat)
                .or_insert_with(|| self.count(common.iter().filter(|key| key.0 == *repeat)));
            train += all.saturating_sub(tested);
            *tested_in.entry(repeat).or_default() += tested;
        }
        let straddles =
            |(repeat, tested): (&&String, &usize)| of_repeat.get(*repeat) < Some(tested);
        if self.unit != Unit::Row && tested_in.iter().any(straddles) {
            warnings.push(Warning::new(
                WarningKind::FoldsOverlap,
                "a group is tested in several folds of one repeat, so it lies on both sides of the split: its scores are likely too good; midfuse audit shows where",
            ));
        }
        if train == 0 {
            return Err(Error::OneFold {
                mend: "give fold scores with n_train and n_test",
            });
        }
        let repeats: BTreeSet<&str> = keys.keys().map(|(repeat, _)| repeat.as_str()).collect();
        overlap(keys.len() / repeats.len().max(1), repeats.len(), warnings);
        Ok(Some(FoldTable {
            scores,
            folds: keys.into_keys().collect(),
            train,
            test,
        }))
    }

    fn units(
        &self,
        keys: &BTreeSet<Key>,
        seed: Seed,
        warnings: &mut Vec<Warning>,
    ) -> Result<UnitTable> {
        let predictions = self
            .models
            .iter()
            .map(|model| self.predictions(model, keys.iter()))
            .collect::<Result<Vec<_>>>()?;
        let points = predictions
            .iter()
            .map(|of_model| self.metric.score(of_model, self.unit))
            .collect::<std::result::Result<Vec<_>, _>>()?;
        let units = self.count(keys.iter());
        if units < super::units::FEW {
            warnings.push(Warning::new(
                WarningKind::FewUnits,
                format!(
                    "{units} units are few: {}",
                    if units < 6 {
                        "read the numbers as a description, not as a test"
                    } else {
                        "intervals that are not of the jackknife or of an exact test are likely too short"
                    }
                ),
            ));
        }
        Ok(UnitTable {
            metric: self.metric,
            predictions,
            unit: self.unit,
            units,
            points,
            seed,
        })
    }
}
