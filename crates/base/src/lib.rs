//! What every midfuse crate shares and needs no libtorch: tasks and targets, seeds, modes, validation
//! of configs, files that are written whole.
#![deny(missing_docs)]

mod atomic;
mod hex;
mod mode;
mod seed;
mod suggest;
mod task;
mod validate;

pub use atomic::{StagedFile, write_atomic};
pub use hex::hex;
pub use mode::Mode;
pub use seed::Seed;
pub use suggest::{nearest, with_nearest};
pub use task::{Targets, Task};
pub use validate::{ConfigError, MAX_SIZE, Validate};
