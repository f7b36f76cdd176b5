//! The search space of an arm whose study file names none: what the options that take part say of
//! themselves.
//!
//! What is set in the file is not searched.

use midfuse_base::catalogue::{Catalogue, OptionEntry, Takes};
use midfuse_base::search::Range;
use serde_json::{Map, Value};

use crate::file::{ModalitySection, SearchSpace, StrategySection, StudyFile};

/// What the training names where nothing is written.
const OPTIMIZER: &str = "optimizer";

/// Learning rate, weight decay and the like; options of the strategy, and of the encoders that it
/// takes. `kind_of`: kind of a modality in the cohort.
pub(super) fn default_space(
    file: &StudyFile,
    section: &StrategySection,
    members: &[&ModalitySection],
    catalogue: &Catalogue,
    kind_of: &dyn Fn(&str) -> Option<&'static str>,
) -> SearchSpace {
    let mut space = SearchSpace::new();
    add(&mut space, "training", &catalogue.training, &file.training);
    add_optimizer(&mut space, file, catalogue);
    let Ok(strategy) = catalogue.strategy(&section.fusion) else {
        return space;
    };
    let (options, written) = (&strategy.entry.options, &section.config);
    add(&mut space, "fusion", options, written);
    match strategy.needs.takes {
        Takes::RawFeatures => {}
        Takes::Encoders => {
            for member in members {
                let kind = kind_of(&member.name);
                let entry = kind.and_then(|kind| catalogue.encoder(kind, &member.encoder).ok());
                if let Some(entry) = entry {
                    let place = format!("modalities.{}", member.name);
                    add(&mut space, &place, &entry.options, &member.config);
                }
            }
        }
    }
    space
}

/// The options of the optimizer of the study, which may stand beside its name or in its table.
fn add_optimizer(space: &mut SearchSpace, file: &StudyFile, catalogue: &Catalogue) {
    let written = file.training.get(OPTIMIZER);
    let default = catalogue.training.iter().find(|o| o.name == OPTIMIZER);
    let name_of = |value: &Value| match value {
        Value::String(name) => Some(name.clone()),
        Value::Object(table) => Some(table.get("name")?.as_str()?.to_owned()),
        _ => None,
    };
    let name = written.and_then(name_of);
    let name = name.or_else(|| name_of(&default?.default));
    let mut entries = catalogue.optimizers.iter();
    let Some(entry) = entries.find(|entry| Some(&entry.name) == name.as_ref()) else {
        return;
    };
    let mut set = file.training.clone();
    if let Some(Value::Object(table)) = written {
        set.extend(table.clone());
    }
    add(space, "training", &entry.options, &set);
}

fn add(
    space: &mut SearchSpace,
    place: &str,
    options: &[OptionEntry],
    written: &Map<String, Value>,
) {
    let open = options.iter().filter(|o| !written.contains_key(&o.name));
    space.extend(open.filter_map(|option| {
        let range = fitting(option, options, written)?;
        Some((format!("{place}.{}", option.name), range))
    }));
}

/// What is tried of an option that has to be a multiple of another, such as a width of the number of heads: the
/// values that are, as the other is written or by default.
fn fitting(
    option: &OptionEntry,
    options: &[OptionEntry],
    written: &Map<String, Value>,
) -> Option<Range> {
    let range = option.search.clone()?;
    let divisor = written.get(&option.multiple_of).or_else(|| {
        let divisor = options.iter().find(|o| o.name == option.multiple_of)?;
        Some(&divisor.default)
    });
    let (Range::Choices(values), Some(by)) = (&range, divisor.and_then(Value::as_i64)) else {
        return Some(range);
    };
    let is_multiple = |value: &&Value| {
        let value = value.as_i64();
        value.is_none_or(|value| value.checked_rem(by) == Some(0))
    };
    let values: Vec<Value> = values.iter().filter(is_multiple).cloned().collect();
    (!values.is_empty()).then_some(Range::Choices(values))
}

#[cfg(test)]
mod tests {
    use midfuse_base::catalogue::Entry;
    use midfuse_base::search::{choices, log};

    use super::*;
    use crate::file::catalogue;

    const FILE: &str = r#"
name = "s"
cohort = "c"
target = "y"
[[modalities]]
name = "a"
encoder = "mlp"
[[modalities]]
name = "b"
encoder = "gru"
[[strategies]]
fusion = "single"
[[strategies]]
fusion = "attention"
"#;

    fn searched(mut catalogue: Catalogue) -> Catalogue {
        let set = |options: &mut Vec<OptionEntry>, name: &str, range: Range| {
            let found = options.iter_mut().find(|option| option.name == name);
            found.unwrap().search = Some(range);
        };
        set(&mut catalogue.training, "lr", log(1e-3, 1e-2));
        let mlp = &mut catalogue.encoders[0].encoders[0].options;
        set(mlp, "d", choices(&[2, 4]));
        let attention = &mut catalogue.strategies[1].entry.options;
        set(attention, "n_heads", choices(&[1, 2]));
        let decay = |name: &str| Entry {
            name: name.to_owned(),
            options: vec![OptionEntry {
                name: "weight_decay".to_owned(),
                search: Some(log(1e-4, 10.0)),
                ..OptionEntry::default()
            }],
            ..Entry::default()
        };
        catalogue.optimizers = vec![decay("adamw")];
        catalogue.training.push(OptionEntry {
            name: OPTIMIZER.to_owned(),
            default: Value::from("adamw"),
            ..OptionEntry::default()
        });
        catalogue
    }

    fn keys(text: &str, strategy: usize) -> Vec<String> {
        let file = StudyFile::parse(text, "s").unwrap();
        let members: Vec<&ModalitySection> = file.modalities.iter().collect();
        let kind_of = |name: &str| Some(if name == "a" { "tabular" } else { "sequence" });
        let section = &file.strategies[strategy];
        let catalogue = searched(catalogue());
        let space = default_space(&file, section, &members, &catalogue, &kind_of);
        space.into_keys().collect()
    }

    #[test]
    fn options_that_take_part_are_searched_and_what_is_set_is_not() {
        let (lr, decay) = ("training.lr", "training.weight_decay");
        assert_eq!(keys(FILE, 0), ["modalities.a.d", lr, decay]);
        assert_eq!(
            keys(FILE, 1),
            ["fusion.n_heads", "modalities.a.d", lr, decay]
        );
        let set = FILE.replace("\"mlp\"", "\"mlp\"\nconfig = { d = 3 }");
        assert_eq!(keys(&set, 0), [lr, decay]);
        for optimizer in [
            "weight_decay = 0.1",
            "optimizer = { weight_decay = 0.1, name = \"adamw\" }",
            "optimizer = \"mine\"",
        ] {
            let set = format!("{FILE}\n[training]\n{optimizer}\n");
            assert_eq!(keys(&set, 0), ["modalities.a.d", lr], "{optimizer}");
        }
    }

    #[test]
    fn widths_that_no_number_of_heads_divides_are_not_tried() {
        let heads = OptionEntry {
            name: "n_heads".to_owned(),
            default: Value::from(8),
            ..OptionEntry::default()
        };
        let width = OptionEntry {
            name: "d".to_owned(),
            search: Some(choices(&[16, 24, 36])),
            multiple_of: "n_heads".to_owned(),
            ..OptionEntry::default()
        };
        let tried = |written: &[(&str, i64)]| {
            let written = written
                .iter()
                .map(|&(key, value)| (key.to_owned(), Value::from(value)));
            fitting(&width, &[heads.clone(), width.clone()], &written.collect())
        };
        assert_eq!(tried(&[]), Some(choices(&[16, 24])));
        assert_eq!(tried(&[("n_heads", 12)]), Some(choices(&[24, 36])));
        assert_eq!(tried(&[("n_heads", 5)]), None);
        // Zero heads are refused elsewhere.
        assert_eq!(tried(&[("n_heads", 0)]), None);
    }
}
