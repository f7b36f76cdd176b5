//! Validation of configs: one way to say which field is wrong, why, and what would do.

use std::fmt::{Debug, Display};

/// The largest width, length or count in a config, 2^24: the product of two, times four gates,
/// times eight bytes, still fits into an `i64`.
pub const MAX_SIZE: i64 = 1 << 24;

/// A field of a config that is out of its range.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{config}.{field}: expected {expected}, got {got}")]
pub struct ConfigError {
    /// Name of the config type, `"ResNetConfig"`.
    pub config: &'static str,
    /// Name of the field, `"dropout_p"`; an index where the field is a list, `"d_hidden[2]"`.
    pub field: String,
    /// What would be accepted, `"a probability in [0, 1)"`.
    pub expected: String,
    /// What was given.
    pub got: String,
}

/// Checks the fields of one config; every check names the field in its error.
///
/// ```
/// use midfuse_base::Validate;
/// let check = Validate::new("MlpConfig");
/// assert!(check.positive("d_in", 4).is_ok());
/// let error = check.probability("dropout_p", 1.5).unwrap_err();
/// assert_eq!(error.to_string(), "MlpConfig.dropout_p: expected a probability in [0, 1), got 1.5");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Validate {
    config: &'static str,
}

impl Validate {
    /// Checks for the config type of this name.
    pub fn new(config: &'static str) -> Self {
        Self { config }
    }

    /// An error about `field`, unless `ok`.
    ///
    /// # Errors
    /// [`ConfigError`] that says what was expected and what was given.
    pub fn ensure(
        &self,
        ok: bool,
        field: impl Into<String>,
        expected: impl Into<String>,
        got: impl Debug,
    ) -> Result<(), ConfigError> {
        if ok {
            return Ok(());
        }
        Err(ConfigError {
            config: self.config,
            field: field.into(),
            expected: expected.into(),
            got: format!("{got:?}"),
        })
    }

    /// `1 <= value <= MAX_SIZE`.
    ///
    /// # Errors
    /// [`ConfigError`] if the value is zero, negative, or beyond any size that fits into memory.
    pub fn positive(&self, field: &str, value: i64) -> Result<(), ConfigError> {
        let expected = format!("an integer from 1 to {MAX_SIZE}");
        self.ensure((1..=MAX_SIZE).contains(&value), field, expected, value)
    }

    /// `0 <= value < 1`.
    ///
    /// # Errors
    /// [`ConfigError`] if the value lies outside, or is not a number.
    pub fn probability(&self, field: &str, value: f64) -> Result<(), ConfigError> {
        self.ensure(
            (0.0..1.0).contains(&value),
            field,
            "a probability in [0, 1)",
            value,
        )
    }

    /// A finite number above zero.
    ///
    /// # Errors
    /// [`ConfigError`] if the value is zero, negative, infinite, or not a number.
    pub fn above_zero(&self, field: &str, value: f64) -> Result<(), ConfigError> {
        self.ensure(
            value.is_finite() && value > 0.0,
            field,
            "a finite number above 0",
            value,
        )
    }

    /// A finite number of at least zero.
    ///
    /// # Errors
    /// [`ConfigError`] if the value is negative, infinite, or not a number.
    pub fn non_negative(&self, field: &str, value: f64) -> Result<(), ConfigError> {
        self.ensure(
            value.is_finite() && value >= 0.0,
            field,
            "a finite number of at least 0",
            value,
        )
    }

    /// A list with something in it.
    ///
    /// # Errors
    /// [`ConfigError`] if the list is empty.
    pub fn one_or_more<T: Debug>(
        &self,
        field: &str,
        values: &[T],
        expected: &str,
    ) -> Result<(), ConfigError> {
        self.ensure(!values.is_empty(), field, expected, values)
    }

    /// `value` is a multiple of `divisor`.
    ///
    /// # Errors
    /// [`ConfigError`] if there is a remainder, or if the divisor is not positive.
    pub fn divisible(
        &self,
        field: &str,
        value: i64,
        by: impl Display,
        divisor: i64,
    ) -> Result<(), ConfigError> {
        let ok = divisor > 0 && value % divisor == 0;
        self.ensure(ok, field, format!("a multiple of {by} = {divisor}"), value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_of_the_ranges() {
        let v = Validate::new("C");
        assert!(v.positive("a", 0).is_err());
        assert!(v.positive("a", MAX_SIZE).is_ok());
        let error = v.positive("a", i64::MAX).unwrap_err();
        assert_eq!(
            error.to_string(),
            "C.a: expected an integer from 1 to 16777216, got 9223372036854775807"
        );
        assert!(v.probability("p", 1.0).is_err());
        assert!(v.probability("p", f64::NAN).is_err());
        assert!(v.probability("p", 0.0).is_ok());
        assert!(v.above_zero("x", f64::INFINITY).is_err());
        assert!(v.non_negative("x", 0.0).is_ok());
        assert!(v.divisible("d", 6, "n_heads", 4).is_err());
        assert!(v.divisible("d", 6, "n_heads", 0).is_err());
        assert!(v.divisible("d", 6, "n_heads", 3).is_ok());
    }
}
