//! Which fields of a section make a job smaller.

use midfuse_wire::Smaller;
use serde_json::{Map, Value};

use crate::modality::Sizes;
use crate::model::ModelSection;
use crate::registry::Registry;

/// The fields of a section that make a job of it smaller: what the strategy knows of itself, what each
/// modality does, then every option that was written larger than its default.
pub(crate) fn smaller(
    registry: &Registry,
    section: &ModelSection,
    sizes: &[Sizes],
) -> Vec<Smaller> {
    let strategy = registry.strategy(&section.strategy.name).ok();
    let in_strategy = |field: &str, values: Vec<Value>| Smaller {
        table: "/strategy".to_owned(),
        field: field.to_owned(),
        place: format!("the config of strategy `{}`", section.strategy.name),
        values,
    };
    let in_modality = |at: usize, field: &str, values: Vec<Value>| Smaller {
        table: format!("/modalities/{at}/encoder"),
        field: field.to_owned(),
        place: match section.modalities.get(at) {
            Some(modality) => format!("the config of modality `{}`", modality.name),
            None => String::new(),
        },
        values,
    };
    let mut all = Vec::new();
    let config = Value::Object(section.strategy.config.clone());
    if let Some((field, values)) = strategy.and_then(|known| known.smaller(&config)) {
        all.push(in_strategy(field, numbers(values)));
    }
    for (at, sizes) in sizes.iter().enumerate() {
        if let Some((field, values)) = sizes.smaller() {
            all.push(in_modality(at, field, numbers(values)));
        }
    }
    for (at, (modality, sizes)) in section.modalities.iter().zip(sizes).enumerate() {
        let encoder = &modality.encoder;
        let known = registry.encoder(sizes.kind(), &encoder.name, "").ok();
        let defaults = known.map(|known| &known.defaults);
        for (field, default) in wider(&encoder.config, defaults) {
            all.push(in_modality(at, field, vec![default.clone()]));
        }
    }
    let defaults = strategy.map(|known| &known.defaults);
    for (field, default) in wider(&section.strategy.config, defaults) {
        all.push(in_strategy(field, vec![default.clone()]));
    }
    all.retain(|smaller| !smaller.values.is_empty());
    all
}

fn numbers(values: Vec<i64>) -> Vec<Value> {
    values.into_iter().map(Value::from).collect()
}

/// The options that were written larger than their default: a greater whole number, or a list of them with
/// a greater sum.
fn wider<'a>(
    written: &'a Map<String, Value>,
    defaults: Option<&'a Map<String, Value>>,
) -> impl Iterator<Item = (&'a str, &'a Value)> {
    written.iter().filter_map(move |(field, value)| {
        let default = defaults?.get(field)?;
        (extent(value)? > extent(default)?).then_some((field.as_str(), default))
    })
}

fn extent(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::Array(items) => items.iter().map(Value::as_i64).sum(),
        Value::Null | Value::Bool(_) | Value::String(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_larger_than_its_default_is_named() {
        let object = |value: Value| value.as_object().cloned().unwrap();
        let written = json!({
            "hidden": [512, 64], "d_out": 32, "n_blocks": 9, "dropout_p": 0.9, "stem": "small",
            "unknown": 7, "stem_stride": 4,
        });
        let defaults = json!({
            "hidden": [128, 64], "d_out": 64, "n_blocks": 2, "dropout_p": 0.1, "stem": "large",
            "stem_stride": null,
        });
        let (written, defaults) = (object(written), object(defaults));
        let found: Vec<_> = wider(&written, Some(&defaults)).collect();
        assert_eq!(
            found,
            [("hidden", &json!([128, 64])), ("n_blocks", &json!(2))]
        );
        assert_eq!(wider(&written, None).count(), 0);
    }
}
