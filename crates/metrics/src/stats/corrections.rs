//! Corrections of p for several comparisons.
//!
//! Adjusted p in the order given, each at most 1: reject where it is at most alpha. Holm, Hochberg
//! and Hommel hold the chance of any false rejection; Benjamini-Hochberg and Benjamini-Yekutieli
//! the expected share of false ones among rejections. Holm and Benjamini-Yekutieli hold under any
//! dependence, the others under independence or positive dependence.

use super::StatsError;

/// Bonferroni: m times p.
///
/// # Errors
/// [`StatsError::TooFew`] for none; [`StatsError::Setting`] for a p outside [0, 1].
pub fn bonferroni(p_values: &[f64]) -> Result<Vec<f64>, StatsError> {
    check("Bonferroni", p_values)?;
    Ok(p_values
        .iter()
        .map(|p| (p * p_values.len() as f64).min(1.0))
        .collect())
}

/// Holm 1979, step down.
///
/// # Errors
/// As [`bonferroni`].
pub fn holm(p_values: &[f64]) -> Result<Vec<f64>, StatsError> {
    let sorted = ascending("Holm", p_values)?;
    let m = sorted.len();
    let mut highest = 0.0_f64;
    let adjusted = sorted
        .iter()
        .enumerate()
        .map(|(i, &(at, p))| {
            highest = highest.max(p * (m - i) as f64).min(1.0);
            (at, highest)
        })
        .collect();
    Ok(in_order_given(adjusted))
}

/// Hochberg 1988, step up.
///
/// # Errors
/// As [`bonferroni`].
pub fn hochberg(p_values: &[f64]) -> Result<Vec<f64>, StatsError> {
    let m = p_values.len();
    step_up("Hochberg", p_values, |i| (m - i) as f64)
}

/// Benjamini and Hochberg 1995.
///
/// # Errors
/// As [`bonferroni`].
pub fn benjamini_hochberg(p_values: &[f64]) -> Result<Vec<f64>, StatsError> {
    let m = p_values.len() as f64;
    step_up("Benjamini-Hochberg", p_values, |i| m / (i + 1) as f64)
}

/// Benjamini and Yekutieli 2001: Benjamini-Hochberg times the m-th harmonic number.
///
/// # Errors
/// As [`bonferroni`].
pub fn benjamini_yekutieli(p_values: &[f64]) -> Result<Vec<f64>, StatsError> {
    let m = p_values.len();
    let harmonic: f64 = (1..=m).map(|i| 1.0 / i as f64).sum();
    step_up("Benjamini-Yekutieli", p_values, |i| {
        harmonic * m as f64 / (i + 1) as f64
    })
}

/// Hommel 1988, by the algorithm of Wright 1992 (as R's `p.adjust`).
///
/// # Errors
/// As [`bonferroni`].
pub fn hommel(p_values: &[f64]) -> Result<Vec<f64>, StatsError> {
    let sorted = ascending("Hommel", p_values)?;
    let m = sorted.len();
    let p: Vec<f64> = sorted.iter().map(|&(_, p)| p).collect();
    let simes = |of: &[f64], size: usize| {
        of.iter()
            .enumerate()
            .map(|(i, p)| p * size as f64 / (i + 1) as f64)
            .fold(f64::INFINITY, f64::min)
    };
    let mut adjusted = vec![simes(&p, m); m];
    for size in (2..m).rev() {
        let (low, high) = p.split_at(m - size + 1);
        let of_high = high
            .iter()
            .enumerate()
            .map(|(i, p)| p * size as f64 / (i + 2) as f64)
            .fold(f64::INFINITY, f64::min);
        let mut last = 0.0;
        let bounds: Vec<f64> = low
            .iter()
            .map(|p| {
                last = (p * size as f64).min(of_high);
                last
            })
            .collect();
        let bounds = bounds.into_iter().chain(std::iter::repeat(last));
        for (adjusted, bound) in adjusted.iter_mut().zip(bounds) {
            *adjusted = adjusted.max(bound);
        }
    }
    let adjusted = sorted
        .iter()
        .zip(adjusted)
        .map(|(&(at, p), adjusted)| (at, adjusted.max(p).min(1.0)));
    Ok(in_order_given(adjusted.collect()))
}

/// From the largest p down: p times its factor, never above the one before.
fn step_up(
    method: &'static str,
    p_values: &[f64],
    factor: impl Fn(usize) -> f64,
) -> Result<Vec<f64>, StatsError> {
    let sorted = ascending(method, p_values)?;
    let mut lowest = 1.0_f64;
    let adjusted = sorted
        .iter()
        .enumerate()
        .rev()
        .map(|(i, &(at, p))| {
            lowest = lowest.min(p * factor(i));
            (at, lowest)
        })
        .collect();
    Ok(in_order_given(adjusted))
}

fn ascending(method: &'static str, p_values: &[f64]) -> Result<Vec<(usize, f64)>, StatsError> {
    check(method, p_values)?;
    let mut sorted: Vec<(usize, f64)> = p_values.iter().copied().enumerate().collect();
    sorted.sort_by(|a, b| a.1.total_cmp(&b.1));
    Ok(sorted)
}

fn in_order_given(mut adjusted: Vec<(usize, f64)>) -> Vec<f64> {
    adjusted.sort_by_key(|&(at, _)| at);
    adjusted.into_iter().map(|(_, p)| p).collect()
}

fn check(method: &'static str, p_values: &[f64]) -> Result<(), StatsError> {
    super::result::at_least(method, "p-values", 1, p_values.len())?;
    match p_values.iter().find(|p| !(0.0..=1.0).contains(*p)) {
        None => Ok(()),
        Some(p) => Err(StatsError::Setting {
            method,
            what: "a p-value",
            expected: "between 0 and 1",
            got: p.to_string(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_given_is_kept() {
        let adjusted = holm(&[0.04, 0.01, 0.03]).unwrap();
        for (got, want) in adjusted.iter().zip([0.06, 0.03, 0.06]) {
            assert!((got - want).abs() < 1e-15);
        }
    }

    #[test]
    fn one_comparison_needs_no_correction() {
        for correct in [
            holm,
            hochberg,
            hommel,
            benjamini_hochberg,
            benjamini_yekutieli,
            bonferroni,
        ] {
            assert_eq!(correct(&[0.04]), Ok(vec![0.04]));
        }
    }

    #[test]
    fn impossible_p_values_are_refused() {
        assert!(holm(&[]).is_err());
        assert!(holm(&[0.1, 1.5]).is_err());
        assert!(hommel(&[f64::NAN]).is_err());
    }
}
