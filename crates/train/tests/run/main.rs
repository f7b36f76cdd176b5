//! Whole training runs.
#![cfg(test)]

mod fit;
mod golden;
mod optimizers;
mod resume;
mod support;
