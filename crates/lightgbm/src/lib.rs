//! Gradient-boosted trees: LightGBM itself, through its own library.
//!
//! **Paper**: Ke et al., "LightGBM: a highly efficient gradient boosting decision tree", NeurIPS
//! 2017. **Reference implementation**: the Python package `lightgbm` 4.7.0, whose library this
//! is; `tools/golden/lightgbm_trees.py` compares trees and predictions.
//!
//! The library is opened when it is asked for, so a program that needs no trees needs no LightGBM:
//!
//! ```no_run
//! use midfuse_base::Seed;
//! use midfuse_lightgbm::ndarray::array;
//! use midfuse_lightgbm::{Booster, Labels, Library, LightGbmConfig, TrainingRows};
//!
//! let library = Library::find()?;
//! let x = array![[0.1, f64::NAN], [0.7, 2.0], [0.3, 0.0]];
//! let rows = TrainingRows::new(
//!     x.view(),
//!     Labels::Classes { classes: &[0, 1, 0], n_classes: 2 },
//! )
//! .with_categorical(&[1]);
//! let booster = Booster::train(&library, &rows, &LightGbmConfig::default(), Seed(7))?;
//! let probabilities = booster.predict(&x.view())?; // [3, 2]
//! # Ok::<(), midfuse_lightgbm::Error>(())
//! ```
//!
//! | module | what |
//! |---|---|
//! | `library` | where the library is, and opening it |
//! | `config` | what can be set, with LightGBM's defaults |
//! | `rows` | rows to learn from, checked |
//! | `booster` | training, prediction, importance |
//! | `text` | a model as text, checked before LightGBM reads it |
//! | `ffi` | the C functions: the one module with unsafe code |
//!
//! - `NOTE[DIFF]` One thread, `deterministic` and `force_row_wise`, always: the same bits anywhere.
//! - `NOTE[DIFF]` What LightGBM would silently take for something else is refused: categories that
//!   are no whole numbers from 0 to 1,048,575, targets and weights that are not finite.
//! - LightGBM keeps targets and weights as 32-bit numbers.
//! - LightGBM has no partial likelihood, so a time to an event is no [`Labels`].
#![deny(missing_docs)]

mod booster;
mod config;
mod error;
mod ffi;
mod library;
mod number;
mod objective;
mod rows;
mod text;

pub use booster::Booster;
pub use config::LightGbmConfig;
pub use error::{Error, Result};
pub use library::{FILE, Library, VARIABLE, VERSION};
pub use ndarray;
pub use number::Number;
pub use objective::{Labels, Objective};
pub use rows::{MAX_CATEGORY, TrainingRows};
