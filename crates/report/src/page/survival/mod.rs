//! Figures of a censored outcome, from predictions of rows that the models had not seen.

mod at_horizons;
mod calibration;
mod kaplan_meier;

use midfuse_base::SurvivalTask;
use midfuse_page::svg::Series;

use crate::clinical::Units;
use crate::predictions::PredictionTable;
use crate::results::Results;
use crate::task::Figure;

/// One strategy's predictions of one repeat, a patient once.
struct Followed {
    time: Vec<f64>,
    event: Vec<bool>,
    risk: Vec<f64>,
    /// Predicted survival, `[horizons, patients]`.
    survival: Vec<Vec<f64>>,
}

impl Followed {
    /// The first repeat of a strategy; later ones predict the same patients again.
    fn of(task: &SurvivalTask, table: &PredictionTable, arm: &str) -> Option<Self> {
        let units = Units::of(table, arm)?;
        let first = units.of_first_repeat()?;
        let targets = first.targets();
        let (time, event) = targets.as_survival()?;
        let at = |&horizon: &f64| first.survival_at(horizon);
        Some(Self {
            time: time.to_vec(),
            event: event.to_vec(),
            risk: first.risks(),
            survival: task.horizons.iter().map(at).collect(),
        })
    }

    fn len(&self) -> usize {
        self.time.len()
    }

    /// Times and events of some patients.
    fn pick(&self, rows: &[usize]) -> (Vec<f64>, Vec<bool>) {
        let at = |&row: &usize| Some((*self.time.get(row)?, *self.event.get(row)?));
        rows.iter().filter_map(at).unzip()
    }

    /// Patients in `n` groups of about equal size, by a value that ascends; fewer groups of few.
    fn groups(&self, by: &[f64], n: usize, least: usize) -> Vec<Vec<usize>> {
        let mut order: Vec<usize> = (0..self.len()).collect();
        let value = |row: &usize| by.get(*row).copied().unwrap_or(f64::NAN);
        order.sort_by(|a, b| value(a).total_cmp(&value(b)));
        let n = n.min(order.len() / least.max(1)).max(1);
        let size = order.len().div_ceil(n).max(1);
        order.chunks(size).map(<[usize]>::to_vec).collect()
    }
}

/// The colour of a strategy.
fn series(results: &Results, arm: &str) -> Series {
    let mut arms = results.arms.iter();
    let of = arms.find(|of| of.name == arm);
    of.map_or(Series::Fusion, super::series)
}

/// Every figure of these strategies; counts below `small` are not shown.
pub(crate) fn figures(
    task: &SurvivalTask,
    results: &Results,
    table: &PredictionTable,
    arms: &[&str],
    small: usize,
) -> Vec<Figure> {
    let followed: Vec<(&str, Followed)> = arms
        .iter()
        .filter_map(|&arm| Some((arm, Followed::of(task, table, arm)?)))
        .collect();
    vec![
        (
            "Survival by predicted risk",
            kaplan_meier::section(task, &followed, small),
        ),
        (
            "Calibration at the horizons",
            calibration::section(task, results, &followed, small),
        ),
        (
            "Scores at the horizons",
            at_horizons::section(task, table, arms),
        ),
    ]
}
