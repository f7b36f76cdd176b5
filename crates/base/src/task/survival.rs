//! The time to an event, right-censored.

use serde::{Deserialize, Serialize};

use super::{Column, Parts, Strata, TargetError, TargetProblem, Targets, TaskKind, score};

/// Right-censored survival: at which times it is predicted.
///
/// Scores of a row: the log relative risk (of Cox's model, about the mean of the fitting rows), then
/// the probability of being free of the event at each of [`times`](Self::times).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SurvivalTask {
    /// Times that the report states its figures at, ascending; in the unit of the target.
    pub horizons: Vec<f64>,
    /// Times at which survival is predicted, ascending: the horizons, and what the integrated Brier
    /// score needs between them.
    pub times: Vec<f64>,
    /// What times are counted in, for reports: `months`. Empty where nobody said.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unit: String,
}

/// Steps between the first and the last horizon over which the Brier score is integrated.
const STEPS: u32 = 12;

impl SurvivalTask {
    /// Survival at these horizons, which are sorted, and at even steps between the first and the
    /// last.
    pub fn new(horizons: impl Into<Vec<f64>>) -> Self {
        let mut horizons = horizons.into();
        horizons.sort_by(f64::total_cmp);
        horizons.dedup();
        let mut times = horizons.clone();
        if let [first, .., last] = horizons.as_slice() {
            let step = (last - first) / f64::from(STEPS);
            // A step that all but meets a horizon would be a second column of its name.
            let free = |time: &f64| horizons.iter().all(|h| (h - time).abs() > step * 1e-6);
            let steps = (1..STEPS).map(|i| first + f64::from(i) * step);
            times.extend(steps.filter(free));
        }
        times.sort_by(f64::total_cmp);
        Self {
            horizons,
            times,
            unit: String::new(),
        }
    }

    /// Horizons where nobody states any: the quartiles of the times of events, to two significant
    /// digits; fewer where these meet, none without an event.
    pub fn usual_horizons(time: &[f64], event: &[bool]) -> Vec<f64> {
        let events = time.iter().zip(event).filter(|(_, event)| **event);
        let mut events: Vec<f64> = events.map(|(time, _)| *time).collect();
        events.sort_by(f64::total_cmp);
        let quartile = |quarter: usize| events.get(quarter * events.len() / 4).copied();
        let mut horizons: Vec<f64> = (1..4).filter_map(quartile).map(two_digits).collect();
        horizons.retain(|&horizon| horizon > 0.0);
        horizons.dedup();
        horizons
    }

    /// Sets what times are counted in.
    #[must_use]
    pub fn with_unit(mut self, unit: impl Into<String>) -> Self {
        self.unit = unit.into();
        self
    }

    /// A time with its unit: `24 months`, or `time 24`.
    pub fn at(&self, time: f64) -> String {
        match self.unit.as_str() {
            "" => format!("time {time}"),
            unit => format!("{time} {unit}"),
        }
    }

    /// Position of a time among [`times`](Self::times).
    pub fn position(&self, time: f64) -> Option<usize> {
        let same = |have: &f64| have.to_bits() == time.to_bits();
        self.times.iter().position(same)
    }
}

/// A positive number to two significant digits.
fn two_digits(value: f64) -> f64 {
    let text = format!("{value:.1e}");
    text.parse().unwrap_or(value)
}

impl Parts for &SurvivalTask {
    fn kind(&self) -> TaskKind {
        TaskKind::Survival
    }

    fn n_scores(&self) -> usize {
        1 + self.times.len()
    }

    fn score_columns(&self) -> Vec<String> {
        let times = self.times.iter().map(|time| format!("survival_{time}"));
        std::iter::once("log_risk".to_owned())
            .chain(times)
            .collect()
    }

    fn check(&self, targets: &Targets) -> Result<(), TargetError> {
        let (time, event) = targets.as_survival().unwrap_or_default();
        if time.len() != event.len() {
            return Err(TargetError::Events {
                times: time.len(),
                events: event.len(),
            });
        }
        TargetProblem::check_finite(time)?;
        match time.iter().enumerate().find(|(_, time)| **time < 0.0) {
            None => Ok(()),
            Some((position, &time)) => {
                Err(TargetProblem::NegativeTime(time.to_string()).at(position))
            }
        }
    }

    fn strata(&self, targets: &Targets) -> Option<Strata> {
        let (_, event) = targets.as_survival()?;
        Some(Strata {
            codes: event.iter().map(|&event| usize::from(event)).collect(),
            names: ["censored", "event"].map(String::from).to_vec(),
        })
    }

    fn target_columns(&self, targets: &Targets) -> Vec<(String, Column)> {
        let (time, event) = targets.as_survival().unwrap_or_default();
        vec![
            ("time".to_owned(), Column::Number(time.to_vec())),
            ("event".to_owned(), Column::Flag(event.to_vec())),
        ]
    }

    fn prediction_columns(&self, scores: &[Vec<f64>]) -> Vec<(String, Column)> {
        let mut columns = vec![("log risk".to_owned(), Column::Number(score(scores, 0)))];
        for (i, &time) in self.times.iter().enumerate() {
            let name = format!("survival at {}", self.at(time));
            columns.push((name, Column::Number(score(scores, i + 1))));
        }
        columns
    }

    fn describe(&self) -> String {
        "a time to an event, right-censored".to_owned()
    }

    fn is_weighed_by_fitted_rows(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_the_horizons_and_twelve_steps() {
        let task = SurvivalTask::new([60.0, 12.0, 24.0]);
        assert_eq!(task.horizons, [12.0, 24.0, 60.0]);
        // 12, 16, 20, 24, .., 60: one horizon lies on a step.
        assert_eq!(task.times.len(), 13);
        assert_eq!(task.position(24.0), Some(3));
        assert_eq!(task.position(25.0), None);
        assert_eq!(SurvivalTask::new([5.0]).times, [5.0]);
        assert_eq!(task.at(12.0), "time 12");
        assert_eq!(task.with_unit("months").at(12.0), "12 months");
    }

    #[test]
    fn usual_horizons_are_rounded_quartiles_of_the_events() {
        let time = [100.0, 1.23, 23.7, 456.0, 7.0, 60.1];
        let event = [false, true, true, true, true, false];
        // Events at 1.23, 7, 23.7, 456.
        assert_eq!(
            SurvivalTask::usual_horizons(&time, &event),
            [7.0, 24.0, 460.0]
        );
        assert!(SurvivalTask::usual_horizons(&time, &[false; 6]).is_empty());
        assert_eq!(SurvivalTask::usual_horizons(&[2.0; 4], &[true; 4]), [2.0]);
    }
}
