//! What every midfuse crate shares and needs no libtorch: tasks and targets, seeds, modes, validation
//! of configs, files that are written whole.
#![deny(missing_docs)]

mod atomic;
mod hex;
mod history;
mod mode;
mod options;
mod seed;
pub mod suggest;
mod task;
mod validate;

pub use atomic::{StagedFile, write_atomic};
pub use hex::hex;
pub use history::{Epoch, Stopped};
pub use midfuse_derive::{Choices, options};
pub use mode::Mode;
pub use options::{
    Checked, ChoiceInfo, Integers, Numbers, OptionInfo, OptionKind, OptionValue, Options,
};
pub use seed::Seed;
pub use suggest::{nearest, with_nearest};
pub use task::{Targets, Task};
pub use validate::{ConfigError, MAX_SIZE, Validate};
