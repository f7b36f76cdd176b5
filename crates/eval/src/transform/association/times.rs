//! The score test of Cox's model.

/// The score test of one column at a coefficient of 0, of one degree of freedom: the squared sum over
/// events of the value minus the mean of those at risk, over the sum of their variances; ties by
/// Breslow. With a column of 0 and 1 and without ties it is the log-rank test.
///
/// Source: Cox, "Regression models and life-tables", 1972, section 6.
pub(super) fn score(values: &[f64], time: &[f64], event: &[bool]) -> f64 {
    let mut order: Vec<(f64, bool, f64)> = time
        .iter()
        .zip(event)
        .zip(values)
        .map(|((&time, &event), &value)| (time, event, value))
        .collect();
    // The latest first, so that those at risk are those behind.
    order.sort_by(|a, b| b.0.total_cmp(&a.0));
    let centre = values.iter().sum::<f64>() / values.len().max(1) as f64;
    let (mut n, mut sum, mut squares) = (0.0, 0.0, 0.0);
    let (mut gap, mut variance) = (0.0, 0.0);
    for tied in order.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
        for (_, _, value) in tied {
            let value = value - centre;
            n += 1.0;
            sum += value;
            squares += value * value;
        }
        let mean: f64 = sum / n;
        let spread = (squares / n - mean * mean).max(0.0);
        for (_, _, value) in tied.iter().filter(|(_, event, _)| *event) {
            gap += value - centre - mean;
            variance += spread;
        }
    }
    // A constant leaves rounding errors, and nothing to divide by.
    if variance <= f64::EPSILON * squares {
        return 0.0;
    }
    gap * gap / variance
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn score_by_hand() {
        // At 1: (1 - 1/3) of risk set 1, 0, 0 with variance 2/9. At 2: 0 - 0 of 0, 0. Third censored.
        let chi2 = score(&[1.0, 0.0, 0.0], &[1.0, 2.0, 3.0], &[true, true, false]);
        assert!((chi2 - (4.0 / 9.0) / (2.0 / 9.0)).abs() < 1e-12, "{chi2}");
        // Two at once count with the same risk set: (1 - 1/2) + (0 - 1/2).
        let tied = score(&[1.0, 0.0], &[1.0, 1.0], &[true, true]);
        assert!(tied.abs() < 1e-300);
        assert!(score(&[0.1; 3], &[1.0, 2.0, 3.0], &[true; 3]).abs() < 1e-300);
        assert!(score(&[0.1, 0.2], &[1.0, 2.0], &[false; 2]).abs() < 1e-300);
    }
}
