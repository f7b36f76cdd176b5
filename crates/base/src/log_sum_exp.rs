//! The logarithm of a sum of exponentials, without leaving the range of f64.

/// `ln(Σ exp(value))`; minus infinity for no values, or none but minus infinity.
///
/// ```
/// use midfuse_base::log_sum_exp;
/// assert!((log_sum_exp([-1000.0, -1000.0]) - (-1000.0 + 2_f64.ln())).abs() < 1e-12);
/// assert_eq!(log_sum_exp([f64::NEG_INFINITY; 2]), f64::NEG_INFINITY);
/// ```
pub fn log_sum_exp<I>(values: I) -> f64
where
    I: IntoIterator<Item = f64>,
    I::IntoIter: Clone,
{
    let values = values.into_iter();
    let top = values.clone().fold(f64::NEG_INFINITY, f64::max);
    if !top.is_finite() {
        return top;
    }
    top + values.map(|value| (value - top).exp()).sum::<f64>().ln()
}
