//! The rows that all models share, scored by fold or by unit.

use std::collections::{BTreeMap, BTreeSet};

use midfuse_base::{Seed, Target, Targets, Task};
use midfuse_metrics::metric::{Metric, Predictions, Unit};

use super::folds::{FoldTable, overlap};
use super::read::{FoldName, Prediction};
use super::result::{Warning, WarningKind};
use super::task::row_task;
use super::units::UnitTable;
use crate::error::{Error, Result};

/// Repeat, fold and row.
pub(super) type Key = (String, String, String);
/// Predictions of one model.
pub(super) type OfModel = BTreeMap<Key, Prediction>;

/// What is known of each row, whichever model predicts it.
pub(super) struct Row {
    pub(super) target: Target,
    /// What one score counts: the unit, or else the group.
    pub(super) group: usize,
    /// What is independent, where it is larger than that.
    pub(super) cluster: Option<usize>,
}

/// The rows that all models share.
pub(super) struct Rows<'a> {
    pub(super) known: &'a BTreeMap<String, Row>,
    pub(super) models: &'a [OfModel],
    pub(super) task: &'a Task,
    pub(super) metric: Metric,
    pub(super) unit: Unit,
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
        let targets = Targets::of(self.task.target_shape(), rows.iter().map(|row| row.target));
        let made = row_task(self.task).predictions(&targets, &scores)?;
        let made = if self.unit == Unit::Row {
            made
        } else {
            let groups: Vec<usize> = rows.iter().map(|row| row.group).collect();
            made.with_groups(&groups)?
        };
        let clusters: Option<Vec<usize>> = rows.iter().map(|row| row.cluster).collect();
        match clusters {
            Some(clusters) => Ok(made.with_clusters(&clusters)?),
            None => Ok(made),
        }
    }

    /// Number of units among rows.
    fn count<'k>(&self, keys: impl Iterator<Item = &'k Key>) -> usize {
        let units: BTreeSet<(usize, &str)> = keys
            .filter_map(|(_, _, row)| {
                let group = self.known.get(row)?.group;
                Some(match self.unit {
                    Unit::Row => (0, row.as_str()),
                    Unit::Group | Unit::RowsAveragedInGroup | Unit::RowsIgnoringGroups => {
                        (group, "")
                    }
                })
            })
            .collect();
        units.len()
    }

    /// Scores by fold; `None` if the metric is undefined in one.
    pub(super) fn folds(
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

    pub(super) fn units(
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
        let cluster = |key: &Key| self.known.get(&key.2)?.cluster;
        let clusters: BTreeSet<usize> = keys.iter().filter_map(cluster).collect();
        let independent = match clusters.len() {
            0 => units,
            clusters => clusters,
        };
        if independent < super::units::FEW {
            let what = if clusters.is_empty() {
                "units"
            } else {
                "groups"
            };
            warnings.push(Warning::new(
                WarningKind::FewUnits,
                format!(
                    "{independent} {what} are few: {}",
                    if independent < 6 {
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
            independent,
            points,
            seed,
        })
    }
}
