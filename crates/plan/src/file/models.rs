//! Checks of a study file against what the worker knows: strategies, what they need, and the keys
//! that a search may name.

use midfuse_base::catalogue::Catalogue;
use midfuse_base::{Problem, SettingError};

use super::{SearchSpace, StudyFile};

type Check = Result<(), SettingError>;

impl StudyFile {
    /// Every strategy is there and gets what it needs.
    ///
    /// # Errors
    /// [`SettingError`] that names the key.
    pub fn check_strategies_of(&self, catalogue: &Catalogue) -> Check {
        // Whether a strategy is compared with the best single modality, and whether there is one.
        let (mut compared, mut singles) = (false, false);
        for section in &self.strategies {
            let strategy = catalogue
                .strategy(&section.fusion)
                .map_err(|error| Problem::needs(error).of("strategies.fusion"))?;
            let fusion = &section.fusion;
            if strategy.needs.per_modality {
                if section.name.is_some() {
                    let reason = format!(
                        "`{fusion}` stands for one strategy per modality and takes no name"
                    );
                    return Err(Problem::conflict(reason, "remove it").of("strategies.name"));
                }
                singles |= section.modalities.is_none();
                continue;
            }
            compared = true;
            let name = section.name.as_ref().unwrap_or(fusion);
            let (place, n) = match &section.modalities {
                Some(chosen) => (format!("strategies.{name}.modalities"), chosen.len()),
                None => (format!("strategies.{name}"), self.modalities.len()),
            };
            if !strategy.needs.admits(n) {
                let needed = strategy.needs.count();
                let what = format!("`{fusion}` needs {needed}, got {n}");
                return Err(Problem::needs(what).of(place));
            }
        }
        if compared && !singles {
            let reason = "fusions are compared with the best single modality";
            let single = single(catalogue);
            let mend = format!("add [[strategies]] {single} with all modalities");
            return Err(Problem::conflict(reason, mend).of("strategies"));
        }
        Ok(())
    }

    /// Every encoder is there for its modality, and every key of a search is an option; `kind_of`:
    /// kind of a modality in the cohort.
    ///
    /// # Errors
    /// [`SettingError`] that names the key.
    pub fn check_options_of(
        &self,
        catalogue: &Catalogue,
        kind_of: impl Fn(&str) -> Option<&'static str>,
    ) -> Check {
        for modality in &self.modalities {
            if let Some(kind) = kind_of(&modality.name) {
                let place = format!("modalities.{}.encoder", modality.name);
                catalogue
                    .encoder(kind, &modality.encoder)
                    .map_err(|error| Problem::needs(error).of(place))?;
            }
        }
        self.check_space_of(catalogue, &kind_of, "search", &self.search, None)?;
        for section in &self.strategies {
            let name = section.name.as_ref().unwrap_or(&section.fusion);
            let place = format!("strategies.{name}.search");
            let fusion = Some(section.fusion.as_str());
            self.check_space_of(catalogue, &kind_of, &place, &section.search, fusion)?;
        }
        Ok(())
    }

    fn check_space_of(
        &self,
        catalogue: &Catalogue,
        kind_of: &impl Fn(&str) -> Option<&'static str>,
        place: &str,
        space: &SearchSpace,
        fusion: Option<&str>,
    ) -> Check {
        for key in space.keys() {
            let parts: Vec<&str> = key.split('.').collect();
            let found = match (parts.as_slice(), fusion) {
                (["training", field @ ..], _) => catalogue.training_key(&field.join(".")),
                (["head", field], _) => catalogue.head_key(field),
                (["fusion", field], Some(fusion)) => catalogue
                    .strategy(fusion)
                    .and_then(|strategy| strategy.entry.option("strategy", field))
                    .map(drop),
                (["modalities", name, field], _) => {
                    let section = self.modalities.iter().find(|m| m.name == *name);
                    // Modalities that are not there are named elsewhere.
                    match section.and_then(|section| Some((section, kind_of(name)?))) {
                        None => Ok(()),
                        Some((section, kind)) => catalogue
                            .encoder(kind, &section.encoder)
                            .and_then(|encoder| encoder.option("encoder", field))
                            .map(drop),
                    }
                }
                // Other shapes of keys are refused when the file is read.
                _ => Ok(()),
            };
            found.map_err(|error| Problem::needs(error).of(format!("{place}.\"{key}\"")))?;
        }
        Ok(())
    }
}

/// `fusion = "single"`: the strategies that stand for one per modality.
fn single(catalogue: &Catalogue) -> String {
    let all = catalogue.strategies.iter();
    let names: Vec<String> = all
        .filter(|strategy| strategy.needs.per_modality)
        .map(|strategy| format!("fusion = \"{}\"", strategy.entry.name))
        .collect();
    names.join(" or ")
}

#[cfg(test)]
pub(crate) mod tests {
    use std::collections::BTreeMap;

    use midfuse_base::TaskKind;
    use midfuse_base::catalogue::{
        BaselineEntry, Entry, KindEntry, Needs, OptionEntry, StrategyEntry,
    };

    use super::*;

    fn entry(name: &str, options: &[&str]) -> Entry {
        let options = options.iter().map(|name| OptionEntry {
            name: (*name).to_owned(),
            ..OptionEntry::default()
        });
        Entry {
            name: name.to_owned(),
            options: options.collect(),
            ..Entry::default()
        }
    }

    /// A small worker's: two encoders, `single`, `attention`, two baselines, one option of the training.
    pub(crate) fn catalogue() -> Catalogue {
        let strategy = |entry, needs| StrategyEntry { entry, needs };
        Catalogue {
            encoders: vec![
                KindEntry {
                    kind: "tabular".to_owned(),
                    encoders: vec![entry("mlp", &["d", "p"])],
                },
                KindEntry {
                    kind: "sequence".to_owned(),
                    encoders: vec![entry("gru", &["d_hidden"])],
                },
            ],
            strategies: vec![
                strategy(entry("single", &[]), Needs::each_modality()),
                strategy(entry("attention", &["n_heads"]), Needs::fusion()),
            ],
            baselines: vec![
                BaselineEntry {
                    entry: entry("linear", &["penalty", "l1_ratio"]),
                    tasks: TaskKind::ALL.to_vec(),
                    grid: BTreeMap::from([("penalty".to_owned(), vec![0.1.into(), 1.into()])]),
                    unavailable: None,
                },
                BaselineEntry {
                    entry: entry("trees", &["n_rounds"]),
                    tasks: vec![TaskKind::Classification, TaskKind::Regression],
                    grid: BTreeMap::new(),
                    unavailable: Some("LightGBM is not installed".to_owned()),
                },
            ],
            heads: vec![entry("head", &["dropout_p"])],
            training: entry("", &["lr", "batch_size"]).options,
            ..Catalogue::default()
        }
    }

    const FILE: &str = r#"
name = "s"
cohort = "c"
target = "y"
[search]
"training.lr" = [0.5]
"modalities.a.d" = [4]
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
search = { "fusion.n_heads" = [2] }
"#;

    fn check(text: &str) -> Check {
        let file = StudyFile::parse(text, "s").unwrap();
        let kind_of = |name: &str| match name {
            "a" => Some("tabular"),
            "b" => Some("sequence"),
            _ => None,
        };
        file.check_strategies_of(&catalogue())?;
        file.check_options_of(&catalogue(), kind_of)
    }

    #[test]
    fn what_the_worker_does_not_know_is_refused_with_a_near_name() {
        check(FILE).unwrap();
        for (from, to, said) in [
            (
                "training.lr",
                "training.lrr",
                "search.\"training.lrr\": [training] has no option `lrr`: did you mean `lr`? There are lr, batch_size",
            ),
            (
                "training.lr",
                "head.dropout",
                "search.\"head.dropout\": [head] has no option `dropout`: did you mean `dropout_p`? There are dropout_p",
            ),
            (
                "fusion.n_heads",
                "fusion.n_head",
                "strategies.attention.search.\"fusion.n_head\": strategy `attention` has no option `n_head`: did you mean `n_heads`? There are n_heads",
            ),
            (
                "modalities.a.d",
                "modalities.b.d",
                "search.\"modalities.b.d\": encoder `gru` has no option `d`; there are d_hidden",
            ),
            (
                "encoder = \"gru\"",
                "encoder = \"mlp\"",
                "modalities.b.encoder: no encoder `mlp` for sequence modalities; there are gru",
            ),
            (
                "fusion = \"attention\"",
                "fusion = \"atention\"",
                "strategies.fusion: no strategy `atention`: did you mean `attention`? There are single, attention",
            ),
        ] {
            let text = FILE.replace(from, to);
            assert_ne!(text, FILE);
            assert_eq!(check(&text).unwrap_err().to_string(), said);
        }
    }

    #[test]
    fn strategies_get_the_modalities_that_they_need() {
        for (from, to, said) in [
            (
                "fusion = \"attention\"",
                "fusion = \"attention\"\nmodalities = [\"a\"]",
                "strategies.attention.modalities: `attention` needs at least two modalities, got 1",
            ),
            (
                "fusion = \"single\"",
                "fusion = \"single\"\nname = \"alone\"",
                "strategies.name: `single` stands for one strategy per modality and takes no name; remove it",
            ),
            (
                "fusion = \"single\"",
                "fusion = \"single\"\nmodalities = [\"a\"]",
                "strategies: fusions are compared with the best single modality; add [[strategies]] fusion = \"single\" with all modalities",
            ),
        ] {
            let text = FILE.replacen(from, to, 1);
            assert_eq!(check(&text).unwrap_err().to_string(), said);
        }
        let one = "[[modalities]]\nname = \"b\"\nencoder = \"gru\"\n";
        assert_eq!(
            check(&FILE.replace(one, "")).unwrap_err().to_string(),
            "strategies.attention: `attention` needs at least two modalities, got 1"
        );
    }
}
