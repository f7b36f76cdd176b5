//! Predictions of test rows as predictions of units: patients, not slices.

use std::collections::BTreeMap;

use midfuse_base::{Target, Targets, Task};
use midfuse_metrics::metric::Predictions;

use crate::predictions::{PredictionRow, PredictionTable};
use crate::results::UnitKind;
use crate::task::{TaskReport, task_report};

/// One strategy's predictions, one per unit, repeat and fold.
#[derive(Debug)]
pub struct Units {
    /// What one unit is.
    pub kind: UnitKind,
    /// Rows of each unit, by id.
    pub(super) rows: Vec<Vec<String>>,
    /// Independent group of each unit.
    pub(super) clusters: Vec<usize>,
    /// Unit of each prediction.
    pub(super) unit_of: Vec<usize>,
    pub(super) repeat_of: Vec<usize>,
    pub(super) predictions: Predictions,
}

impl Units {
    /// The predictions of a strategy; `None` if it has none, or its scores are not probabilities.
    ///
    /// What one score counts is the unit, or else the group, where its rows share one target: then its
    /// prediction is the mean of its rows' probabilities or values. Groups are independent of one another.
    pub fn of(table: &PredictionTable, arm: &str) -> Option<Self> {
        let rows: Vec<&PredictionRow> = table.of(arm).collect();
        let kind = kind(&rows);
        let of_task = task_report(&table.task);
        let name = |row: &PredictionRow| match (kind, unit(row)) {
            (UnitKind::Unit, Some(unit)) => unit.clone(),
            _ => row.id.clone(),
        };
        // By name, so that the order of units does not depend on that of folds.
        let mut members: BTreeMap<String, BTreeMap<(usize, usize), Vec<&PredictionRow>>> =
            BTreeMap::new();
        for row in rows {
            let unit = members.entry(name(row)).or_default();
            unit.entry((row.repeat, row.fold)).or_default().push(row);
        }
        let mut clusters = Codes::default();
        let mut units = (Vec::new(), Vec::new());
        let (mut unit_of, mut repeat_of) = (Vec::new(), Vec::new());
        let (mut targets, mut scores) = (Vec::new(), Vec::new());
        for (unit, (name, by_fold)) in members.into_iter().enumerate() {
            let mut ids: Vec<String> = Vec::new();
            let mut cluster = name;
            for ((repeat, _), rows) in by_fold {
                unit_of.push(unit);
                repeat_of.push(repeat);
                targets.push(rows.first()?.target);
                scores.push(mean((&table.task, of_task.as_ref()), &rows));
                for row in rows {
                    if let Some(group) = &row.group {
                        cluster.clone_from(group);
                    }
                    if !ids.contains(&row.id) {
                        ids.push(row.id.clone());
                    }
                }
            }
            units.0.push(ids);
            units.1.push(clusters.of(cluster));
        }
        Some(Self {
            kind,
            rows: units.0,
            clusters: units.1,
            unit_of,
            repeat_of,
            predictions: of_task
                .predictions(&Targets::of(table.task.target_shape(), targets), &scores)
                .ok()?,
        })
    }

    /// Predictions of the first repeat, a unit once; `None` without any.
    pub fn of_first_repeat(&self) -> Option<Predictions> {
        let mut seen = vec![false; self.len()];
        let first = self.repeat_of.iter().min()?;
        let pairs = self.unit_of.iter().zip(&self.repeat_of).enumerate();
        let rows: Vec<usize> = pairs
            .filter(|(_, (_, repeat))| *repeat == first)
            .filter(|(_, (unit, _))| {
                let seen = seen.get_mut(**unit);
                seen.is_some_and(|seen| !std::mem::replace(seen, true))
            })
            .map(|(at, _)| at)
            .collect();
        self.predictions.select(&rows).ok()
    }

    /// Number of units.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are no units.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Number of independent groups.
    pub(super) fn n_clusters(&self) -> usize {
        self.clusters.iter().max().map_or(0, |&last| last + 1)
    }

    /// Predictions of each group of `of_unit`; units of `None` are left out.
    pub(super) fn members(&self, of_unit: impl Fn(usize) -> Option<usize>) -> Vec<Vec<usize>> {
        let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (at, &unit) in self.unit_of.iter().enumerate() {
            if let Some(group) = of_unit(unit) {
                members.entry(group).or_default().push(at);
            }
        }
        members.into_values().collect()
    }

    /// Predictions of each independent group.
    pub(super) fn by_cluster(&self) -> Vec<Vec<usize>> {
        self.members(|unit| self.clusters.get(unit).copied())
    }

    /// Whether each prediction is of an event, and the probability that it gives.
    pub fn events(&self, class: usize) -> Option<(Vec<bool>, Vec<f64>)> {
        self.predictions.one_against_rest(class).ok()
    }

    /// True and predicted value of each prediction of numbers.
    pub fn numbers(&self) -> Option<(Vec<f64>, Vec<f64>)> {
        let targets = self.predictions.targets();
        let values = targets.as_values()?.to_vec();
        Some((values, self.predictions.predicted_values()))
    }

    /// Units with an event among those that `keep` accepts.
    pub(super) fn n_events(&self, positive: &[bool], keep: impl Fn(usize) -> bool) -> usize {
        let mut is_event = vec![false; self.len()];
        for (&unit, &positive) in self.unit_of.iter().zip(positive) {
            if let Some(slot) = is_event.get_mut(unit) {
                *slot |= positive && keep(unit);
            }
        }
        is_event.iter().filter(|&&event| event).count()
    }

    /// What is drawn of the predictions of each unit, repeat by repeat.
    pub(crate) fn moves(&self, task: &Task, event: Option<usize>) -> Vec<Vec<f64>> {
        self.trajectories(&task_report(task).moving(&self.predictions, event))
    }

    /// Predictions of each unit, for what moves between repeats: (repeat, prediction).
    pub fn trajectories(&self, predicted: &[f64]) -> Vec<Vec<f64>> {
        let mut by_repeat: Vec<BTreeMap<usize, (f64, f64)>> = vec![BTreeMap::new(); self.len()];
        for ((&unit, &repeat), &value) in self.unit_of.iter().zip(&self.repeat_of).zip(predicted) {
            if let Some(of_unit) = by_repeat.get_mut(unit) {
                let (sum, n) = of_unit.entry(repeat).or_default();
                *sum += value;
                *n += 1.0;
            }
        }
        by_repeat
            .into_iter()
            .map(|of_unit| of_unit.into_values().map(|(sum, n)| sum / n).collect())
            .collect()
    }
}

/// What one score counts: the declared unit, or else the group.
fn unit(row: &PredictionRow) -> Option<&String> {
    row.unit.as_ref().or(row.group.as_ref())
}

/// The unit where all units have one target, else the row.
fn kind(rows: &[&PredictionRow]) -> UnitKind {
    let mut targets: BTreeMap<&str, Target> = BTreeMap::new();
    if rows.iter().all(|row| row.unit.as_ref() == Some(&row.id)) {
        return UnitKind::RowOfGroup;
    }
    for row in rows {
        let Some(unit) = unit(row) else {
            return UnitKind::Row;
        };
        let target = row.target;
        if *targets.entry(unit).or_insert(target) != target {
            return UnitKind::RowOfGroup;
        }
    }
    UnitKind::Unit
}

/// Mean probability per class, mean value, or mean log-risk and survival.
fn mean((task, of_task): (&Task, &dyn TaskReport), rows: &[&PredictionRow]) -> Vec<f64> {
    (0..task.n_scores())
        .map(|at| {
            let score = |row: &&PredictionRow| row.scores.get(at).copied().unwrap_or(f64::NAN);
            let sum: f64 = rows.iter().map(|row| of_task.averaged(score(row))).sum();
            sum / rows.len() as f64
        })
        .collect()
}

/// Codes of names, in the order in which they come.
#[derive(Default)]
struct Codes(BTreeMap<String, usize>);

impl Codes {
    fn of(&mut self, name: String) -> usize {
        let next = self.0.len();
        *self.0.entry(name).or_insert(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: &str, group: &str, repeat: usize, class: usize, p: f64) -> PredictionRow {
        PredictionRow {
            id: id.to_owned(),
            group: Some(group.to_owned()),
            unit: None,
            repeat,
            fold: 0,
            arm: "a".to_owned(),
            target: Target::Class(class),
            scores: vec![(1.0 - p).ln(), p.ln()],
        }
    }

    fn table(rows: Vec<PredictionRow>) -> PredictionTable {
        PredictionTable {
            task: Task::Classification {
                classes: vec!["no".to_owned(), "yes".to_owned()],
            },
            rows,
        }
    }

    #[test]
    fn patients_with_one_target_are_units_with_their_mean_probability() {
        let table = table(vec![
            row("a1", "a", 0, 1, 0.2),
            row("a2", "a", 0, 1, 0.6),
            row("b1", "b", 0, 0, 0.5),
            row("a1", "a", 1, 1, 0.8),
            row("a2", "a", 1, 1, 0.8),
            row("b1", "b", 1, 0, 0.1),
        ]);
        let units = Units::of(&table, "a").unwrap();
        assert_eq!(
            (units.kind, units.len(), units.n_clusters()),
            (UnitKind::Unit, 2, 2)
        );
        let (positive, p) = units.events(1).unwrap();
        assert_eq!(positive, [true, true, false, false]);
        for (got, want) in p.iter().zip([0.4, 0.8, 0.5, 0.1]) {
            assert!((got - want).abs() < 1e-12);
        }
        assert_eq!(units.n_events(&positive, |_| true), 1, "a unit counts once");
        assert_eq!(units.by_cluster(), [vec![0, 1], vec![2, 3]]);
        assert_eq!(units.trajectories(&p).len(), 2);
        assert!(Units::of(&table, "other").is_none());
    }

    #[test]
    fn patients_of_sites_are_units_and_sites_are_resampled() {
        let of = |id: &str, unit: &str, group: &str, class, p| PredictionRow {
            unit: Some(unit.to_owned()),
            ..row(id, group, 0, class, p)
        };
        let patients = table(vec![
            of("a1", "a", "s", 1, 0.2),
            of("a2", "a", "s", 1, 0.6),
            of("b1", "b", "s", 0, 0.5),
            of("c1", "c", "t", 0, 0.25),
        ]);
        let units = Units::of(&patients, "a").unwrap();
        assert_eq!(
            (units.kind, units.len(), units.n_clusters()),
            (UnitKind::Unit, 3, 2)
        );
        assert_eq!(units.by_cluster(), [vec![0, 1], vec![2]]);
        let (positive, p) = units.events(1).unwrap();
        assert_eq!(positive, [true, false, false]);
        assert!((p[0] - 0.4).abs() < 1e-12);
        // Every row by itself, of sites that are drawn as wholes, though each site has one target.
        let rows = table(vec![
            of("a1", "a1", "s", 1, 0.2),
            of("a2", "a2", "s", 1, 0.6),
        ]);
        let units = Units::of(&rows, "a").unwrap();
        assert_eq!(
            (units.kind, units.len(), units.n_clusters()),
            (UnitKind::RowOfGroup, 2, 1)
        );
    }

    #[test]
    fn rows_stay_units_where_their_targets_differ_but_groups_are_resampled() {
        let table = table(vec![
            row("a1", "a", 0, 1, 0.2),
            row("a2", "a", 0, 0, 0.6),
            row("b1", "b", 0, 0, 0.5),
        ]);
        let units = Units::of(&table, "a").unwrap();
        assert_eq!(
            (units.kind, units.len(), units.n_clusters()),
            (UnitKind::RowOfGroup, 3, 2)
        );
        assert_eq!(units.by_cluster(), [vec![0, 1], vec![2]]);
    }
}
