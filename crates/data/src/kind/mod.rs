//! Kinds of modality: one file or folder per kind, and the registry of all.
//!
//! A kind is four types: its section of `cohort.toml` ([`Section`]), the reader of its files
//! ([`Reader`]), the shape of one row ([`Shape`]) and the content of some rows ([`Content`]). What
//! any part of the program asks of a modality is a method of one of the four, so nothing else knows
//! which kinds there are. A new kind is its file and its line in [`kinds!`](registry) below; the
//! worker has a registry of its own, which does not compile until the kind is there too.

mod array_rows;
mod embedding;
mod image;
pub(crate) mod matching;
mod registry;
mod sequence;
mod tabular;
mod text;
mod view;

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::cohort::Context;
use crate::error::Result;
use crate::hash::RowDigest;
use crate::import::ImportSource;
use crate::table::ColumnType;
use crate::target::TargetColumn;
use crate::write::Files;

pub use image::{ImageHeader, image_header, read_image};
pub(crate) use matching::Selection;
pub use view::View;

registry::kinds! {
    /// Images of one size.
    Image = "image": image::{ImageSpec, ImageReader, ImageShape, ImageData};
    /// Real-valued steps, of lengths that may differ.
    Sequence = "sequence": sequence::{SequenceSpec, SequenceReader, SequenceShape, SequenceData};
    /// Numeric and categorical columns.
    Tabular = "tabular": tabular::{TabularSpec, TabularReader, TabularShape, TabularData};
    /// One text per row.
    Text = "text": text::{TextSpec, TextReader, TextShape, TextData};
    /// One precomputed vector per row.
    Embedding = "embedding": embedding::{EmbeddingSpec, EmbeddingReader, EmbeddingShape, EmbeddingData};
}

/// Name and shape of a modality.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModalitySchema {
    /// Its name in `cohort.toml`.
    pub name: String,
    /// Its kind, with the shape of one row.
    pub kind: ModalityKind,
}

/// Cells of a modality that has columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cells {
    /// Cells of a row.
    pub per_row: usize,
    /// Empty cells of each row, `[N]`.
    pub missing: Vec<usize>,
}

/// A `[[modalities]]` section of one kind.
trait Section: Sized {
    type Reader: Reader;

    /// Name of the modality.
    fn name(&self) -> &str;

    /// What must hold beyond syntax; the error says what does not.
    fn check(&self) -> Result<(), String>;

    /// The table of its input columns (`None`: the row table), and the columns that it names.
    fn inputs(&self) -> (Option<&str>, Vec<&str>);

    /// The table whose rows are columns of its file, with the name of the id column that it gets.
    fn transposed(&self) -> Option<Transposed<'_>> {
        None
    }

    /// Checks that every file, column and array is there and has the declared shape.
    fn open(&self, context: &Context<'_>) -> Result<Self::Reader>;

    /// The sections of this kind that a plain table makes when it is imported.
    fn import(_source: &ImportSource<'_>) -> Result<Vec<Self>> {
        Ok(Vec::new())
    }
}

/// A table whose rows are columns of its file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Transposed<'a> {
    pub(crate) table: &'a str,
    /// What its id column is called; `None`: as that of the row table.
    pub(crate) id: Option<&'a str>,
}

/// A modality whose files are there.
trait Reader {
    type Shape: Shape;
    type Content: Content;

    fn shape(&self) -> Self::Shape;

    /// Reads some rows.
    fn load(&self, context: &Context<'_>, wanted: &Selection) -> Result<Self::Content>;

    /// Columns of its table that are no inputs, where it reads a table.
    fn other_columns(&self) -> Vec<&str> {
        Vec::new()
    }

    /// Such a column as text, `[N]`; `None` if there is none of this name.
    fn other_column(
        &self,
        _context: &Context<'_>,
        _name: &str,
    ) -> Result<Option<Vec<Option<String>>>> {
        Ok(None)
    }

    /// The image file of each row, `[N]`, where there are such files.
    fn image_files(&self) -> Option<Vec<Option<&Path>>> {
        None
    }

    /// What of its files is not a defect and deserves a look, one sentence each.
    fn warnings(&self) -> Vec<String> {
        Vec::new()
    }
}

/// The shape of one row.
trait Shape {
    /// The encoder that a new study file names.
    const ENCODER: &'static str;

    /// The shape in words: `"1 x 16 x 15 (channels x height x width)"`.
    fn describe(&self) -> String;

    /// About how many bytes a row takes in memory.
    fn row_bytes(&self) -> usize;

    /// Names of its columns, where it has columns with names of their own.
    fn columns(&self) -> Vec<&str> {
        Vec::new()
    }

    /// Those that have a type, with it.
    fn typed_columns(&self) -> Vec<(&str, ColumnType)> {
        Vec::new()
    }
}

/// Content of N rows.
trait Content: Sized {
    type Section: Section;

    /// Number of rows, N.
    fn len(&self) -> usize;

    /// Whether each row has the modality, `[N]`.
    fn present(&self) -> Vec<bool>;

    /// The rows at these positions, in this order.
    fn select(&self, rows: &[usize]) -> Self;

    /// What the rows look like to those who search them.
    fn view(&self) -> View<'_>;

    /// Hands what a row holds to `digest`, lengths before what they measure.
    fn digest(&self, row: usize, digest: &mut RowDigest);

    /// Writes the rows that have the modality; returns the section that reads them.
    fn write(&self, name: &str, files: &Files<'_>) -> Result<Self::Section>;

    /// The same content without what is equal in all rows, where single parts can be told apart.
    fn varying(&self) -> Option<Self> {
        None
    }

    /// A column as text, `[N]`; `None` if there is none of this name.
    fn column(&self, _name: &str) -> Option<Vec<Option<String>>> {
        None
    }

    /// How many cells there are and how many lack, where there are cells.
    fn cells(&self) -> Option<Cells> {
        None
    }

    /// What is not a defect and deserves a look, one sentence each.
    fn warnings(&self, _targets: &[TargetColumn]) -> Vec<String> {
        Vec::new()
    }
}

/// The values at these positions; positions that do not exist are passed over.
fn pick<T: Clone>(values: &[T], rows: &[usize]) -> Vec<T> {
    let there = rows.iter().filter_map(|&row| values.get(row));
    there.cloned().collect()
}
