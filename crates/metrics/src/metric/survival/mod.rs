//! Metrics of times to an event under censoring, with the numbers of scikit-survival.

pub(super) mod brier;
pub(super) mod concordance;
pub(super) mod dynamic_auc;
mod kaplan_meier;

pub use brier::{integrated_brier, survival_brier};
pub use concordance::{Concordance, concordance_harrell, concordance_uno};
pub use dynamic_auc::{DynamicAuc, dynamic_auc};
pub use kaplan_meier::KaplanMeier;

use super::{MetricError, check};

/// Times of follow-up, and whether each ended with the event or was censored.
#[derive(Debug, Clone, PartialEq)]
pub struct Survival {
    times: Vec<f64>,
    events: Vec<bool>,
}

impl Survival {
    /// Follow-up of each row; `events` is true where the event was seen.
    ///
    /// # Errors
    /// [`MetricError::TooFewRows`] for fewer than two rows; [`MetricError::Length`];
    /// [`MetricError::NonFinite`] for a time that is not finite; [`MetricError::Setting`] for a
    /// negative one.
    pub fn new(times: &[f64], events: &[bool]) -> Result<Self, MetricError> {
        check::rows("survival", 2, times.len())?;
        check::same_length("events", times.len(), events.len())?;
        check::finite("time", times)?;
        if let Some(negative) = times.iter().find(|time| **time < 0.0) {
            return Err(MetricError::Setting {
                metric: "survival",
                what: "a time",
                expected: "at least 0",
                got: negative.to_string(),
            });
        }
        Ok(Self {
            times: times.to_vec(),
            events: events.to_vec(),
        })
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.times.len()
    }

    /// True without rows; the constructor refuses that.
    pub fn is_empty(&self) -> bool {
        self.times.is_empty()
    }

    /// Time and event of each row.
    fn rows(&self) -> impl Iterator<Item = (f64, bool)> + Clone {
        self.times.iter().copied().zip(self.events.iter().copied())
    }

    /// The rows as far as `end`: later follow-up counts as event-free until then, and reaches no
    /// further than that of `fitted_on`, so that its censoring is known there.
    ///
    /// # Errors
    /// As [`Survival::new`].
    pub fn until(&self, end: f64, fitted_on: &Self) -> Result<Self, MetricError> {
        let known = fitted_on.last_time();
        let time = |time: f64| {
            if time > end && known > end {
                time.min(known)
            } else {
                time
            }
        };
        let times: Vec<f64> = self.rows().map(|(at, _)| time(at)).collect();
        let events: Vec<bool> = self.rows().map(|(at, event)| event && at <= end).collect();
        Self::new(&times, &events)
    }

    /// The longest follow-up.
    pub fn last_time(&self) -> f64 {
        self.times.iter().copied().fold(f64::NEG_INFINITY, f64::max)
    }

    /// Refuses rows that are all censored: they tell nothing of the event.
    fn check_events(&self, metric: &'static str, what: &str) -> Result<(), MetricError> {
        if self.events.contains(&true) {
            return Ok(());
        }
        Err(MetricError::Undefined {
            metric,
            reason: format!("all {} {what} are censored", self.len()),
        })
    }

    /// Refuses time points that no row can speak of: before the first or from the last time on.
    fn check_times(&self, metric: &'static str, at: &[f64]) -> Result<(), MetricError> {
        check::rows(metric, 1, at.len())?;
        check::finite("time point", at)?;
        let first = self.times.iter().copied().fold(f64::INFINITY, f64::min);
        let last = self.last_time();
        let ascending = at.windows(2).all(|pair| pair.first() < pair.last());
        match at.iter().find(|time| **time < first || **time >= last) {
            None if ascending => Ok(()),
            None => Err(MetricError::Setting {
                metric,
                what: "the list of time points",
                expected: "ascending",
                got: format!("{at:?}"),
            }),
            Some(time) => Err(MetricError::Setting {
                metric,
                what: "a time point",
                expected: "from the first time of the rows to before their last",
                got: format!("{time}, outside [{first}, {last})"),
            }),
        }
    }
}
