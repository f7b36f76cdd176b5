//! Time-dependent AUC and Brier score at each horizon, beside those of the Kaplan-Meier curve.

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html};
use midfuse_base::{SurvivalTask, Target, TargetShape, Targets};
use midfuse_metrics::metric::survival::{KaplanMeier, Survival, dynamic_auc, survival_brier};
use midfuse_page::number::score;
use midfuse_page::{Column, soft, table};

use crate::predictions::{PredictionRow, PredictionTable};

/// What one strategy scores at a horizon in one fold.
#[derive(Clone, Copy)]
struct Scored {
    auc: Option<f64>,
    brier: Option<f64>,
    prior: Option<f64>,
}

/// The means over the folds that have a score, as they are shown.
struct Row<'a> {
    arm: &'a str,
    /// Whether it is the first of its strategy.
    is_first: bool,
    horizon: String,
    cells: [String; 3],
    folds: usize,
}

pub(super) fn section(task: &SurvivalTask, predictions: &PredictionTable, arms: &[&str]) -> Markup {
    let rows: Vec<Row<'_>> = arms
        .iter()
        .flat_map(|&arm| of_arm(task, predictions, arm))
        .collect();
    if rows.iter().all(|row| row.folds == 0) {
        return html! {
            p {
                "The scores at single horizons weigh patients by the censoring of other folds, and there are none here; those over all horizons stand above."
            }
        };
    }
    let columns = [
        "Strategy",
        "Horizon",
        "AUC",
        "Brier",
        "Brier of the prior",
        "Folds",
    ];
    let body = html! {
        @for row in &rows {
            tr class=[row.is_first.then_some("first")] {
                td { (row.arm) }
                td { (row.horizon) }
                @for cell in &row.cells { td { (cell) } }
                td { (row.folds) }
            }
        }
    };
    html! {
        (table(None, &columns.map(Column::number), &body))
        (soft(
            "Cumulative/dynamic AUC (who had the event by the horizon, against who had not) and Brier score, weighted by the chance of being uncensored in the rows of the other folds; mean over the folds that have both at the horizon. The prior is the Kaplan-Meier curve of the other folds."
        ))
    }
}

fn of_arm<'a>(task: &SurvivalTask, predictions: &PredictionTable, arm: &'a str) -> Vec<Row<'a>> {
    let folds = folds(predictions, arm);
    let of_horizon = |(at, &horizon): (usize, &f64)| {
        let scored: Vec<Scored> = folds
            .iter()
            .map(|(fold, others)| scored(fold, others, task, horizon))
            .collect();
        let mean = |of: fn(&Scored) -> Option<f64>| {
            let values: Vec<f64> = scored.iter().filter_map(of).collect();
            if values.is_empty() {
                return "-".to_owned();
            }
            score(values.iter().sum::<f64>() / values.len() as f64)
        };
        Row {
            arm,
            is_first: at == 0,
            horizon: task.at(horizon),
            cells: [mean(|s| s.auc), mean(|s| s.brier), mean(|s| s.prior)],
            folds: scored.iter().filter(|s| s.brier.is_some()).count(),
        }
    };
    task.horizons.iter().enumerate().map(of_horizon).collect()
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
    let targets = Targets::of(TargetShape::TimesAndEvents, targets);
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
