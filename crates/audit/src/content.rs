//! The content of each modality, as the detectors want it.

use std::collections::{HashMap, HashSet};

use crate::check::{Column, Thumbnail, Values, expected_pairs};
use midfuse_data::ndarray::{ArrayView1, ArrayView2};
use midfuse_data::{Cohort, ModalitySchema, TabularData, View};
use sha2::{Digest as _, Sha256};

use crate::error::Result;

/// Steps that stand for a sequence.
const STEPS: usize = 32;
/// Shorter texts, and shorter sequences of numbers, cannot be distinguished from others by their content.
const SHORTEST_TEXT: usize = 20;
const SHORTEST_SEQUENCE: usize = 8;
/// Bytes of a modality that are read at a time.
const BYTES: usize = 256 << 20;

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
    // Tables are looked at column by column, so all their rows at once.
    let at_once = if schema.kind.columns().is_empty() {
        BYTES / schema.kind.row_bytes().max(1)
    } else {
        rows.len()
    };
    let mut lengths = Vec::new();
    for chunk in rows.chunks(at_once.max(1)) {
        let data = cohort.load(&schema.name, chunk)?;
        let present = data.present();
        match data.view() {
            View::Images(pixels) => {
                let thumbnails = content.thumbnails.get_or_insert_default();
                for (image, &present) in pixels.outer_iter().zip(&present) {
                    let informative = present && varies(image.iter());
                    content
                        .hashes
                        .push(informative.then(|| hash(bits(image.iter()))));
                    thumbnails.push(if informative {
                        Thumbnail::new(image)
                    } else {
                        None
                    });
                }
            }
            View::Steps(values, valid) => {
                let vectors = content.vectors.get_or_insert_default();
                for (steps, &length) in values.outer_iter().zip(valid.iter()) {
                    let there: Vec<f32> =
                        steps.outer_iter().take(length).flatten().copied().collect();
                    let informative = there.len() >= SHORTEST_SEQUENCE && varies(there.iter());
                    content
                        .hashes
                        .push(informative.then(|| hash(bits(there.iter()))));
                    vectors.push(informative.then(|| resampled(steps, length)));
                }
                let length = |&length: &usize| if length > 0 { length as f64 } else { f64::NAN };
                lengths.extend(valid.iter().map(length));
            }
            View::Vectors(of_rows) => {
                let vectors = content.vectors.get_or_insert_default();
                for (vector, &present) in of_rows.outer_iter().zip(&present) {
                    let informative = present && varies(vector.iter());
                    content
                        .hashes
                        .push(informative.then(|| hash(bits(vector.iter()))));
                    vectors.push(informative.then(|| vector.to_vec()));
                }
            }
            View::Texts(texts) => {
                let content_hash = |text: &Option<String>| {
                    let text = text.as_deref()?.trim();
                    (text.chars().count() >= SHORTEST_TEXT)
                        .then(|| hash(text.chars().map(u32::from)))
                };
                content.hashes.extend(texts.iter().map(content_hash));
                let length = |text: &Option<String>| {
                    text.as_ref()
                        .map_or(f64::NAN, |text| text.chars().count() as f64)
                };
                lengths.extend(texts.iter().map(length));
                let all = content.texts.get_or_insert_default();
                all.extend(texts.into_owned());
            }
            View::Columns(of_rows) => {
                content.columns = columns(&of_rows, skip);
                table(&mut content, &present, labels);
            }
        }
        let absent = present.iter().map(|present| !present);
        content.missing.extend(absent);
    }
    if !lengths.is_empty() {
        content.length = Some(numbers(format!("length of {}", schema.name), lengths));
    }
    Ok(content)
}

/// The columns of a table for which `skip` does not hold.
fn columns(data: &TabularData, skip: &dyn Fn(&str) -> bool) -> Vec<Column> {
    let of_numbers = data.numeric_names.iter().zip(data.numeric.columns());
    let of_numbers = of_numbers.map(|(name, column)| {
        let values = column.iter().map(|&value| f64::from(value));
        numbers(name.clone(), values.collect())
    });
    let of_labels = data.categorical_names.iter().enumerate();
    let of_labels = of_labels.map(|(at, name)| {
        let rows = data.categorical.iter();
        let cells = rows.map(|row| row.get(at).cloned().flatten());
        Column {
            name: name.clone(),
            values: Values::Categories(coded(cells)),
        }
    });
    let columns = of_numbers.chain(of_labels);
    columns.filter(|column| !skip(&column.name)).collect()
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

/// Values as the words of a hash.
fn bits<'a>(values: impl Iterator<Item = &'a f32>) -> impl Iterator<Item = u32> {
    values.map(|value| value.to_bits())
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
    use midfuse_data::{CohortWriter, EmbeddingData, RowTable};

    use super::*;

    #[test]
    fn copies_of_an_embedding_have_one_hash() {
        let folder = tempfile::tempdir().unwrap();
        let rows = RowTable {
            ids: ["a", "b", "c", "d"].map(str::to_owned).to_vec(),
            ..RowTable::default()
        };
        let vectors = [[1.0, 2.0], [3.0, 3.0], [1.0, 2.0], [0.0, 0.0]];
        let data = EmbeddingData {
            vectors: Array2::from(vectors.to_vec()),
            present: vec![true, true, true, false],
        };
        let mut writer = CohortWriter::create(folder.path().join("c"), rows).unwrap();
        writer.modality("e", &data.into()).unwrap();
        let cohort = Cohort::open(writer.finish().unwrap()).unwrap();
        let schema = cohort.modality("e").unwrap();
        let content = content(&cohort, schema, &|_| false, None).unwrap();
        assert!(content.hashes[0].is_some() && content.hashes[0] == content.hashes[2]);
        // What is the same number throughout, or absent, is not distinguished from others.
        assert_eq!((content.hashes[1], content.hashes[3]), (None, None));
        let there = content.vectors.unwrap();
        assert_eq!(there[2].as_deref(), Some([1.0, 2.0].as_slice()));
        assert_eq!(content.missing, [false, false, false, true]);
    }

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
