//! One option, as it crosses the wire between a worker and its coordinator.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{ChoiceInfo, OptionInfo, OptionKind};

/// One option: a field of a config that a study file may set.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OptionEntry {
    /// Name of the field.
    pub name: String,
    /// What it means; empty where its author said nothing.
    #[serde(default)]
    pub meaning: String,
    /// What is written for it: `"integer"`, `"list of numbers"`.
    #[serde(default)]
    pub kind: String,
    /// Its value where a study file says nothing; null = not set.
    #[serde(default)]
    pub default: Value,
    /// Whom the default follows: `"PyTorch"`; empty where nobody.
    #[serde(default)]
    pub source: String,
    /// The values that it may take, in Markdown; empty where `kind` says it all, or nobody said it.
    #[serde(default)]
    pub range: String,
    /// The names that may be written, where only some may.
    #[serde(default)]
    pub choices: Vec<Choice>,
    /// Its own options, where it is a table.
    #[serde(default)]
    pub options: Vec<OptionEntry>,
}

/// One name that an option takes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// As it is written: `"gelu"`.
    pub name: String,
    /// What it means; empty where its author said nothing.
    #[serde(default)]
    pub meaning: String,
}

impl From<&OptionInfo> for OptionEntry {
    fn from(info: &OptionInfo) -> Self {
        let mut entry = Self {
            name: info.name.to_owned(),
            meaning: info.meaning.to_owned(),
            kind: words(&info.kind).to_owned(),
            default: info.default.clone().unwrap_or_default(),
            source: info.source.to_owned(),
            range: info.range.to_owned(),
            ..Self::default()
        };
        let of = match &info.kind {
            OptionKind::List { of } | OptionKind::Map { of } => of.as_ref(),
            kind => kind,
        };
        match of {
            OptionKind::Choice { choices } => {
                entry.choices = choices.iter().map(Choice::from).collect();
            }
            OptionKind::Table { options } => {
                entry.options = options.iter().map(Self::from).collect();
            }
            OptionKind::Integer
            | OptionKind::Number
            | OptionKind::Bool
            | OptionKind::Text
            | OptionKind::List { .. }
            | OptionKind::Map { .. } => {}
        }
        entry
    }
}

impl From<&ChoiceInfo> for Choice {
    fn from(info: &ChoiceInfo) -> Self {
        Self {
            name: info.name.to_owned(),
            meaning: info.meaning.to_owned(),
        }
    }
}

fn words(kind: &OptionKind) -> &'static str {
    match kind {
        OptionKind::Integer => "integer",
        OptionKind::Number => "number",
        OptionKind::Bool => "true or false",
        OptionKind::Text => "text",
        OptionKind::Choice { .. } => "name",
        OptionKind::Table { .. } => "table",
        OptionKind::Map { .. } => "table of names",
        OptionKind::List { of } => match of.as_ref() {
            OptionKind::Integer => "list of integers",
            OptionKind::Number => "list of numbers",
            OptionKind::Text => "list of texts",
            OptionKind::Choice { .. } => "list of names",
            OptionKind::Bool
            | OptionKind::Table { .. }
            | OptionKind::Map { .. }
            | OptionKind::List { .. } => "list",
        },
    }
}

impl OptionEntry {
    /// An option of which nothing is known but its name and its default: a field of a config that
    /// says nothing about itself.
    pub fn of_default(name: &str, default: &Value) -> Self {
        let kind = match default {
            Value::Null => "",
            Value::Bool(_) => "true or false",
            Value::Number(number) if number.is_f64() => "number",
            Value::Number(_) => "integer",
            Value::String(_) => "text",
            Value::Array(_) => "list",
            Value::Object(_) => "table",
        };
        Self {
            name: name.to_owned(),
            kind: kind.to_owned(),
            default: default.clone(),
            ..Self::default()
        }
    }
}
