//! What a row consists of, as a hash: the ledger's memory of opened rows.

use sha2::{Digest, Sha256};

use crate::cohort::Cohort;
use crate::error::Result;
use crate::modality::ModalityData;

impl Cohort {
    /// SHA-256 of the content of each row over all modalities, `[N]`, in the order of the ids.
    ///
    /// It depends on the values alone: not on the id, the order of rows, the names or order of the
    /// modalities, or the file format. Renaming a row does not make it another row.
    ///
    /// # Errors
    /// A defect of a modality.
    pub fn row_hashes(&self) -> Result<Vec<[u8; 32]>> {
        let mut parts: Vec<Vec<[u8; 32]>> = vec![Vec::new(); self.len()];
        for modality in self.modalities() {
            let data = self.load_all(&modality.name)?;
            for (row, digests) in parts.iter_mut().enumerate() {
                digests.push(digest(&data, row));
            }
        }
        let combine = |mut digests: Vec<[u8; 32]>| {
            digests.sort_unstable();
            Sha256::digest(digests.concat()).into()
        };
        Ok(parts.into_iter().map(combine).collect())
    }
}

/// Digest of one row of one modality; lengths are hashed before what they measure.
fn digest(data: &ModalityData, row: usize) -> [u8; 32] {
    let mut hash = Sha256::new();
    match data {
        ModalityData::Image { pixels, present } => {
            hash.update(b"image");
            if present.get(row) == Some(&true) {
                number(&mut hash, pixels.dim().1);
                number(&mut hash, pixels.dim().2);
                let image = pixels.index_axis(ndarray::Axis(0), row);
                values(&mut hash, image.iter().copied());
            }
        }
        ModalityData::Sequence {
            values: steps,
            lengths,
        } => {
            hash.update(b"sequence");
            let length = lengths.get(row).copied().unwrap_or_default();
            number(&mut hash, length);
            let steps = steps.index_axis(ndarray::Axis(0), row);
            values(
                &mut hash,
                steps.outer_iter().take(length).flatten().copied(),
            );
        }
        ModalityData::Text { texts } => {
            hash.update(b"text");
            text(&mut hash, texts.get(row).and_then(Option::as_deref));
        }
        ModalityData::Tabular {
            numeric,
            categorical,
            present,
            ..
        } => {
            hash.update(b"tabular");
            if present.get(row) == Some(&true) {
                let numbers = numeric.row(row);
                number(&mut hash, numbers.len());
                // A missing cell is NaN of whatever bits; all are one.
                values(
                    &mut hash,
                    numbers
                        .iter()
                        .map(|v| if v.is_nan() { f32::NAN } else { *v }),
                );
                for label in categorical.get(row).into_iter().flatten() {
                    text(&mut hash, label.as_deref());
                }
            }
        }
    }
    hash.finalize().into()
}

fn number(hash: &mut Sha256, number: usize) {
    hash.update((number as u64).to_le_bytes());
}

fn values(hash: &mut Sha256, values: impl Iterator<Item = f32>) {
    for value in values {
        // -0.0 and 0.0 are the same value.
        hash.update((value + 0.0).to_le_bytes());
    }
}

fn text(hash: &mut Sha256, text: Option<&str>) {
    match text {
        None => hash.update([0]),
        Some(text) => {
            hash.update([1]);
            number(hash, text.len());
            hash.update(text.as_bytes());
        }
    }
}
