//! Comparison of tensors.

use midfuse_core::convert::to_f64s;
use tch::Tensor;

/// The largest absolute difference; 0 for empty tensors, NaN where only one of two is NaN.
///
/// # Panics
/// If the shapes differ.
pub fn max_abs_difference(got: &Tensor, expected: &Tensor) -> f64 {
    assert_eq!(got.size(), expected.size(), "shapes differ");
    let (got, expected) = (to_f64s(got).unwrap(), to_f64s(expected).unwrap());
    got.iter().zip(&expected).fold(0.0, |worst: f64, (a, b)| {
        let difference = if a.to_bits() == b.to_bits() {
            0.0
        } else {
            (a - b).abs()
        };
        // Not `max`, which drops NaN.
        if difference <= worst {
            worst
        } else {
            difference
        }
    })
}

/// Asserts that no element differs by more than `tolerance`.
///
/// # Panics
/// With `what` and the largest difference.
#[track_caller]
pub fn assert_close(what: &str, got: &Tensor, expected: &Tensor, tolerance: f64) {
    assert_eq!(got.size(), expected.size(), "{what}: shapes differ");
    let difference = max_abs_difference(got, expected);
    assert!(
        difference <= tolerance,
        "{what}: differs by {difference:e}, tolerance {tolerance:e}"
    );
}

#[track_caller]
pub(crate) fn assert_same_bits(what: &str, got: &Tensor, expected: &Tensor) {
    assert_eq!(got.size(), expected.size(), "{what}: shapes differ");
    assert_eq!(got.kind(), expected.kind(), "{what}: dtypes differ");
    let bits =
        |t: &Tensor| -> Vec<u64> { to_f64s(t).unwrap().into_iter().map(f64::to_bits).collect() };
    let difference = max_abs_difference(got, expected);
    assert!(
        bits(got) == bits(expected),
        "{what}: bits differ, by up to {difference:e}"
    );
}

#[track_caller]
pub(crate) fn assert_finite(what: &str, tensor: &Tensor) {
    let bad = to_f64s(tensor)
        .unwrap()
        .iter()
        .filter(|value| !value.is_finite())
        .count();
    assert_eq!(
        bad,
        0,
        "{what}: {bad} of {} values are not finite",
        tensor.numel()
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nan_is_never_close() {
        let a = Tensor::from_slice(&[1.0, f64::NAN]);
        let b = Tensor::from_slice(&[1.5, 0.0]);
        assert!(max_abs_difference(&a, &b).is_nan());
        assert!(
            std::panic::catch_unwind(|| {
                assert_close("x", &Tensor::from(f64::NAN), &Tensor::from(0.0), 1.0);
            })
            .is_err()
        );
        let one = Tensor::from_slice(&[1.0]);
        let other = Tensor::from_slice(&[1.5]);
        assert!((max_abs_difference(&one, &other) - 0.5).abs() < f64::EPSILON);
    }
}
