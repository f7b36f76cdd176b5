//! Losses of heads and of late fusion, one per file.

mod class_loss;
mod cox;
mod cross_entropy;
mod focal;
mod squared_error;

use midfuse_core::Result;
use midfuse_core::check::{self, Dim};
use tch::{Kind, Tensor};

pub use class_loss::ClassLoss;
pub use cox::cox;
pub use cross_entropy::{balanced_class_weights, cross_entropy, cross_entropy_smoothed};
pub use focal::focal_loss;
pub use squared_error::squared_error;

fn check_targets(
    module: &'static str,
    predictions: &Tensor,
    targets: &Tensor,
    kind: Kind,
) -> Result<()> {
    let n_rows = predictions.size().first().copied().unwrap_or_default();
    check::shape(module, targets, &[Dim::Is(n_rows)])?;
    check::kind(module, targets, kind)?;
    check::device(module, targets, predictions.device())
}
