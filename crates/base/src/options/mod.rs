//! What can be set in a config: names, meanings, defaults and ranges, read from its declaration.

mod range;
mod value;

use serde::Serialize;
use serde_json::Value;

use crate::{ConfigError, Validate};

pub use range::{Checked, Integers, Numbers};
pub use value::OptionValue;

/// A config whose fields are options; written by [`#[options]`](macro@crate::options).
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
    /// Where the default comes from, `"PyTorch"`; empty where nobody is followed.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub source: &'static str,
    /// What is accepted, in Markdown, ``"`[0, 1)`"``; empty where the kind says it all.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub range: &'static str,
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
            source: "",
            range: "",
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

    /// The same with a range.
    #[doc(hidden)]
    #[must_use]
    pub fn within(mut self, range: &'static str) -> Self {
        self.range = range;
        self
    }
}
