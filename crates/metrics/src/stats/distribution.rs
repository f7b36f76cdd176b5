//! Tails and quantiles of the distributions behind the tests, from `statrs`.

use statrs::distribution::{ContinuousCDF, Normal, StudentsT};
use statrs::function::{beta, gamma};

/// P(T > t): Student's t with `df` degrees of freedom, or the standard normal.
pub(super) fn upper_tail(t: f64, df: Option<f64>) -> f64 {
    let tail = match df {
        // By the incomplete gamma function: `statrs`' own erfc has 11 digits, this has 14.
        None => 0.5 * gamma_upper(0.5, 0.5 * t * t),
        // The incomplete beta function of df / (df + t^2) keeps small tails exact.
        Some(df) => 0.5 * beta_lower(df / 2.0, 0.5, df / (df + t * t)),
    };
    if t >= 0.0 { tail } else { 1.0 - tail }
}

/// P(|T| > |t|).
pub(super) fn two_sided(t: f64, df: Option<f64>) -> f64 {
    (2.0 * upper_tail(t.abs(), df)).min(1.0)
}

/// P(T <= t).
pub(super) fn cdf(t: f64, df: Option<f64>) -> f64 {
    upper_tail(-t, df)
}

/// The value that is exceeded with probability `1 - probability`, `probability` in (0, 1).
pub(super) fn quantile(probability: f64, df: Option<f64>) -> f64 {
    let Some(freedom) = df else {
        return Normal::standard().inverse_cdf(probability);
    };
    let start = StudentsT::new(0.0, 1.0, freedom).map_or(f64::NAN, |distribution| {
        distribution.inverse_cdf(probability)
    });
    polish(start, |t| cdf(t, df) - probability, |t| density(t, freedom))
}

/// P(F > f) with `df1` and `df2` degrees of freedom.
pub(super) fn f_upper_tail(f: f64, df1: f64, df2: f64) -> f64 {
    beta_lower(df2 / 2.0, df1 / 2.0, df2 / (df2 + df1 * f.max(0.0)))
}

/// P(X > x), chi-squared with `df` degrees of freedom.
pub(super) fn chi_squared_upper_tail(x: f64, df: f64) -> f64 {
    gamma_upper(df / 2.0, x / 2.0)
}

/// Regularised upper incomplete gamma function, at its ends too, where `statrs` panics.
fn gamma_upper(a: f64, x: f64) -> f64 {
    if x <= 0.0 {
        1.0
    } else if x == f64::INFINITY {
        0.0
    } else {
        gamma::checked_gamma_ur(a, x).unwrap_or(f64::NAN)
    }
}

/// Regularised lower incomplete beta function; NaN where it is not defined.
pub(super) fn beta_lower(a: f64, b: f64, x: f64) -> f64 {
    beta::checked_beta_reg(a, b, x).unwrap_or(f64::NAN)
}

/// Two Newton steps: the inverse of the beta function in `statrs` stops at about 1e-9.
fn polish(start: f64, error: impl Fn(f64) -> f64, slope: impl Fn(f64) -> f64) -> f64 {
    (0..2).fold(start, |at, _| {
        let step = error(at) / slope(at);
        if step.is_finite() { at - step } else { at }
    })
}

/// Density of Student's t.
fn density(t: f64, df: f64) -> f64 {
    let log =
        -0.5 * (df + 1.0) * (t * t / df).ln_1p() - 0.5 * df.ln() - beta::ln_beta(df / 2.0, 0.5);
    log.exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_of_tables() {
        assert!((quantile(0.975, None) - 1.959_963_984_540_054).abs() < 1e-14);
        assert!((quantile(0.975, Some(9.0)) - 2.262_157_162_798_204).abs() < 1e-13);
        assert!((quantile(0.025, Some(1.0)) + 12.706_204_736_174_694).abs() < 1e-11);
    }

    #[test]
    fn the_ends_are_numbers() {
        for df in [None, Some(3.0)] {
            assert!((upper_tail(0.0, df) - 0.5).abs() < 1e-15);
            assert!((upper_tail(1e-200, df) - 0.5).abs() < 1e-15);
            assert!(upper_tail(f64::INFINITY, df).abs() < 1e-15);
            assert!((upper_tail(f64::NEG_INFINITY, df) - 1.0).abs() < 1e-15);
            assert!(upper_tail(f64::NAN, df).is_nan());
        }
        assert!(f_upper_tail(f64::INFINITY, 3.0, 4.0).abs() < 1e-15);
        assert!((f_upper_tail(0.0, 3.0, 4.0) - 1.0).abs() < 1e-15);
        assert!((chi_squared_upper_tail(0.0, 3.0) - 1.0).abs() < 1e-15);
    }

    #[test]
    fn far_tails_keep_their_digits() {
        // scipy.stats.norm.sf
        for (z, tail) in [
            (0.01, 0.496_010_643_685_368_4),
            (1.5, 0.066_807_201_268_858_07),
            (2.208_983_591_440_91, 0.013_587_891_114_593_9),
            (30.0, 4.906_713_927_148_187e-198),
        ] {
            assert!((upper_tail(z, None) / tail - 1.0).abs() < 2e-13, "{z}");
        }
        assert!((upper_tail(10.0, None) / 7.619_853_024_160_526e-24 - 1.0).abs() < 1e-10);
        assert!((cdf(1.0, Some(1.0)) - 0.75).abs() < 1e-15);
        assert!((two_sided(0.0, Some(4.0)) - 1.0).abs() < 1e-15);
    }
}
