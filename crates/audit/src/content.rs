//! The content of each modality, as the detectors want it.

use std::collections::{HashMap, HashSet};

use crate::check::{Column, Thumbnail, Values, expected_pairs};
use midfuse_data::ndarray::{ArrayView1, ArrayView2};
use midfuse_data::{Cohort, ModalityData, ModalityKind, ModalitySchema};
use sha2::{Digest as _, Sha256};

use crate::error::Result;

/// Steps that stand for a sequence.
const STEPS: usize = 32;
/// Shorter texts, and shorter sequences of numbers, cannot be distinguished from others by their content.
const SHORTEST_TEXT: usize = 20;
const SHORTEST_SEQUENCE: usize = 8;
/// Images read at a time.
const IMAGES: usize = 256;

/// What is known of one modality.
#[derive(Debug, Default)]
pub(super) struct Content {
    pub(super) name: String,
    /// Hash of the content of each row; `None` where absent, or too poor to be distinguished from others.
    pub(super) hashes: Vec<Option<u128>>,
    /// Equal pairs that chance gives.
    pub(super) expected_pairs: f64,
    /// A vector per row, for distances.
    pub(super) vectors: Option<Vec<Option<Vec<f32>>>>,
    /// A thumbnail per image.
    pub(super) thumbnails: Option<Vec<Option<Thumbnail>>>,
    /// A code per row of the file it names: rows of equal codes share one.
    pub(super) files: Option<Vec<Option<usize>>>,
    pub(super) texts: Option<Vec<Option<String>>>,
    pub(super) columns: Vec<Column>,
    /// Whether each row lacks the modality.
    pub(super) missing: Vec<bool>,
    /// A length per row, with its name.
    pub(super) length: Option<Column>,
}

impl Content {
    /// The hashes without those of content that is in one file only, however many rows share it.
    pub(super) fn hashes_of_several_files(&self) -> Vec<Option<u128>> {
        let Some(files) = &self.files else {
            return self.hashes.clone();
        };
        let mut first: HashMap<u128, usize> = HashMap::new();
        let mut several = HashSet::new();
        for (hash, file) in self.hashes.iter().zip(files) {
            if let (Some(hash), Some(file)) = (hash, file)
                && first.entry(*hash).or_insert(*file) != file
            {
                several.insert(*hash);
            }
        }
        let kept = |hash: &Option<u128>| hash.filter(|hash| several.contains(hash));
        self.hashes.iter().map(kept).collect()
    }
}

/// Reads a modality; columns for which `skip` holds are left out.
pub(super) fn content(
    cohort: &Cohort,
    schema: &ModalitySchema,
    skip: &dyn Fn(&str) -> bool,
    labels: Option<&[usize]>,
) -> Result<Content> {
    let mut content = Content {
        name: schema.name.clone(),
        ..Content::default()
    };
    let rows: Vec<usize> = (0..cohort.len()).collect();
    let at_once = match schema.kind {
        ModalityKind::Image { .. } => IMAGES,
        _ => rows.len(),
    };
    for chunk in rows.chunks(at_once.max(1)) {
        let data = cohort.load(&schema.name, chunk)?;
        content
            .missing
            .extend(data.present().iter().map(|present| !present));
        match data {
            ModalityData::Image { pixels, present } => {
                let images = pixels.outer_iter().zip(present);
                let thumbnails = content.thumbnails.get_or_insert_default();
                for (image, present) in images {
                    let informative = present && varies(image.iter());
                    content
                        .hashes
                        .push(informative.then(|| hash(image.iter().map(|value| value.to_bits()))));
                    thumbnails.push(if informative {
                        Thumbnail::new(image)
                    } else {
                        None
                    });
                }
            }
            ModalityData::Sequence { values, lengths } => {
                let vectors = content.vectors.get_or_insert_default();
                for (steps, &length) in values.outer_iter().zip(&lengths) {
                    let there = || {
                        steps
                            .outer_iter()
                            .take(length)
                            .flatten()
                            .copied()
                            .collect::<Vec<f32>>()
                    };
                    let there = there();
                    let informative = there.len() >= SHORTEST_SEQUENCE && varies(there.iter());
                    content
                        .hashes
                        .push(informative.then(|| hash(there.iter().map(|value| value.to_bits()))));
                    vectors.push(informative.then(|| resampled(steps, length)));
                }
                content.length = Some(numbers(
                    format!("length of {}", schema.name),
                    lengths
                        .iter()
                        .map(|&length| if length > 0 { length as f64 } else { f64::NAN })
                        .collect(),
                ));
            }
            ModalityData::Text { texts } => {
                let content_hash = |text: &Option<String>| {
                    let text = text.as_deref()?.trim();
                    (text.chars().count() >= SHORTEST_TEXT)
                        .then(|| hash(text.chars().map(u32::from)))
                };
                content.hashes = texts.iter().map(content_hash).collect();
                let length = |text: &Option<String>| {
                    text.as_ref()
                        .map_or(f64::NAN, |text| text.chars().count() as f64)
                };
                content.length = Some(numbers(
                    format!("length of {}", schema.name),
                    texts.iter().map(length).collect(),
                ));
                content.texts = Some(texts);
            }
            ModalityData::Tabular {
                numeric,
                numeric_names,
                categorical,
                categorical_names,
                present,
            } => {
                for (name, column) in numeric_names.into_iter().zip(numeric.columns()) {
                    if !skip(&name) {
                        content.columns.push(numbers(
                            name,
                            column.iter().map(|&value| f64::from(value)).collect(),
                        ));
                    }
                }
                for (at, name) in categorical_names.into_iter().enumerate() {
                    if !skip(&name) {
                        let cells = categorical.iter().map(|row| row.get(at).cloned().flatten());
                        content.columns.push(Column {
                            name,
                            values: Values::Categories(coded(cells)),
                        });
                    }
                }
                table(&mut content, &present, labels);
            }
        }
    }
    Ok(content)
}

/// Hashes, chance and distances of a table.
fn table(content: &mut Content, present: &[bool], labels: Option<&[usize]>) {
    let codes: Vec<Vec<u64>> = content
        .columns
        .iter()
        .map(|column| match &column.values {
            Values::Numbers(values) => values
                .iter()
                .map(|value| {
                    if value.is_nan() {
                        u64::MAX
                    } else {
                        (value + 0.0).to_bits()
                    }
                })
                .collect(),
            Values::Categories(values) => values
                .iter()
                .map(|value| value.map_or(u64::MAX, |code| code as u64))
                .collect(),
        })
        .collect();
    content.expected_pairs = expected_pairs(&codes, labels);
    let row_of = |row: usize| {
        let cells = codes
            .iter()
            .filter_map(move |column| column.get(row).copied());
        cells.flat_map(|code| [code as u32, (code >> 32) as u32])
    };
    content.hashes = present
        .iter()
        .enumerate()
        .map(|(row, &present)| (present && !codes.is_empty()).then(|| hash(row_of(row))))
        .collect();
    // Distances need columns of many values: rows that agree in a few steps are close by chance.
    let wide = content
        .columns
        .iter()
        .filter_map(|column| match &column.values {
            Values::Numbers(values) => {
                let distinct: HashSet<u64> = values
                    .iter()
                    .filter(|value| !value.is_nan())
                    .map(|value| value.to_bits())
                    .collect();
                (2 * distinct.len() > values.len()).then_some(values)
            }
            Values::Categories(_) => None,
        });
    let wide: Vec<&Vec<f64>> = wide.collect();
    let vector = |row: usize| -> Option<Vec<f32>> {
        let values = wide.iter().filter_map(|column| column.get(row));
        values
            .map(|&value| (!value.is_nan()).then_some(value as f32))
            .collect()
    };
    if !wide.is_empty() {
        content.vectors = Some((0..present.len()).map(vector).collect());
    }
}

pub(super) fn numbers(name: String, values: Vec<f64>) -> Column {
    Column {
        name,
        values: Values::Numbers(values),
    }
}

/// Codes of categories in the order of their first row.
pub(super) fn coded(cells: impl Iterator<Item = Option<String>>) -> Vec<Option<usize>> {
    let mut codes: HashMap<String, usize> = HashMap::new();
    cells
        .map(|cell| {
            let next = codes.len();
            cell.map(|cell| *codes.entry(cell).or_insert(next))
        })
        .collect()
}

pub(super) fn hash(words: impl Iterator<Item = u32>) -> u128 {
    let mut digest = Sha256::new();
    for word in words {
        digest.update(word.to_le_bytes());
    }
    digest
        .finalize()
        .iter()
        .take(16)
        .fold(0, |all, &byte| (all << 8) | u128::from(byte))
}

pub(super) fn varies<'a>(mut values: impl Iterator<Item = &'a f32>) -> bool {
    let first = values.next();
    values.any(|value| Some(value) != first)
}

/// A sequence `[T, F]` of this length at evenly spaced steps.
fn resampled(steps: ArrayView2<'_, f32>, length: usize) -> Vec<f32> {
    let at = |k: usize| {
        (k * length.saturating_sub(1))
            .div_ceil(STEPS - 1)
            .min(length.saturating_sub(1))
    };
    let step = |k: usize| -> ArrayView1<'_, f32> { steps.row(at(k)) };
    (0..STEPS).flat_map(|k| step(k).to_vec()).collect()
}

#[cfg(test)]
mod tests {
    use midfuse_data::ndarray::Array2;

    use super::*;

    #[test]
    fn sequences_become_vectors_of_one_length() {
        let steps = Array2::from_shape_fn((10, 1), |(t, _)| t as f32);
        let vector = resampled(steps.view(), 5);
        assert_eq!(
            (vector.len(), vector.first(), vector.last()),
            (STEPS, Some(&0.0), Some(&4.0))
        );
    }
}
