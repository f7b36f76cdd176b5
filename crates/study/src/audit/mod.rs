//! The leak audit of a cohort or a table, with anyone's split.
//!
//! ```no_run
//! use midfuse_study::audit::{AuditOptions, audit};
//!
//! let options = AuditOptions { splits: Some("folds.csv".into()), ..AuditOptions::default() };
//! let audit = audit("examples/data/digits".as_ref(), &options)?;
//! assert!(!audit.is_blocked(), "{:?}", audit.findings);
//! # Ok::<(), midfuse_study::Error>(())
//! ```

mod content;
mod files;
mod html;
mod metadata;
mod result;
mod run;
mod source;
mod units;

pub use html::html;
pub use midfuse_eval::audit::{Code, Severity};
pub use result::{Audit, AuditFinding};
pub use run::audit;
pub use source::AuditOptions;
