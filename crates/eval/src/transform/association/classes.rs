//! One-way analysis of variance.

use std::collections::BTreeMap;

use super::is_constant;
use crate::transform::number::mean;

/// The F statistic of the classes: the variance between their means over the variance within them, as
/// scikit-learn's `f_classif`.
pub(super) fn f(values: &[f64], classes: &[usize]) -> f64 {
    let mut by_class: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
    for (&value, &class) in values.iter().zip(classes) {
        by_class.entry(class).or_default().push(value);
    }
    let (n, k) = (values.len(), by_class.len());
    let Some(all) = mean(values).filter(|_| k >= 2 && n > k && !is_constant(values)) else {
        return 0.0;
    };
    let (mut between, mut within) = (0.0, 0.0);
    for of_class in by_class.values() {
        let of_class_mean = mean(of_class).unwrap_or(all);
        between += of_class.len() as f64 * (of_class_mean - all).powi(2);
        let squares = of_class.iter().map(|value| (value - of_class_mean).powi(2));
        within += squares.sum::<f64>();
    }
    (between / (k - 1) as f64) / (within / (n - k) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f_by_hand() {
        // Means 1 and 4, of all 2.5: between 2 * 2 * 1.5^2 = 9 over 1, within 4 over 2.
        let f_of = f(&[0.0, 2.0, 3.0, 5.0], &[0, 0, 1, 1]);
        assert!((f_of - 4.5).abs() < 1e-12);
        assert!(f(&[0.1, 0.1, 0.1], &[0, 0, 1]).abs() < 1e-300);
        assert!(f(&[0.0, 1.0, 2.0], &[1, 1, 1]).abs() < 1e-300);
        assert!(f(&[0.0, 0.0, 1.0, 1.0], &[0, 0, 1, 1]).is_infinite());
    }
}
