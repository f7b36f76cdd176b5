//! A config from its defaults, what the user wrote, and what comes from the data.

use serde_json::{Map, Value};

use crate::{Error, Result};

/// Merges: the defaults, over them `written`, over them those of `from_data` that the config has.
///
/// # Errors
/// If the user wrote a field that comes from the data.
pub(super) fn merge(
    defaults: &Value,
    written: &Map<String, Value>,
    from_data: &Map<String, Value>,
    path: &str,
) -> Result<Value> {
    let mut fields = defaults.as_object().cloned().unwrap_or_default();
    let known = |key: &str| defaults.get(key).is_some();
    if let Some(key) = written
        .keys()
        .find(|key| from_data.contains_key(*key) && known(key))
    {
        return Err(Error::section(
            format!("{path}.{key}"),
            "comes from the data; remove it",
        ));
    }
    fields.extend(written.clone());
    fields.extend(
        from_data
            .iter()
            .filter(|(key, _)| known(key))
            .map(|(key, value)| (key.clone(), value.clone())),
    );
    Ok(Value::Object(fields))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn map(value: Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap()
    }

    #[test]
    fn data_wins_over_writing_wins_over_defaults() {
        let defaults = json!({"channels": 0, "d": 8, "p": 0.1});
        let data = map(json!({"channels": 3, "height": 9}));
        let merged = merge(&defaults, &map(json!({"d": 4})), &data, "x").unwrap();
        assert_eq!(merged, json!({"channels": 3, "d": 4, "p": 0.1}));
        let error = merge(&defaults, &map(json!({"channels": 1})), &data, "x").unwrap_err();
        assert_eq!(error.line(), "x.channels: comes from the data; remove it");
    }
}
