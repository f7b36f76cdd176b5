//! Disclosed predictions as rows of a table.

use midfuse_base::Targets;
use midfuse_eval::predict::Disclosed;

use crate::run::checked::CheckedStudy;
use crate::run::fold::FoldRun;
use midfuse_report::{PredictionRow, PredictionTable};

/// Every disclosed prediction, strategy by strategy, fold by fold.
pub(in crate::run) fn predictions(study: &CheckedStudy, folds: &[FoldRun]) -> PredictionTable {
    let mut rows = Vec::new();
    for (i, arm) in study.arms.iter().enumerate() {
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
        task: study.cohort.task.clone(),
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
    let group = |row: usize| {
        disclosed
            .groups
            .as_ref()
            .and_then(|groups| groups.get(row).cloned())
    };
    disclosed
        .ids
        .iter()
        .zip(targets)
        .zip(&disclosed.scores)
        .enumerate()
        .map(|(row, ((id, target), scores))| PredictionRow {
            id: id.clone(),
            group: group(row),
            repeat,
            fold,
            arm: arm.to_owned(),
            target,
            scores: scores.clone(),
        })
        .collect()
}
