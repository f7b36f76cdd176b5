//! The cohort format and its readers. Builds without libtorch.
//!
//! A **cohort** is a folder with a `cohort.toml`: a table of rows (ids, targets, groups, times) and
//! modalities of four kinds (images, sequences, tables, texts) that are matched to the rows by id.
//! The format is described in `docs/cohort-format.md`.
//!
//! ```no_run
//! use midfuse_data::{Cohort, ModalityData};
//!
//! let cohort = Cohort::open("examples/data/digits")?;
//! let ModalityData::Image { pixels, .. } = cohort.load("pixels", &[0, 1, 2])? else {
//!     return Ok(());
//! };
//! assert_eq!(pixels.dim(), (3, 1, 16, 15));
//! # Ok::<(), midfuse_data::DataError>(())
//! ```
//!
//! Readers trust no length, path or offset that a file states: whatever is wrong is a
//! [`DataError`] that names the file, the row, the column, the reason and how to mend it.
#![deny(missing_docs)]

mod array;
mod cohort;
mod column;
mod date;
mod error;
mod hash;
mod import;
mod inside;
mod limits;
mod manifest;
mod modality;
mod moment;
mod rows;
pub mod source;
mod strip;
mod summary;
mod table;
mod target;
mod write;

pub use cohort::Cohort;
pub use column::{column, names};
pub use error::{DataError, Defect, Result, Row};
pub use hash::RowHashes;
pub use import::{ImportOptions, ImportTarget, import};
pub use limits::Limits;
pub use manifest::{
    FORMAT_VERSION, ImageSpec, MANIFEST_FILE, Manifest, ModalitySpec, RowsSpec, SequenceSpec,
    TabularSpec, TargetSpec, TextSpec, TimeSpec,
};
pub use modality::{
    ImageHeader, ModalityData, ModalityKind, ModalitySchema, image_header, read_image,
};
pub use ndarray;
pub use rows::{RowTable, Span};
pub use summary::{ClassCount, ModalitySummary, Summary, TargetSummary};
pub use table::TextTable;
pub use target::{TargetColumn, TargetKind, TargetValues};
pub use write::{CohortWriter, ColumnValues, WriteParquetError, parquet};
