//! The sizes that an encoder needs to know of its modality.

use std::fmt::Debug;
use std::sync::Arc;

use midfuse_core::Result;
use serde_json::{Map, Value};
use tch::{Device, Kind, Tensor};

use super::AnyInput;

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

    /// As [`RowSizes::rows_of_zeros`].
    pub(crate) fn rows_of_zeros(&self, b: i64, device: Device) -> Result<AnyInput> {
        self.0.rows_of_zeros(b, device)
    }
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
