//! A rehearsal of every split, before the first job.

use midfuse_eval::fold::Dev;
use midfuse_eval::structure::Structure;

use super::{Splits, inner_seed, refit_seed};
use crate::{EvaluationError, Result};

/// Most outer folds of one repeat: each is a thread, and a model per strategy.
const MOST_FOLDS: usize = 1000;

impl Splits<'_> {
    /// Number of outer folds of one repeat.
    ///
    /// # Errors
    /// [`EvaluationError`] if the rows cannot be split, or into too many folds.
    pub(crate) fn count<S: Structure>(&self, dev: &Dev<S>) -> Result<usize> {
        let folds = dev
            .cross_validate(&self.outer_splitter(0, dev.len()), |_| ())
            .map_err(|error| self.wrong("outer folds", error))?
            .len();
        if folds > MOST_FOLDS {
            let most = MOST_FOLDS;
            return Err(EvaluationError::TooManyFolds { folds, most }.into());
        }
        Ok(folds)
    }

    /// Makes every split once, so that one that cannot be made is known before the first job.
    ///
    /// # Errors
    /// [`EvaluationError`] that names the fold.
    pub(crate) fn rehearse<S: Structure>(&self, dev: &Dev<S>) -> Result<()> {
        self.count(dev)?;
        for repeat in 0..self.protocol.repeats {
            let folds = dev
                .cross_validate(&self.outer_splitter(repeat, dev.len()), |fold| {
                    let seed = self.seed(repeat, fold.index);
                    let by = self.inner(seed, fold.train.len());
                    let inner = fold.train.cross_validate(&by, |inner| {
                        self.stop_rows(&inner.train, inner_seed(seed, inner.index))
                            .map(|_| ())
                    });
                    let place = format!("repeat {} fold {}", repeat + 1, fold.index + 1);
                    inner
                        .map_err(|error| self.wrong(format!("{place}, inner folds"), error))?
                        .into_iter()
                        .chain([self.stop_rows(&fold.train, refit_seed(seed)).map(|_| ())])
                        .collect::<Result<()>>()
                })
                .map_err(|error| self.wrong("outer folds", error))?;
            folds.into_iter().collect::<Result<()>>()?;
        }
        Ok(())
    }
}
