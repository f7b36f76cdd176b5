//! Looking things up by name.

use super::{Catalogue, Entry, OptionEntry, StrategyEntry};
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
                let known = there_are(name, &known.collect::<Vec<_>>());
                format!("no strategy `{name}`{known}")
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
                let known = there_are(name, &known.collect::<Vec<_>>());
                format!("no encoder `{name}` for {kind} modalities{known}")
            })
    }

    /// Every entry with what it is: `"image encoder"`, `"strategy"`, `"head"`.
    pub fn entries(&self) -> Vec<(String, &Entry)> {
        let mut all: Vec<(String, &Entry)> = Vec::new();
        for group in &self.encoders {
            let what = format!("{} encoder", group.kind);
            all.extend(group.encoders.iter().map(|entry| (what.clone(), entry)));
        }
        let strategies = self.strategies.iter().map(|strategy| &strategy.entry);
        all.extend(strategies.map(|entry| ("strategy".to_owned(), entry)));
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

/// The option of this name among those of `of`, which `whose` names in a message: `encoder `mlp``.
///
/// # Errors
/// A line that names the nearest option and lists all, or says that the field comes from the data.
pub fn option<'a>(
    whose: &str,
    options: &'a [OptionEntry],
    from_data: &[String],
    name: &str,
) -> Result<&'a OptionEntry, String> {
    if from_data.iter().any(|field| field == name) {
        return Err(format!("`{name}` comes from the data; remove it"));
    }
    options
        .iter()
        .find(|option| option.name == name)
        .ok_or_else(|| {
            if options.is_empty() {
                return format!("{whose} has no options, so there is no `{name}`");
            }
            let known = options.iter().map(|option| option.name.as_str());
            let known = there_are(name, &known.collect::<Vec<_>>());
            format!("{whose} has no option `{name}`{known}")
        })
}

impl Entry {
    /// The option of this name; `what` says what the entry is: `"encoder"`.
    ///
    /// # Errors
    /// As [`option`].
    pub fn option(&self, what: &str, name: &str) -> Result<&OptionEntry, String> {
        option(
            &format!("{what} `{}`", self.name),
            &self.options,
            &self.from_data,
            name,
        )
    }
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
}
