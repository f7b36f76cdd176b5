//! The scale on which an interval of a bounded score is made, so that it stays within its bounds.

use super::Metric;
use crate::stats::{Interval, TestResult, half_width};

/// Scale on which a score of a range is about normal, and has no end: the logit between two ends, the
/// logarithm of the distance from one end, the score itself without any.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum IntervalScale {
    /// Without ends.
    Identity,
    /// Logarithm of the distance from the only end.
    Log {
        /// The end.
        end: f64,
        /// Whether scores lie above it.
        above: bool,
    },
    /// Logit of the place between two ends.
    Logit {
        /// The least score.
        low: f64,
        /// The largest.
        high: f64,
    },
}

impl Metric {
    /// The scale on which its intervals are made.
    pub fn scale(self) -> IntervalScale {
        IntervalScale::of(self.range())
    }
}

impl IntervalScale {
    /// Logit of a share: a sensitivity, an AUC.
    pub const SHARE: Self = Self::Logit {
        low: 0.0,
        high: 1.0,
    };
    /// Logarithm of a ratio.
    pub const RATIO: Self = Self::Log {
        end: 0.0,
        above: true,
    };

    /// The scale of scores between these ends, which may be infinite.
    pub fn of((low, high): (f64, f64)) -> Self {
        match (low.is_finite(), high.is_finite()) {
            (true, true) => Self::Logit { low, high },
            (true, false) => Self::Log {
                end: low,
                above: true,
            },
            (false, true) => Self::Log {
                end: high,
                above: false,
            },
            (false, false) => Self::Identity,
        }
    }

    /// `logit`, `log` or `identity`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Log { .. } => "log",
            Self::Logit { .. } => "logit",
        }
    }

    /// A score and its standard error on this scale, by the delta method; `None` at an end or beyond,
    /// where there is no such place.
    pub fn to(self, value: f64, standard_error: f64) -> Option<(f64, f64)> {
        let (place, standard_error) = match self {
            Self::Identity => (value, standard_error),
            Self::Log { end, above } => {
                let distance = if above { value - end } else { end - value };
                let place = if above { distance.ln() } else { -distance.ln() };
                (place, standard_error / distance)
            }
            Self::Logit { low, high } => {
                let (below, above) = (value - low, high - value);
                let slope = below * above / (high - low);
                ((below / above).ln(), standard_error / slope)
            }
        };
        let is_place = place.is_finite() && standard_error.is_finite() && standard_error >= 0.0;
        is_place.then_some((place, standard_error))
    }

    /// The score at a place of this scale.
    pub fn back(self, place: f64) -> f64 {
        match self {
            Self::Identity => place,
            Self::Log { end, above: true } => end + place.exp(),
            Self::Log { end, above: false } => end - (-place).exp(),
            Self::Logit { low, high } => low + (high - low) / (1.0 + (-place).exp()),
        }
    }

    /// The interval of a score: as many standard errors to either side on this scale as the test has
    /// them on its own. It holds the score and never an impossible one. `None` where the test has no
    /// standard error, and for a score at an end of the range (an AUC of 1, a loss of 0): there the
    /// spread of the folds or rows is 0 whatever the model is worth, and no interval is better than
    /// one without width.
    pub fn interval(self, score: &TestResult, level: f64) -> Option<Interval> {
        let half = score.half_width(level)?;
        self.around(score.effect, half, level)
    }

    /// The interval of a score that is about normal on this scale.
    pub fn normal(self, score: f64, standard_error: f64, level: f64) -> Option<Interval> {
        self.around(score, half_width(standard_error, None, level), level)
    }

    /// The interval of a score whose plain one would reach `half_width` to either side; `None` at an
    /// end of the range.
    pub fn around(self, score: f64, half_width: f64, level: f64) -> Option<Interval> {
        let (place, half) = self.to(score, half_width)?;
        let (low, high) = (self.back(place - half), self.back(place + half));
        // A logarithm may be too wide to come back from.
        (low.is_finite() && high.is_finite()).then_some(Interval { level, low, high })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::{Resampling, corrected_resampled_t};

    #[test]
    fn every_scale_and_its_inverse() {
        for metric in Metric::ALL {
            let (low, high) = metric.range();
            let value = match (low.is_finite(), high.is_finite()) {
                (true, true) => low + 0.8 * (high - low),
                (true, false) => low + 0.8,
                (false, true) => high - 0.8,
                (false, false) => 0.8,
            };
            let scale = metric.scale();
            let (place, _) = scale.to(value, 0.1).unwrap();
            assert!((scale.back(place) - value).abs() < 1e-12, "{metric}");
            let wide = scale.around(value, 5.0, 0.95).unwrap();
            assert!(low <= wide.low && wide.low < value, "{metric} {wide:?}");
            assert!(value < wide.high && wide.high <= high, "{metric} {wide:?}");
            assert_eq!(
                scale.normal(value, 0.1, 1.0),
                None,
                "{metric}: no such level"
            );
            for end in [low, high].into_iter().filter(|end| end.is_finite()) {
                assert_eq!(scale.around(end, 0.1, 0.95), None, "{metric} at {end}");
            }
        }
    }

    #[test]
    fn an_auc_by_hand() {
        // logit .8 = ln 4; .08 there is .08 / (.8 * .2) = .5: 4 exp(-.5) / (1 + 4 exp(-.5)) and so on.
        let interval = Metric::Auc.scale().around(0.8, 0.08, 0.95).unwrap();
        let at = |half: f64| 4.0 * f64::exp(half) / (1.0 + 4.0 * f64::exp(half));
        assert!((interval.low - at(-0.5)).abs() < 1e-12);
        assert!((interval.high - at(0.5)).abs() < 1e-12);
        // A loss of .5 that reaches .5 to either side: .5 exp(-1) to .5 exp(1).
        let loss = Metric::LogLoss.scale().around(0.5, 0.5, 0.95).unwrap();
        assert!((loss.low - 0.5 * f64::exp(-1.0)).abs() < 1e-12);
        assert!((loss.high - 0.5 * f64::exp(1.0)).abs() < 1e-12);
        // R2 has an upper end alone: 1 - .5 exp(1) to 1 - .5 exp(-1).
        let r2 = Metric::R2.scale().around(0.5, 0.5, 0.95).unwrap();
        assert!((r2.low - (1.0 - 0.5 * f64::exp(1.0))).abs() < 1e-12);
        assert!((r2.high - (1.0 - 0.5 * f64::exp(-1.0))).abs() < 1e-12);
    }

    #[test]
    fn two_folds_do_not_reach_beyond_the_range() {
        // The plain interval of these is [-1.30, 2.38].
        let design = Resampling::Folds {
            folds: 2,
            repeats: 1,
        };
        let test = corrected_resampled_t(&[0.4218, 0.6582], design, 0.95).unwrap();
        assert!(test.interval.unwrap().low < -1.2);
        let got = Metric::Auc.scale().interval(&test, 0.95).unwrap();
        assert!(0.0 < got.low && got.low < 0.01 && got.high > 0.99 && got.high < 1.0);
        // One perfect fold is no reason for none.
        let test = corrected_resampled_t(&[1.0, 0.9], design, 0.95).unwrap();
        assert!(Metric::Auc.scale().interval(&test, 0.95).is_some());
    }
}
