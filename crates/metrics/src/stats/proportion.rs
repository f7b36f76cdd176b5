//! Intervals of a share of rows: an accuracy, a sensitivity.

use super::result::{at_least, check_level};
use super::{Interval, StatsError, distribution};

/// Up to here the incomplete beta function is right to 1e-14.
const MOST_ROWS: u64 = 1_000_000_000;

/// Wilson's score interval of `hits` out of `rows`.
///
/// # Errors
/// [`StatsError::TooFew`] for no rows; [`StatsError::Setting`] for more hits than rows, more than
/// 10^9 rows, or a level outside (0, 1).
pub fn wilson(hits: u64, rows: u64, level: f64) -> Result<Interval, StatsError> {
    check("Wilson", hits, rows, level)?;
    let (k, n) = (hits as f64, rows as f64);
    let z = distribution::quantile(0.5 + level / 2.0, None);
    let centre = (k + z * z / 2.0) / (n + z * z);
    let half = z / (n + z * z) * (k * (n - k) / n + z * z / 4.0).sqrt();
    Ok(Interval {
        level,
        low: (centre - half).max(0.0),
        high: (centre + half).min(1.0),
    })
}

/// Clopper and Pearson's exact interval of `hits` out of `rows`: never too short, often too long.
///
/// # Errors
/// As [`wilson`].
pub fn clopper_pearson(hits: u64, rows: u64, level: f64) -> Result<Interval, StatsError> {
    check("Clopper-Pearson", hits, rows, level)?;
    let (k, n) = (hits as f64, rows as f64);
    let tail = 0.5 - level / 2.0;
    let low = if hits == 0 {
        0.0
    } else {
        beta_quantile(tail, k, n - k + 1.0)
    };
    let high = if hits == rows {
        1.0
    } else {
        beta_quantile(1.0 - tail, k + 1.0, n - k)
    };
    Ok(Interval { level, low, high })
}

/// Jeffreys' interval of `hits` out of `rows`: equal tails of the posterior under a Beta(1/2, 1/2)
/// prior.
///
/// # Errors
/// As [`wilson`].
pub fn jeffreys(hits: u64, rows: u64, level: f64) -> Result<Interval, StatsError> {
    check("Jeffreys", hits, rows, level)?;
    let (k, n) = (hits as f64, rows as f64);
    let tail = 0.5 - level / 2.0;
    let quantile = |probability| beta_quantile(probability, k + 0.5, n - k + 0.5);
    Ok(Interval {
        level,
        low: quantile(tail),
        high: quantile(1.0 - tail),
    })
}

fn check(method: &'static str, hits: u64, rows: u64, level: f64) -> Result<(), StatsError> {
    check_level(method, level)?;
    at_least(
        method,
        "rows",
        1,
        usize::try_from(rows).unwrap_or(usize::MAX),
    )?;
    if rows > MOST_ROWS {
        return Err(StatsError::Setting {
            method,
            what: "the number of rows",
            expected: "at most 1000000000",
            got: rows.to_string(),
        });
    }
    if hits <= rows {
        return Ok(());
    }
    Err(StatsError::Setting {
        method,
        what: "the number of hits",
        expected: "at most the number of rows",
        got: format!("{hits} of {rows}"),
    })
}

/// Inverse of the regularised incomplete beta function by bisection, to the last bit or so.
fn beta_quantile(probability: f64, a: f64, b: f64) -> f64 {
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if distribution::beta_lower(a, b, middle) < probability {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends() {
        for interval in [wilson, clopper_pearson, jeffreys] {
            let none = interval(0, 30, 0.95).unwrap();
            let all = interval(30, 30, 0.95).unwrap();
            assert!((none.high - (1.0 - all.low)).abs() < 1e-12);
            assert!(interval(3, 2, 0.95).is_err());
            assert!(interval(0, 0, 0.95).is_err());
            assert!(interval(1, 2, 0.0).is_err());
        }
    }
}
