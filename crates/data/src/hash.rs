//! What a row consists of, as a hash: the ledger's memory of opened rows.

use sha2::{Digest, Sha256};

use crate::cohort::Cohort;
use crate::error::Result;
use crate::modality::ModalityData;

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
            let varying = Columns::varying(&data);
            let present = data.present();
            for (row, (whole, parts)) in whole.iter_mut().zip(&mut parts).enumerate() {
                let all = digest(&data, row, None);
                whole.push(all);
                if present.get(row) == Some(&true) {
                    let of_table = |columns| digest(&data, row, Some(columns));
                    parts.push(varying.as_ref().map_or(all, of_table));
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

/// Columns of a table that are looked at.
struct Columns {
    numeric: Vec<bool>,
    categorical: Vec<bool>,
}

impl Columns {
    /// The columns of a table that differ between rows that are present; `None` for what is not a table.
    fn varying(data: &ModalityData) -> Option<Self> {
        let ModalityData::Tabular {
            numeric,
            numeric_names,
            categorical,
            categorical_names,
            present,
        } = data
        else {
            return None;
        };
        let rows: Vec<usize> = (0..present.len())
            .filter(|&row| present.get(row) == Some(&true))
            .collect();
        let number = |row: usize, column: usize| numeric.get((row, column)).map(|v| bits(*v));
        let label = |row: usize, column: usize| categorical.get(row).and_then(|r| r.get(column));
        let differ = |column: usize| {
            rows.windows(2)
                .any(|pair| matches!(pair, [a, b] if number(*a, column) != number(*b, column)))
        };
        let labels_differ = |column: usize| {
            rows.windows(2)
                .any(|pair| matches!(pair, [a, b] if label(*a, column) != label(*b, column)))
        };
        Some(Self {
            numeric: (0..numeric_names.len()).map(differ).collect(),
            categorical: (0..categorical_names.len()).map(labels_differ).collect(),
        })
    }
}

/// Digest of one row of one modality; lengths are hashed before what they measure.
fn digest(data: &ModalityData, row: usize, columns: Option<&Columns>) -> [u8; 32] {
    let taken = |all: Option<&Vec<bool>>, column: usize| {
        all.is_none_or(|all| all.get(column) == Some(&true))
    };
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
                let of = columns.map(|columns| &columns.numeric);
                let numbers: Vec<f32> = numbers
                    .iter()
                    .enumerate()
                    .filter(|&(column, _)| taken(of, column))
                    .map(|(_, &value)| value)
                    .collect();
                number(&mut hash, numbers.len());
                // A missing cell is NaN of whatever bits; all are one.
                values(
                    &mut hash,
                    numbers
                        .iter()
                        .map(|v| if v.is_nan() { f32::NAN } else { *v }),
                );
                let of = columns.map(|columns| &columns.categorical);
                let labels = categorical.get(row).into_iter().flatten().enumerate();
                for (_, label) in labels.filter(|&(column, _)| taken(of, column)) {
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

/// Bits of a value: of one kind of NaN and of one zero.
fn bits(value: f32) -> u32 {
    if value.is_nan() {
        f32::NAN.to_bits()
    } else {
        (value + 0.0).to_bits()
    }
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
