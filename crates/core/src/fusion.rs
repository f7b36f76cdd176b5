//! The meeting point of modalities.

use std::fmt::Debug;

use midfuse_base::Mode;

use crate::{Encoded, Result};

/// Turns the encodings of several modalities into one.
///
/// Returns what an encoder returns, so fusions nest and one head fits all.
pub trait Fusion: Debug + Send {
    /// Fuses `parts`, one per modality in the order of the config. Rows may lack any of them; a
    /// row that lacks all is finite and has no valid token.
    ///
    /// # Errors
    /// [`Error::Input`](crate::Error::Input) for a wrong number of parts,
    /// [`Error::Shape`](crate::Error::Shape), [`Error::Kind`](crate::Error::Kind) or
    /// [`Error::Device`](crate::Error::Device) for a part that does not fit.
    fn fuse(&self, parts: &[Encoded], mode: Mode) -> Result<Encoded>;

    /// Width of the pooled vector.
    fn d_out(&self) -> i64;
}
