//! Leak audit: detectors that look for leaks in anyone's rows and anyone's split.
//!
//! Each detector is a function of plain slices (labels, groups, content hashes, columns, folds),
//! so it can be fed from a cohort, from a table, or by another program. It returns [`Finding`]s;
//! one of [`Severity::Blocking`] means that scores on this split cannot be believed.
//!
//! ```
//! use midfuse_audit::check::{Code, Folds, Target, exact_duplicates, Contents};
//!
//! let folds = Folds::new(4, &[(vec![0, 1], vec![2, 3])]);
//! let labels = [0, 1, 0, 1];
//! // The first and the last row hold the same text.
//! let texts = [Some(7), Some(8), Some(9), Some(7)];
//! let contents = Contents { name: "note", hashes: &texts, expected_pairs: 0.0 };
//! let found = exact_duplicates(&contents, Some(&Target::Classes(&labels)), None, Some(&folds));
//! let codes: Vec<Code> = found.iter().map(|finding| finding.code).collect();
//! assert_eq!(codes, [Code::ExactDuplicate, Code::LabelConflict]);
//! ```

mod adjusted;
mod association;
mod augmented;
mod batch;
mod chance;
mod column;
pub(crate) mod encoding;
pub(crate) mod exact;
mod finding;
mod folds;
pub(crate) mod group;
pub(crate) mod image;
pub(crate) mod metadata;
pub(crate) mod missing;
pub(crate) mod near;
mod pairing;
pub(crate) mod selection;
pub(crate) mod series;
pub(crate) mod shared_file;
pub(crate) mod shift;
mod target;
pub(crate) mod target_column;
pub(crate) mod text;
pub(crate) mod time;

pub use augmented::augmented_across_split;
pub use batch::batch_dependence;
pub use chance::expected_pairs;
pub use column::{Column, Values};
pub use encoding::target_encodings;
pub use exact::{Contents, exact_duplicates};
pub use finding::{Code, Finding, Severity};
pub use folds::Folds;
pub use group::{groups_on_both_sides, joined_groups_on_both_sides};
pub use image::{Images, Thumbnail, near_duplicate_images};
pub use metadata::metadata_columns;
pub use missing::{Absence, target_bearing_missingness};
pub use near::{Vectors, near_duplicates};
pub use pairing::unaligned_pairs;
pub use selection::{Selection, preselected_columns, selected_with_test_rows};
pub use series::series_columns;
pub use shared_file::shared_files;
pub use shift::shifted_test_rows;
pub use target::Target;
pub use target_column::target_columns;
pub use text::near_duplicate_texts;
pub use time::time_overlap;
