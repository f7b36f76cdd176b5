//! What can be set in a config: names, meanings, defaults and ranges, read from its declaration.

mod range;
mod value;

use serde::Serialize;
use serde_json::Value;

use crate::search::Range;
use crate::{ConfigError, Validate};

pub use range::{Checked, Integers, Numbers};
pub use value::OptionValue;

/// A config whose fields are options; written by [`#[options]`](macro@crate::options).
///
/// ```
/// use midfuse_base::{Choices, Options, Validate, options};
/// use serde::{Deserialize, Serialize};
///
/// /// How tokens become one vector.
/// #[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Choices)]
/// #[serde(rename_all = "kebab-case")]
/// pub enum Pooling {
///     /// The class token.
///     Cls,
///     /// The mean of all tokens.
///     Mean,
/// }
///
/// /// Configuration of an encoder.
/// #[options(new = "An encoder of this width.")]
/// #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
/// #[serde(deny_unknown_fields)]
/// pub struct EncoderConfig {
///     /// Width of the tokens.
///     #[option(range = positive, multiple_of = n_heads)]
///     pub d_model: i64,
///     /// Number of attention heads.
///     #[option(default = 4, range = positive, source = "BERT")]
///     pub n_heads: i64,
///     /// Dropout of the attention weights.
///     #[option(default = 0.1, range = probability)]
///     pub dropout_p: f64,
///     /// How tokens become one vector.
///     #[option(default = Pooling::Cls)]
///     pub pooling: Pooling,
/// }
///
/// let config = EncoderConfig::new(64).with_dropout_p(0.2);
/// assert_eq!(config.n_heads, 4);
/// assert_eq!(serde_json::from_str::<EncoderConfig>(r#"{"d_model": 64, "dropout_p": 0.2}"#)?, config);
/// let error = EncoderConfig::new(6).check_options(Validate::new("EncoderConfig")).unwrap_err();
/// assert_eq!(error.to_string(), "EncoderConfig.d_model: expected a multiple of n_heads = 4, got 6");
/// let listed = EncoderConfig::options();
/// assert_eq!((listed[1].name, listed[1].meaning), ("n_heads", "Number of attention heads"));
/// assert_eq!(listed[2].range, "`[0, 1)`");
/// # Ok::<(), serde_json::Error>(())
/// ```
pub trait Options {
    /// Every option, in the order of the declaration.
    fn options() -> Vec<OptionInfo>;

    /// Holds every option against its declared range; rules across fields beyond `multiple_of` are
    /// the caller's.
    ///
    /// # Errors
    /// [`ConfigError`] about the first option that is out of its range.
    fn check_options(&self, check: Validate) -> Result<(), ConfigError>;
}

/// One option of a config, as a list of options shows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OptionInfo {
    /// Name of the field, `"dropout_p"`.
    pub name: &'static str,
    /// First sentence of the field's doc, without the dot.
    pub meaning: &'static str,
    /// What is written for it.
    #[serde(flatten)]
    pub kind: OptionKind,
    /// The default as JSON, `null` for "not set"; none: required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// What takes the place of an option that is not set, in Markdown, ``"`4 * d_model`"``; empty
    /// where nothing does.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub unset: &'static str,
    /// Where the default comes from, `"PyTorch"`; empty where nobody is followed.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub source: &'static str,
    /// What is accepted, in Markdown, ``"`[0, 1)`"``; empty where the kind says it all.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub range: &'static str,
    /// The values that are tried where a study names no search of its own; none: it is left at its
    /// default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search: Option<Range>,
    /// The option that it has to be a multiple of; empty where there is none.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub multiple_of: &'static str,
}

/// What is written for an option.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum OptionKind {
    /// A whole number.
    Integer,
    /// A real number.
    Number,
    /// True or false.
    Bool,
    /// Any text.
    Text,
    /// One of several names.
    Choice {
        /// The names.
        choices: Vec<ChoiceInfo>,
    },
    /// Several values of one kind.
    List {
        /// The kind of each.
        of: Box<OptionKind>,
    },
    /// Names, each with a value of one kind.
    Map {
        /// The kind of each.
        of: Box<OptionKind>,
    },
    /// Options of its own.
    Table {
        /// They.
        options: Vec<OptionInfo>,
    },
}

/// One name that an option of kind [`Choice`](OptionKind::Choice) takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ChoiceInfo {
    /// As it is written, `"gelu-tanh"`.
    pub name: &'static str,
    /// First sentence of the variant's doc, without the dot.
    pub meaning: &'static str,
}

impl OptionInfo {
    /// A required option; what the attribute writes.
    #[doc(hidden)]
    pub fn required<T: OptionValue>(name: &'static str, meaning: &'static str) -> Self {
        Self {
            name,
            meaning,
            kind: T::kind(),
            default: None,
            unset: "",
            source: "",
            range: "",
            search: None,
            multiple_of: "",
        }
    }

    /// The same with a default. What is not JSON has no default to show: only maps with keys that
    /// are not texts are not JSON.
    #[doc(hidden)]
    #[must_use]
    pub fn or<T: OptionValue>(mut self, default: &T, source: &'static str) -> Self {
        self.default = serde_json::to_value(default).ok();
        self.source = source;
        self
    }

    /// The same with what takes its place while it is not set.
    #[doc(hidden)]
    #[must_use]
    pub fn unset(mut self, instead: &'static str) -> Self {
        self.unset = instead;
        self
    }

    /// The same with the values that are tried.
    #[doc(hidden)]
    #[must_use]
    pub fn tried(mut self, search: Range) -> Self {
        self.search = Some(search);
        self
    }

    /// The same with what it has to be a multiple of.
    #[doc(hidden)]
    #[must_use]
    pub fn multiple_of(mut self, divisor: &'static str) -> Self {
        self.multiple_of = divisor;
        self
    }

    /// The same with a range.
    #[doc(hidden)]
    #[must_use]
    pub fn within(mut self, range: &'static str) -> Self {
        self.range = range;
        self
    }
}
