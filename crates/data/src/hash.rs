//! What a row consists of, as a hash: the ledger's memory of opened rows.

use sha2::{Digest, Sha256};

use crate::cohort::Cohort;
use crate::error::Result;

/// What rows hold, as hashes: `[N]` each, in the order of the ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowHashes {
    /// SHA-256 of each row over all modalities.
    pub whole: Vec<[u8; 32]>,
    /// SHA-256 of each modality that a row has. Columns of a table that are the same in every row are left
    /// out, so that adding one changes nothing.
    pub parts: Vec<Vec<[u8; 32]>>,
}

impl Cohort {
    /// SHA-256 of the content of each row over all modalities, `[N]`, in the order of the ids.
    ///
    /// It depends on the values alone: not on the id, the order of rows, the names or order of the
    /// modalities, or the file format. Renaming a row does not make it another row.
    ///
    /// # Errors
    /// A defect of a modality.
    pub fn row_hashes(&self) -> Result<Vec<[u8; 32]>> {
        Ok(self.content_hashes()?.whole)
    }

    /// Hashes of each row, whole and modality by modality.
    ///
    /// # Errors
    /// A defect of a modality.
    pub fn content_hashes(&self) -> Result<RowHashes> {
        let mut whole: Vec<Vec<[u8; 32]>> = vec![Vec::new(); self.len()];
        let mut parts = whole.clone();
        for modality in self.modalities() {
            let data = self.load_all(&modality.name)?;
            let varying = data.varying();
            let present = data.present();
            for (row, (whole, parts)) in whole.iter_mut().zip(&mut parts).enumerate() {
                let all = data.digest(row);
                whole.push(all);
                if present.get(row) == Some(&true) {
                    parts.push(varying.as_ref().map_or(all, |varying| varying.digest(row)));
                }
            }
        }
        let combine = |mut digests: Vec<[u8; 32]>| {
            digests.sort_unstable();
            Sha256::digest(digests.concat()).into()
        };
        Ok(RowHashes {
            whole: whole.into_iter().map(combine).collect(),
            parts,
        })
    }
}

/// Digest of one row of one modality, to which its kind hands what the row holds.
pub(crate) struct RowDigest(Sha256);

impl RowDigest {
    /// Of a row of this kind: equal numbers of two kinds are not the same content.
    pub(crate) fn new(kind: &str) -> Self {
        Self(Sha256::new_with_prefix(kind))
    }

    /// A size, before what it measures.
    pub(crate) fn number(&mut self, number: usize) {
        self.0.update((number as u64).to_le_bytes());
    }

    /// Numbers, of which -0.0 and 0.0 are the same.
    pub(crate) fn values(&mut self, values: impl Iterator<Item = f32>) {
        for value in values {
            self.0.update((value + 0.0).to_le_bytes());
        }
    }

    /// A text, or that there is none.
    pub(crate) fn text(&mut self, text: Option<&str>) {
        match text {
            None => self.0.update([0]),
            Some(text) => {
                self.0.update([1]);
                self.number(text.len());
                self.0.update(text.as_bytes());
            }
        }
    }

    pub(crate) fn finish(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

/// Bits of a value: of one kind of NaN and of one zero.
pub(crate) fn bits(value: f32) -> u32 {
    if value.is_nan() {
        f32::NAN.to_bits()
    } else {
        (value + 0.0).to_bits()
    }
}
