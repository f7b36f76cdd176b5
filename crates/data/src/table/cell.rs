//! One cell of a table.

use std::borrow::Cow;

use crate::error::quoted;
use crate::moment::{self, TimeKind};
use crate::reading::{Dress, Rules, trimmed};

/// A cell, as its file format gives it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell<'a> {
    /// Empty, or null.
    Missing,
    /// Text, which may spell a number, or that there is none.
    Text(Text<'a>),
    /// An integer of a typed format.
    Int(i64),
    /// A number of a typed format.
    Float(f64),
    /// A 32-bit number of a typed format; kept apart because its text is shorter.
    Float32(f32),
    /// A truth value of a typed format.
    Bool(bool),
    /// A moment of a typed format: steps since 1970-01-01T00:00:00.
    Timestamp {
        /// Number of steps.
        steps: i64,
        /// What a step is.
        unit: TimestampUnit,
    },
    /// A type that no cohort uses, by name.
    Other(&'static str),
}

/// Text of a cell, with the rules of its file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Text<'a> {
    pub(crate) text: Cow<'a, str>,
    pub(crate) rules: &'a Rules,
}

/// The steps of a timestamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TimestampUnit {
    /// Steps in a second.
    pub(crate) per_second: u32,
    /// Whether they count from 1970 in UTC, and not by a clock on a wall.
    pub(crate) utc: bool,
}

/// Why a cell is not a usable number, by what it shows; of what is none, how it is read if that is known. Displays as
/// the reason.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NumberError {
    #[error("{0} is not a number")]
    NotANumber(String, Option<String>),
    #[error("{0} is not finite")]
    NonFinite(String),
    #[error("{0} is too large for a 32-bit number")]
    TooLarge(String),
}

impl Cell<'_> {
    /// Whether no value of any kind is here: empty, or a word that means it, as `NA`.
    pub(crate) fn is_missing(&self) -> bool {
        match self {
            Self::Missing => true,
            Self::Text(Text { text, rules }) => rules.missing.is_missing(trimmed(text)),
            Self::Float(value) => value.is_nan(),
            Self::Float32(value) => value.is_nan(),
            _ => false,
        }
    }

    /// Whether no number is here: the same, or a word that means it among numbers, as `?`.
    pub(crate) fn is_missing_number(&self) -> bool {
        match self {
            Self::Text(Text { text, rules }) => rules.missing.is_missing_number(trimmed(text)),
            _ => self.is_missing(),
        }
    }

    /// The cell as text, for ids, groups, classes and categories; `None` if it is missing.
    pub(crate) fn text(&self) -> Option<Cow<'_, str>> {
        if self.is_missing() {
            return None;
        }
        self.shown_text()
    }

    /// What stands in the cell, missing or not; `None` where nothing does.
    pub(crate) fn shown_text(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Missing => None,
            Self::Text(Text { text, .. }) => Some(Cow::Borrowed(text)),
            Self::Int(value) | Self::Timestamp { steps: value, .. } => {
                Some(Cow::Owned(value.to_string()))
            }
            Self::Float(value) => Some(Cow::Owned(value.to_string())),
            Self::Float32(value) => Some(Cow::Owned(value.to_string())),
            Self::Bool(value) => Some(Cow::Owned(value.to_string())),
            Self::Other(kind) => Some(Cow::Borrowed(kind)),
        }
    }

    /// Whether the cell spells or is a number, finite or not.
    pub(crate) fn is_number(&self) -> bool {
        match self {
            Self::Text(Text { text, rules }) => rules.grammar.number(text).is_some(),
            Self::Int(_)
            | Self::Float(_)
            | Self::Float32(_)
            | Self::Bool(_)
            | Self::Timestamp { .. } => true,
            Self::Missing | Self::Other(_) => false,
        }
    }

    /// What keeps the text in the cell from being a number, where that is known.
    pub(crate) fn dress(&self) -> Option<Dress> {
        match self {
            Self::Text(Text { text, rules }) => rules.grammar.dress(text),
            _ => None,
        }
    }

    /// A finite 32-bit number; `None` if missing.
    pub(crate) fn f32(&self) -> Result<Option<f32>, NumberError> {
        let value = match self {
            _ if self.is_missing_number() => return Ok(None),
            // Straight to 32 bits: a detour through 64 would round twice.
            Self::Text(text) => text.number().ok_or_else(|| self.not_a_number())?,
            Self::Float32(value) => *value,
            _ => self.wide()? as f32,
        };
        if value.is_finite() {
            return Ok(Some(value));
        }
        let wide = self.wide()?;
        Err(if wide.is_finite() {
            NumberError::TooLarge(self.shown())
        } else {
            self.non_finite()
        })
    }

    /// A finite 64-bit number; `None` if missing.
    pub(crate) fn f64(&self) -> Result<Option<f64>, NumberError> {
        if self.is_missing_number() {
            return Ok(None);
        }
        let value = self.wide()?;
        if value.is_finite() {
            Ok(Some(value))
        } else {
            Err(self.non_finite())
        }
    }

    /// The date or date-time in the cell, in days or seconds; `None` if it holds neither.
    pub(crate) fn moment(&self) -> Option<(TimeKind, f64)> {
        match self {
            Self::Text(Text { text, .. }) => moment::parse(trimmed(text)),
            Self::Timestamp { steps, unit } => {
                let clock = if unit.utc {
                    TimeKind::Zoned
                } else {
                    TimeKind::Local
                };
                let per_second = i64::from(unit.per_second.max(1));
                let (whole, rest) = (steps.div_euclid(per_second), steps.rem_euclid(per_second));
                Some((clock, whole as f64 + rest as f64 / per_second as f64))
            }
            _ => None,
        }
    }

    fn wide(&self) -> Result<f64, NumberError> {
        match self {
            Self::Text(text) => text.number().ok_or_else(|| self.not_a_number()),
            Self::Int(value) | Self::Timestamp { steps: value, .. } => Ok(*value as f64),
            Self::Float(value) => Ok(*value),
            Self::Float32(value) => Ok(f64::from(*value)),
            Self::Bool(value) => Ok(f64::from(u8::from(*value))),
            Self::Missing | Self::Other(_) => Err(self.not_a_number()),
        }
    }

    fn shown(&self) -> String {
        quoted(&self.shown_text().unwrap_or_default())
    }

    fn not_a_number(&self) -> NumberError {
        let text = self.shown_text().unwrap_or_default();
        let way = self.dress().map(|dress| dress.way(&text));
        NumberError::NotANumber(self.shown(), way)
    }

    fn non_finite(&self) -> NumberError {
        NumberError::NonFinite(self.shown())
    }
}

impl Text<'_> {
    /// The number that is spelled, by the grammar of the file.
    fn number<T: std::str::FromStr>(&self) -> Option<T> {
        self.rules.grammar.number(&self.text)?.parse().ok()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A cell of a file without options.
    pub(crate) fn text(text: &str) -> Cell<'_> {
        Cell::Text(Text {
            text: Cow::Borrowed(text),
            rules: Rules::plain(),
        })
    }

    #[test]
    fn numbers() {
        assert_eq!(text(" 1.5 ").f32(), Ok(Some(1.5)));
        assert_eq!(text("NA").f32(), Ok(None));
        assert_eq!(text("").f64(), Ok(None));
        assert!(matches!(
            text("1,5").f32(),
            Err(NumberError::NotANumber(..))
        ));
        // A question mark is missing among numbers, and may be a category.
        assert_eq!((text("?").f32(), text("?").is_missing()), (Ok(None), false));
        assert_eq!((text("NaN").f32(), text("null").text()), (Ok(None), None));
        assert!(matches!(text("inf").f64(), Err(NumberError::NonFinite(_))));
        assert!(matches!(text("1e39").f32(), Err(NumberError::TooLarge(_))));
        assert_eq!(text("1e39").f64(), Ok(Some(1e39)));
        assert!(matches!(
            Cell::Float(1e39).f32(),
            Err(NumberError::TooLarge(_))
        ));
        assert_eq!(Cell::Float32(f32::NAN).f32(), Ok(None));
        assert!(matches!(
            Cell::Float(f64::INFINITY).f32(),
            Err(NumberError::NonFinite(_))
        ));
        assert!(matches!(
            Cell::Other("a list").f32(),
            Err(NumberError::NotANumber(..))
        ));
    }

    #[test]
    fn timestamps_of_any_unit_are_seconds_as_times_and_steps_as_numbers() {
        let at = |steps, per_second, utc| Cell::Timestamp {
            steps,
            unit: TimestampUnit { per_second, utc },
        };
        assert_eq!(
            at(1_500, 1_000, true).moment(),
            Some((TimeKind::Zoned, 1.5))
        );
        assert_eq!(
            at(-500_000, 1_000_000, false).moment(),
            Some((TimeKind::Local, -0.5))
        );
        assert_eq!(at(1_500, 1_000, true).f64(), Ok(Some(1_500.0)));
        assert_eq!(Cell::Int(3).moment(), None);
    }

    #[test]
    fn whole_floats_read_as_integers() {
        assert_eq!(Cell::Float(3.0).text().unwrap(), "3");
        assert_eq!(Cell::Bool(true).text().unwrap(), "true");
    }
}
