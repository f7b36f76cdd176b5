//! Looking things up by name.

use std::collections::BTreeSet;

use super::{BaselineEntry, Catalogue, Entry, OptionEntry, StrategyEntry};
use crate::suggest::there_are;

impl Catalogue {
    /// The strategy of this name.
    ///
    /// # Errors
    /// A line that names the nearest strategy and lists all.
    pub fn strategy(&self, name: &str) -> Result<&StrategyEntry, String> {
        let mut all = self.strategies.iter();
        all.find(|strategy| strategy.entry.name == name)
            .ok_or_else(|| {
                let known = self.strategies.iter().map(|s| s.entry.name.as_str());
                let known = there_are(name, known);
                let baseline = self.baselines.iter().any(|b| b.entry.name == name);
                let mend = if baseline {
                    format!("; `{name}` is a baseline: write `baselines = [\"{name}\"]`")
                } else {
                    String::new()
                };
                format!("no strategy `{name}`{known}{mend}")
            })
    }

    /// The baseline of this name.
    ///
    /// # Errors
    /// A line that names the nearest baseline and lists all.
    pub fn baseline(&self, name: &str) -> Result<&BaselineEntry, String> {
        let mut all = self.baselines.iter();
        all.find(|baseline| baseline.entry.name == name)
            .ok_or_else(|| {
                let known = self.baselines.iter().map(|b| b.entry.name.as_str());
                let known = there_are(name, known);
                format!("no baseline `{name}`{known}")
            })
    }

    /// The encoder of this name for modalities of this kind.
    ///
    /// # Errors
    /// A line that names the nearest encoder of the kind and lists all of it.
    pub fn encoder(&self, kind: &str, name: &str) -> Result<&Entry, String> {
        let group = self.encoders.iter().find(|group| group.kind == kind);
        let encoders = group.map_or(&[][..], |group| &group.encoders);
        encoders
            .iter()
            .find(|entry| entry.name == name)
            .ok_or_else(|| {
                let known = encoders.iter().map(|entry| entry.name.as_str());
                let known = there_are(name, known);
                format!("no encoder `{name}` for {kind} modalities{known}")
            })
    }

    /// Every entry with what it is: `"image encoder"`, `"strategy of one modality"`, `"head"`.
    pub fn entries(&self) -> Vec<(String, &Entry)> {
        let mut all: Vec<(String, &Entry)> = Vec::new();
        for group in &self.encoders {
            let what = format!("{} encoder", group.kind);
            all.extend(group.encoders.iter().map(|entry| (what.clone(), entry)));
        }
        all.extend(self.strategies.iter().map(|strategy| {
            let what = format!("strategy of {}", strategy.needs.describe());
            (what, &strategy.entry)
        }));
        let baselines = self.baselines.iter();
        all.extend(baselines.map(|baseline| ("baseline".to_owned(), &baseline.entry)));
        for (what, entries) in [
            ("head", &self.heads),
            ("task", &self.tasks),
            ("optimizer", &self.optimizers),
            ("schedule", &self.schedules),
        ] {
            all.extend(entries.iter().map(|entry| (what.to_owned(), entry)));
        }
        all
    }
}

impl Catalogue {
    /// Checks a key of the training, without `training.` before it: `lr`, `optimizer.momentum`.
    /// Options of optimizers and schedules may also stand in the section itself: `momentum`.
    ///
    /// # Errors
    /// A line that names the nearest key and lists all.
    pub fn training_key<'a>(&'a self, key: &str) -> Result<(), String> {
        let of = |entries: &'a [Entry]| entries.iter().flat_map(|entry| &entry.options);
        let (optimizers, schedules) = (of(&self.optimizers), of(&self.schedules));
        let (whose, name, mut all): (_, _, Vec<&OptionEntry>) = match key.split_once('.') {
            Some(("optimizer", name)) => ("an optimizer", name, optimizers.collect()),
            Some(("schedule", name)) => ("a schedule", name, schedules.collect()),
            _ => {
                let all = self.training.iter().chain(optimizers).chain(schedules);
                ("[training]", key, all.collect())
            }
        };
        let mut seen = BTreeSet::new();
        all.retain(|option| seen.insert(&option.name));
        if all.iter().any(|option| option.name == name) {
            return Ok(());
        }
        Err(no_option(whose, &all, name))
    }
}

impl Catalogue {
    /// Checks a key of the head, without `head.` before it: `dropout_p`.
    ///
    /// # Errors
    /// A line that names the nearest key and lists all.
    pub fn head_key(&self, key: &str) -> Result<(), String> {
        let all: Vec<&OptionEntry> = self.heads.iter().flat_map(|entry| &entry.options).collect();
        if all.iter().any(|option| option.name == key) {
            return Ok(());
        }
        Err(no_option("[head]", &all, key))
    }
}

impl Entry {
    /// The option of this name; `what` says what the entry is: `"encoder"`.
    ///
    /// # Errors
    /// A line that names the nearest option and lists all, or says that the field comes from the
    /// data.
    pub fn option(&self, what: &str, name: &str) -> Result<&OptionEntry, String> {
        if self.from_data.iter().any(|field| field == name) {
            return Err(format!("`{name}` comes from the data; remove it"));
        }
        let found = self.options.iter().find(|option| option.name == name);
        found.ok_or_else(|| {
            let whose = format!("{what} `{}`", self.name);
            no_option(&whose, &self.options.iter().collect::<Vec<_>>(), name)
        })
    }
}

fn no_option(whose: &str, all: &[&OptionEntry], name: &str) -> String {
    if all.is_empty() {
        return format!("{whose} has no options, so there is no `{name}`");
    }
    let known = there_are(name, all.iter().map(|option| option.name.as_str()));
    format!("{whose} has no option `{name}`{known}")
}

#[cfg(test)]
mod tests {
    use super::super::{KindEntry, Needs};
    use super::*;

    fn entry(name: &str, options: &[&str]) -> Entry {
        let options = options.iter().map(|name| OptionEntry {
            name: (*name).to_owned(),
            ..OptionEntry::default()
        });
        Entry {
            name: name.to_owned(),
            options: options.collect(),
            from_data: vec!["channels".to_owned()],
            ..Entry::default()
        }
    }

    #[test]
    fn misspelt_names_are_answered_with_near_ones() {
        let catalogue = Catalogue {
            encoders: vec![KindEntry {
                kind: "image".to_owned(),
                encoders: vec![entry("resnet", &["depth", "dropout_p"])],
            }],
            strategies: vec![StrategyEntry {
                entry: entry("early", &[]),
                needs: Needs::fusion(),
            }],
            ..Catalogue::default()
        };
        assert_eq!(
            catalogue.strategy("ealry").unwrap_err(),
            "no strategy `ealry`: did you mean `early`? There are early"
        );
        assert_eq!(
            catalogue.encoder("image", "vgg").unwrap_err(),
            "no encoder `vgg` for image modalities; there are resnet"
        );
        let resnet = catalogue.encoder("image", "resnet").unwrap();
        assert!(resnet.option("encoder", "depth").is_ok());
        assert_eq!(
            resnet.option("encoder", "dropout").unwrap_err(),
            "encoder `resnet` has no option `dropout`: did you mean `dropout_p`? There are depth, dropout_p"
        );
        assert_eq!(
            resnet.option("encoder", "channels").unwrap_err(),
            "`channels` comes from the data; remove it"
        );
        let early = &catalogue.strategy("early").unwrap().entry;
        assert_eq!(
            early.option("strategy", "depth").unwrap_err(),
            "strategy `early` has no options, so there is no `depth`"
        );
    }

    #[test]
    fn keys_of_the_training_are_those_of_the_loop_and_of_what_it_names() {
        let catalogue = Catalogue {
            training: entry("", &["lr", "decay"]).options,
            optimizers: vec![entry("adamw", &["beta1"]), entry("sgd", &["momentum"])],
            schedules: vec![entry("step", &["gamma"])],
            ..Catalogue::default()
        };
        for key in [
            "lr",
            "momentum",
            "gamma",
            "optimizer.beta1",
            "schedule.gamma",
        ] {
            assert_eq!(catalogue.training_key(key), Ok(()), "{key}");
        }
        for (key, said) in [
            (
                "momentun",
                "[training] has no option `momentun`: did you mean `momentum`? There are lr, decay, beta1, momentum, gamma",
            ),
            (
                "optimizer.gamma",
                "an optimizer has no option `gamma`; there are beta1, momentum",
            ),
            (
                "schedule.gama",
                "a schedule has no option `gama`: did you mean `gamma`? There are gamma",
            ),
        ] {
            assert_eq!(catalogue.training_key(key).unwrap_err(), said);
        }
    }
}
