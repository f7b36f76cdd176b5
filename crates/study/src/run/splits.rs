//! Every split of a study and its seed, in one place: a rehearsal makes the very splits of the run.

use midfuse_base::Seed;
use midfuse_eval::fold::{Dev, StopRows};
use midfuse_eval::split::{AnySplitter, GroupKFold, KFold, StratifiedGroupKFold, StratifiedKFold};
use midfuse_eval::structure::Structure;
use midfuse_eval::view::{Train, View};

use crate::file::{SplitterName, StudyFile};
use crate::{Error, Result};

/// The splits of a study.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Splits<'a> {
    pub(crate) file: &'a StudyFile,
    /// What cuts the rows.
    pub(crate) splitter: SplitterName,
}

impl Splits<'_> {
    fn by(&self, k: usize, seed: Seed) -> AnySplitter {
        match self.splitter {
            SplitterName::KFold => AnySplitter::KFold(KFold::new(k, seed)),
            SplitterName::StratifiedKFold => {
                AnySplitter::StratifiedKFold(StratifiedKFold::new(k, seed))
            }
            SplitterName::GroupKFold => AnySplitter::GroupKFold(GroupKFold::new(k, seed)),
            SplitterName::StratifiedGroupKFold => {
                AnySplitter::StratifiedGroupKFold(StratifiedGroupKFold::new(k, seed))
            }
        }
    }

    /// Splits the sealed rows off.
    pub(crate) fn seal(&self) -> AnySplitter {
        let p = &self.file.protocol;
        self.by(folds_for(p.test_fraction), p.seed.derive("seal"))
    }

    /// The outer folds of a repeat.
    pub(crate) fn outer(&self, repeat: usize) -> AnySplitter {
        let p = &self.file.protocol;
        self.by(
            p.outer_folds,
            p.seed.derive(&format!("repeat-{repeat}/outer")),
        )
    }

    /// Seed of everything within an outer fold.
    pub(crate) fn seed(&self, repeat: usize, fold: usize) -> Seed {
        self.file
            .protocol
            .seed
            .derive(&format!("repeat-{repeat}/fold-{fold}"))
    }

    /// The inner folds of the outer fold with this seed.
    pub(crate) fn inner(&self, fold: Seed) -> AnySplitter {
        self.by(self.file.protocol.inner_folds, fold.derive("inner"))
    }

    /// Rows of `train` that decide when to stop; `None` where the study has none.
    ///
    /// Where the rows or groups are too few for the wanted share, the nearest larger one is taken.
    ///
    /// # Errors
    /// [`Error::Evaluation`] if they cannot even be halved.
    pub(crate) fn stop_rows<'id, S: Structure>(
        &self,
        train: &View<'id, Train, S>,
        seed: Seed,
    ) -> Result<Option<StopRows<'id>>> {
        let fraction = self.file.protocol.stop_fraction;
        if fraction == 0.0 {
            return Ok(None);
        }
        let mut k = folds_for(fraction);
        loop {
            match train.stop_rows(&self.by(k, seed.derive("stop"))) {
                Ok(rows) => return Ok(Some(rows)),
                Err(_) if k > 2 => k -= 1,
                Err(error) => {
                    return Err(Error::Evaluation(format!(
                        "stopping rows: {error}; or set protocol.stop_fraction = 0"
                    )));
                }
            }
        }
    }

    /// Makes every split once, so that one that cannot be made is known before the first job.
    ///
    /// # Errors
    /// [`Error::Evaluation`] that names the fold.
    pub(crate) fn rehearse<S: Structure>(&self, dev: &Dev<S>) -> Result<()> {
        for repeat in 0..self.file.protocol.repeats {
            let folds = dev
                .cross_validate(&self.outer(repeat), |fold| {
                    let seed = self.seed(repeat, fold.index);
                    let inner = fold.train.cross_validate(&self.inner(seed), |inner| {
                        self.stop_rows(&inner.train, inner_seed(seed, inner.index))
                            .map(|_| ())
                    });
                    let place = format!("repeat {} fold {}", repeat + 1, fold.index + 1);
                    inner
                        .map_err(|error| {
                            Error::Evaluation(format!("{place}, inner folds: {error}"))
                        })?
                        .into_iter()
                        .chain([self.stop_rows(&fold.train, refit_seed(seed)).map(|_| ())])
                        .collect::<Result<()>>()
                })
                .map_err(|error| Error::Evaluation(format!("outer folds: {error}")))?;
            folds.into_iter().collect::<Result<()>>()?;
        }
        Ok(())
    }
}

/// Seed of an inner fold, given that of its outer fold.
pub(crate) fn inner_seed(fold: Seed, inner: usize) -> Seed {
    fold.derive(&format!("inner-{inner}"))
}

/// Seed of the refits of an outer fold.
pub(crate) fn refit_seed(fold: Seed) -> Seed {
    fold.derive("refit")
}

/// Folds whose one test part is nearest to this share of the rows.
fn folds_for(fraction: f64) -> usize {
    (1.0 / fraction).round().max(2.0) as usize
}
