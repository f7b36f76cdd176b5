//! What the registry holds, for people and programs.

use midfuse_base::catalogue::{Catalogue, Entry, KindEntry, OptionEntry, StrategyEntry};
use serde_json::Value;

use super::encoder::KnownEncoder;
use super::strategy::KnownStrategy;
use super::{Registry, training};
use crate::Result;

impl Registry {
    /// Everything that a study file can name.
    ///
    /// # Errors
    /// [`Error::Section`](crate::Error::Section) if a config cannot be written as JSON.
    pub(crate) fn catalogue(&self) -> Result<Catalogue> {
        let mut encoders: Vec<KindEntry> = Vec::new();
        for known in &self.encoders {
            let entry = known.entry();
            match encoders.iter_mut().find(|group| group.kind == known.kind()) {
                Some(group) => group.encoders.push(entry),
                None => encoders.push(KindEntry {
                    kind: known.kind().to_owned(),
                    encoders: vec![entry],
                }),
            }
        }
        Ok(Catalogue {
            encoders,
            strategies: self.strategies.iter().map(KnownStrategy::entry).collect(),
            heads: training::heads(),
            tasks: training::tasks(),
            training: training::options()?,
            optimizers: training::optimizers(),
            schedules: training::schedules(),
        })
    }
}

impl KnownEncoder {
    fn entry(&self) -> Entry {
        let (mut options, from_data) = split(&self.defaults, &self.from_data());
        options.extend(self.reading_options());
        Entry {
            name: self.label.name.clone(),
            summary: self.label.summary.clone(),
            options,
            from_data,
        }
    }
}

impl KnownStrategy {
    fn entry(&self) -> StrategyEntry {
        let names: Vec<String> = self.from_data.iter().map(ToString::to_string).collect();
        let (options, from_data) = split(&self.defaults, &names);
        StrategyEntry {
            entry: Entry {
                name: self.label.name.clone(),
                summary: self.label.summary.clone(),
                options,
                from_data,
            },
            needs: self.needs,
        }
    }
}

/// The fields of a config: those that may be written, and those that come from the data.
fn split(defaults: &Value, from_data: &[String]) -> (Vec<OptionEntry>, Vec<String>) {
    let fields = defaults.as_object().into_iter().flatten();
    let (of_data, options): (Vec<_>, Vec<_>) =
        fields.partition(|(name, _)| from_data.contains(name));
    (
        options
            .into_iter()
            .map(|(name, default)| OptionEntry::of_default(name, default))
            .collect(),
        of_data.into_iter().map(|(name, _)| name.clone()).collect(),
    )
}
