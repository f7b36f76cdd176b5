//! A registered estimator.

use std::fmt;

use midfuse_base::catalogue::{BaselineEntry, cannot_predict};
use midfuse_base::{Seed, Task, TaskKind};
use serde_json::{Map, Value};

use super::resolve::{config, defaults, merge};
use super::{Label, Registry};
use crate::estimator::{Estimator, FitTable, FittedEstimator};
use crate::modality::Sizes;
use crate::model::ModelSection;
use crate::{Error, Result};

/// Where a study's model section has its estimator: where a network has its strategy.
const PATH: &str = "strategy";

/// An estimator from the bytes that were saved of it.
type LoadedEstimator = Result<Box<dyn FittedEstimator>>;

/// An estimator whose type is known at run time only.
pub(crate) struct KnownEstimator {
    pub(super) label: Label,
    pub(super) defaults: Map<String, Value>,
    tasks: &'static [TaskKind],
    file: &'static str,
    grid: fn() -> Vec<(&'static str, Vec<Value>)>,
    available: fn() -> std::result::Result<(), String>,
    validate: fn(&Value) -> Result<()>,
    fit: fn(&Value, &FitTable<'_>, Seed) -> Result<Box<dyn FittedEstimator>>,
    load: fn(&[u8], &Task) -> LoadedEstimator,
}

impl KnownEstimator {
    pub(super) fn new<E: Estimator>(label: Label, with: &E) -> Result<Self> {
        Ok(Self {
            defaults: defaults(&label.name, with)?,
            label,
            tasks: E::TASKS,
            file: E::FILE,
            grid: E::grid,
            available: E::available,
            validate: |fields| config::<E>(fields)?.validate(),
            fit: |fields, rows, seed| Ok(Box::new(config::<E>(fields)?.fit(rows, seed)?)),
            load: |bytes, task| Ok(Box::new(E::load(bytes, task)?)),
        })
    }

    pub(super) fn name(&self) -> &str {
        &self.label.name
    }

    /// The file of a saved model that holds what was fitted.
    pub(crate) fn file(&self) -> &'static str {
        self.file
    }

    /// As lists show it.
    pub(super) fn entry(&self) -> BaselineEntry {
        let grid = (self.grid)().into_iter();
        BaselineEntry {
            entry: super::catalogue::entry(&self.label, &self.defaults, &[]),
            tasks: self.tasks.to_vec(),
            grid: grid
                .map(|(name, values)| (name.to_owned(), values))
                .collect(),
            unavailable: (self.available)().err(),
        }
    }

    /// An error, unless it can predict this.
    pub(crate) fn check_task(&self, task: &Task) -> Result<()> {
        let name = self.name();
        match cannot_predict(name, self.tasks, task.kind()) {
            None => Ok(()),
            Some(why) => Err(Error::section(PATH, format!("{why}; remove `{name}`"))),
        }
    }

    /// An error, unless it can be used on this machine.
    pub(crate) fn check_available(&self) -> Result<()> {
        (self.available)().map_err(|why| {
            let reason = format!("`{}` cannot be used here: {why}", self.name());
            Error::section(PATH, reason)
        })
    }

    /// The section with every field filled in, and held against its range.
    pub(crate) fn section(
        &self,
        registry: &Registry,
        section: &ModelSection,
        sizes: &[Sizes],
    ) -> Result<ModelSection> {
        section.refuse_training(self.name())?;
        let mut resolved = section.clone();
        resolved.fill_encoders(registry, sizes)?;
        let fields = merge(&self.defaults, &section.strategy.config, &Map::new(), PATH)?;
        (self.validate)(&fields).map_err(|error| error.inside(PATH))?;
        resolved.strategy.set(fields);
        Ok(resolved)
    }

    /// Fits rows by a whole config.
    pub(crate) fn fit(
        &self,
        config: &Map<String, Value>,
        rows: &FitTable<'_>,
        seed: Seed,
    ) -> Result<Box<dyn FittedEstimator>> {
        (self.fit)(&Value::Object(config.clone()), rows, seed)
    }

    /// Reads what a fitted one wrote.
    pub(crate) fn load(&self, bytes: &[u8], task: &Task) -> Result<Box<dyn FittedEstimator>> {
        (self.load)(bytes, task)
    }
}

impl fmt::Debug for KnownEstimator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?}", self.name(), self.defaults)
    }
}
