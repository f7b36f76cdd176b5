//! Models whose parameters alone are too large to be built.

use midfuse_base::size;
use midfuse_wire::Smaller;
use serde_json::Value;

use crate::{Error, Result};

/// A model whose parameters alone are too large to be built.
pub(crate) struct TooLarge {
    /// What was allowed for them.
    pub(crate) limit: u64,
    /// What the machine has.
    pub(crate) available: u64,
    /// Fields that make it smaller.
    pub(crate) smaller: Vec<Smaller>,
}

impl TooLarge {
    /// The error that names the fields with which it can be built: the first that does alone, or all
    /// together. `can_be_built` says of a model section whether it can.
    pub(crate) fn error(
        &self,
        model: &Value,
        can_be_built: impl Fn(&Value) -> Result<bool>,
    ) -> Error {
        let mend = self
            .mend(model, |model| can_be_built(model).unwrap_or(false))
            .unwrap_or_else(|| "take this strategy out, or narrow its encoders".to_owned());
        let reason = format!(
            "its parameters alone take more than {}, and training takes at least four times as much of the {} that are available; {mend}",
            size(self.limit),
            size(self.available),
        );
        Error::section("model", reason)
    }

    fn mend(&self, model: &Value, can_be_built: impl Fn(&Value) -> bool) -> Option<String> {
        for smaller in &self.smaller {
            for value in &smaller.values {
                if can_be_built(&smaller.with(model.clone(), value)) {
                    return Some(format!("set {}", smaller.said(value)));
                }
            }
        }
        let smallest = || {
            self.smaller
                .iter()
                .filter_map(|one| Some((one, one.values.last()?)))
        };
        let all = smallest().fold(model.clone(), |model, (one, value)| one.with(model, value));
        can_be_built(&all).then(|| {
            let said: Vec<String> = smallest().map(|(one, value)| one.said(value)).collect();
            format!("set {}", said.join(", and "))
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn too_large() -> TooLarge {
        let smaller = |field: &str, values: &[i64]| Smaller {
            table: "/encoder".to_owned(),
            field: field.to_owned(),
            place: "the config of modality `a`".to_owned(),
            values: values.iter().map(|&value| json!(value)).collect(),
        };
        TooLarge {
            limit: 1 << 30,
            available: 1 << 32,
            smaller: vec![smaller("side", &[8, 4]), smaller("width", &[16])],
        }
    }

    #[test]
    fn the_first_field_that_does_is_named_then_all_of_them() {
        let model = json!({"encoder": {"side": 64, "width": 64}});
        let said = |most: i64| {
            let built = |model: &Value| {
                let of = |field: &str| model["encoder"][field].as_i64().unwrap();
                Ok(of("side") * of("width") <= most)
            };
            too_large().error(&model, built).to_string()
        };
        assert!(said(512).contains("; set `side = 8` in the config of modality `a`"));
        assert!(said(256).contains("; set `side = 4` in"));
        let both = "set `side = 4` in the config of modality `a`, and `width = 16` in the config";
        assert!(said(64).contains(both), "{}", said(64));
        assert!(said(1).contains("take this strategy out"));
    }
}
