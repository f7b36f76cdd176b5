//! What the registry holds, for people and programs.

use midfuse_base::catalogue::{Catalogue, Entry, KindEntry, OptionEntry, StrategyEntry};
use serde_json::Value;

use super::encoder::KnownEncoder;
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
        let from_data = kind.map_or_else(Vec::new, KnownKind::from_data);
        let listed = kind.map_or_else(Vec::new, KnownKind::listed);
        let mut entry = entry(&self.label, &self.defaults, &from_data);
        // How rows are read is written beside the encoder's options, and wins over the data.
        entry
            .from_data
            .retain(|field| listed.iter().all(|option| option.name != *field));
        entry.options.extend(listed);
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
fn entry(label: &Label, defaults: &Value, from_data: &[String]) -> Entry {
    let fields = defaults.as_object().into_iter().flatten();
    let (of_data, written): (Vec<_>, Vec<_>) =
        fields.partition(|(name, _)| from_data.contains(name));
    Entry {
        name: label.name.clone(),
        summary: label.summary.clone(),
        options: described(&label.options, &written),
        from_data: of_data.into_iter().map(|(name, _)| name.clone()).collect(),
    }
}

/// Fields of a config with what it says about them, in its order; those of which it says nothing
/// come last. The defaults are those that are registered.
pub(super) fn described(known: &[OptionEntry], fields: &[(&String, &Value)]) -> Vec<OptionEntry> {
    let field = |name: &str| fields.iter().find(|(field, _)| *field == name);
    let told = known.iter().filter_map(|option| {
        let (_, default) = field(&option.name)?;
        Some(OptionEntry {
            default: (*default).clone(),
            ..option.clone()
        })
    });
    let is_told = |name: &str| known.iter().any(|option| option.name == name);
    let others = fields.iter().filter(|(name, _)| !is_told(name));
    told.chain(others.map(|(name, default)| OptionEntry::of_default(name, default)))
        .collect()
}
