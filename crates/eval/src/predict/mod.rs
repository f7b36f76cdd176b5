//! Models and predictions that remember what they have seen, and scores that know their role.

mod calibrated;
mod disclosed;
mod error;
mod fitted;
mod lift;
mod out_of_fold;
mod predictions;
mod score;

pub use calibrated::Calibrated;
pub use disclosed::Disclosed;
pub use error::ScoreError;
pub use fitted::{Fitted, Learner, Predict, fit};
pub use out_of_fold::{OutOfFold, StackInputs};
pub use predictions::ViewPredictions;
pub use score::Score;
