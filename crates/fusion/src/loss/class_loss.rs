//! How rows and classes count in the loss of a classification.

use midfuse_core::{Error, Result};
use tch::{Device, Tensor};

use super::{cross_entropy_smoothed, focal_loss};

/// Options of the loss of a classification; by default cross-entropy, every row alike.
#[derive(Debug, Default)]
pub struct ClassLoss {
    /// How much each class counts, `[K]` in the dtype of the logits; none: all alike.
    pub weights: Option<Tensor>,
    /// Share of each target that goes to all classes evenly, in [0, 1).
    pub label_smoothing: f64,
    /// Exponent of the focal loss, at least 0; 0: cross-entropy. Not together with `label_smoothing`.
    pub focal_gamma: f64,
}

impl ClassLoss {
    /// True for plain cross-entropy.
    pub fn is_plain(&self) -> bool {
        self.weights.is_none() && self.label_smoothing <= 0.0 && self.focal_gamma <= 0.0
    }

    /// The same with its tensors on a device.
    #[must_use]
    pub fn to_device(&self, device: Device) -> Self {
        Self {
            weights: self.weights.as_ref().map(|w| w.to_device(device)),
            ..*self
        }
    }

    /// The loss of logits `[B, K]` against classes `targets: [B]` i64, a scalar.
    ///
    /// # Errors
    /// As [`cross_entropy`](super::cross_entropy); [`Error::Input`] for both kinds of loss at once.
    pub fn of(&self, logits: &Tensor, targets: &Tensor) -> Result<Tensor> {
        let (weights, smoothing) = (self.weights.as_ref(), self.label_smoothing);
        if self.focal_gamma <= 0.0 {
            return cross_entropy_smoothed(logits, targets, weights, smoothing);
        }
        if smoothing > 0.0 {
            return Err(Error::Input {
                module: "ClassLoss",
                expected: "label smoothing or a focal loss".to_owned(),
                got: "both".to_owned(),
            });
        }
        focal_loss(logits, targets, weights, self.focal_gamma)
    }
}
