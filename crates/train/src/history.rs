//! What a run went through.

use serde::{Deserialize, Serialize};

/// Why training ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stopped {
    /// The loss on the stopping rows had not improved for `patience` epochs.
    Early,
    /// The epoch limit was reached; with stopping rows, the model might have gone on improving.
    EpochLimit,
}

/// One point of the learning curve.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Epoch {
    /// Mean training loss per row over the epoch, in train mode, while the weights moved.
    pub train_loss: f64,
    /// Mean loss on the stopping rows after the epoch, in eval mode; `None` without stopping rows.
    pub stop_loss: Option<f64>,
}

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
