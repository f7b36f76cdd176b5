//! Training or evaluation, as an argument.

use serde::{Deserialize, Serialize};

/// Whether a module trains or predicts.
///
/// An argument of every `encode`, `fuse` and `forward`; never hidden state and never a bool, so
/// that a reader sees at the call whether dropout and batch statistics are in play.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Dropout is on, batch statistics are used and the running ones updated.
    Train,
    /// Deterministic: no dropout, running statistics.
    Eval,
}

impl Mode {
    /// True for [`Mode::Train`]: for handing on to libtorch functions that take a bool.
    pub fn is_train(self) -> bool {
        matches!(self, Self::Train)
    }
}
