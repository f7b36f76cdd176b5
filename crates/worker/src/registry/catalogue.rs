//! What the registry holds, for people and programs.

use midfuse_base::catalogue::{Catalogue, Entry, KindEntry, OptionEntry, StrategyEntry};
use serde_json::{Map, Value};

use super::encoder::KnownEncoder;
use super::estimator::KnownEstimator;
use super::strategy::KnownStrategy;
use super::{Label, Registry, training};
use crate::Result;
use crate::modality::KnownKind;

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
            baselines: self.estimators.iter().map(KnownEstimator::entry).collect(),
            heads: training::heads(),
            tasks: training::tasks(),
            training: training::options()?,
            optimizers: self
                .training
                .optimizers()
                .map(training::named)
                .collect::<Result<_>>()?,
            schedules: self
                .training
                .schedules()
                .map(training::named)
                .collect::<Result<_>>()?,
        })
    }
}

impl KnownEncoder {
    fn entry(&self) -> Entry {
        let kind = KnownKind::find(self.kind());
        let from_data = kind.map_or_else(Vec::new, KnownKind::data_fields);
        let listed = kind.map_or_else(Vec::new, KnownKind::listed);
        let mut entry = entry(&self.label, &self.defaults, &from_data);
        // How rows are read is written beside the encoder's options, and wins over the data.
        entry
            .from_data
            .retain(|field| listed.iter().all(|option| option.name != *field));
        entry
            .options
            .extend(listed.into_iter().map(|option| OptionEntry {
                of_rows: true,
                ..option
            }));
        entry
    }
}

impl KnownStrategy {
    fn entry(&self) -> StrategyEntry {
        let from_data: Vec<String> = self.from_data.iter().map(ToString::to_string).collect();
        StrategyEntry {
            entry: entry(&self.label, &self.defaults, &from_data),
            needs: self.needs,
        }
    }
}

/// The fields of a config: those that may be written, and those that come from the data.
pub(super) fn entry(label: &Label, defaults: &Map<String, Value>, from_data: &[String]) -> Entry {
    let fields = defaults.clone().into_iter();
    let (of_data, written): (Map<_, _>, Map<_, _>) =
        fields.partition(|(name, _)| from_data.contains(name));
    Entry {
        name: label.name.clone(),
        summary: label.summary.clone(),
        options: OptionEntry::of_config(&label.options, &written),
        from_data: of_data.into_iter().map(|(name, _)| name).collect(),
    }
}
