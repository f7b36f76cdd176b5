//! The sizes that an encoder needs to know of its modality.

use std::fmt::Debug;
use std::sync::Arc;

use midfuse_core::Result;
use serde_json::{Map, Value};
use tch::{Device, Kind, Tensor};

use super::AnyInput;

/// A field of a section, and values of it.
pub(crate) type FieldValues = (&'static str, Vec<i64>);

/// Sizes of one row of a kind of modality.
pub(crate) trait RowSizes: Debug + Send + Sync {
    /// Name of the kind in a cohort.
    fn kind(&self) -> &'static str;

    /// The fields of an encoder's config that come from the data, as an object.
    fn fields(&self) -> Value;

    /// Raw features per row.
    fn n_raw(&self) -> i64;

    /// How many values an id, or the code of each categorical column, takes.
    fn n_codes(&self) -> Vec<i64> {
        Vec::new()
    }

    /// How often [`quartered`](Self::quartered) can be asked for; 0 where all rows have one size.
    fn levels(&self) -> u32 {
        0
    }

    /// The same with sides halved, or steps quartered, `level` times, at most as often as
    /// [`levels`](Self::levels): a quarter of the pixels or steps each time.
    fn quartered(&self, _level: u32) -> Option<Sizes> {
        None
    }

    /// The key of the modality's section that makes its rows smaller, with values that do.
    fn smaller(&self) -> Option<FieldValues> {
        None
    }

    /// Rows of zeros that are whole: present, of full length, without missing values. They show
    /// what a row costs and which parameters take part.
    fn rows_of_zeros(&self, b: i64, device: Device) -> Result<AnyInput>;
}

/// Sizes of one row. They fill those fields of configs that come from the data.
#[derive(Debug, Clone)]
pub(crate) struct Sizes(Arc<dyn RowSizes>);

impl Sizes {
    pub(crate) fn new(sizes: impl RowSizes + 'static) -> Self {
        Self(Arc::new(sizes))
    }

    /// As [`RowSizes::kind`].
    pub(crate) fn kind(&self) -> &'static str {
        self.0.kind()
    }

    /// As [`RowSizes::fields`].
    pub(crate) fn fields(&self) -> Map<String, Value> {
        self.0.fields().as_object().cloned().unwrap_or_default()
    }

    /// As [`RowSizes::n_codes`].
    pub(crate) fn n_codes(&self) -> Vec<i64> {
        self.0.n_codes()
    }

    /// As [`RowSizes::n_raw`].
    pub(crate) fn n_raw(&self) -> i64 {
        self.0.n_raw()
    }

    /// As [`RowSizes::levels`].
    pub(crate) fn levels(&self) -> u32 {
        self.0.levels()
    }

    /// As [`RowSizes::quartered`]; of rows that do not go so far, as far as they go.
    pub(crate) fn quartered(&self, level: u32) -> Self {
        let level = level.min(self.levels());
        let quartered = (level > 0).then(|| self.0.quartered(level)).flatten();
        quartered.unwrap_or_else(|| self.clone())
    }

    /// As [`RowSizes::smaller`].
    pub(crate) fn smaller(&self) -> Option<FieldValues> {
        self.0.smaller()
    }

    /// As [`RowSizes::rows_of_zeros`].
    pub(crate) fn rows_of_zeros(&self, b: i64, device: Device) -> Result<AnyInput> {
        self.0.rows_of_zeros(b, device)
    }
}

/// How often a side can be halved, or `per_level` steps made one, and still be `least`.
pub(super) fn levels(n: i64, per_level: i64, least: i64) -> u32 {
    let mut levels = 0;
    let mut left = n / per_level;
    while left >= least {
        levels += 1;
        left /= per_level;
    }
    levels
}

/// Numbers of rows of zeros.
pub(super) fn zeros(dims: &[i64], device: Device) -> Tensor {
    Tensor::zeros(dims, (Kind::Float, device))
}

/// Ids and codes of rows of zeros.
pub(super) fn codes(dims: &[i64], device: Device) -> Tensor {
    Tensor::zeros(dims, (Kind::Int64, device))
}

/// Masks of rows that are whole.
pub(super) fn ones(dims: &[i64], device: Device) -> Tensor {
    Tensor::ones(dims, (Kind::Bool, device))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_side_is_halved_while_it_is_large() {
        assert_eq!(levels(224, 2, 8), 4);
        assert_eq!(levels(16, 2, 8), 1);
        assert_eq!(levels(15, 2, 8), 0);
        assert_eq!(levels(128, 4, 8), 2);
    }
}
