//! Mean and standard deviation of values that stream by.

/// Mean and standard deviation (over `n`) of values that can be gone through twice; a constant is
/// not scaled, and without any value they are 0 and 1.
pub(super) fn moments<I: Iterator<Item = f64>>(values: impl Fn() -> I) -> (f64, f64) {
    let (n, sum) = values().fold((0_u64, 0.0), |(n, sum), value| (n + 1, sum + value));
    if n == 0 {
        return (0.0, 1.0);
    }
    let mean = sum / n as f64;
    let variance = values().map(|value| (value - mean).powi(2)).sum::<f64>() / n as f64;
    let rounding = n as f64 * f64::EPSILON * variance + (n as f64 * mean * f64::EPSILON).powi(2);
    let scale = if variance <= rounding {
        1.0
    } else {
        variance.sqrt()
    };
    (mean, scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_by_hand() {
        let (mean, scale) = moments(|| [1.0, 3.0, 5.0, 7.0].into_iter());
        assert!((mean - 4.0).abs() < 1e-12 && (scale - 5.0_f64.sqrt()).abs() < 1e-12);
        assert_eq!(
            moments(|| [0.1; 3].into_iter()).1.to_bits(),
            1.0_f64.to_bits()
        );
        assert_eq!(moments(std::iter::empty), (0.0, 1.0));
    }
}
