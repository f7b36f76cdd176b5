//! Optimiser steps over whole parameter lists, in one call to libtorch each.

mod adamw;
mod gradients;
mod sgd;

pub use adamw::{AdamWNumbers, FusedAdamW};
pub use gradients::{clip_grad_norm, copy_all, zero_grad};
pub use sgd::{FusedSgd, SgdNumbers};
