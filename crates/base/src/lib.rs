//! What every midfuse crate shares and needs no libtorch: tasks and targets, seeds, modes, validation
//! of configs, files that are written whole, recalibration, near names, and the catalogue of what can be
//! named.
#![deny(missing_docs)]

// The derive macros name this crate by its name.
extern crate self as midfuse_base;

mod atomic;
pub mod catalogue;
mod hex;
mod history;
mod log_sum_exp;
mod message;
mod mode;
mod options;
mod recalibration;
pub mod search;
mod seed;
mod setting;
mod size;
pub mod suggest;
mod task;
mod validate;

pub use atomic::{StagedFile, write_atomic};
pub use hex::hex;
pub use history::{Epoch, Stopped};
pub use log_sum_exp::log_sum_exp;
pub use message::{has_frames, without_frames};
pub use midfuse_derive::{Choices, options};
pub use mode::Mode;
pub use options::{
    Checked, ChoiceInfo, Integers, Numbers, OptionInfo, OptionKind, OptionValue, Options,
};
pub use recalibration::{Knots, Recalibration, RecalibrationMethod};
pub use seed::Seed;
pub use setting::{Problem, SettingError};
pub use size::size;
pub use suggest::{did_you_mean, nearest, there_are, with_nearest};
pub use task::{
    Column, Strata, SurvivalTask, Target, TargetError, TargetProblem, TargetShape, Targets, Task,
    TaskKind, UnknownTask,
};
pub use validate::{ConfigError, MAX_SIZE, Validate};
