//! The opaque model section of a job: what the worker builds and trains.

use std::collections::BTreeMap;

use midfuse_base::{Problem, SettingError};
use serde_json::{Map, Value, json};

use crate::file::{BaselineSection, ModalitySection, StrategySection, StudyFile};

/// `{"modalities": [..], "strategy": {..}, "head": {..}, "training": {..}}` with the values of a trial in
/// place.
///
/// A value that is drawn wins over the one in the section's `config`.
pub(super) fn model_section(
    file: &StudyFile,
    section: &StrategySection,
    members: &[&ModalitySection],
    values: &BTreeMap<String, Value>,
) -> Result<Value, SettingError> {
    let mut encoders: Vec<(&str, Map<String, Value>)> = members
        .iter()
        .map(|m| (m.name.as_str(), named(&m.encoder, &m.config)))
        .collect();
    let mut strategy = named(&section.fusion, &section.config);
    let mut training = file.training.clone();
    let mut head = file.head.clone();
    training.insert("epochs".to_owned(), Value::from(file.budget.epochs));
    for (key, value) in values {
        let parts: Vec<&str> = key.split('.').collect();
        match parts.as_slice() {
            ["training", field] => {
                training.insert((*field).to_owned(), value.clone());
            }
            ["training", named, field] => {
                let of = training
                    .entry((*named).to_owned())
                    .or_insert_with(|| json!({}));
                // A name alone is short for a table of it.
                if of.is_string() {
                    *of = json!({"name": of.take()});
                }
                let Value::Object(table) = of else {
                    let problem = Problem::expected("a name or a table", of);
                    return Err(problem.of(format!("training.{named}")));
                };
                table.insert((*field).to_owned(), value.clone());
            }
            ["head", field] => {
                head.insert((*field).to_owned(), value.clone());
            }
            ["fusion", field] => {
                strategy.insert((*field).to_owned(), value.clone());
            }
            ["modalities", name, field] => {
                let config = encoders
                    .iter_mut()
                    .find(|(member, _)| member == name)
                    .map(|(_, config)| config)
                    .ok_or_else(|| {
                        let reason = format!("`{name}` takes no part");
                        Problem::conflict(reason, "remove it").of(format!("search.\"{key}\""))
                    })?;
                config.insert((*field).to_owned(), value.clone());
            }
            _ => {
                let problem = Problem::conflict("not a key of a model", "remove it");
                return Err(problem.of(format!("search.\"{key}\"")));
            }
        }
    }
    let modalities: Vec<Value> = encoders
        .into_iter()
        .map(|(name, encoder)| json!({"name": name, "encoder": encoder}))
        .collect();
    let mut model = Map::from_iter([
        ("modalities".to_owned(), Value::from(modalities)),
        ("strategy".to_owned(), Value::from(strategy)),
        ("training".to_owned(), Value::from(training)),
    ]);
    // Not as an empty table, so that the jobs of studies without it keep their ids.
    if !head.is_empty() {
        model.insert("head".to_owned(), Value::from(head));
    }
    Ok(Value::from(model))
}

/// `{"modalities": [..], "strategy": {..}}` of a baseline: it has neither head nor training.
pub(super) fn baseline_section(
    section: &BaselineSection,
    members: &[&ModalitySection],
    values: &BTreeMap<String, Value>,
) -> Value {
    let mut baseline = named(&section.name, &section.config);
    let (of_rows, own): (BTreeMap<_, _>, _) = values
        .clone()
        .into_iter()
        .partition(|(key, _)| key.starts_with("modalities."));
    baseline.extend::<BTreeMap<String, Value>>(own);
    let encoder = |m: &ModalitySection| {
        let mut encoder = named(&m.encoder, &m.config);
        let place = format!("modalities.{}.", m.name);
        let of_member = of_rows.iter().filter_map(|(key, value)| {
            let field = key.strip_prefix(&place)?;
            Some((field.to_owned(), value.clone()))
        });
        encoder.extend(of_member);
        encoder
    };
    let modalities: Vec<Value> = members
        .iter()
        .map(|m| json!({"name": m.name, "encoder": encoder(m)}))
        .collect();
    json!({"modalities": modalities, "strategy": baseline})
}

fn named(name: &str, config: &Map<String, Value>) -> Map<String, Value> {
    let mut section = config.clone();
    section.insert("name".to_owned(), Value::from(name));
    section
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arms;
    use crate::file::catalogue;

    const FILE: &str = r#"
name = "s"
cohort = "c"
target = "y"
[budget]
trials = 1
epochs = 7
[training]
lr = 0.1
batch_size = 8
[head]
d_hidden = [9]
[search]
"training.lr" = [0.5]
"modalities.a.d" = [4]
"head.dropout_p" = [0.25]
[[modalities]]
name = "a"
encoder = "mlp"
config = { d = 2, p = 0.0 }
[[modalities]]
name = "b"
encoder = "gru"
[[strategies]]
fusion = "single"
[[strategies]]
fusion = "attention"
search = { "fusion.n_heads" = [2] }
"#;

    #[test]
    fn options_of_what_training_names_are_searched() {
        let searched = |training: &str| {
            let text = FILE.replace("lr = 0.1\n", training).replace(
                "\"training.lr\" = [0.5]\n",
                "\"training.optimizer.momentum\" = [0.9]\n\"training.schedule.gamma\" = [0.5]\n",
            );
            let file = StudyFile::parse(&text, "s").unwrap();
            arms(&file, &catalogue(), |_| None).unwrap()[0].trials[0].model["training"].clone()
        };
        let sgd = json!({"name": "sgd", "momentum": 0.9});
        for optimizer in ["\"sgd\"", "{ name = \"sgd\", momentum = 0.1 }"] {
            let training = searched(&format!("optimizer = {optimizer}\n"));
            let expected = json!({
                "epochs": 7, "batch_size": 8, "optimizer": sgd, "schedule": {"gamma": 0.5},
            });
            assert_eq!(training, expected);
        }
        let text = FILE.replace("training.lr", "training.optimizer.name");
        let error = StudyFile::parse(&text, "s").unwrap_err().to_string();
        assert!(error.contains("training.optimizer.FIELD"), "{error}");
    }

    #[test]
    fn drawn_values_land_in_their_sections() {
        let arms = arms(&StudyFile::parse(FILE, "s").unwrap(), &catalogue(), |_| {
            None
        })
        .unwrap();
        let names: Vec<&str> = arms.iter().map(|a| a.name.as_str()).collect();
        assert_eq!(names, ["single-a", "single-b", "attention"]);
        assert_eq!(
            arms[2].trials[0].model,
            json!({
                "modalities": [
                    {"name": "a", "encoder": {"name": "mlp", "d": 4, "p": 0.0}},
                    {"name": "b", "encoder": {"name": "gru"}},
                ],
                "strategy": {"name": "attention", "n_heads": 2},
                "head": {"d_hidden": [9], "dropout_p": 0.25},
                "training": {"epochs": 7, "lr": 0.5, "batch_size": 8},
            })
        );
        assert_eq!(
            arms[1].trials[0].model["modalities"],
            json!([{"name": "b", "encoder": {"name": "gru"}}])
        );
    }
}
