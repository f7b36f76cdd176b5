//! The content of a modality as it can be looked at, whatever its kind.

use std::borrow::Cow;

use ndarray::{CowArray, Ix2, Ix3, Ix4};

use super::TabularData;

/// What the content of N rows looks like to those who search it: a kind picks the view that fits, so
/// that a detector need not know of it.
#[derive(Debug)]
pub enum View<'a> {
    /// Pixels, `[N, C, H, W]`.
    Images(CowArray<'a, f32, Ix4>),
    /// Steps, `[N, T, F]`, and how many of each row are valid, `[N]`.
    Steps(CowArray<'a, f32, Ix3>, Cow<'a, [usize]>),
    /// Texts, `[N]`.
    Texts(Cow<'a, [Option<String>]>),
    /// Columns with names.
    Columns(Cow<'a, TabularData>),
    /// One vector per row, `[N, D]`.
    Vectors(CowArray<'a, f32, Ix2>),
}
