//! Correlation with a number.

use super::is_constant;
use crate::transform::number::mean;

/// The F statistic of the correlation r, `r^2 / (1 - r^2) * (n - 2)`, as scikit-learn's `f_regression`.
pub(super) fn f(values: &[f64], targets: &[f64]) -> f64 {
    let n = values.len();
    if n < 3 || is_constant(values) || is_constant(targets) {
        return 0.0;
    }
    let (Some(x), Some(y)) = (mean(values), mean(targets)) else {
        return 0.0;
    };
    let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
    for (value, target) in values.iter().zip(targets) {
        let (dx, dy) = (value - x, target - y);
        xx += dx * dx;
        yy += dy * dy;
        xy += dx * dy;
    }
    let squared = (xy * xy / (xx * yy)).min(1.0);
    squared / (1.0 - squared) * (n - 2) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f_by_hand() {
        // r of deviations (-3, -1, 1, 3) and (-1, -3, 3, 1): 12 / 20 = 0.6.
        let f_of = f(&[0.0, 2.0, 4.0, 6.0], &[4.0, 2.0, 8.0, 6.0]);
        assert!((f_of - 0.36 / 0.64 * 2.0).abs() < 1e-12, "{f_of}");
        assert!(f(&[1.0; 4], &[4.0, 2.0, 8.0, 6.0]).abs() < 1e-300);
        assert!(f(&[1.0, 2.0, 3.0], &[1.0, 2.0, 3.0]).is_infinite());
    }
}
