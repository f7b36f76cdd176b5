//! Performance by level of a column.

use std::collections::BTreeSet;

use midfuse_base::Seed;
use midfuse_metrics::metric::{Metric, MetricError, Unit, auc};

use super::calibration::{mean_error, observed_expected};
use super::level_column::LevelColumn;
use super::resample::{Measured, measure, pick};
use super::suppress::hidden;
use super::units::Units;
use crate::results::{Estimate, Level, LevelTable};

/// Level of a unit whose rows lie in several.
const VARIES: &str = "varies within the group";

/// What is measured in every level.
pub(super) struct Yardstick<'a> {
    pub(super) units: &'a Units,
    pub(super) metric: Metric,
    /// Whether each prediction is of an event, and its probability.
    pub(super) event: Option<&'a (Vec<bool>, Vec<f64>)>,
    /// True and predicted value of each prediction of numbers.
    pub(super) numbers: Option<&'a (Vec<f64>, Vec<f64>)>,
    /// Counts below this are not shown.
    pub(super) small_cell: usize,
    pub(super) seed: Seed,
}

/// A level with the standard errors that its JSON leaves out.
pub(super) struct MeasuredLevel {
    pub(super) level: Level,
    pub(super) metric: Option<Measured>,
    pub(super) auc: Option<Measured>,
    pub(super) observed_expected: Option<Measured>,
    pub(super) mean_error: Option<Measured>,
}

/// A table of the levels.
pub(super) fn table(column: &LevelColumn, levels: Vec<MeasuredLevel>) -> LevelTable {
    LevelTable {
        column: column.name.clone(),
        levels: levels.into_iter().map(|measured| measured.level).collect(),
    }
}

impl Yardstick<'_> {
    /// Level of each unit, and the names of those that occur, in their order.
    pub(super) fn assign(&self, column: &LevelColumn) -> (Vec<Option<usize>>, Vec<String>) {
        let varies = column.levels.len();
        let of_unit: Vec<Option<usize>> = self
            .units
            .rows
            .iter()
            .map(|rows| {
                let of_rows: BTreeSet<usize> = rows
                    .iter()
                    .filter_map(|id| column.of_row.get(id).copied())
                    .collect();
                match of_rows.len() {
                    0 => None,
                    1 => of_rows.first().copied(),
                    _ => Some(varies),
                }
            })
            .collect();
        let there: Vec<usize> = of_unit
            .iter()
            .flatten()
            .copied()
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
        let names = there
            .iter()
            .map(|&level| {
                let name = column.levels.get(level);
                name.cloned().unwrap_or_else(|| VARIES.to_owned())
            })
            .collect();
        let place = |level: usize| there.iter().position(|&there| there == level);
        (
            of_unit
                .into_iter()
                .map(|level| level.and_then(place))
                .collect(),
            names,
        )
    }

    /// Every level of a column.
    pub(super) fn levels(&self, column: &LevelColumn) -> Vec<MeasuredLevel> {
        let (of_unit, names) = self.assign(column);
        let in_level = |level: usize| move |unit: &Option<usize>| *unit == Some(level);
        let counts: Vec<usize> = (0..names.len())
            .map(|level| of_unit.iter().filter(|unit| in_level(level)(unit)).count())
            .collect();
        let events: Vec<usize> = (0..names.len())
            .map(|level| {
                self.event.map_or(0, |(positive, _)| {
                    let keep = |unit: usize| of_unit.get(unit) == Some(&Some(level));
                    self.units.n_events(positive, keep)
                })
            })
            .collect();
        let hidden_units = hidden(&counts, self.small_cell);
        // Few others next to many events tell as much as few events.
        let rarer: Vec<usize> = counts
            .iter()
            .zip(&events)
            .map(|(units, events)| (*events).min(units - events))
            .collect();
        let hidden_events = hidden(&rarer, self.small_cell);
        let flag = |of: &[bool], level: usize| of.get(level).copied().unwrap_or(true);
        names
            .into_iter()
            .enumerate()
            .map(|(level, name)| {
                let count = counts.get(level).copied().unwrap_or(0);
                let events = events.get(level).copied().unwrap_or(0);
                let no_units = flag(&hidden_units, level);
                let no_events = no_units || (self.event.is_some() && flag(&hidden_events, level));
                let members = self.members(&of_unit, level);
                let seed = self.seed.derive(&column.name).derive(&name);
                self.level(name, (count, events), (no_units, no_events), &members, seed)
            })
            .collect()
    }

    /// Predictions of each independent group of a level. A level that is one group, such as a site
    /// that is the group, is resampled by unit: its interval speaks of that group alone.
    fn members(&self, of_unit: &[Option<usize>], level: usize) -> Vec<Vec<usize>> {
        let inside = |unit: usize| of_unit.get(unit) == Some(&Some(level));
        let by_cluster = self.units.members(|unit| {
            inside(unit)
                .then(|| self.units.clusters.get(unit).copied())
                .flatten()
        });
        if by_cluster.len() == 1 {
            return self.units.members(|unit| inside(unit).then_some(unit));
        }
        by_cluster
    }

    fn level(
        &self,
        name: String,
        (units, events): (usize, usize),
        (no_units, no_events): (bool, bool),
        members: &[Vec<usize>],
        seed: Seed,
    ) -> MeasuredLevel {
        let metric = (!no_units)
            .then(|| {
                measure(members, seed.derive("metric"), |rows| {
                    let chosen = self.units.predictions.select(rows)?;
                    self.metric.score(&chosen, Unit::Row)
                })
            })
            .flatten();
        let of_event = |what: &str, of: fn(&[bool], &[f64]) -> Result<f64, MetricError>| {
            let (positive, probabilities) = self.event.filter(|_| !no_events)?;
            measure(members, seed.derive(what), |rows| {
                of(&pick(positive, rows), &pick(probabilities, rows))
            })
        };
        let auc = (self.metric != Metric::Auc)
            .then(|| of_event("auc", |positive, p| auc(positive, p, None)))
            .flatten();
        let observed_expected = of_event("observed-expected", observed_expected);
        let mean_error = self
            .numbers
            .filter(|_| !no_units)
            .and_then(|(targets, predicted)| {
                measure(members, seed.derive("mean-error"), |rows| {
                    Ok(mean_error(&pick(targets, rows), &pick(predicted, rows)))
                })
            });
        let shown = |measured: &Option<Measured>| -> Option<Estimate> {
            measured.map(|measured| measured.estimate)
        };
        MeasuredLevel {
            level: Level {
                level: name,
                units: (!no_units).then_some(units),
                events: (self.event.is_some() && !no_events).then_some(events),
                suppressed: no_units || no_events,
                metric: shown(&metric),
                auc: shown(&auc),
                observed_expected: shown(&observed_expected),
                mean_error: shown(&mean_error),
                held_out: None,
            },
            metric,
            auc,
            observed_expected,
            mean_error,
        }
    }
}
