//! The leak audit of a cohort or a table, with anyone's split.
//!
//! ```no_run
//! use midfuse_audit::{AuditOptions, audit};
//!
//! let options = AuditOptions { splits: Some("folds.csv".into()), ..AuditOptions::default() };
//! let audit = audit("examples/data/digits".as_ref(), &options)?;
//! assert!(!audit.is_blocked(), "{:?}", audit.findings);
//! # Ok::<(), midfuse_audit::Error>(())
//! ```
#![deny(missing_docs)]

pub mod check;
mod content;
mod detector;
mod error;
mod evidence;
mod features;
mod files;
mod folds;
mod html;
mod metadata;
mod result;
mod run;
mod units;

pub use check::{Code, Severity};
pub use error::{Error, Result};
pub use features::FeaturesError;
pub use html::html;
pub use result::{Audit, AuditFinding};
pub use run::audit;

use std::path::PathBuf;

use midfuse_data::source::SourceOptions;

/// What an audit is told besides the data.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditOptions {
    /// What the columns are.
    pub source: SourceOptions,
    /// A split file, CSV or JSON by its ending; see [`midfuse_eval::split::split_file`].
    pub splits: Option<PathBuf>,
    /// The features that a model was given: one column name per line, or CSV with a column `feature` and,
    /// for lists of single folds, a column `fold`. Needs `splits` and a target.
    pub features: Option<PathBuf>,
    /// Table only: columns of paths of files, such as images.
    pub files: Vec<String>,
    /// Table only: the folder that these paths start from. Default: that of the table.
    pub folder: Option<PathBuf>,
}
