//! One cell of a table.

use std::borrow::Cow;

use crate::error::quoted;

/// A cell, as its file format gives it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell<'a> {
    /// Empty, or null.
    Missing,
    /// Text, which may spell a number.
    Text(Cow<'a, str>),
    /// An integer of a typed format.
    Int(i64),
    /// A number of a typed format.
    Float(f64),
    /// A 32-bit number of a typed format; kept apart because its text is shorter.
    Float32(f32),
    /// A truth value of a typed format.
    Bool(bool),
    /// A type that no cohort uses, by name.
    Other(&'static str),
}

/// Why a cell is no usable number. Displays as the reason.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NumberError {
    #[error("{0} is no number")]
    NotANumber(String),
    #[error("{0} is not finite")]
    NonFinite(String),
    #[error("{0} is too large for a 32-bit number")]
    TooLarge(String),
}

impl Cell<'_> {
    /// Whether a number or category is missing here: empty, or `NA` as R writes it.
    pub(crate) fn is_missing(&self) -> bool {
        match self {
            Self::Missing => true,
            Self::Text(text) => matches!(text.trim(), "" | "NA"),
            _ => false,
        }
    }

    /// The cell as text, for ids, groups, classes and categories; `None` if it is empty.
    pub(crate) fn text(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Missing => None,
            Self::Text(text) if text.is_empty() => None,
            Self::Text(text) => Some(Cow::Borrowed(text)),
            Self::Int(value) => Some(Cow::Owned(value.to_string())),
            Self::Float(value) => Some(Cow::Owned(value.to_string())),
            Self::Float32(value) => Some(Cow::Owned(value.to_string())),
            Self::Bool(value) => Some(Cow::Owned(value.to_string())),
            Self::Other(kind) => Some(Cow::Borrowed(kind)),
        }
    }

    /// Whether the cell spells or is a number, finite or not.
    pub(crate) fn is_number(&self) -> bool {
        match self {
            Self::Text(text) => text.trim().parse::<f64>().is_ok(),
            Self::Int(_) | Self::Float(_) | Self::Float32(_) | Self::Bool(_) => true,
            Self::Missing | Self::Other(_) => false,
        }
    }

    /// A finite 32-bit number; `None` if missing.
    pub(crate) fn f32(&self) -> Result<Option<f32>, NumberError> {
        let value = match self {
            _ if self.is_missing() => return Ok(None),
            // Straight to 32 bits: a detour through 64 would round twice.
            Self::Text(text) => text
                .trim()
                .parse::<f32>()
                .map_err(|_| self.not_a_number())?,
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
        if self.is_missing() {
            return Ok(None);
        }
        let value = self.wide()?;
        if value.is_finite() {
            Ok(Some(value))
        } else {
            Err(self.non_finite())
        }
    }

    fn wide(&self) -> Result<f64, NumberError> {
        match self {
            Self::Text(text) => text.trim().parse().map_err(|_| self.not_a_number()),
            Self::Int(value) => Ok(*value as f64),
            Self::Float(value) => Ok(*value),
            Self::Float32(value) => Ok(f64::from(*value)),
            Self::Bool(value) => Ok(f64::from(u8::from(*value))),
            Self::Missing | Self::Other(_) => Err(self.not_a_number()),
        }
    }

    fn shown(&self) -> String {
        quoted(&self.text().unwrap_or_default())
    }

    fn not_a_number(&self) -> NumberError {
        NumberError::NotANumber(self.shown())
    }

    fn non_finite(&self) -> NumberError {
        NumberError::NonFinite(self.shown())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Cell<'_> {
        Cell::Text(Cow::Borrowed(text))
    }

    #[test]
    fn numbers() {
        assert_eq!(text(" 1.5 ").f32(), Ok(Some(1.5)));
        assert_eq!(text("NA").f32(), Ok(None));
        assert_eq!(text("").f64(), Ok(None));
        assert!(matches!(text("1,5").f32(), Err(NumberError::NotANumber(_))));
        assert!(matches!(text("NaN").f32(), Err(NumberError::NonFinite(_))));
        assert!(matches!(text("inf").f64(), Err(NumberError::NonFinite(_))));
        assert!(matches!(text("1e39").f32(), Err(NumberError::TooLarge(_))));
        assert_eq!(text("1e39").f64(), Ok(Some(1e39)));
        assert!(matches!(
            Cell::Float(1e39).f32(),
            Err(NumberError::TooLarge(_))
        ));
        assert!(matches!(
            Cell::Float32(f32::NAN).f32(),
            Err(NumberError::NonFinite(_))
        ));
        assert!(matches!(
            Cell::Other("a list").f32(),
            Err(NumberError::NotANumber(_))
        ));
    }

    #[test]
    fn whole_floats_read_as_integers() {
        assert_eq!(Cell::Float(3.0).text().unwrap(), "3");
        assert_eq!(Cell::Bool(true).text().unwrap(), "true");
    }
}
