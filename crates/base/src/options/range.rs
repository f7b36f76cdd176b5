//! Ranges of options, and how a value is held against one.

use std::fmt::Debug;
use std::ops::RangeInclusive;

use crate::{ConfigError, Validate};

/// A range of whole numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Integers {
    /// As [`Validate::positive`].
    Positive,
    /// This number or a larger one.
    AtLeast(i64),
    /// Both ends are in it.
    Within {
        /// The least.
        least: i64,
        /// The most.
        most: i64,
    },
    /// The odd numbers of a range.
    Odd {
        /// The least.
        least: i64,
        /// The most.
        most: i64,
    },
    /// The multiples of a number in a range.
    Multiples {
        /// The number.
        of: i64,
        /// The least.
        least: i64,
        /// The most.
        most: i64,
    },
    /// One of these.
    OneOf(&'static [i64]),
}

/// A range of real numbers; none of them has infinities or NaN in it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Numbers {
    /// As [`Validate::probability`].
    Probability,
    /// As [`Validate::above_zero`].
    AboveZero,
    /// As [`Validate::non_negative`].
    NonNegative,
    /// The lower end is in it, the upper one is not.
    HalfOpen {
        /// Lower end.
        from: f64,
        /// Upper end.
        to: f64,
    },
    /// Both ends are in it.
    Closed {
        /// Lower end.
        from: f64,
        /// Upper end.
        to: f64,
    },
}

/// A value that can be held against a range of the type `R`; a list holds every element.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no range of `{R}`",
    note = "whole numbers take `positive`, `1..`, `1..=9`, `odd(1..=9)`, `multiples(8, 8..=64)` and `one_of(18, 34)`, real ones `probability`, `above_zero`, `non_negative`, `0.0..1.0` and `0.0..=1.0`"
)]
pub trait Checked<R> {
    /// An error that names `field`, unless the value lies within `range`.
    ///
    /// # Errors
    /// [`ConfigError`]; the field of an element is `"widths[2]"`.
    fn check(&self, range: &R, check: Validate, field: &str) -> Result<(), ConfigError>;
}

impl Checked<Integers> for i64 {
    fn check(&self, range: &Integers, check: Validate, field: &str) -> Result<(), ConfigError> {
        integer(range, *self, check, field, self)
    }
}

macro_rules! unsigned {
    ($($ty:ty),+) => {$(
        impl Checked<Integers> for $ty {
            fn check(
                &self,
                range: &Integers,
                check: Validate,
                field: &str,
            ) -> Result<(), ConfigError> {
                // Beyond an i64 lies beyond every upper end, too.
                integer(range, i64::try_from(*self).unwrap_or(i64::MAX), check, field, self)
            }
        }
    )+};
}

unsigned!(u64, usize);

fn integer(
    range: &Integers,
    value: i64,
    check: Validate,
    field: &str,
    got: &impl Debug,
) -> Result<(), ConfigError> {
    let within = |ends: RangeInclusive<i64>| ends.contains(&value);
    let (ok, expected) = match *range {
        Integers::Positive => return check.positive(field, value),
        Integers::AtLeast(least) => (value >= least, format!("at least {least}")),
        Integers::Within { least, most } => (
            within(least..=most),
            format!("an integer in {least}..={most}"),
        ),
        Integers::Odd { least, most } => (
            within(least..=most) && value % 2 != 0,
            format!("an odd integer in {least}..={most}"),
        ),
        Integers::Multiples { of, least, most } => (
            within(least..=most) && value.checked_rem(of) == Some(0),
            format!("a multiple of {of} in {least}..={most}"),
        ),
        Integers::OneOf(values) => (values.contains(&value), any_of(values)),
    };
    check.ensure(ok, field, expected, got)
}

/// "18, 34 or 50".
fn any_of(values: &[i64]) -> String {
    let names: Vec<String> = values.iter().map(ToString::to_string).collect();
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => names.concat(),
    }
}

impl Checked<Numbers> for f64 {
    fn check(&self, range: &Numbers, check: Validate, field: &str) -> Result<(), ConfigError> {
        let (ok, expected) = match *range {
            Numbers::Probability => return check.probability(field, *self),
            Numbers::AboveZero => return check.above_zero(field, *self),
            Numbers::NonNegative => return check.non_negative(field, *self),
            Numbers::HalfOpen { from, to } => (
                (from..to).contains(self),
                format!("a number in [{from}, {to})"),
            ),
            Numbers::Closed { from, to } => (
                (from..=to).contains(self),
                format!("a number in [{from}, {to}]"),
            ),
        };
        check.ensure(ok, field, expected, self)
    }
}

impl<R, T: Checked<R>> Checked<R> for Option<T> {
    fn check(&self, range: &R, check: Validate, field: &str) -> Result<(), ConfigError> {
        self.iter()
            .try_for_each(|value| value.check(range, check, field))
    }
}

impl<R, T: Checked<R>> Checked<R> for Vec<T> {
    fn check(&self, range: &R, check: Validate, field: &str) -> Result<(), ConfigError> {
        let mut each = self.iter().enumerate();
        each.try_for_each(|(i, value)| value.check(range, check, &format!("{field}[{i}]")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fails<R>(value: &impl Checked<R>, range: &R) -> Option<String> {
        let error = value.check(range, Validate::new("C"), "x").err()?;
        Some(error.to_string())
    }

    #[test]
    fn ends_of_integers() {
        let within = Integers::Within { least: 1, most: 9 };
        assert_eq!(fails(&1_i64, &within), None);
        assert_eq!(fails(&9_usize, &within), None);
        let error = fails(&10_i64, &within).unwrap();
        assert_eq!(error, "C.x: expected an integer in 1..=9, got 10");
        let error = fails(&u64::MAX, &within).unwrap();
        assert!(error.ends_with("got 18446744073709551615"), "{error}");
        let odd = Integers::Odd { least: 1, most: 9 };
        let cases: [(i64, bool); 5] = [(-1, false), (1, true), (8, false), (9, true), (11, false)];
        for (value, ok) in cases {
            assert_eq!(fails(&value, &odd).is_none(), ok, "{value}");
        }
        let (least, most) = (8, 24);
        let multiples = Integers::Multiples { of: 8, least, most };
        let cases: [(i64, bool); 5] = [(0, false), (8, true), (12, false), (24, true), (32, false)];
        for (value, ok) in cases {
            assert_eq!(fails(&value, &multiples).is_none(), ok, "{value}");
        }
        let error = fails(&0_usize, &Integers::AtLeast(1)).unwrap();
        assert_eq!(error, "C.x: expected at least 1, got 0");
        let error = fails(&19_i64, &Integers::OneOf(&[18, 34, 50])).unwrap();
        assert_eq!(error, "C.x: expected 18, 34 or 50, got 19");
    }

    #[test]
    fn ends_of_numbers() {
        let half_open = Numbers::HalfOpen { from: 0.5, to: 2.0 };
        assert_eq!(fails(&0.5, &half_open), None);
        let error = fails(&2.0, &half_open).unwrap();
        assert_eq!(error, "C.x: expected a number in [0.5, 2), got 2.0");
        let closed = Numbers::Closed { from: 0.5, to: 2.0 };
        assert_eq!(fails(&2.0, &closed), None);
        assert!(fails(&f64::NAN, &closed).is_some());
        assert!(fails(&1.0, &Numbers::Probability).is_some());
        assert!(fails(&0.0, &Numbers::AboveZero).is_some());
        assert!(fails(&-0.1, &Numbers::NonNegative).is_some());
    }

    #[test]
    fn lists_name_the_element_and_what_is_not_set_is_right() {
        let error = fails(&vec![3_i64, 0], &Integers::AtLeast(1)).unwrap();
        assert_eq!(error, "C.x[1]: expected at least 1, got 0");
        assert_eq!(fails(&None::<Vec<i64>>, &Integers::AtLeast(1)), None);
        assert!(fails(&Some(0_i64), &Integers::AtLeast(1)).is_some());
    }
}
