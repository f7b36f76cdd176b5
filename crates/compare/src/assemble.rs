//! Row predictions of all models, on the rows that they share, by fold or pooled.

use std::collections::{BTreeMap, BTreeSet};

use midfuse_base::{Seed, Target, Task};
use midfuse_metrics::metric::{Metric, Unit};

use super::design::Paired;
use super::read::Prediction;
use super::result::{Warning, WarningKind};
use super::shared_rows::{Key, OfModel, Row, Rows};
use crate::error::{Error, Result};

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

/// Target, unit and group of each row, which all models have to agree on.
fn known_rows(rows: &[Prediction]) -> Result<BTreeMap<String, Row>> {
    let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
    let mut clusters: BTreeMap<&str, usize> = BTreeMap::new();
    let mut known: BTreeMap<String, Row> = BTreeMap::new();
    let mut first: BTreeMap<&str, &Prediction> = BTreeMap::new();
    for row in rows {
        let before = *first.entry(&row.row).or_insert(row);
        let what = if before.target != row.target {
            "target"
        } else if before.group != row.group {
            "group"
        } else if before.unit != row.unit {
            "unit"
        } else {
            let next = codes.len();
            let group = match row.unit.as_ref().or(row.group.as_ref()) {
                Some(group) => *codes.entry(group).or_insert(next),
                None => 0,
            };
            // Where units are given, the groups are what is independent.
            let cluster = row.unit.as_ref().and(row.group.as_ref()).map(|cluster| {
                let next = clusters.len();
                *clusters.entry(cluster).or_insert(next)
            });
            let target = row.target;
            known.entry(row.row.clone()).or_insert(Row {
                target,
                group,
                cluster,
            });
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
