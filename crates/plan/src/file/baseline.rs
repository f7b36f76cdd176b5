//! Baselines: models that need no encoder and no epochs, one word each.

use std::collections::BTreeSet;
use std::fmt;

use midfuse_base::catalogue::{BaselineEntry, Catalogue, cannot_predict};
use midfuse_base::{Problem, SettingError, TaskKind};
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::{Range, SearchSpace, StudyFile};

type Check = Result<(), SettingError>;

/// Most settings of one baseline.
pub(super) const MOST_SETTINGS: usize = 10_000;

/// One baseline, of each modality alone and of all of them side by side: `"linear"`, or a table with
/// its name where something is to be set.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BaselineSection {
    /// Registered name: `linear`, `trees`, or one of your own worker's.
    pub name: String,
    /// Modalities that take part. Default: all.
    pub modalities: Option<Vec<String>>,
    /// Options that are set, and not searched; the worker knows and checks them.
    pub config: serde_json::Map<String, serde_json::Value>,
    /// Values to try by option, in place of the baseline's own grid.
    pub search: SearchSpace,
}

/// The table, whose unknown keys are refused.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    name: String,
    #[serde(default)]
    modalities: Option<Vec<String>>,
    #[serde(default)]
    config: serde_json::Map<String, serde_json::Value>,
    #[serde(default)]
    search: SearchSpace,
}

// By hand: serde's `untagged` would say of a misspelt key only that nothing fits.
impl<'de> Deserialize<'de> for BaselineSection {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NameOrTable)
    }
}

struct NameOrTable;

impl<'de> Visitor<'de> for NameOrTable {
    type Value = BaselineSection;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a baseline, or a table { name = .. }")
    }

    fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<BaselineSection, E> {
        Ok(BaselineSection {
            name: name.to_owned(),
            modalities: None,
            config: serde_json::Map::new(),
            search: SearchSpace::new(),
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<BaselineSection, A::Error> {
        let Table {
            name,
            modalities,
            config,
            search,
        } = Table::deserialize(MapAccessDeserializer::new(map))?;
        Ok(BaselineSection {
            name,
            modalities,
            config,
            search,
        })
    }
}

impl BaselineSection {
    /// What is tried: its own search, or else the grid of the baseline without what `config` sets.
    pub(crate) fn space(&self, entry: &BaselineEntry) -> SearchSpace {
        if !self.search.is_empty() {
            return self.search.clone();
        }
        let grid = entry.grid.iter();
        grid.filter(|(option, _)| !self.config.contains_key(*option))
            .map(|(option, values)| (option.clone(), Range::Choices(values.clone())))
            .collect()
    }

    /// The key of one of its parts, for messages.
    fn place(&self, part: &str) -> String {
        format!("baselines.{}.{part}", self.name)
    }
}

impl StudyFile {
    /// Every rule about baselines that needs neither cohort nor worker.
    pub(super) fn check_baselines(&self) -> Check {
        let mut seen = BTreeSet::new();
        for section in &self.baselines {
            super::check::check_name("baselines.name", &section.name)?;
            if !seen.insert(&section.name) {
                return Err(super::check::twice(&section.name, "remove one").of("baselines"));
            }
            if let Some(chosen) = &section.modalities {
                let known: Vec<&str> = self.modalities.iter().map(|m| m.name.as_str()).collect();
                super::check::check_chosen(&section.place("modalities"), chosen, &known)?;
            }
            if section.config.contains_key("name") {
                let reason = "the baseline's name goes into `name`";
                let problem = Problem::conflict(reason, "move it there");
                return Err(problem.of(section.place("config.name")));
            }
            let mut points = 1_usize;
            for (key, range) in &section.search {
                let place = format!("{}.{key}", section.place("search"));
                if section.config.contains_key(key) {
                    let problem = Problem::conflict("`config` sets it", "remove one of the two");
                    return Err(problem.of(place));
                }
                super::check::check_range(&place, range)?;
                if let Range::Choices(values) = range {
                    points = points.saturating_mul(values.len());
                }
            }
            if points > MOST_SETTINGS {
                let expected = format!("at most {MOST_SETTINGS} settings");
                return Err(Problem::expected(expected, points).of(section.place("search")));
            }
        }
        Ok(())
    }

    /// Every baseline is there, can be used, and has the options that are named.
    ///
    /// # Errors
    /// [`SettingError`] that names the key.
    pub fn check_baselines_of(&self, catalogue: &Catalogue) -> Check {
        for section in &self.baselines {
            let entry = catalogue
                .baseline(&section.name)
                .map_err(|error| Problem::needs(error).of("baselines"))?;
            if let Some(why) = &entry.unavailable {
                let reason = format!("`{}` cannot be used here: {why}", section.name);
                return Err(Problem::needs(reason).of("baselines"));
            }
            let (config, search) = (section.config.keys(), section.search.keys());
            let keys = config.map(|key| ("config", key));
            for (part, key) in keys.chain(search.map(|key| ("search", key))) {
                entry
                    .entry
                    .option("baseline", key)
                    .map_err(|error| Problem::needs(error).of(section.place(part)))?;
            }
        }
        Ok(())
    }

    /// Every baseline can predict what the study predicts.
    ///
    /// # Errors
    /// [`SettingError`] that names the first that cannot.
    pub fn check_baseline_tasks(&self, catalogue: &Catalogue, task: TaskKind) -> Check {
        for section in &self.baselines {
            let Ok(entry) = catalogue.baseline(&section.name) else {
                continue;
            };
            let name = &section.name;
            if let Some(reason) = cannot_predict(name, &entry.tasks, task) {
                return Err(Problem::conflict(reason, format!("remove `{name}`")).of("baselines"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file::catalogue;

    const FILE: &str = r#"
name = "s"
cohort = "c"
target = "y"
baselines = ["linear"]
[[modalities]]
name = "a"
encoder = "mlp"
[[modalities]]
name = "b"
encoder = "gru"
[[strategies]]
fusion = "single"
"#;

    fn parse(baselines: &str) -> crate::Result<StudyFile> {
        StudyFile::parse(&FILE.replace("[\"linear\"]", baselines), "s")
    }

    #[test]
    fn a_word_is_short_for_a_table() {
        let word = parse("[\"linear\"]").unwrap();
        assert_eq!(
            word.baselines,
            parse("[{ name = \"linear\" }]").unwrap().baselines
        );
        word.check_baselines_of(&catalogue()).unwrap();
        let none = parse("[]").unwrap();
        assert!(!serde_json::to_string(&none).unwrap().contains("baselines"));
    }

    #[test]
    fn what_cannot_be_is_refused_with_its_key() {
        for (baselines, said) in [
            ("[3]", "the name of a baseline, or a table"),
            (
                "[{ name = \"linear\", serach = {} }]",
                "unknown key `serach`: did you mean `search`?",
            ),
            ("[\"linear\", \"linear\"]", "baselines: `linear`"),
            (
                "[{ name = \"linear\", modalities = [\"c\"] }]",
                "baselines.linear.modalities: unknown modality `c`",
            ),
            (
                "[{ name = \"linear\", config = { penalty = 1 }, search = { penalty = [1] } }]",
                "baselines.linear.search.penalty: `config` sets it; remove one of the two",
            ),
            (
                "[{ name = \"linear\", search = { penalty = [] } }]",
                "baselines.linear.search.penalty: the list is empty",
            ),
        ] {
            let error = parse(baselines).unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
        }
    }

    #[test]
    fn the_worker_has_the_last_word() {
        for (baselines, said) in [
            (
                "[\"lineer\"]",
                "baselines: no baseline `lineer`: did you mean `linear`? There are linear, trees",
            ),
            (
                "[\"trees\"]",
                "baselines: `trees` cannot be used here: LightGBM is not installed",
            ),
            (
                "[{ name = \"linear\", config = { penalti = 1 } }]",
                "baselines.linear.config: baseline `linear` has no option `penalti`: did you mean `penalty`? There are penalty, l1_ratio",
            ),
        ] {
            let file = parse(baselines).unwrap();
            let error = file.check_baselines_of(&catalogue()).unwrap_err();
            assert_eq!(error.to_string(), said);
        }
        let file = parse("[\"trees\"]").unwrap();
        let of = |kind| file.check_baseline_tasks(&catalogue(), kind);
        assert!(of(TaskKind::Classification).is_ok());
        assert_eq!(
            of(TaskKind::Survival).unwrap_err().to_string(),
            "baselines: `trees` predicts classes or numbers, and the target has times and events; remove `trees`"
        );
    }
}
