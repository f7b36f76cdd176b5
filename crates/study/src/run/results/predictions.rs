//! Disclosed predictions as rows of a table.

use midfuse_base::Targets;
use midfuse_eval::predict::Disclosed;

use crate::run::checked::Opened;
use crate::run::fold::FoldRun;
use midfuse_report::{PredictionRow, PredictionTable};

/// Every disclosed prediction, strategy by strategy, fold by fold.
pub(in crate::run) fn predictions(opened: &Opened, folds: &[FoldRun]) -> PredictionTable {
    let mut rows = Vec::new();
    for (i, arm) in opened.arms.iter().enumerate() {
        for fold in folds {
            let Some(refit) = fold.arms.get(i).and_then(|run| run.refit.as_ref()) else {
                continue;
            };
            rows.extend(prediction_rows(
                &refit.disclosed,
                &arm.name,
                (fold.repeat, fold.fold),
            ));
        }
    }
    PredictionTable {
        task: opened.cohort.task.clone(),
        rows,
    }
}

/// The disclosed predictions of one strategy in one fold.
pub(in crate::run) fn prediction_rows(
    disclosed: &Disclosed,
    arm: &str,
    (repeat, fold): (usize, usize),
) -> Vec<PredictionRow> {
    let targets: Vec<f64> = match &disclosed.targets {
        Targets::Class(classes) => classes.iter().map(|&class| class as f64).collect(),
        Targets::Value(values) => values.clone(),
    };
    let group = |at: usize| {
        disclosed
            .groups
            .as_ref()
            .and_then(|groups| groups.get(at).cloned())
    };
    disclosed
        .ids
        .iter()
        .zip(targets)
        .zip(&disclosed.scores)
        .enumerate()
        .map(|(at, ((id, target), scores))| PredictionRow {
            id: id.clone(),
            group: group(at),
            repeat,
            fold,
            arm: arm.to_owned(),
            target,
            scores: scores.clone(),
        })
        .collect()
}
