//! Splitting the sealed rows off.

use midfuse_eval::fold::Dev;
use midfuse_eval::ledger::Ledger;
use midfuse_eval::rows::Data;
use midfuse_eval::sealed::{SealError, Sealed};
use midfuse_eval::split::AnySplitter;
use midfuse_eval::structure::Structure;

use super::CheckedStudy;
use super::sealing::Sealing;
use crate::{EvaluationError, Result};

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

    fn seal_by<S: Structure>(
        &self,
        data: Data<S>,
        seal: impl FnOnce(Data<S>, &AnySplitter) -> std::result::Result<(Dev<S>, Sealed<S>), SealError>,
    ) -> Result<(Dev<S>, Option<Sealed<S>>)> {
        let splits = self.splits();
        let by = match &self.sealing {
            Sealing::Share(share) => splits.seal(data.len(), *share),
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
