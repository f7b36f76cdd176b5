//! The head section: how one vector becomes the scores of the task, in every strategy.

use midfuse_base::{OptionInfo, Options, Task};
use midfuse_core::Config;
use midfuse_fusion::HeadConfig;
use serde_json::{Map, Value};

use crate::registry::resolve::{config, defaults, merge, refuse};
use crate::{Error, Result};

/// Where a model section has it.
const PATH: &str = "head";
/// Fields of the config that come from the data.
const FROM_DATA: [&str; 2] = ["d_in", "task"];

/// The head of a model, whatever the width of the vector that it gets.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct HeadSection(HeadConfig);

impl HeadSection {
    /// Reads and checks the section of a model for this task.
    pub(crate) fn read(task: &Task, written: &Map<String, Value>) -> Result<Self> {
        let defaults = defaults(PATH, &HeadConfig::new(1, task.clone()))?;
        refuse(&defaults, written, FROM_DATA, PATH)?;
        let fields = merge(&defaults, written, &Map::new(), PATH)?;
        let head: HeadConfig = config(&fields).map_err(|error| error.inside(PATH))?;
        head.validate()
            .map_err(|error| Error::section(PATH, error.to_string()))?;
        Ok(Self(head))
    }

    /// Every option with its value.
    pub(crate) fn fields(&self) -> Result<Map<String, Value>> {
        let mut fields = defaults(PATH, &self.0)?;
        fields.retain(|name, _| !FROM_DATA.contains(&name.as_str()));
        Ok(fields)
    }

    /// Every option, as lists show it.
    pub(crate) fn options() -> Vec<OptionInfo> {
        let mut options = HeadConfig::options();
        options.retain(|option| !FROM_DATA.contains(&option.name));
        options
    }

    /// The head over vectors of width `d_in`.
    pub(crate) fn over(&self, d_in: i64) -> HeadConfig {
        HeadConfig {
            d_in,
            ..self.0.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(section: &Value) -> Result<HeadSection> {
        HeadSection::read(&Task::Regression, section.as_object().unwrap())
    }

    #[test]
    fn what_is_written_wins_over_the_defaults() {
        let head = read(&json!({"d_hidden": [4]})).unwrap();
        let expected = HeadConfig::regress(7).with_d_hidden([4]);
        assert_eq!(head.over(7), expected);
        let fields = head.fields().unwrap();
        let names: Vec<&str> = fields.keys().map(String::as_str).collect();
        let mut listed: Vec<&str> = HeadSection::options().iter().map(|o| o.name).collect();
        listed.sort_unstable();
        assert_eq!(names, listed);
        assert_eq!(HeadSection::read(&Task::Regression, &fields).unwrap(), head);
    }

    #[test]
    fn defects_name_their_key() {
        for (section, said) in [
            (
                json!({"d_in": 3}),
                "head.d_in: comes from the data; remove it",
            ),
            (json!({"hidden": [3]}), "head: unknown field `hidden`"),
            (
                json!({"dropout_p": 2.0}),
                "head: HeadConfig.dropout_p: expected a probability",
            ),
        ] {
            let error = read(&section).unwrap_err().line();
            assert!(error.starts_with(said), "{error}");
        }
    }
}
