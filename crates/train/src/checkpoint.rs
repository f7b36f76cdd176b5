//! The whole state of a run in one file, written atomically.

use std::path::PathBuf;

use midfuse_base::Epoch;
use midfuse_core::checkpoint;
use midfuse_torch::rng;
use tch::{Device, Tensor, nn};

use crate::progress::Progress;
use crate::{Error, Result};

/// Where a run keeps its state, and how often it writes it.
///
/// One safetensors file with weights and buffers, moments, the best weights so far, the state of
/// libtorch's generators and the position. A run that finds the file goes on from it and ends with
/// the same bits as a run that was never interrupted. The file stays when the run ends: a further
/// call returns the finished run's history and weights at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    path: PathBuf,
    every_steps: Option<usize>,
}

impl Checkpoint {
    /// After every epoch, at this path.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            every_steps: None,
        }
    }

    /// Also after every so many steps within an epoch, for epochs that take long.
    #[must_use]
    pub fn with_every_steps(mut self, n_steps: usize) -> Self {
        self.every_steps = Some(n_steps);
        self
    }

    /// Whether to write after this many steps of an epoch.
    pub(crate) fn is_due(&self, step: usize) -> bool {
        self.every_steps
            .is_some_and(|n| n > 0 && step.is_multiple_of(n))
    }
}

/// A run's tensors (in a fixed order of names) and its progress.
pub(crate) struct RunState {
    pub(crate) tensors: Vec<(String, Tensor)>,
    pub(crate) progress: Progress,
}

/// The sizes that a run's progress is stored in, and what tells the run from others.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Identity {
    pub(crate) fingerprint: u64,
    pub(crate) n_epochs: usize,
    pub(crate) n_steps: usize,
    pub(crate) optimizer: &'static str,
}

impl Checkpoint {
    pub(crate) fn save(&self, identity: Identity, state: RunState) -> Result<()> {
        let mut entries = state.tensors;
        entries.extend(generators()?);
        entries.extend(numbers(identity, &state.progress));
        Ok(checkpoint::save(&store(&entries), &self.path)?)
    }

    /// Reads the file, where it is there, into tensors like those of `state`; the generators are
    /// set. `None` if there is no file.
    pub(crate) fn load(&self, identity: Identity, state: RunState) -> Result<Option<RunState>> {
        if !self.path.exists() {
            return Ok(None);
        }
        let mut entries: Vec<(String, Tensor)> = state.tensors;
        let n_tensors = entries.len();
        let generators = generators()?;
        let n_generators = generators.len();
        entries.extend(generators);
        entries.extend(numbers(identity, &Progress::default()));
        for (_, tensor) in &mut entries {
            *tensor = tensor.detach().zeros_like();
        }
        checkpoint::load(&store(&entries), &self.path)
            .map_err(|error| self.explain(identity.optimizer, error))?;
        let mut tensors = entries;
        let numbers = tensors.split_off(n_tensors + n_generators);
        let generators = tensors.split_off(n_tensors);
        let progress = self.progress(identity, &numbers)?;
        set_generators(&generators)?;
        Ok(Some(RunState { tensors, progress }))
    }

    /// What a file says whose entries are not those of this run. Another optimiser is known by the
    /// names of its entries. Where the model's fit and only the optimiser's or the lengths of lists
    /// do not, the options or the epochs differ.
    fn explain(&self, optimizer: &str, error: midfuse_core::Error) -> Error {
        let path = || self.path.clone();
        let midfuse_core::Error::Checkpoint { misfit, .. } = &error else {
            return error.into();
        };
        let mut found = misfit
            .unexpected
            .iter()
            .filter_map(|name| optimizer_of(name));
        if let Some(got) = found.find(|got| *got != optimizer) {
            return Error::OtherOptimizer {
                path: path(),
                expected: optimizer.to_owned(),
                got: got.to_owned(),
            };
        }
        let names = misfit.missing.iter().chain(&misfit.unexpected);
        let mut names = names.chain(misfit.mismatched.iter().map(|entry| &entry.name));
        if names.all(|name| is_of_options(name) || optimizer_of(name).is_some()) {
            return Error::OtherRun { path: path() };
        }
        error.into()
    }

    fn progress(&self, identity: Identity, numbers: &[(String, Tensor)]) -> Result<Progress> {
        let bad = |reason: &str| midfuse_core::Error::CheckpointFile {
            path: self.path.clone(),
            reason: reason.to_owned(),
        };
        let [(_, counts), rest @ ..] = numbers else {
            return Err(bad("no position").into());
        };
        let counts: Vec<i64> = Vec::try_from(counts).map_err(|_| bad("no position"))?;
        let [fingerprint, epoch, step, best_epoch] = counts.as_slice() else {
            return Err(bad("no position").into());
        };
        if *fingerprint != identity.fingerprint as i64 {
            return Err(Error::OtherRun {
                path: self.path.clone(),
            });
        }
        let lists: Vec<Vec<f64>> = rest
            .iter()
            .map(|(_, list)| Vec::try_from(list).map_err(|_| bad("a list is not one")))
            .collect::<std::result::Result<_, _>>()?;
        let [losses, norms, train, stop] = lists.as_slice() else {
            return Err(bad("no learning curve").into());
        };
        let within = |value: i64, limit: usize| {
            usize::try_from(value)
                .ok()
                .filter(|value| *value <= limit)
                .ok_or_else(|| bad("the position lies outside the run"))
        };
        let (n_epochs, step) = (
            within(*epoch, identity.n_epochs)?,
            within(*step, identity.n_steps)?,
        );
        let curve = train.iter().zip(stop).take(n_epochs);
        Ok(Progress {
            step,
            losses: filled(losses),
            norms: filled(norms),
            epochs: curve
                .map(|(&train_loss, &stop_loss)| Epoch {
                    train_loss,
                    stop_loss: (!stop_loss.is_nan()).then_some(stop_loss),
                })
                .collect(),
            best_epoch: within(*best_epoch, n_epochs)?,
        })
    }
}

/// Whether options other than those of the optimiser decide that there is an entry of this name.
fn is_of_options(name: &str) -> bool {
    ["run.", "snapshot."]
        .iter()
        .any(|part| name.starts_with(part))
}

/// The optimiser that an entry belongs to: `optimizer.NAME.exp_avg.first.weight`.
fn optimizer_of(entry: &str) -> Option<&str> {
    entry.strip_prefix("optimizer.")?.split('.').next()
}

/// Lists have a fixed length in the file: NaN fills what is not there yet.
fn padded(values: impl Iterator<Item = f64>, len: usize) -> Tensor {
    let values: Vec<f64> = values
        .chain(std::iter::repeat(f64::NAN))
        .take(len)
        .collect();
    Tensor::from_slice(&values)
}

fn filled(values: &[f64]) -> Vec<f64> {
    values
        .iter()
        .copied()
        .take_while(|value| !value.is_nan())
        .collect()
}

fn numbers(identity: Identity, progress: &Progress) -> Vec<(String, Tensor)> {
    let counts = [
        identity.fingerprint as i64,
        progress.epochs.len() as i64,
        progress.step as i64,
        progress.best_epoch as i64,
    ];
    let (n_steps, n_epochs) = (identity.n_steps, identity.n_epochs);
    let epochs = progress.epochs.iter();
    let train = epochs.clone().map(|epoch| epoch.train_loss);
    let stop = epochs.map(|epoch| epoch.stop_loss.unwrap_or(f64::NAN));
    let lists = [
        ("run.counts", Tensor::from_slice(&counts)),
        (
            "run.losses",
            padded(progress.losses.iter().copied(), n_steps),
        ),
        ("run.norms", padded(progress.norms.iter().copied(), n_steps)),
        ("run.train_loss", padded(train, n_epochs)),
        ("run.stop_loss", padded(stop, n_epochs)),
    ];
    lists
        .into_iter()
        .map(|(name, list)| (name.to_owned(), list))
        .collect()
}

fn generators() -> Result<Vec<(String, Tensor)>> {
    let state = rng::state()?;
    let cuda = state.cuda.iter().enumerate();
    let cuda = cuda.map(|(i, bytes)| (format!("generator.cuda.{i}"), Tensor::from_slice(bytes)));
    let cpu = ("generator.cpu".to_owned(), Tensor::from_slice(&state.cpu));
    Ok(std::iter::once(cpu).chain(cuda).collect())
}

fn set_generators(entries: &[(String, Tensor)]) -> Result<()> {
    let mut states = entries
        .iter()
        .map(|(_, state)| Vec::try_from(state).unwrap_or_default());
    let cpu = states.next().unwrap_or_default();
    rng::set_state(&rng::State {
        cpu,
        cuda: states.collect(),
    })?;
    Ok(())
}

/// A store with these entries, so that core's strict and atomic files serve here too. Entries share
/// their memory with the tensors that came.
fn store(entries: &[(String, Tensor)]) -> nn::VarStore {
    let vs = nn::VarStore::new(Device::Cpu);
    for (name, tensor) in entries {
        let mut parts: Vec<&str> = name.split('.').collect();
        let last = parts.pop().unwrap_or_default();
        let path = parts
            .into_iter()
            .fold(vs.root(), |path, part| path.sub(part));
        let _same = path.add(last, tensor.shallow_clone(), false);
    }
    vs
}

/// What tells one run from another: everything that its bits depend on, but the model.
pub(crate) fn fingerprint(
    config: &crate::TrainConfig,
    seed: midfuse_core::Seed,
    fit_rows: &[i64],
    stop_rows: &[i64],
) -> u64 {
    let text = format!("{config:?} {fit_rows:?} {stop_rows:?}");
    seed.derive("run").hash(text.as_bytes())
}
