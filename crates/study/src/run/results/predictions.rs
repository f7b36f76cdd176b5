//! Disclosed predictions as rows of a table.

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
    let of = |names: &Option<Vec<String>>, row: usize| names.as_ref()?.get(row).cloned();
    disclosed
        .ids
        .iter()
        .zip(&disclosed.scores)
        .enumerate()
        .filter_map(|(row, (id, scores))| {
            Some(PredictionRow {
                id: id.clone(),
                group: of(&disclosed.groups, row),
                unit: of(&disclosed.units, row),
                repeat,
                fold,
                arm: arm.to_owned(),
                target: disclosed.targets.get(row)?,
                scores: scores.clone(),
            })
        })
        .collect()
}
