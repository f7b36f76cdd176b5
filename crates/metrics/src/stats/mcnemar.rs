//! McNemar's test of two classifiers on the same rows.

use serde::{Deserialize, Serialize};
use statrs::function::factorial::ln_binomial;

use super::delong::independent_rows;
use super::result::check_level;
use super::{Interval, StatsError, TestResult, distribution};
use crate::metric::same_length;

/// Rows by which of two models is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PairedTable {
    /// Both right.
    pub both: u64,
    /// Only the first right.
    pub only_a: u64,
    /// Only the second right.
    pub only_b: u64,
    /// Both wrong.
    pub neither: u64,
}

/// The three forms of the test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum McNemar {
    /// Chi-squared with Edwards' continuity correction.
    Corrected,
    /// Exact binomial: holds its level always, a little conservative.
    Exact,
    /// Mid-p of the binomial (Fagerland, Lydersen and Laake 2013): about nominal.
    MidP,
}

impl PairedTable {
    /// Counts rows by whether each model is right.
    ///
    /// # Errors
    /// [`StatsError::ClusteredRows`] for groups of more than one row; [`StatsError::Metric`] for
    /// unequal lengths.
    pub fn new(
        right_a: &[bool],
        right_b: &[bool],
        groups: Option<&[usize]>,
    ) -> Result<Self, StatsError> {
        same_length("right_b", right_a.len(), right_b.len())?;
        independent_rows("McNemar", right_a.len(), groups)?;
        let count = |a: bool, b: bool| {
            right_a
                .iter()
                .zip(right_b)
                .filter(|&(&in_a, &in_b)| (in_a, in_b) == (a, b))
                .count() as u64
        };
        Ok(Self {
            both: count(true, true),
            only_a: count(true, false),
            only_b: count(false, true),
            neither: count(false, false),
        })
    }

    /// McNemar's test; the effect is the accuracy of the second less that of the first, with the
    /// interval of Agresti and Min 2005 (half a row added to each cell), cut at -1 and 1.
    ///
    /// The statistic is chi-squared, or the smaller count of discordant rows. Where only the
    /// correction would make a difference, that is for equal counts, chi-squared is 0.
    ///
    /// # Errors
    /// [`StatsError::TooFew`] for no rows; [`StatsError::NoVariation`] for [`McNemar::Corrected`]
    /// without discordant rows; [`StatsError::Setting`] for a level outside (0, 1).
    pub fn test(&self, form: McNemar, level: f64) -> Result<TestResult, StatsError> {
        let method = match form {
            McNemar::Corrected => "McNemar, chi-squared with continuity correction",
            McNemar::Exact => "McNemar, exact",
            McNemar::MidP => "McNemar, mid-p",
        };
        check_level(method, level)?;
        let cells = [self.both, self.only_a, self.only_b, self.neither];
        let rows = cells.into_iter().fold(0, u64::saturating_add);
        super::result::at_least(method, "rows", 1, rows as usize)?;
        let (a, b) = (self.only_a as f64, self.only_b as f64);
        let smaller = self.only_a.min(self.only_b);
        let discordant = self.only_a.saturating_add(self.only_b);
        let (statistic, p_value) = match form {
            McNemar::Corrected if discordant == 0 => {
                return Err(StatsError::NoVariation {
                    method,
                    n: rows as usize,
                    value: 0.0,
                });
            }
            McNemar::Corrected => {
                let chi2 = ((a - b).abs() - 1.0).max(0.0).powi(2) / (a + b);
                (chi2, distribution::two_sided(chi2.sqrt(), None))
            }
            McNemar::Exact => (
                smaller as f64,
                (2.0 * binomial_cdf(smaller, discordant)).min(1.0),
            ),
            McNemar::MidP => {
                let p = 2.0 * binomial_cdf(smaller, discordant) - binomial_pmf(smaller, discordant);
                (smaller as f64, p.min(1.0))
            }
        };
        Ok(TestResult {
            method: method.to_owned(),
            effect: (b - a) / rows as f64,
            standard_error: None,
            interval: Some(agresti_min(a, b, rows as f64, level)),
            statistic,
            df: None,
            p_value,
            assumptions: vec![
                "rows are independent of one another".to_owned(),
                "both models were fitted on other rows, and once".to_owned(),
            ],
        })
    }
}

fn agresti_min(a: f64, b: f64, rows: f64, level: f64) -> Interval {
    let (a, b, rows) = (a + 0.5, b + 0.5, rows + 2.0);
    let centre = (b - a) / rows;
    let spread = ((a + b) - (b - a).powi(2) / rows).max(0.0).sqrt() / rows;
    let half = distribution::quantile(0.5 + level / 2.0, None) * spread;
    Interval {
        level,
        low: (centre - half).max(-1.0),
        high: (centre + half).min(1.0),
    }
}

/// P(X <= k) of n coin tosses.
fn binomial_cdf(k: u64, n: u64) -> f64 {
    if k >= n {
        1.0
    } else {
        distribution::beta_lower((n - k) as f64, k as f64 + 1.0, 0.5)
    }
}

/// P(X = k) of n coin tosses.
fn binomial_pmf(k: u64, n: u64) -> f64 {
    (ln_binomial(n, k) - n as f64 * std::f64::consts::LN_2).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_counted() {
        let table = PairedTable::new(
            &[true, true, false, false],
            &[true, false, true, true],
            None,
        )
        .unwrap();
        assert_eq!(
            table,
            PairedTable {
                both: 1,
                only_a: 1,
                only_b: 2,
                neither: 0
            }
        );
        let grouped = PairedTable::new(&[true, true], &[true, false], Some(&[3, 3]));
        assert!(matches!(
            grouped,
            Err(StatsError::ClusteredRows {
                rows: 2,
                groups: 1,
                ..
            })
        ));
    }

    #[test]
    fn no_discordant_row() {
        let table = PairedTable {
            both: 5,
            only_a: 0,
            only_b: 0,
            neither: 1,
        };
        assert!(table.test(McNemar::Corrected, 0.95).is_err());
        for form in [McNemar::Exact, McNemar::MidP] {
            assert!((table.test(form, 0.95).unwrap().p_value - 1.0).abs() < 1e-15);
        }
    }

    #[test]
    fn equal_counts_are_no_evidence() {
        let table = PairedTable {
            both: 5,
            only_a: 3,
            only_b: 3,
            neither: 1,
        };
        for form in [McNemar::Corrected, McNemar::Exact] {
            assert!((table.test(form, 0.95).unwrap().p_value - 1.0).abs() < 1e-12);
        }
    }
}
