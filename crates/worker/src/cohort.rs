//! The opened cohort, with what was read of it.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use midfuse_data::{Cohort, ModalityData};

use crate::Result;

/// Modalities up to this many bytes each stay in memory from job to job; of larger ones every job
/// reads its own rows.
const CACHED_BYTES: usize = 256 << 20;

/// A cohort whose modalities are read once.
#[derive(Debug)]
pub(crate) struct OpenCohort {
    cohort: Cohort,
    whole: Mutex<BTreeMap<String, Arc<ModalityData>>>,
}

impl OpenCohort {
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        Ok(Self {
            cohort: Cohort::open(folder)?,
            whole: Mutex::default(),
        })
    }

    pub(crate) fn cohort(&self) -> &Cohort {
        &self.cohort
    }

    /// The rows at these positions.
    pub(crate) fn load(&self, modality: &str, rows: &[usize]) -> Result<ModalityData> {
        if self.is_large(modality)? {
            return Ok(self.cohort.load(modality, rows)?);
        }
        Ok(self.load_all(modality)?.select(rows))
    }

    /// All rows.
    pub(crate) fn load_all(&self, modality: &str) -> Result<Arc<ModalityData>> {
        let mut whole = self.whole.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(data) = whole.get(modality) {
            return Ok(Arc::clone(data));
        }
        let data = Arc::new(self.cohort.load_all(modality)?);
        if !self.is_large(modality)? {
            whole.insert(modality.to_owned(), Arc::clone(&data));
        }
        Ok(data)
    }

    /// Whether every job reads its own rows of it.
    pub(crate) fn is_large(&self, modality: &str) -> Result<bool> {
        let of_row = self.cohort.modality(modality)?.kind.row_bytes();
        let bytes = of_row.saturating_mul(self.cohort.len());
        Ok(bytes > CACHED_BYTES)
    }
}
