//! Wilcoxon's signed-rank test of paired differences.

use serde::{Deserialize, Serialize};

use super::result::{at_least, check_level};
use super::{Blocks, Interval, StatsError, TestResult, distribution};
use crate::metric::{finite, mid_ranks};

/// Most differences whose null distribution is counted out; above it, the normal one is used.
const EXACT_UP_TO: usize = 50;

/// What becomes of differences that are 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ZeroDifferences {
    /// They are left out (Wilcoxon 1945).
    Drop,
    /// They are ranked and then left out of the sums (Pratt 1959).
    Pratt,
    /// Half of their ranks goes to either side (Demsar 2006).
    Split,
}

/// Wilcoxon signed-rank test of differences over independent blocks, such as data sets.
///
/// The statistic is the smaller sum of ranks. Up to 50 differences p is counted over all patterns of
/// signs, ties included; above, normal with the correction for ties (scipy's
/// `method="asymptotic", correction=False`). The effect is the Hodges-Lehmann median of the pairwise
/// means, with its distribution-free interval where the number of differences allows the level.
///
/// # Errors
/// [`StatsError::OverlappingFolds`] for [`Blocks::Folds`]; [`StatsError::TooFew`] or
/// [`StatsError::NoVariation`] if no difference is left or all are 0; [`StatsError::Metric`] for one
/// that is not finite; [`StatsError::Setting`] for a level outside (0, 1).
pub fn wilcoxon(
    differences: &[f64],
    zeros: ZeroDifferences,
    blocks: Blocks,
    level: f64,
) -> Result<TestResult, StatsError> {
    let method = "Wilcoxon signed-rank";
    blocks.independent(method)?;
    check_level(method, level)?;
    at_least(method, "differences", 1, differences.len())?;
    finite("difference", differences)?;
    let kept: Vec<f64> = differences
        .iter()
        .copied()
        .filter(|&difference| difference != 0.0 || zeros != ZeroDifferences::Drop)
        .collect();
    if kept.iter().all(|&difference| difference == 0.0) {
        return Err(StatsError::NoVariation {
            method,
            n: differences.len(),
            value: 0.0,
        });
    }
    let sizes: Vec<f64> = kept.iter().map(|difference| difference.abs()).collect();
    let ranks = mid_ranks(&sizes);
    let sum = |of: &dyn Fn(f64) -> bool| -> f64 {
        ranks
            .iter()
            .zip(&kept)
            .filter(|(_, d)| of(**d))
            .map(|(rank, _)| rank)
            .sum()
    };
    let split = if zeros == ZeroDifferences::Split {
        0.5 * sum(&|d| d == 0.0)
    } else {
        0.0
    };
    let (plus, minus) = (sum(&|d| d > 0.0) + split, sum(&|d| d < 0.0) + split);
    let statistic = plus.min(minus);
    let flipped: Vec<f64> = ranks
        .iter()
        .zip(&kept)
        .filter(|(_, d)| **d != 0.0)
        .map(|(rank, _)| *rank)
        .collect();
    let p_value = if kept.len() <= EXACT_UP_TO {
        exact_p(&flipped, statistic - split)
    } else {
        // Each sign is a coin toss: mean and variance of the sum, ties and zeros as they are.
        let mean = split + 0.5 * flipped.iter().sum::<f64>();
        let variance = 0.25 * variance_ranks(zeros, &ranks, &flipped);
        distribution::two_sided((statistic - mean) / variance.sqrt(), None)
    };
    let (effect, interval) = hodges_lehmann(differences, level);
    Ok(TestResult {
        method: method.to_owned(),
        effect,
        standard_error: None,
        interval,
        statistic,
        df: None,
        p_value,
        assumptions: vec![
            "blocks are independent of one another".to_owned(),
            "differences are symmetric around their median".to_owned(),
        ],
    })
}

/// Sum of squared ranks that take part; split zeros keep theirs, as in scipy.
fn variance_ranks(zeros: ZeroDifferences, all: &[f64], flipped: &[f64]) -> f64 {
    let ranks = if zeros == ZeroDifferences::Split {
        all
    } else {
        flipped
    };
    ranks.iter().map(|rank| rank * rank).sum()
}

/// Two-sided p of a sum of ranks of at most `smaller`, over all patterns of signs.
fn exact_p(ranks: &[f64], smaller: f64) -> f64 {
    let below = sign_distribution(ranks);
    let last = (2.0 * smaller + 0.5).floor() as usize;
    (2.0 * below.iter().take(last + 1).sum::<f64>()).min(1.0)
}

/// Probability of each sum of ranks, in halves, when each rank counts or not by a coin toss.
fn sign_distribution(ranks: &[f64]) -> Vec<f64> {
    ranks.iter().fold(vec![1.0], |sums, rank| {
        let shift = (2.0 * rank).round() as usize;
        let mut next = vec![0.0; sums.len() + shift];
        for (at, probability) in sums.iter().enumerate() {
            for to in [at, at + shift] {
                if let Some(cell) = next.get_mut(to) {
                    *cell += 0.5 * probability;
                }
            }
        }
        next
    })
}

/// Median of all means of two differences, and the interval between two of them.
fn hodges_lehmann(differences: &[f64], level: f64) -> (f64, Option<Interval>) {
    let n = differences.len();
    let mut means: Vec<f64> = differences
        .iter()
        .enumerate()
        .flat_map(|(i, a)| {
            differences
                .iter()
                .skip(i)
                .map(move |b| f64::midpoint(*a, *b))
        })
        .collect();
    means.sort_by(f64::total_cmp);
    let effect = crate::metric::quantile(&means, 0.5);
    let tail = 0.5 - level / 2.0;
    let cut = if n <= EXACT_UP_TO {
        let ranks: Vec<f64> = (1..=n).map(|rank| rank as f64).collect();
        let mut total = 0.0;
        // Every other entry is a whole sum of ranks; count those that stay within the tail.
        sign_distribution(&ranks)
            .into_iter()
            .step_by(2)
            .take_while(|probability| {
                total += probability;
                total <= tail
            })
            .count()
    } else {
        let (n, z) = (n as f64, distribution::quantile(1.0 - tail, None));
        let spread = (n * (n + 1.0) * (2.0 * n + 1.0) / 24.0).sqrt();
        (n * (n + 1.0) / 4.0 - z * spread).floor().max(0.0) as usize
    };
    let ends = cut.checked_sub(1).and_then(|at| {
        means
            .get(at)
            .copied()
            .zip(means.get(means.len().wrapping_sub(cut)).copied())
    });
    (
        effect,
        ends.map(|(low, high)| Interval { level, low, high }),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_positive_differences() {
        let result = wilcoxon(
            &[1.0, 2.0, 3.0],
            ZeroDifferences::Drop,
            Blocks::Datasets,
            0.95,
        );
        let result = result.unwrap();
        assert!((result.p_value - 0.25).abs() < 1e-15 && result.statistic == 0.0);
        assert!((result.effect - 2.0).abs() < 1e-15);
        assert_eq!(result.interval, None); // 3 differences cannot give 95 %
    }

    #[test]
    fn folds_and_empty_differences_are_refused() {
        let test = |d: &[f64], blocks| wilcoxon(d, ZeroDifferences::Drop, blocks, 0.95);
        assert!(matches!(
            test(&[1.0, 2.0], Blocks::Folds),
            Err(StatsError::OverlappingFolds { .. })
        ));
        assert!(matches!(
            test(&[0.0, 0.0], Blocks::Datasets),
            Err(StatsError::NoVariation { .. })
        ));
        assert!(test(&[], Blocks::Datasets).is_err());
        assert!(test(&[f64::NAN], Blocks::Datasets).is_err());
    }
}
