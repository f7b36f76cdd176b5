//! What workers are given to work on.

use midfuse_wire::{ContentHash, ContentStore};

/// The stripped cohort: the store of content that workers see, and its name there.
#[derive(Debug, Clone)]
pub(crate) struct Stripped {
    pub(crate) store: ContentStore,
    pub(crate) data: ContentHash,
}
