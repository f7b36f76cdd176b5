//! What every midfuse crate shares and needs no libtorch: seeds, modes, validation of configs.
#![deny(missing_docs)]

mod mode;
mod seed;
mod validate;

pub use mode::Mode;
pub use seed::Seed;
pub use validate::{ConfigError, MAX_SIZE, Validate};
