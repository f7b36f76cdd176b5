//! Time-dependent AUC and Brier score at each horizon, beside those of the Kaplan-Meier curve.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use midfuse_base::{SurvivalTask, Target, Targets, TaskKind};
use midfuse_metrics::metric::survival::{KaplanMeier, Survival, dynamic_auc, survival_brier};
use midfuse_page::escape;
use midfuse_page::number::score;

use crate::predictions::{PredictionRow, PredictionTable};

/// What one strategy scores at a horizon in one fold.
#[derive(Clone, Copy)]
struct Scored {
    auc: Option<f64>,
    brier: Option<f64>,
    prior: Option<f64>,
}

pub(super) fn section(task: &SurvivalTask, table: &PredictionTable, arms: &[&str]) -> String {
    let mut html = String::from(
        "<div class=\"wide\"><table><thead><tr><th>Strategy</th><th>Horizon</th><th>AUC</th><th>Brier</th><th>Brier of the prior</th><th>Folds</th></tr></thead><tbody>",
    );
    let mut any = false;
    for &arm in arms {
        let folds = folds(table, arm);
        for (at, &horizon) in task.horizons.iter().enumerate() {
            let scored: Vec<Scored> = folds
                .iter()
                .map(|(fold, others)| scored(fold, others, task, horizon))
                .collect();
            let mean = |of: &dyn Fn(&Scored) -> Option<f64>| {
                let values: Vec<f64> = scored.iter().filter_map(of).collect();
                let mean = values.iter().sum::<f64>() / values.len() as f64;
                (!values.is_empty()).then_some((mean, values.len()))
            };
            let cell = |of: &dyn Fn(&Scored) -> Option<f64>| {
                mean(of).map_or_else(|| "-".to_owned(), |(value, _)| score(value))
            };
            let n = mean(&|s| s.brier).map_or(0, |(_, n)| n);
            any |= n > 0;
            let first = if at == 0 { " class=\"first\"" } else { "" };
            let _ = write!(
                html,
                "<tr{first}><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{n}</td></tr>",
                escape(arm),
                escape(&task.at(horizon)),
                cell(&|s| s.auc),
                cell(&|s| s.brier),
                cell(&|s| s.prior)
            );
        }
    }
    html.push_str("</tbody></table></div>");
    if !any {
        return "<p>The scores at single horizons weigh patients by the censoring of other folds, and there are none here; those over all horizons stand above.</p>".to_owned();
    }
    html.push_str(
        "<p class=\"soft\">Cumulative/dynamic AUC (who had the event by the horizon, against who had not) and Brier score, weighted by the chance of being uncensored in the rows of the other folds; mean over the folds that have both at the horizon. The prior is the Kaplan-Meier curve of the other folds.</p>",
    );
    html
}

/// A patient in a fold: the one target of their rows, and the mean of the scores.
struct Patient {
    target: Target,
    scores: Vec<f64>,
}

/// The patients of each fold, and those of the other folds of its repeat.
fn folds(table: &PredictionTable, arm: &str) -> Vec<(Vec<Patient>, Vec<Patient>)> {
    let places: BTreeSet<(usize, usize)> = table.of(arm).map(|r| (r.repeat, r.fold)).collect();
    places
        .into_iter()
        .map(|(repeat, fold)| {
            let of_repeat = table.of(arm).filter(|row| row.repeat == repeat);
            let (here, others): (Vec<_>, Vec<_>) = of_repeat.partition(|row| row.fold == fold);
            (patients(&here), patients(&others))
        })
        .collect()
}

fn patients(rows: &[&PredictionRow]) -> Vec<Patient> {
    let mut by_name: BTreeMap<&str, Vec<&PredictionRow>> = BTreeMap::new();
    for row in rows {
        let name = row.group.as_deref().unwrap_or(&row.id);
        by_name.entry(name).or_default().push(row);
    }
    let patient = |rows: Vec<&PredictionRow>| {
        let first = rows.first()?;
        let mean = |i: usize| {
            let scores = rows.iter().filter_map(|row| row.scores.get(i));
            scores.sum::<f64>() / rows.len() as f64
        };
        Some(Patient {
            target: first.target,
            scores: (0..first.scores.len()).map(mean).collect(),
        })
    };
    by_name.into_values().filter_map(patient).collect()
}

fn followed(patients: &[Patient]) -> Option<Survival> {
    let targets = patients.iter().map(|patient| patient.target);
    let targets = Targets::of(TaskKind::Survival, targets);
    let (time, event) = targets.as_survival()?;
    Survival::new(time, event).ok()
}

/// The scores at a horizon, where the rows allow them.
fn scored(fold: &[Patient], others: &[Patient], task: &SurvivalTask, horizon: f64) -> Scored {
    let nothing = Scored {
        auc: None,
        brier: None,
        prior: None,
    };
    let (Some(rows), Some(others)) = (followed(fold), followed(others)) else {
        return nothing;
    };
    // Later follow-up is not weighed: it is free of the event at the horizon.
    let Ok(rows) = rows.until(horizon, &others) else {
        return nothing;
    };
    let column = |i: usize| {
        fold.iter()
            .filter_map(move |row| row.scores.get(i).copied())
    };
    let risk: Vec<f64> = column(0).collect();
    let Some(position) = task.position(horizon) else {
        return nothing;
    };
    let survival: Vec<Vec<f64>> = column(position + 1).map(|p| vec![p]).collect();
    let brier = |survival: &[Vec<f64>]| {
        let at = survival_brier(&others, &rows, survival, &[horizon]).ok()?;
        at.first().copied()
    };
    let prior = KaplanMeier::survival(&others).held(horizon);
    Scored {
        auc: dynamic_auc(&others, &rows, &risk, &[horizon])
            .ok()
            .map(|auc| auc.mean),
        brier: brier(&survival),
        prior: brier(&vec![vec![prior]; fold.len()]),
    }
}
