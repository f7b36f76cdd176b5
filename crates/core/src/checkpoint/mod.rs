//! Weights on disk: strict, atomic safetensors files.
//!
//! [`save`] and [`load`] are for our own files: the entries are exactly the model's variables,
//! buffers (the running statistics of batch normalisation) included, and the same weights give the
//! same bytes. [`load_pretrained`] is for other people's files and reports what it did.
//!
//! `NOTE[DIFF]` from tch: `VarStore::load` recasts the model to the dtype of the file, ignores extra
//! entries and is not atomic.

mod entry;
mod fit;
mod load;
mod pretrained;
mod reader;
mod save;

pub use entry::Entry;
pub use fit::{Misfit, Mismatch};
pub use load::{copy, load};
pub use pretrained::{LoadReport, load_pretrained, strip_prefix};
pub use save::{save, to_bytes, write_atomic};
