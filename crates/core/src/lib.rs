//! The types that midfuse encoders and fusions share.
//!
//! An [`Encoder`] turns one modality into [`Encoded`]; a [`Fusion`] turns several [`Encoded`] into
//! one. Both are built from a [`Config`]. Masks are `valid`, true = real; a row whose modality is
//! absent is a row without a valid token.
#![deny(missing_docs)]

pub mod check;
pub mod checkpoint;
mod config;
pub mod convert;
mod encoder;
mod error;
mod fusion;
mod model;
mod tokens;

pub use config::Config;
pub use encoder::Encoder;
pub use error::{Error, Result};
pub use fusion::Fusion;
pub use midfuse_base::{
    Choices, ConfigError, MAX_SIZE, Mode, OptionInfo, Options, Seed, Validate, options,
};
pub use model::{Model, Output};
pub use ndarray;
pub use tch;
pub use tokens::{Encoded, Tokens};
