//! Shape and dtype of one entry.

use std::fmt;

use safetensors::Dtype;
use tch::{Kind, Tensor};

/// Shape and dtype of a variable or of an entry in a file; shown as `[2, 3] F32`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Size of each dimension.
    pub shape: Vec<usize>,
    /// Name of the dtype in the safetensors format: `F32`, `I64`.
    pub dtype: String,
}

impl Entry {
    pub(super) fn new(shape: &[usize], dtype: Dtype) -> Self {
        Self {
            shape: shape.to_vec(),
            dtype: dtype.to_string(),
        }
    }

    pub(super) fn of(tensor: &Tensor) -> Self {
        let shape = tensor.size().iter().map(|&size| size as usize).collect();
        let kind = tensor.kind();
        let dtype = dtype(kind).map_or_else(|| format!("{kind:?}"), |dtype| dtype.to_string());
        Self { shape, dtype }
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {}", self.shape, self.dtype)
    }
}

/// The safetensors name of a dtype, where it has one.
pub(super) fn dtype(kind: Kind) -> Option<Dtype> {
    Some(match kind {
        Kind::Uint8 => Dtype::U8,
        Kind::Int8 => Dtype::I8,
        Kind::Int16 => Dtype::I16,
        Kind::Int => Dtype::I32,
        Kind::Int64 => Dtype::I64,
        Kind::Half => Dtype::F16,
        Kind::BFloat16 => Dtype::BF16,
        Kind::Float => Dtype::F32,
        Kind::Double => Dtype::F64,
        Kind::Bool => Dtype::BOOL,
        _ => return None,
    })
}

/// The libtorch dtype of a safetensors name, where it has one.
pub(super) fn kind(dtype: Dtype) -> Option<Kind> {
    Some(match dtype {
        Dtype::U8 => Kind::Uint8,
        Dtype::I8 => Kind::Int8,
        Dtype::I16 => Kind::Int16,
        Dtype::I32 => Kind::Int,
        Dtype::I64 => Kind::Int64,
        Dtype::F16 => Kind::Half,
        Dtype::BF16 => Kind::BFloat16,
        Dtype::F32 => Kind::Float,
        Dtype::F64 => Kind::Double,
        Dtype::BOOL => Kind::Bool,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dtypes_are_inverse() {
        for k in [
            Kind::Uint8,
            Kind::Int8,
            Kind::Int16,
            Kind::Int,
            Kind::Int64,
            Kind::Half,
            Kind::BFloat16,
            Kind::Float,
            Kind::Double,
            Kind::Bool,
        ] {
            assert_eq!(dtype(k).and_then(kind), Some(k));
        }
        assert_eq!(dtype(Kind::ComplexFloat), None);
        assert_eq!(kind(Dtype::F4), None);
    }

    #[test]
    fn shown_with_shape_and_dtype() {
        let entry = Entry::of(&Tensor::from_slice(&[1_i64, 2]).view([2, 1]));
        assert_eq!(entry.to_string(), "[2, 1] I64");
    }
}
