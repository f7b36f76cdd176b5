//! What a study file can name in its training section, and how that section is read.

mod members;

use std::fmt;

use midfuse_base::Options;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::named::{Chosen, Named};
use crate::optimizer::{self, OptimizerConfig};
use crate::schedule::{self, Schedule};
use crate::{Error, Result, TrainConfig};

pub(crate) use members::Members;

/// Optimisers and schedules by name: those that midfuse brings, and yours.
///
/// ```
/// use midfuse_train::{Named, Registry, SgdConfig};
/// # use serde_json::json;
/// let registry = Registry::built_in();
/// let read = |section: serde_json::Value| registry.read(section.as_object().unwrap());
/// let config = read(json!({"lr": 0.1, "optimizer": {"name": "sgd", "momentum": 0.9}}))?;
/// assert_eq!(config.optimizer, SgdConfig::new(0.9).into());
/// // An option may also stand beside the name.
/// assert_eq!(read(json!({"lr": 0.1, "optimizer": "sgd", "momentum": 0.9}))?, config);
/// # Ok::<(), midfuse_train::Error>(())
/// ```
pub struct Registry {
    optimizers: Members<dyn OptimizerConfig>,
    schedules: Members<dyn Schedule>,
}

impl Registry {
    /// Everything that midfuse brings.
    pub fn built_in() -> Self {
        Self {
            optimizers: optimizer::built_in(),
            schedules: schedule::built_in(),
        }
    }

    /// Adds an optimiser; what a study file does not set comes from this config.
    ///
    /// # Errors
    /// [`Error::Name`] for a name that is taken or cannot be written, [`Error::Option`] for an
    /// option that has the name of a key of the training loop.
    pub fn add_optimizer<C>(&mut self, config: C) -> Result<()>
    where
        C: OptimizerConfig + DeserializeOwned + 'static,
    {
        check(&self.optimizers, "optimizer", &config)?;
        self.optimizers.insert(config);
        Ok(())
    }

    /// Adds a schedule; what a study file does not set comes from this one.
    ///
    /// # Errors
    /// As [`add_optimizer`](Self::add_optimizer).
    pub fn add_schedule<C>(&mut self, schedule: C) -> Result<()>
    where
        C: Schedule + DeserializeOwned + 'static,
    {
        check(&self.schedules, "schedule", &schedule)?;
        self.schedules.insert(schedule);
        Ok(())
    }

    /// Every optimiser with its defaults.
    pub fn optimizers(&self) -> impl Iterator<Item = &Chosen<dyn OptimizerConfig>> {
        self.optimizers.iter()
    }

    /// Every schedule with its defaults.
    pub fn schedules(&self) -> impl Iterator<Item = &Chosen<dyn Schedule>> {
        self.schedules.iter()
    }

    /// The training section of a study file.
    ///
    /// `optimizer` and `schedule` are a name or a table of a name and options; options may also
    /// stand among the fields of the section themselves. What is not written has its default.
    ///
    /// # Errors
    /// [`Error::UnknownField`] for a field that there is not; [`Error::Option`] for a name that
    /// there is not, an option that is there twice, and values of another type. Ranges are checked
    /// by [`TrainConfig::validate`].
    pub fn read(&self, section: &Map<String, Value>) -> Result<TrainConfig> {
        let mut fields = section.clone();
        let default = TrainConfig::default();
        let optimizer = self
            .optimizers
            .choose(&mut fields, default.optimizer.name())?;
        let schedule = self
            .schedules
            .choose(&mut fields, default.schedule.name())?;
        let (of_optimizer, of_schedule) = (optimizer.defaults()?, schedule.defaults()?);
        let shared =
            |key: &&String| of_optimizer.contains_key(*key) && of_schedule.contains_key(*key);
        if let Some(key) = fields.keys().find(shared) {
            let reason = "is an option of the optimizer and of the schedule; write it in the table of the one that it is for";
            return Err(Error::option(key, reason));
        }
        let optimizer = optimizer.read(&mut fields)?;
        let schedule = schedule.read(&mut fields)?;
        let config = TrainConfig {
            epochs: take(&mut fields, "epochs", default.epochs)?,
            batch_size: take(&mut fields, "batch_size", default.batch_size)?,
            lr: take(&mut fields, "lr", default.lr)?,
            optimizer,
            decay: take(&mut fields, "decay", default.decay)?,
            warmup: take(&mut fields, "warmup", default.warmup)?,
            schedule,
            clip_norm: clip_norm(&mut fields, default.clip_norm)?,
            patience: take(&mut fields, "patience", default.patience)?,
            snapshots: take(&mut fields, "snapshots", default.snapshots)?,
        };
        match fields.keys().next() {
            None => Ok(config),
            Some(key) => Err(self.unknown(key, &config, of_optimizer, of_schedule)),
        }
    }

    fn unknown(
        &self,
        key: &str,
        config: &TrainConfig,
        of_optimizer: Map<String, Value>,
        of_schedule: Map<String, Value>,
    ) -> Error {
        let hint = self.optimizers.hint(key, config.optimizer.name());
        let hint = hint + &self.schedules.hint(key, config.schedule.name());
        Error::UnknownField {
            key: key.to_owned(),
            known: loop_keys()
                .chain(of_optimizer.into_iter().map(|(key, _)| key))
                .chain(of_schedule.into_iter().map(|(key, _)| key))
                .collect(),
            hint,
        }
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let optimizers: Vec<&str> = self.optimizers().map(|one| one.name()).collect();
        let schedules: Vec<&str> = self.schedules().map(|one| one.name()).collect();
        f.debug_struct("Registry")
            .field("optimizers", &optimizers)
            .field("schedules", &schedules)
            .finish()
    }
}

/// Keys of the training loop itself.
fn loop_keys() -> impl Iterator<Item = String> {
    TrainConfig::options()
        .into_iter()
        .map(|option| option.name.to_owned())
}

/// The largest norm of gradients, `None` where they are not clipped: TOML has no null, so a study file
/// writes `"off"`.
fn clip_norm(fields: &mut Map<String, Value>, default: Option<f64>) -> Result<Option<f64>> {
    match fields.get("clip_norm") {
        Some(Value::String(off)) if off == "off" => {
            fields.remove("clip_norm");
            Ok(None)
        }
        Some(Value::String(_) | Value::Bool(_) | Value::Array(_) | Value::Object(_)) => {
            let expected = "expected a number above 0, or \"off\"";
            Err(Error::option("clip_norm", expected))
        }
        Some(Value::Null | Value::Number(_)) | None => take(fields, "clip_norm", default),
    }
}

/// Takes one field, or its default; the error names it.
fn take<T: DeserializeOwned>(fields: &mut Map<String, Value>, key: &str, default: T) -> Result<T> {
    match fields.remove(key) {
        None => Ok(default),
        Some(value) => {
            serde_json::from_value(value).map_err(|error| Error::option(key, error.to_string()))
        }
    }
}

/// Whether a config can be added to these.
fn check<T: Named + ?Sized>(
    members: &Members<T>,
    what: &'static str,
    config: &impl Named,
) -> Result<()> {
    let name = config.name();
    let bad = |reason: &str| Error::Name {
        what,
        name: name.to_owned(),
        reason: reason.to_owned(),
    };
    let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if name.is_empty() || !name.chars().all(kebab) {
        return Err(bad("is not in kebab case: `a-z`, `0-9` and `-`"));
    }
    if members.contains(name) {
        return Err(bad("is registered twice; choose another name"));
    }
    let fields = config.fields();
    let fields = fields.map_err(|error| Error::option(name, error.to_string()))?;
    let mut taken = loop_keys().chain(["name".to_owned()]);
    match taken.find(|key| fields.contains_key(key)) {
        None => Ok(()),
        Some(key) => {
            let reason = format!("option of the {what} `{name}`: the training loop has this key");
            Err(Error::option(key, reason))
        }
    }
}
