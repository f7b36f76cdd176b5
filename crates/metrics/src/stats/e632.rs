//! The .632+ estimate of an error rate.

use serde::{Deserialize, Serialize};

use super::result::{at_least, check_level};
use super::{Interval, StatsError, distribution};
use crate::metric::{finite, same_length};

/// The .632+ estimate and its parts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct E632Plus {
    /// The .632+ estimate of the error.
    pub effect: f64,
    /// Weight of the out-of-bag error, from .632 without overfitting to 1.
    pub weight: f64,
    /// Relative overfitting rate in [0, 1].
    pub overfitting: f64,
    /// The older .632 estimate, which is too low where a model overfits.
    pub e632: f64,
}

/// .632+ estimate (Efron and Tibshirani 1997, equations 28 to 32) from the error on the training
/// rows, the leave-one-out bootstrap error, and the no-information error: what predictions that are
/// paired with targets at random would cost.
///
/// ```
/// use midfuse_metrics::stats::e632_plus;
/// let estimate = e632_plus(0.1, 0.3, 0.5)?;
/// assert!((estimate.overfitting - 0.5).abs() < 1e-12);
/// # Ok::<(), midfuse_metrics::stats::StatsError>(())
/// ```
///
/// # Errors
/// [`StatsError::Metric`] for an error that is not finite; [`StatsError::Setting`] for a negative
/// one.
pub fn e632_plus(
    training: f64,
    out_of_bag: f64,
    no_information: f64,
) -> Result<E632Plus, StatsError> {
    let errors = [training, out_of_bag, no_information];
    finite("error", &errors)?;
    if let Some(negative) = errors.iter().find(|error| **error < 0.0) {
        return Err(StatsError::Setting {
            method: ".632+",
            what: "an error",
            expected: "at least 0",
            got: negative.to_string(),
        });
    }
    let capped = out_of_bag.min(no_information);
    let overfitting = if out_of_bag > training && no_information > training {
        (capped - training) / (no_information - training)
    } else {
        0.0
    };
    let weight = 0.632 / (1.0 - 0.368 * overfitting);
    Ok(E632Plus {
        effect: (1.0 - weight) * training + weight * capped,
        weight,
        overfitting,
        e632: 0.368 * training + 0.632 * out_of_bag,
    })
}

/// The .632+ estimate with its standard error.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct E632Interval {
    /// The estimate.
    pub estimate: E632Plus,
    /// Leave-one-out bootstrap error.
    pub out_of_bag: f64,
    /// Standard error of the estimate.
    pub standard_error: f64,
    /// Normal interval of the estimate.
    pub interval: Interval,
    /// What has to hold.
    pub assumptions: Vec<String>,
}

/// .632+ estimate with the standard error of Efron and Tibshirani 1997, section 5: the
/// delta-method-after-bootstrap error of the leave-one-out bootstrap, scaled to the estimate.
///
/// `counts[b][i]` is how often row `i` is in resample `b`; `losses[b][i]` is its loss under the model
/// fitted there, read only where the count is 0.
///
/// # Errors
/// As [`e632_plus`]; [`StatsError::TooFew`] for fewer than two resamples or rows, or a row that is in
/// every resample; [`StatsError::Metric`] for ragged lists or a loss that is not finite;
/// [`StatsError::Setting`] for a level outside (0, 1).
pub fn e632_plus_interval(
    counts: &[Vec<u32>],
    losses: &[Vec<f64>],
    training: f64,
    no_information: f64,
    level: f64,
) -> Result<E632Interval, StatsError> {
    let method = ".632+";
    check_level(method, level)?;
    at_least(method, "resamples", 2, counts.len())?;
    same_length("losses", counts.len(), losses.len())?;
    let rows = counts.first().map_or(0, Vec::len);
    at_least(method, "rows", 2, rows)?;
    let n = rows as f64;
    // Loss per row and resample where the row is out of bag, otherwise 0.
    let mut outside = Vec::with_capacity(counts.len());
    for (counts, losses) in counts.iter().zip(losses) {
        same_length("counts of a resample", rows, counts.len())?;
        same_length("losses of a resample", rows, losses.len())?;
        let of_row = |(&count, &loss): (&u32, &f64)| if count == 0 { loss } else { 0.0 };
        let kept: Vec<f64> = counts.iter().zip(losses).map(of_row).collect();
        finite("loss", &kept)?;
        outside.push(kept);
    }
    let column = |of: &dyn Fn(&Vec<u32>) -> Option<f64>| counts.iter().filter_map(of).sum::<f64>();
    let mut per_row = Vec::with_capacity(rows);
    for row in 0..rows {
        let times_out = column(&|of: &Vec<u32>| of.get(row).map(|&c| f64::from(u8::from(c == 0))));
        at_least(method, "resamples without each row", 1, times_out as usize)?;
        let times_in = column(&|of: &Vec<u32>| of.get(row).map(|&c| f64::from(c)));
        let loss: f64 = outside.iter().filter_map(|losses| losses.get(row)).sum();
        per_row.push((times_out, times_in / counts.len() as f64, loss / times_out));
    }
    let out_of_bag = per_row.iter().map(|row| row.2).sum::<f64>() / n;
    let resample_means: Vec<f64> = outside
        .iter()
        .map(|losses| losses.iter().sum::<f64>() / n)
        .collect();
    let influence = per_row
        .iter()
        .enumerate()
        .map(|(row, (times_out, mean_in, loss))| {
            let with_counts: f64 = counts
                .iter()
                .zip(&resample_means)
                .filter_map(|(of, mean)| of.get(row).map(|&c| (f64::from(c) - mean_in) * mean))
                .sum();
            (2.0 + 1.0 / (n - 1.0)) * (loss - out_of_bag) / n + with_counts / times_out
        });
    let of_out_of_bag = influence.map(|d: f64| d * d).sum::<f64>().sqrt();
    let estimate = e632_plus(training, out_of_bag, no_information)?;
    let standard_error = if out_of_bag > 0.0 {
        of_out_of_bag * estimate.effect / out_of_bag
    } else {
        0.0
    };
    let half = distribution::quantile(0.5 + level / 2.0, None) * standard_error;
    let interval = Interval {
        level,
        low: (estimate.effect - half).max(0.0),
        high: estimate.effect + half,
    };
    Ok(E632Interval {
        estimate,
        out_of_bag,
        standard_error,
        interval,
        assumptions: vec![
            "rows are independent and were resampled one by one".to_owned(),
            "the standard error of .632+ is that of the out-of-bag error, scaled".to_owned(),
        ],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_cases_of_the_definition() {
        let near = |got: f64, want: f64| assert!((got - want).abs() < 1e-12, "{got} {want}");
        let half = e632_plus(0.1, 0.3, 0.5).unwrap();
        near(half.overfitting, 0.5);
        near(half.weight, 0.632 / 0.816);
        near(half.effect, 0.1 + 0.2 * 0.632 / 0.816);
        near(half.e632, 0.2264);
        // Useless and overfitted: all weight on the out-of-bag error.
        near(e632_plus(0.0, 0.5, 0.5).unwrap().effect, 0.5);
        near(e632_plus(0.1, 0.1, 0.5).unwrap().weight, 0.632);
        assert!(e632_plus(-0.1, 0.3, 0.5).is_err());
        assert!(e632_plus(f64::NAN, 0.3, 0.5).is_err());
    }

    #[test]
    fn out_of_bag_losses_only() {
        // Row 0 is out of resample 1, row 1 out of resample 0; other losses are not read.
        let counts = vec![vec![2, 0], vec![0, 2], vec![1, 1]];
        let losses = vec![vec![f64::NAN, 1.0], vec![0.5, f64::NAN], vec![9.0, 9.0]];
        let got = e632_plus_interval(&counts, &losses, 0.2, 1.0, 0.95).unwrap();
        assert!((got.out_of_bag - 0.75).abs() < 1e-15);
        assert!(got.standard_error > 0.0 && got.interval.contains(got.estimate.effect));
        let always = vec![vec![1, 1], vec![2, 0]];
        assert!(e632_plus_interval(&always, &losses[..2], 0.2, 1.0, 0.95).is_err());
    }
}
