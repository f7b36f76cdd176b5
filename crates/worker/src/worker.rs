//! The worker program, with whatever a researcher adds to it.

use std::fs::File;
use std::io::{self, BufReader, Write};
use std::path::Path;
use std::process::ExitCode;

use midfuse_core::{Config, Encoder, Fusion};
use midfuse_train::{OptimizerConfig, Schedule};
use midfuse_wire::ContentStore;
use serde::de::DeserializeOwned;

use crate::args::{self, Command};
use crate::estimator::Estimator;
use crate::job::{limit_threads, parse_device};
use crate::modality::Modality;
use crate::predict::predict_cohort;
use crate::registry::{Label, Registry};
use crate::serve::{isolated, serve};
use crate::strategy::Strategy;
use crate::{Error, Result};

/// A worker: the encoders, strategies, baselines, optimisers and schedules of midfuse, and yours.
///
/// ```no_run
/// use midfuse_fusion::ConcatFusionConfig; // stands in for a config of your own
/// use midfuse_worker::Worker;
///
/// fn main() -> std::process::ExitCode {
///     Worker::new().fusion("mine", ConcatFusionConfig::new([], 32)).run()
/// }
/// ```
///
/// Then `fusion = "mine"` in a study file and `midfuse study FILE --worker PROGRAM`;
/// `midfuse models --worker PROGRAM` lists it with the others. What a study file does not set comes
/// from the config that is registered. Fields that come from the data are filled in, where the
/// config has them:
///
/// | Of | Field | What it is |
/// |---|---|---|
/// | fusions | `d_in` | width of each part, in the order of the modalities |
/// | fusions | `task` | [`midfuse_fusion::Task`], what is predicted |
/// | strategies | [`Strategy::FROM_DATA`] | what [`Strategy::from_data`] says |
/// | image encoders | `channels`, `height`, `width` | shape of an image |
/// | sequence and text encoders | `steps`, `max_len` | `StepsConfig`, most steps of a row |
/// | tabular encoders | `n_numeric`, `cardinalities` | numeric columns, known categories per column; of an embedding, its values and none |
#[derive(Debug)]
#[must_use = "a worker does nothing until it is run"]
pub struct Worker {
    registry: Result<Registry>,
}

impl Default for Worker {
    fn default() -> Self {
        Self::new()
    }
}

impl Worker {
    /// A worker that knows what midfuse brings.
    pub fn new() -> Self {
        Self {
            registry: Registry::built_in(),
        }
    }

    /// Adds an encoder under this name, for the modalities that its input is made of.
    pub fn encoder<C>(mut self, name: impl Into<Label>, config: C) -> Self
    where
        C: Config<Module: Encoder<Input: Modality> + 'static>,
    {
        self.add(|registry| registry.add_encoder(name.into(), &config));
        self
    }

    /// Adds a fusion under this name.
    pub fn fusion<C>(mut self, name: impl Into<Label>, config: C) -> Self
    where
        C: Config<Module: Fusion + 'static>,
    {
        self.add(|registry| registry.add_fusion(name.into(), config));
        self
    }

    /// Adds a strategy that is no fusion under this name.
    pub fn strategy<S: Strategy>(mut self, name: impl Into<Label>, config: S) -> Self {
        self.add(|registry| registry.add_strategy(name.into(), &config));
        self
    }

    /// Adds a baseline under this name: a model that fits itself on raw features.
    pub fn estimator<E: Estimator>(mut self, name: impl Into<Label>, config: E) -> Self {
        self.add(|registry| registry.add_estimator(name.into(), &config));
        self
    }

    /// Adds an optimiser under its own name.
    pub fn optimizer<C>(mut self, config: C) -> Self
    where
        C: OptimizerConfig + DeserializeOwned + 'static,
    {
        self.add(|registry| Ok(registry.training_mut().add_optimizer(config)?));
        self
    }

    /// Adds a schedule of the learning rate under its own name.
    pub fn schedule<C>(mut self, schedule: C) -> Self
    where
        C: Schedule + DeserializeOwned + 'static,
    {
        self.add(|registry| Ok(registry.training_mut().add_schedule(schedule)?));
        self
    }

    fn add(&mut self, add: impl FnOnce(&mut Registry) -> Result<()>) {
        if let Ok(registry) = &mut self.registry
            && let Err(error) = add(registry)
        {
            self.registry = Err(error);
        }
    }

    /// Does what the program's arguments say: with `--store DIR`, answers the requests of a study on
    /// the content in that folder until standard input closes. Call it first in `main`.
    ///
    /// Exit codes: 0, 1 for data and models that cannot be used, 2 for wrong arguments.
    pub fn run(self) -> ExitCode {
        let command = match args::parse(std::env::args_os().skip(1)) {
            Ok(command) => command,
            Err(message) => return complain(&message, 2),
        };
        // A panic becomes a reply of one line; its trace would only clutter a terminal.
        std::panic::set_hook(Box::new(|_| {}));
        let done = match command {
            Command::Help(text) => return print(&text),
            Command::Version => {
                let versions = (env!("CARGO_PKG_VERSION"), midfuse_torch::version());
                return print(&format!(
                    "midfuse-worker {} (libtorch {})\n",
                    versions.0, versions.1
                ));
            }
            Command::Serve { store } => self.answer_requests(store.as_deref()),
            Command::Predict {
                model,
                cohort,
                out,
                device,
            } => self.with_registry(|registry| {
                let device = parse_device(&device)?;
                let n = isolated(|| predict_cohort(registry, &model, &cohort, &out, device))?;
                print(&format!("{n} rows predicted: {}\n", out.display()));
                Ok(())
            }),
        };
        match done {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => complain(&error.line(), 1),
        }
    }

    fn answer_requests(self, store: Option<&Path>) -> Result<()> {
        // What is asked before the first job, such as the memory that it takes, is answered as jobs run by default;
        // with more threads libtorch picks other kernels.
        limit_threads(1)?;
        let store = store.map(ContentStore::open).transpose()?;
        let replies = take_stdout().map_err(|error| {
            Error::request("standard output", "a pipe to the study", error.to_string())
        })?;
        self.with_registry(|registry| {
            match serve(registry, store, BufReader::new(io::stdin()), replies) {
                // Nobody listens any more: the study has ended.
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
                Err(error) => Err(Error::request(
                    "standard input",
                    "requests",
                    error.to_string(),
                )),
                Ok(()) => Ok(()),
            }
        })
    }

    fn with_registry(self, f: impl FnOnce(&Registry) -> Result<()>) -> Result<()> {
        let registry = self.registry?;
        midfuse_torch::cuda::load()?;
        f(&registry)
    }
}

/// Standard output for replies alone: whatever else writes to it (a C++ library that warns) goes to
/// standard error from now on.
fn take_stdout() -> io::Result<File> {
    let replies = rustix::io::dup(rustix::stdio::stdout())?;
    rustix::stdio::dup2_stdout(rustix::stdio::stderr())?;
    Ok(File::from(replies))
}

fn print(text: &str) -> ExitCode {
    match io::stdout().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn complain(message: &str, code: u8) -> ExitCode {
    // Without a standard error there is nobody to tell; the exit code still says it.
    let _untold = writeln!(io::stderr(), "midfuse-worker: {message}");
    ExitCode::from(code)
}
