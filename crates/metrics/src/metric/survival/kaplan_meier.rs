//! The Kaplan-Meier estimate, of survival and of censoring.
#![expect(
    clippy::float_cmp,
    reason = "tied times are times that are exactly equal"
)]

use super::Survival;

/// A step function: the share that is still free of the event.
#[derive(Debug, Clone, PartialEq)]
pub struct KaplanMeier {
    /// Times of rows, ascending, with the share from there on.
    steps: Vec<(f64, f64)>,
}

impl KaplanMeier {
    /// Survival: the share without the event.
    pub fn survival(rows: &Survival) -> Self {
        Self::estimate(rows, |events, _, at_risk| (events, at_risk))
    }

    /// Censoring: the share not yet censored. An event at the time of a censoring comes first, so it
    /// is no longer at risk.
    pub fn censoring(rows: &Survival) -> Self {
        Self::estimate(rows, |events, censored, at_risk| {
            (censored, at_risk - events)
        })
    }

    fn estimate(rows: &Survival, of: impl Fn(f64, f64, f64) -> (f64, f64)) -> Self {
        let mut sorted: Vec<(f64, bool)> = rows.rows().collect();
        sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut at_risk = sorted.len() as f64;
        let mut share = 1.0;
        let mut steps = Vec::new();
        for tied in sorted.chunk_by(|a, b| a.0 == b.0) {
            let events = tied.iter().filter(|row| row.1).count() as f64;
            let (lost, exposed) = of(events, tied.len() as f64 - events, at_risk);
            if lost > 0.0 {
                share *= 1.0 - lost / exposed;
            }
            steps.extend(tied.first().map(|row| (row.0, share)));
            at_risk -= tied.len() as f64;
        }
        Self { steps }
    }

    /// The share at a time, past the last time that of the last time.
    pub fn held(&self, time: f64) -> f64 {
        let at = self.steps.partition_point(|step| step.0 <= time);
        let step = at.checked_sub(1).and_then(|at| self.steps.get(at));
        step.map_or(1.0, |step| step.1)
    }

    /// The share at a time: 1 before the first step. `None` past the last time, where the share is
    /// unknown unless it has come to 0.
    pub fn at(&self, time: f64) -> Option<f64> {
        let &(last, end) = self.steps.last()?;
        if time > last {
            return (end <= 0.0).then_some(0.0);
        }
        let at = self.steps.partition_point(|step| step.0 <= time);
        Some(
            at.checked_sub(1)
                .and_then(|at| self.steps.get(at))
                .map_or(1.0, |step| step.1),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        let rows = Survival::new(&[1.0, 2.0, 2.0, 3.0], &[true, true, false, false]).unwrap();
        let survival = KaplanMeier::survival(&rows);
        assert_eq!(survival.at(0.5), Some(1.0));
        assert_eq!(survival.at(1.0), Some(0.75));
        assert_eq!(survival.at(2.5), Some(0.5));
        assert_eq!(survival.at(4.0), None);
        // At time 2 the event leaves first: one of two is censored.
        let censoring = KaplanMeier::censoring(&rows);
        assert_eq!(censoring.at(2.0), Some(0.5));
        assert_eq!(censoring.at(9.0), Some(0.0));
    }
}
