//! One option, as it crosses the wire between a worker and its coordinator.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::search::Range;
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
    /// What takes its place where it is not set, in Markdown; empty where nothing does.
    #[serde(default)]
    pub unset: String,
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
    /// The values that are tried where a study names no search of its own; none: it is left as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<Range>,
    /// The option that it has to be a multiple of; empty where there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub multiple_of: String,
    /// Whether it says how rows are read, whatever model reads them: those of baselines are read so, too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub of_rows: bool,
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
            unset: info.unset.to_owned(),
            source: info.source.to_owned(),
            range: info.range.to_owned(),
            search: info.search.clone(),
            multiple_of: info.multiple_of.to_owned(),
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
    /// The fields of a config with what it says about them, in its order; those of which it says
    /// nothing come last. The defaults are those of `fields`.
    pub fn of_config(known: &[Self], fields: &Map<String, Value>) -> Vec<Self> {
        let told = known.iter().filter_map(|option| {
            let default = fields.get(&option.name)?;
            let options = match default {
                Value::Object(inner) => Self::of_config(&option.options, inner),
                _ => option.options.clone(),
            };
            Some(Self {
                default: default.clone(),
                options: if option.options.is_empty() {
                    Vec::new()
                } else {
                    options
                },
                ..option.clone()
            })
        });
        let is_told = |name: &str| known.iter().any(|option| option.name == name);
        let others = fields.iter().filter(|(name, _)| !is_told(name));
        told.chain(others.map(|(name, default)| Self::of_default(name, default)))
            .collect()
    }

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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_registered_config_has_the_last_word_on_defaults() {
        let option = |name: &str, default: Value| OptionEntry {
            meaning: format!("about {name}"),
            ..OptionEntry::of_default(name, &default)
        };
        let table = OptionEntry {
            options: vec![option("k", Value::Null)],
            ..option("table", Value::Null)
        };
        let known = [
            option("d_out", Value::Null),
            option("gone", json!(1)),
            table,
        ];
        let fields = json!({"d_out": 64, "mine": "x", "table": {"k": 3}});
        let listed = OptionEntry::of_config(&known, fields.as_object().unwrap());
        let seen: Vec<(&str, &str, &Value)> = listed
            .iter()
            .map(|o| (o.name.as_str(), o.meaning.as_str(), &o.default))
            .collect();
        assert_eq!(
            seen,
            [
                ("d_out", "about d_out", &json!(64)),
                ("table", "about table", &json!({"k": 3})),
                ("mine", "", &json!("x")),
            ]
        );
        assert_eq!(listed[1].options[0].default, json!(3));
        assert_eq!(listed[2].kind, "text");
    }
}
