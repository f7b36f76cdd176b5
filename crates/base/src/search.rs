//! The values that an option is tried with.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The values that an option may take in a search.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "expected a list of values, or { min = .., max = .., scale = \"linear\", \"log\" or \"integer\" }"
)]
pub enum Range {
    /// One of these.
    Choices(Vec<Value>),
    /// A number between two others.
    Interval(Interval),
}

/// A number between two others, both included.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interval {
    /// Smallest value.
    pub min: f64,
    /// Largest value.
    pub max: f64,
    /// How values lie between them. Default `linear`.
    #[serde(default)]
    pub scale: Scale,
}

/// How values lie in an interval.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scale {
    /// Evenly.
    #[default]
    Linear,
    /// Evenly in the logarithm; both ends above zero.
    Log,
    /// Whole numbers, evenly.
    Integer,
}

/// One of these; what `search = [..]` of an option writes. A value that is not JSON is left out.
pub fn choices<T: Serialize>(values: &[T]) -> Range {
    let json = values.iter().map(serde_json::to_value);
    Range::Choices(json.filter_map(Result::ok).collect())
}

/// A number between two others, evenly in the logarithm; what `search = log(..)` of an option writes.
pub fn log(min: f64, max: f64) -> Range {
    let scale = Scale::Log;
    Range::Interval(Interval { min, max, scale })
}

/// A number between two others, evenly; what `search = linear(..)` of an option writes.
pub fn linear(min: f64, max: f64) -> Range {
    let scale = Scale::Linear;
    Range::Interval(Interval { min, max, scale })
}

impl std::fmt::Display for Range {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Choices(values) => {
                let values: Vec<String> = values.iter().map(ToString::to_string).collect();
                f.write_str(&values.join(", "))
            }
            Self::Interval(Interval { min, max, scale }) => {
                let how = match scale {
                    Scale::Linear => "",
                    Scale::Log => ", log",
                    Scale::Integer => ", whole",
                };
                write!(f, "{min} to {max}{how}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn ranges_are_written_as_a_study_file_writes_them() {
        let written = |range: &Range| serde_json::to_value(range).unwrap();
        let list = choices(&[vec![16], vec![16, 32]]);
        assert_eq!(written(&list), json!([[16], [16, 32]]));
        let interval = log(1e-4, 10.0);
        assert_eq!(
            written(&interval),
            json!({"min": 1e-4, "max": 10.0, "scale": "log"})
        );
        for range in [list, interval, linear(0.0, 1.0)] {
            let read: Range = serde_json::from_value(written(&range)).unwrap();
            assert_eq!(read, range);
        }
        assert_eq!(choices(&[0.0, 0.1]).to_string(), "0.0, 0.1");
        assert_eq!(log(1e-4, 10.0).to_string(), "0.0001 to 10, log");
    }
}
