//! What a run went through.

use midfuse_base::{Epoch, Stopped};
use serde::{Deserialize, Serialize};

/// The learning curve and which weights were kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct History {
    /// One entry per epoch that ran.
    pub epochs: Vec<Epoch>,
    /// Epoch (from 0) whose weights the model now has: the lowest loss on the stopping rows, the
    /// first of equals; the last epoch without stopping rows.
    pub best_epoch: usize,
    /// Why training ended.
    pub stopped: Stopped,
}
