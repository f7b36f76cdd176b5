//! The outer loop: repeats and folds, a thread each, that wait for the pool.

use midfuse_eval::fold::Dev;
use midfuse_eval::ledger::Ledger;
use midfuse_eval::structure::Structure;

use super::{FoldRun, run_fold};
use crate::Result;
use crate::run::context::Context;

/// Runs every outer fold of every repeat; folds come in order, repeat after repeat.
///
/// # Errors
/// As [`run_fold`]; [`crate::EvaluationError`] if the rows cannot be split.
pub(in crate::run) fn outer_folds<S: Structure>(
    context: &Context<'_>,
    ledger: &Ledger,
    dev: &Dev<S>,
) -> Result<Vec<FoldRun>> {
    let mut folds = Vec::new();
    for repeat in 0..context.file.protocol.repeats {
        let by = context.splits.outer_splitter(repeat, dev.len());
        let ran = dev
            .par_cross_validate(&by, |fold| run_fold(context, ledger, repeat, &fold))
            .map_err(|error| context.splits.wrong("outer folds", error))?;
        for fold in ran {
            folds.push(fold??);
        }
    }
    Ok(folds)
}
