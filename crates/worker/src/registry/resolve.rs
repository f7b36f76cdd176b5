//! A config from its defaults, what the user wrote, and what comes from the data.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::{Error, Result};

/// The fields of a config that is registered under this name.
pub(crate) fn defaults(name: &str, config: &impl Serialize) -> Result<Map<String, Value>> {
    let no_table = |what: String| Error::section(format!("worker: the config of `{name}`"), what);
    match serde_json::to_value(config) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(other) => Err(no_table(format!(
            "expected a struct with fields, got {other}"
        ))),
        Err(error) => Err(no_table(format!("cannot be written as JSON: {error}"))),
    }
}

/// A config from all its fields.
///
/// # Errors
/// [`Error::Section`] without a path: whoever knows it puts it before the message.
pub(crate) fn config<C: DeserializeOwned>(fields: &Value) -> Result<C> {
    C::deserialize(fields).map_err(|error| Error::section("", error.to_string()))
}

/// An error where the user wrote a field that the config has from the data.
pub(crate) fn refuse<'a>(
    defaults: &Map<String, Value>,
    written: &Map<String, Value>,
    from_data: impl IntoIterator<Item = &'a str>,
    path: &str,
) -> Result<()> {
    let mut from_data = from_data.into_iter();
    match from_data.find(|key| written.contains_key(*key) && defaults.contains_key(*key)) {
        None => Ok(()),
        Some(key) => {
            let place = format!("{path}.{key}");
            Err(Error::section(place, "comes from the data; remove it"))
        }
    }
}

/// Merges: the defaults, over them `written`, over them those of `from_data` that the config has.
///
/// # Errors
/// If the user wrote a field that comes from the data.
pub(crate) fn merge(
    defaults: &Map<String, Value>,
    written: &Map<String, Value>,
    from_data: &Map<String, Value>,
    path: &str,
) -> Result<Value> {
    refuse(
        defaults,
        written,
        from_data.keys().map(String::as_str),
        path,
    )?;
    let mut fields = defaults.clone();
    fields.extend(written.clone());
    let known = from_data
        .iter()
        .filter(|(key, _)| defaults.contains_key(*key));
    fields.extend(known.map(|(key, value)| (key.clone(), value.clone())));
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
        let defaults = map(json!({"channels": 0, "d": 8, "p": 0.1}));
        let data = map(json!({"channels": 3, "height": 9}));
        let merged = merge(&defaults, &map(json!({"d": 4})), &data, "x").unwrap();
        assert_eq!(merged, json!({"channels": 3, "d": 4, "p": 0.1}));
        let error = merge(&defaults, &map(json!({"channels": 1})), &data, "x").unwrap_err();
        assert_eq!(error.line(), "x.channels: comes from the data; remove it");
    }
}
