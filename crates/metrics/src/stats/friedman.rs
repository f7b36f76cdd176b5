//! Friedman's test of several models over several data sets, and Nemenyi's critical difference.

use serde::{Deserialize, Serialize};

use super::result::{at_least, check_level};
use super::studentized_range::quantile_infinite;
use super::{StatsError, distribution};
use crate::metric::{finite, mid_ranks, same_length};

/// What the rows of a table of scores are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Blocks {
    /// Data sets that share no row.
    Datasets,
    /// Folds of one data set, which share training rows: refused.
    Folds,
}

impl Blocks {
    pub(super) fn independent(self, method: &'static str) -> Result<(), StatsError> {
        match self {
            Self::Datasets => Ok(()),
            Self::Folds => Err(StatsError::OverlappingFolds { method }),
        }
    }
}

/// Ranks of models over data sets, and whether they differ.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Friedman {
    /// Mean rank of each model; 1 is best.
    pub mean_ranks: Vec<f64>,
    /// Friedman's chi-squared as Demsar 2006 gives it, without a correction for ties.
    pub chi_squared: f64,
    /// The same divided by the share of untied ranks: scipy's `friedmanchisquare`.
    pub chi_squared_ties: f64,
    /// p of `chi_squared_ties`.
    pub p_value_ties: f64,
    /// Iman and Davenport's F of `chi_squared`; `None` where all data sets agree, as it is infinite.
    pub f: Option<f64>,
    /// p of `f`.
    pub p_value: f64,
    /// Nemenyi: two models differ if their mean ranks differ by at least this.
    pub critical_difference: f64,
    /// Family-wise level of the critical difference.
    pub alpha: f64,
    /// What has to hold.
    pub assumptions: Vec<String>,
}

impl Friedman {
    /// Pairs of models (by position) whose mean ranks differ by at least the critical difference,
    /// the better first.
    pub fn different_pairs(&self) -> Vec<(usize, usize)> {
        let models = || self.mean_ranks.iter().enumerate();
        models()
            .flat_map(|(a, rank_a)| models().map(move |(b, rank_b)| (a, b, rank_b - rank_a)))
            .filter(|(_, _, gap)| *gap >= self.critical_difference)
            .map(|(a, b, _)| (a, b))
            .collect()
    }
}

/// Friedman test of `scores[data set][model]`, greater is better, with Nemenyi's critical difference
/// (Demsar 2006, section 3.2).
///
/// # Errors
/// [`StatsError::OverlappingFolds`] for [`Blocks::Folds`]; [`StatsError::TooFew`] for fewer than two
/// data sets or models; [`StatsError::NoVariation`] if all models tie everywhere;
/// [`StatsError::Metric`] for ragged or non-finite scores; [`StatsError::Setting`] for an alpha
/// outside (0, 1).
pub fn friedman(scores: &[Vec<f64>], blocks: Blocks, alpha: f64) -> Result<Friedman, StatsError> {
    let method = "Friedman";
    blocks.independent(method)?;
    check_level(method, 1.0 - alpha)?;
    at_least(method, "data sets", 2, scores.len())?;
    let models = scores.first().map_or(0, Vec::len);
    at_least(method, "models", 2, models)?;
    let mut sums = vec![0.0; models];
    let mut ties = 0.0;
    for row in scores {
        same_length("scores of a data set", models, row.len())?;
        finite("score", row)?;
        let worse_first: Vec<f64> = row.iter().map(|score| -score).collect();
        let ranks = mid_ranks(&worse_first);
        for (sum, rank) in sums.iter_mut().zip(&ranks) {
            *sum += rank;
        }
        ties += tie_term(&ranks);
    }
    let (n, k) = (scores.len() as f64, models as f64);
    let mean_ranks: Vec<f64> = sums.iter().map(|sum| sum / n).collect();
    let squares: f64 = mean_ranks.iter().map(|rank| rank * rank).sum();
    let chi_squared = 12.0 * n / (k * (k + 1.0)) * (squares - k * (k + 1.0).powi(2) / 4.0);
    let untied = 1.0 - ties / (n * k * (k * k - 1.0));
    if untied <= 0.0 {
        return Err(StatsError::NoVariation {
            method,
            n: scores.len(),
            value: 0.0,
        });
    }
    let chi_squared_ties = chi_squared / untied;
    let f = (n - 1.0) * chi_squared / (n * (k - 1.0) - chi_squared).max(0.0);
    let q = quantile_infinite(1.0 - alpha, models) / std::f64::consts::SQRT_2;
    Ok(Friedman {
        mean_ranks,
        chi_squared,
        chi_squared_ties,
        p_value_ties: distribution::chi_squared_upper_tail(chi_squared_ties, k - 1.0),
        f: f.is_finite().then_some(f),
        p_value: distribution::f_upper_tail(f, k - 1.0, (k - 1.0) * (n - 1.0)),
        critical_difference: q * (k * (k + 1.0) / (6.0 * n)).sqrt(),
        alpha,
        assumptions: vec![
            "data sets share no row".to_owned(),
            "enough data sets for the F distribution: more than 10, with more than 5 models"
                .to_owned(),
        ],
    })
}

/// Sum over ties of t^3 - t in one row of mid-ranks: 12 times the lost sum of squares.
fn tie_term(ranks: &[f64]) -> f64 {
    let k = ranks.len() as f64;
    let full = k * (k + 1.0) * (2.0 * k + 1.0) / 6.0;
    12.0 * (full - ranks.iter().map(|rank| rank * rank).sum::<f64>())
}
