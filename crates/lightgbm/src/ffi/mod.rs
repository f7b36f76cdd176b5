//! The border to C: the functions of LightGBM that are called, and safe functions over each.
//!
//! Safety, for all blocks below: the signatures are those of `LightGBM/c_api.h` of version 4; the
//! functions catch every C++ exception and return a status; none keeps a pointer to an argument
//! after it returns, but for a booster in training, which refers to its data set and is freed before
//! it. The library is never closed, so its functions are there for as long as the program runs.
#![expect(unsafe_code, reason = "this module is the border to C")]

mod api;
mod model;
mod owned;
mod training;

pub(crate) use api::Api;
pub(crate) use model::{Model, Output};
pub(crate) use training::train;

use std::ffi::{CString, c_int};

/// Matrices are given row after row.
const ROW_MAJOR: c_int = 1;
/// The columns' importance is the total gain of the splits on them.
const GAIN: c_int = 1;

/// Parameters are of our own making and hold no byte 0.
fn c_text(text: &str) -> CString {
    CString::new(text).unwrap_or_default()
}
