//! Rows that decide when a training stops.

use midfuse_base::Seed;
use midfuse_eval::fold::StopRows;
use midfuse_eval::split::SplitError;
use midfuse_eval::structure::Structure;
use midfuse_eval::view::{Train, View};

use super::{Splits, folds_for, part_of};
use crate::{Error, EvaluationError, Result};

impl Splits<'_> {
    /// Rows of `train` that decide when to stop; `None` where the study has none.
    ///
    /// Where the rows or groups are too few for the wanted share, the nearest larger one is taken;
    /// with times, the latest rows are.
    ///
    /// # Errors
    /// [`EvaluationError::StopRows`] if they cannot even be halved.
    pub(crate) fn stop_rows<'id, S: Structure>(
        &self,
        train: &View<'id, Train, S>,
        seed: Seed,
    ) -> Result<Option<StopRows<'id>>> {
        let fraction = self.protocol.stop_share();
        if fraction == 0.0 {
            return Ok(None);
        }
        let wrong = |source: SplitError| Error::from(EvaluationError::StopRows { source });
        if self.structure.has_times() {
            let by = self.latest(1, part_of(train.len(), fraction));
            return train.stop_rows(&by).map(Some).map_err(wrong);
        }
        let mut k = folds_for(fraction);
        loop {
            match train.stop_rows(&self.k_fold(k, seed.derive("stop"))) {
                Ok(rows) => return Ok(Some(rows)),
                Err(_) if k > 2 => k -= 1,
                Err(error) => return Err(wrong(error)),
            }
        }
    }
}
