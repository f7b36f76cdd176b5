//! Breslow's estimate of the baseline hazard of a proportional-hazards model.
//!
//! **Paper**: Breslow 1972, discussion of Cox, "Regression models and life-tables".
//! **Reference implementation**: `sksurv.linear_model.coxph.BreslowEstimator`.

use serde::{Deserialize, Serialize};

use crate::{LinearError, Result};

/// The cumulative hazard of a row whose log-risk is the mean of the fitting rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Breslow {
    /// Mean log-risk of the fitting rows.
    pub centre: f64,
    /// Times of events, ascending.
    event_times: Vec<f64>,
    /// Cumulative hazard from each of them on.
    hazard: Vec<f64>,
}

impl Breslow {
    /// Of the rows that a model was fitted on: at each time, events over the summed risks of the
    /// rows that are followed up to it.
    ///
    /// # Errors
    /// [`LinearError::Hazard`] without an event, or for log-risks so far apart that a hazard is not a
    /// number.
    pub fn fit(time: &[f64], event: &[bool], log_risk: &[f64]) -> Result<Self> {
        let centre = log_risk.iter().sum::<f64>() / log_risk.len().max(1) as f64;
        let mut rows: Vec<(f64, bool, f64)> = time
            .iter()
            .zip(event)
            .zip(log_risk)
            .map(|((&time, &event), &risk)| (time, event, risk - centre))
            .collect();
        // Latest first: the rows at risk at a time are all up to the last of that time.
        rows.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut at_risk = f64::NEG_INFINITY;
        let mut steps = Vec::new();
        for tied in rows.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
            at_risk = tied.iter().fold(at_risk, |sum, row| log_add(sum, row.2));
            let events = tied.iter().filter(|row| row.1).count();
            if let (Some(first), true) = (tied.first(), events > 0) {
                steps.push((first.0, ((events as f64).ln() - at_risk).exp()));
            }
        }
        steps.reverse();
        let mut sum = 0.0;
        let (event_times, hazard): (Vec<f64>, Vec<f64>) = steps
            .into_iter()
            .map(|(time, step)| {
                sum += step;
                (time, sum)
            })
            .unzip();
        if event_times.is_empty() || !sum.is_finite() || !centre.is_finite() {
            return Err(LinearError::Hazard {
                times: event_times.len(),
                last: sum,
            });
        }
        Ok(Self {
            centre,
            event_times,
            hazard,
        })
    }

    /// Probability of being free of the event at `time`, for a log-risk about the centre. Past the
    /// last event of the fitting rows it stays where it was: nothing is known of later.
    pub fn survival(&self, time: f64, log_risk: f64) -> f64 {
        let at = self.event_times.partition_point(|&event| event <= time);
        match at.checked_sub(1).and_then(|at| self.hazard.get(at)) {
            Some(hazard) => (-(hazard.ln() + log_risk).exp()).exp(),
            None => 1.0,
        }
    }
}

/// `ln(e^a + e^b)`.
fn log_add(a: f64, b: f64) -> f64 {
    let (low, high) = if a < b { (a, b) } else { (b, a) };
    if high == f64::NEG_INFINITY {
        return high;
    }
    high + (low - high).exp().ln_1p()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn numbers(value: &Value) -> Vec<f64> {
        serde_json::from_value(value.clone()).unwrap()
    }

    #[test]
    fn survival_is_scikit_survivals() {
        let golden = include_str!("../tests/golden/breslow.json");
        let golden: Value = serde_json::from_str(golden).unwrap();
        let tolerance = golden["tolerance"].as_f64().unwrap();
        for case in golden["cases"].as_array().unwrap() {
            let (time, log_risk) = (numbers(&case["time"]), numbers(&case["log_risk"]));
            let event: Vec<bool> = serde_json::from_value(case["event"].clone()).unwrap();
            let breslow = Breslow::fit(&time, &event, &log_risk).unwrap();
            let rows = case["survival"].as_array().unwrap();
            for (row, want) in numbers(&case["rows"]).iter().zip(rows) {
                for (at, want) in numbers(&case["points"]).iter().zip(numbers(want)) {
                    let got = breslow.survival(*at, row - breslow.centre);
                    let name = &case["name"];
                    assert!((got - want).abs() < tolerance, "{name}: {got} {want}");
                }
            }
        }
    }

    #[test]
    fn by_hand() {
        // Equal risks: the Nelson-Aalen estimate, 1/4 then 1/4 + 2/3.
        let (time, event) = ([1.0, 2.0, 2.0, 3.0], [true, true, true, false]);
        let breslow = Breslow::fit(&time, &event, &[5.0; 4]).unwrap();
        assert!((breslow.centre - 5.0).abs() < 1e-15);
        assert_eq!(breslow.event_times, [1.0, 2.0]);
        for (time, hazard) in [
            (0.5, 0.0),
            (1.0, 0.25),
            (1.5, 0.25),
            (9.0, 0.25 + 2.0 / 3.0),
        ] {
            let survival = breslow.survival(time, 0.0);
            assert!((survival - f64::exp(-hazard)).abs() < 1e-12, "{time}");
        }
        // Twice the risk, twice the hazard.
        let doubled = breslow.survival(1.0, 2.0_f64.ln());
        assert!((doubled - f64::exp(-0.5)).abs() < 1e-12);
    }

    #[test]
    fn far_apart_log_risks_and_no_event() {
        let far = Breslow::fit(&[1.0, 2.0], &[true, true], &[-400.0, 400.0]).unwrap();
        assert!(far.survival(2.0, 400.0).is_finite());
        assert!(Breslow::fit(&[1.0], &[false], &[0.0]).is_err());
        assert!(Breslow::fit(&[1.0], &[true], &[f64::NAN]).is_err());
    }
}
