//! Loops over folds. Each fold has a brand of its own, so what is fitted in one cannot be scored in
//! another.

mod dev;
mod imbalance;
mod inner;
mod parallel;
mod predefined;

pub use dev::{Dev, Fold};
pub use inner::{Inner, StopRows};
pub use parallel::FoldPanicked;
