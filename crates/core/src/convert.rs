//! Between ndarray and libtorch: any layout in, checked rank and dtype out.
//!
//! `NOTE[DIFF]` from tch: its `TryFrom` refuses arrays that are not in standard layout (transposed,
//! sliced, Fortran order), flattens silently into a `Vec`, and treats bf16 as f16.

use ndarray::{Array, ArrayBase, Data, Dimension, IxDyn};
use tch::{Device, Kind, TchError, Tensor};

use crate::{Error, Result};

mod sealed {
    pub trait Sealed {}
}

/// A number type that both ndarray and libtorch have: f32, f64, i64, i32, i16, i8, u8, bool.
pub trait Element: sealed::Sealed + tch::kind::Element + Copy {}

macro_rules! elements {
    ($($t:ty),*) => { $(impl sealed::Sealed for $t {} impl Element for $t {})* };
}
elements!(f32, f64, i64, i32, i16, i8, u8, bool);

/// A tensor with the values and the shape of `array`, which may have any layout.
///
/// # Errors
/// [`Error::Torch`] if libtorch cannot allocate it or move it to `device`.
///
/// ```
/// use midfuse_core::{convert, ndarray::array, tch::Device};
/// let a = array![[1.0_f32, 2.0], [3.0, 4.0]];
/// let t = convert::to_tensor(&a.t(), Device::Cpu)?;
/// assert_eq!(t.double_value(&[0, 1]), 3.0);
/// # Ok::<(), midfuse_core::Error>(())
/// ```
pub fn to_tensor<A, S, D>(array: &ArrayBase<S, D>, device: Device) -> Result<Tensor>
where
    A: Element,
    S: Data<Elem = A>,
    D: Dimension,
{
    let dims: Vec<i64> = array.shape().iter().map(|&size| size as i64).collect();
    let standard = array.as_standard_layout();
    let flat = match standard.as_slice() {
        Some(values) => Tensor::f_from_slice(values),
        None => Tensor::f_from_slice(&standard.iter().copied().collect::<Vec<A>>()),
    };
    flat.and_then(|flat| flat.f_view(dims.as_slice()))
        .and_then(|tensor| tensor.f_to_device(device))
        .map_err(|source| torch("converting an array to a tensor", source))
}

/// An array with the values and the shape of `tensor`, detached and moved to the CPU.
///
/// # Errors
/// [`Error::Kind`] if the dtype is not that of `A`: nothing is cast silently. [`Error::Shape`] if
/// the rank is not that of `D`. [`Error::Torch`] if the tensor cannot be moved to the CPU.
///
/// ```
/// use midfuse_core::{convert, ndarray::{array, Ix2}, tch::Tensor};
/// let t = Tensor::from_slice(&[1.0_f32, 2.0]).view([1, 2]);
/// assert_eq!(convert::to_array::<f32, Ix2>(&t)?, array![[1.0, 2.0]]);
/// assert!(convert::to_array::<f64, Ix2>(&t).is_err());
/// # Ok::<(), midfuse_core::Error>(())
/// ```
pub fn to_array<A, D>(tensor: &Tensor) -> Result<Array<A, D>>
where
    A: Element,
    D: Dimension,
{
    let context = "converting a tensor to an array";
    let got = tensor.f_kind().map_err(|source| torch(context, source))?;
    if got != A::KIND {
        return Err(Error::Kind {
            module: "to_array",
            expected: A::KIND,
            got,
        });
    }
    let dims: Vec<usize> = tensor.size().iter().map(|&size| size as usize).collect();
    let wrong_rank = || Error::Shape {
        module: "to_array",
        expected: format!("{} dimensions", D::NDIM.unwrap_or_default()),
        got: tensor.size(),
    };
    if D::NDIM.is_some_and(|rank| rank != dims.len()) {
        return Err(wrong_rank());
    }
    let mut values = vec![A::ZERO; dims.iter().product()];
    let n = values.len();
    tensor
        .detach()
        .f_to_device(Device::Cpu)
        .and_then(|tensor| tensor.f_contiguous())
        .and_then(|tensor| tensor.f_copy_data(&mut values, n))
        .map_err(|source| torch(context, source))?;
    Array::from_shape_vec(IxDyn(&dims), values)
        .and_then(Array::into_dimensionality)
        .map_err(|_| wrong_rank())
}

/// The values of a bool or number tensor as f64, in row-major order, whatever its dtype.
///
/// # Errors
/// [`Error::Torch`] if the tensor cannot be cast or moved to the CPU.
pub fn to_f64s(tensor: &Tensor) -> Result<Vec<f64>> {
    let double = tensor
        .f_to_kind(Kind::Double)
        .map_err(|source| torch("casting a tensor to f64", source))?;
    Ok(to_array::<f64, IxDyn>(&double)?.into_raw_vec_and_offset().0)
}

fn torch(context: &str, source: TchError) -> Error {
    Error::Torch {
        context: context.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array2, Array3, Ix0, Ix1, Ix2, Ix3, ShapeBuilder, Slice, array};

    fn round_trip<A: Element + PartialEq + std::fmt::Debug>(array: &Array2<A>) {
        let tensor = to_tensor(array, Device::Cpu).unwrap();
        assert_eq!(tensor.kind(), A::KIND);
        assert_eq!(&to_array::<A, Ix2>(&tensor).unwrap(), array);
    }

    #[test]
    fn every_dtype_round_trips() {
        round_trip(&array![[1.5_f32, f32::INFINITY]]);
        round_trip(&array![[1.5_f64], [-0.0]]);
        round_trip(&array![[i64::MIN, i64::MAX]]);
        round_trip(&array![[i32::MIN, 7]]);
        round_trip(&array![[i16::MIN, 7]]);
        round_trip(&array![[i8::MIN, 7]]);
        round_trip(&array![[0_u8, 255]]);
        round_trip(&array![[true, false]]);
    }

    #[test]
    fn every_layout_keeps_its_values() {
        let a = Array3::from_shape_fn((3, 4, 5), |(i, j, k)| (100 * i + 10 * j + k) as f32);
        let fortran = Array3::from_shape_fn((3, 4, 5).f(), |(i, j, k)| a[[i, j, k]]);
        let views = [
            a.view(),
            fortran.view(),
            a.view().permuted_axes([2, 0, 1]),
            // every second index, from 1 on; then every axis backwards
            a.slice_each_axis(|_| Slice::new(1, None, 2)),
            a.slice_each_axis(|_| Slice::new(0, None, -1)),
        ];
        for view in views {
            let back = to_array::<f32, Ix3>(&to_tensor(&view, Device::Cpu).unwrap()).unwrap();
            assert_eq!(back, view);
        }
        let row = array![1.0_f32, 2.0];
        let wide = row.broadcast((3, 2)).unwrap();
        let back = to_array::<f32, Ix2>(&to_tensor(&wide, Device::Cpu).unwrap()).unwrap();
        assert_eq!(back, wide);
    }

    #[test]
    fn a_transposed_tensor_that_requires_grad_comes_back() {
        let t = Tensor::from_slice(&[1.0_f32, 2.0, 3.0, 4.0]).view([2, 2]);
        let t = t.set_requires_grad(true).transpose(0, 1);
        assert_eq!(
            to_array::<f32, Ix2>(&t).unwrap(),
            array![[1.0, 3.0], [2.0, 4.0]]
        );
    }

    #[test]
    fn empty_and_scalar() {
        let empty = Array2::<f32>::zeros((0, 3));
        let tensor = to_tensor(&empty, Device::Cpu).unwrap();
        assert_eq!(tensor.size(), [0, 3]);
        assert_eq!(to_array::<f32, Ix2>(&tensor).unwrap(), empty);
        let scalar = to_array::<f64, Ix0>(&Tensor::from(2.5_f64)).unwrap();
        assert!((scalar.into_scalar() - 2.5).abs() < f64::EPSILON);
    }

    #[test]
    fn wrong_rank_and_dtype_are_typed_errors() {
        let t = Tensor::from_slice(&[1.0_f32, 2.0]);
        let error = to_array::<f32, Ix2>(&t).unwrap_err();
        assert_eq!(
            error.to_string(),
            "to_array: expected shape 2 dimensions, got [2]"
        );
        let error = to_array::<i64, Ix1>(&t).unwrap_err();
        assert!(
            matches!(
                error,
                Error::Kind {
                    got: Kind::Float,
                    ..
                }
            ),
            "{error}"
        );
        assert_eq!(
            to_f64s(&Tensor::from_slice(&[true, false])).unwrap(),
            [1.0, 0.0]
        );
    }
}
