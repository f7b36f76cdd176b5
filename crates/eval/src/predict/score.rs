//! A score that knows on which rows it was taken.

use std::cmp::Ordering;
use std::fmt;
use std::marker::PhantomData;

use crate::identity::Look;
use crate::ledger::{Ledger, LedgerError};
use crate::view::{Role, Test, Valid};
use midfuse_metrics::metric::Metric;

/// The value of a metric on rows of role `R`.
///
/// `Score<Valid>` may be ranked: the greater is the better model, whatever the direction of the
/// metric. `Score<Test>` has no order; its value comes out through [`Score::disclose`], which is
/// recorded.
///
/// Neither its `Debug` form nor an error shows a value.
#[derive(Clone)]
pub struct Score<R: Role> {
    value: f64,
    metric: Metric,
    look: Look,
    role: PhantomData<fn() -> R>,
}

impl<R: Role> fmt::Debug for Score<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Score({}, {})", R::NAME, self.metric)
    }
}

impl<R: Role> Score<R> {
    pub(crate) fn new(value: f64, metric: Metric, look: Look) -> Self {
        Self {
            value,
            metric,
            look,
            role: PhantomData,
        }
    }

    /// The metric.
    pub fn metric(&self) -> Metric {
        self.metric
    }
}

impl Score<Valid> {
    /// The value.
    pub fn value(&self) -> f64 {
        self.value
    }
}

impl Score<Test> {
    /// The value, once the ledger has recorded that `what` was scored on these rows.
    ///
    /// # Errors
    /// [`LedgerError`] if it cannot be recorded, or if the rows were sealed in another ledger; the
    /// value stays undisclosed.
    pub fn disclose(self, ledger: &Ledger, what: &str) -> Result<f64, LedgerError> {
        ledger.record_disclosure(what, self.metric.name(), &self.look)?;
        Ok(self.value)
    }
}

impl PartialEq for Score<Valid> {
    fn eq(&self, other: &Self) -> bool {
        self.metric == other.metric && self.value == other.value
    }
}

impl PartialOrd for Score<Valid> {
    /// Greater is better; scores of two metrics have no order.
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        if self.metric != other.metric {
            return None;
        }
        let order = self.value.partial_cmp(&other.value);
        if self.metric.greater_is_better() {
            order
        } else {
            order.map(Ordering::reverse)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::RowHash;

    #[test]
    fn the_greater_score_is_the_better_model() {
        let look = Look {
            rows: RowHash::of(["rows"]),
            predictions: RowHash::of(["scores"]),
            sealed_in: None,
        };
        let score = |value, metric| Score::<Valid>::new(value, metric, look.clone());
        assert!(score(0.9, Metric::Accuracy) > score(0.8, Metric::Accuracy));
        assert!(score(0.1, Metric::LogLoss) > score(0.2, Metric::LogLoss));
        assert_eq!(
            score(0.1, Metric::LogLoss).partial_cmp(&score(0.2, Metric::Mse)),
            None
        );
        assert_eq!(
            score(f64::NAN, Metric::Mse).partial_cmp(&score(0.2, Metric::Mse)),
            None
        );
    }
}
