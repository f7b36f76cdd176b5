//! The cohort format and its readers. Builds without libtorch.
//!
//! A **cohort** is a folder with a `cohort.toml`: a table of rows (ids, targets, groups, times) and
//! modalities (images, sequences, tables, texts, embeddings) that are matched to the rows by id.
//! The format is described in `docs/cohort-format.md`.
//!
//! ```no_run
//! use midfuse_data::{Cohort, ModalityData};
//!
//! let cohort = Cohort::open("examples/data/digits")?;
//! let ModalityData::Image(images) = cohort.load("pixels", &[0, 1, 2])? else {
//!     return Ok(());
//! };
//! assert_eq!(images.pixels.dim(), (3, 1, 16, 15));
//! # Ok::<(), midfuse_data::DataError>(())
//! ```
//!
//! Readers trust no length, path or offset that a file states: whatever is wrong is a
//! [`DataError`] that names the file, the row, the column, the reason and how to mend it.
#![deny(missing_docs)]

mod array;
mod cohort;
mod column;
mod error;
mod hash;
mod import;
mod inside;
mod kind;
mod limits;
mod manifest;
mod moment;
mod reading;
mod rows;
pub mod source;
mod strip;
mod summary;
mod table;
mod target;
mod unit;
mod write;

pub use cohort::Cohort;
pub use column::{column, modality_column, modality_columns, names};
pub use error::{DataError, Defect, Result, Row};
pub use hash::RowHashes;
pub use import::{ImportOptions, ImportSurvival, ImportTarget, import, without_ending};
pub use kind::*;
pub use limits::Limits;
pub use manifest::{FORMAT_VERSION, MANIFEST_FILE, Manifest, RowsSpec, TargetSpec, TimeSpec};
pub use midfuse_base::{Targets, Task, TaskKind};
pub use ndarray;
pub use reading::{Encoding, Normalise, Reading, Strip};
pub use rows::{RowColumns, RowTable, Span};
pub use summary::{ColumnSummary, ModalitySummary, Summary, TableSummary, TargetSummary};
pub use table::TextTable;
pub use target::TargetColumn;
pub use unit::{UnitReason, Units, rows_that_differ};
pub use write::{CohortWriter, WriteParquetError, parquet};
