//! Splitting the sealed rows off.

use midfuse_eval::fold::Dev;
use midfuse_eval::ledger::Ledger;
use midfuse_eval::on_data;
use midfuse_eval::rows::Data;
use midfuse_eval::sealed::{SealError, Sealed};
use midfuse_eval::split::{AnySplitter, FileFold, Predefined};
use midfuse_eval::structure::Structure;

use super::CheckedStudy;
use super::sealing::Sealing;
use super::whole_groups::nearest;
use crate::{EvaluationError, Result};
use midfuse_report::results::FAR;

impl CheckedStudy {
    /// Splits the sealed rows off, as the ledger allows; `None` where the split file names every row.
    ///
    /// # Errors
    /// [`EvaluationError`] if the rows cannot be split, or the ledger refuses.
    pub(crate) fn seal<S: Structure>(
        &self,
        data: Data<S>,
        ledger: &Ledger,
    ) -> Result<(Dev<S>, Option<Sealed<S>>)> {
        self.seal_by(data, |data, by| data.seal(by, ledger, &self.plan))
    }

    /// As [`CheckedStudy::seal`], for the conclusion of that hash, which may go on with what it opened.
    ///
    /// # Errors
    /// As [`CheckedStudy::seal`].
    pub(crate) fn seal_as<S: Structure>(
        &self,
        data: Data<S>,
        ledger: &Ledger,
        conclusion: &str,
    ) -> Result<(Dev<S>, Option<Sealed<S>>)> {
        self.seal_by(data, |data, by| {
            data.seal_as(by, ledger, &self.plan, conclusion)
        })
    }

    /// What seals a share of the rows. Of few groups k folds may be far from it, or impossible: then the
    /// groups that are nearest to it are sealed.
    fn seal_of_share(&self, n: usize, share: f64) -> Result<AnySplitter> {
        let usual = self.splits().seal(n, share);
        let structure = self.cohort.structure;
        if structure.has_times() || !structure.has_groups() {
            return Ok(usual);
        }
        let off = |sealed: usize| (sealed as f64 / n as f64 - share).abs();
        let rehearsed = on_data!(self.cohort.data()?, data => {
            let sealed = data.seal(&usual, &Ledger::in_memory(), &self.plan);
            sealed.ok().map(|(_, sealed)| sealed.len())
        });
        if rehearsed.is_some_and(|sealed| off(sealed) <= share * FAR) {
            return Ok(usual);
        }
        let seed = self.file.protocol.seed.derive("seal");
        let rows = self.cohort.grouped_rows();
        let Some(groups) = nearest(&rows, share, self.file.protocol.outer_folds, seed) else {
            return Ok(usual);
        };
        let ids = self.cohort.cohort.ids().iter().zip(&rows);
        let (test, train): (Vec<_>, Vec<_>) = ids.partition(|(_, row)| groups.contains(row.group));
        if rehearsed.is_some_and(|sealed| off(sealed) <= off(test.len())) {
            return Ok(usual);
        }
        let ids = |side: Vec<(&String, _)>| side.into_iter().map(|(id, _)| id.clone()).collect();
        Ok(AnySplitter::Predefined(Predefined::new(vec![FileFold {
            train: ids(train),
            test: ids(test),
        }])))
    }

    fn seal_by<S: Structure>(
        &self,
        data: Data<S>,
        seal: impl FnOnce(Data<S>, &AnySplitter) -> std::result::Result<(Dev<S>, Sealed<S>), SealError>,
    ) -> Result<(Dev<S>, Option<Sealed<S>>)> {
        let splits = self.splits();
        let by = match &self.sealing {
            Sealing::Share(share) => self.seal_of_share(data.len(), *share)?,
            Sealing::Unnamed(fold) => AnySplitter::Predefined(fold.clone()),
            Sealing::Nothing => return Ok((data.develop(), None)),
        };
        let cohort = self.cohort.cohort.dir().to_path_buf();
        seal(data, &by)
            .map(|(dev, sealed)| (dev, Some(sealed)))
            .map_err(|error| match error {
                SealError::Split(error) => {
                    splits.wrong(format!("{}: sealed rows", cohort.display()), error)
                }
                source => EvaluationError::SealOf { cohort, source }.into(),
            })
    }
}
