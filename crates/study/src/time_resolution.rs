//! The times of a cohort as whole numbers, in which splitters reckon.

use midfuse_data::Span;
use midfuse_eval::rows;
use midfuse_eval::split::Extent;

use midfuse_plan::file::Length;

/// Most digits behind the point that are kept.
const MOST_DIGITS: i32 = 9;
/// Whole numbers above it are not exact in a double.
const LARGEST: f64 = 9.0e15;

/// A time that cannot be told from its neighbours.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error(
    "a time of {time} is beyond 9e15, where whole numbers are not told apart; use another unit, or count from a later moment"
)]
pub struct TimeTooLarge {
    /// The time, in the unit of the cohort.
    pub time: f64,
}

/// How many whole ticks the unit of a cohort's times has: 1 for whole numbers and dates, 10 for
/// times with one digit behind the point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct TimeResolution {
    ticks: f64,
}

impl Default for TimeResolution {
    fn default() -> Self {
        Self { ticks: 1.0 }
    }
}

impl TimeResolution {
    /// The coarsest clock that shows all of these times, or as many digits as there is room for.
    ///
    /// # Errors
    /// [`TimeTooLarge`] for a time that cannot be told from its neighbours.
    pub(crate) fn of(spans: &[Span]) -> Result<Self, TimeTooLarge> {
        let times = || spans.iter().flat_map(|span| [span.start, span.end]);
        if let Some(time) = times().find(|time| time.is_nan() || time.abs() > LARGEST) {
            return Err(TimeTooLarge { time });
        }
        let fits = |ticks: f64| times().all(|time| (time * ticks).abs() <= LARGEST);
        let shows = |ticks: f64| times().all(|time| nearest_integer(time * ticks).is_some());
        let clocks = || {
            (0..=MOST_DIGITS)
                .map(|digits| 10_f64.powi(digits))
                .take_while(|&ticks| fits(ticks))
        };
        let ticks = clocks()
            .find(|&ticks| shows(ticks))
            .or(clocks().last())
            .unwrap_or(1.0);
        Ok(Self { ticks })
    }

    /// The time that a row covers; where digits are lost it is the longer for it.
    pub(crate) fn span(self, span: Span) -> rows::Span {
        let (start, end) = (span.start * self.ticks, span.end * self.ticks);
        rows::Span::new(
            nearest_integer(start).unwrap_or(start.floor()) as i64,
            nearest_integer(end).unwrap_or(end.ceil()) as i64,
        )
    }

    /// A length of time in ticks, rounded up.
    pub(crate) fn ticks(self, time: f64) -> i64 {
        (time * self.ticks - 1e-9).ceil() as i64
    }

    /// A length of a study file.
    pub(crate) fn extent(self, length: Length) -> Extent {
        match length {
            Length::Rows(rows) => Extent::Rows(rows),
            Length::Time(time) => Extent::Time(self.ticks(time)),
        }
    }
}

/// The whole number that a product of a decimal and a power of ten stands for.
fn nearest_integer(scaled: f64) -> Option<f64> {
    let slack = (1e-14 * scaled.abs()).clamp(1e-9, 1e-6);
    let integer = scaled.round();
    ((scaled - integer).abs() <= slack).then_some(integer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(times: &[f64]) -> Vec<Span> {
        times
            .iter()
            .map(|&time| Span {
                start: time,
                end: time,
            })
            .collect()
    }

    #[test]
    fn whole_numbers_stay_as_they_are() {
        let resolution = TimeResolution::of(&spans(&[-3.0, 0.0, 19_723.0])).unwrap();
        assert_eq!(resolution, TimeResolution::default());
        assert_eq!(resolution.extent(Length::Time(30.0)), Extent::Time(30));
        assert_eq!(resolution.extent(Length::Time(0.5)), Extent::Time(1));
        assert_eq!(resolution.extent(Length::Rows(7)), Extent::Rows(7));
    }

    #[test]
    fn decimals_get_a_finer_clock() {
        let resolution = TimeResolution::of(&spans(&[0.1, 2.25])).unwrap();
        let span = |start, end| resolution.span(Span { start, end });
        assert_eq!(span(0.1, 2.25), rows::Span::new(10, 225));
        assert_eq!(resolution.ticks(0.07), 7);
    }

    #[test]
    fn what_cannot_be_shown_is_covered() {
        let third = 1.0 / 3.0;
        let resolution = TimeResolution::of(&spans(&[third, 1e5])).unwrap();
        let span = resolution.span(Span {
            start: third,
            end: third,
        });
        assert!(span.end == span.start + 1 && span.start == 333_333_333);
        assert!(TimeResolution::of(&spans(&[1e16])).is_err());
        assert!(TimeResolution::of(&spans(&[1e15 / 3.0])).is_ok());
    }
}
