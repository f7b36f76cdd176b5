//! The training loop.

use midfuse_core::{Mode, Model, Seed};
use midfuse_torch::optim::copy_all;
use midfuse_torch::rng;
use tch::{Device, Kind, Tensor, nn, no_grad};

use crate::batches::{all_batches, epoch_order, train_batches};
use crate::checkpoint::{Checkpoint, Identity, RunState, fingerprint};
use crate::history::History;
use crate::optimizer::{Optimizer, Params};
use crate::predict::{check_rows, losses};
use crate::progress::Progress;
use crate::schedule::LearningRate;
use crate::snapshots::Snapshots;
use crate::source::Source;
use crate::{Error, Result, State, TrainConfig};

/// Rows per batch where the loss on the stopping rows is computed.
const STOP_BATCH: usize = 256;

/// Trains `model`, whose variables are in `vs`, on `fit_rows` of `source`; `stop_rows` decide when
/// to stop and which epoch's weights are kept. No stopping rows: all epochs, last weights.
///
/// Short for [`Trainer::new`] and [`Trainer::fit`].
///
/// # Errors
/// As [`Trainer::fit`].
pub fn fit<M, S>(
    model: &M,
    vs: &nn::VarStore,
    source: &S,
    fit_rows: &[i64],
    stop_rows: &[i64],
    config: &TrainConfig,
    seed: Seed,
) -> Result<History>
where
    M: Model<Batch = S::Batch>,
    S: Source,
{
    Trainer::new(model, vs, source, config, seed).fit(fit_rows, stop_rows)
}

/// A model, its variables, its data and how to train it.
#[derive(Debug)]
pub struct Trainer<'a, M, S> {
    model: &'a M,
    vs: &'a nn::VarStore,
    source: &'a S,
    config: &'a TrainConfig,
    seed: Seed,
    checkpoint: Option<Checkpoint>,
}

impl<'a, M, S> Trainer<'a, M, S>
where
    M: Model<Batch = S::Batch>,
    S: Source,
{
    /// A trainer without a checkpoint.
    pub fn new(
        model: &'a M,
        vs: &'a nn::VarStore,
        source: &'a S,
        config: &'a TrainConfig,
        seed: Seed,
    ) -> Self {
        Self {
            model,
            vs,
            source,
            config,
            seed,
            checkpoint: None,
        }
    }

    /// Keeps the run's state in a file, and goes on from it where it is there.
    #[must_use]
    pub fn with_checkpoint(mut self, checkpoint: Checkpoint) -> Self {
        self.checkpoint = Some(checkpoint);
        self
    }

    /// Runs to the end. Seeds libtorch's generators from the seed, shuffles by it, and leaves the
    /// best weights (buffers included) in the model's variables.
    ///
    /// # Errors
    /// [`Error::Core`] for a config out of its range, a model or source that refuses a batch, or a
    /// checkpoint that is damaged or of another model. [`Error::Rows`] for empty, unknown or shared
    /// rows. [`Error::OtherOptimizer`] and [`Error::OtherRun`] for the checkpoint of another
    /// optimiser or run. [`Error::NonFinite`] when a loss or gradient norm is not finite; it is
    /// noticed at the end of the epoch, because reading a loss at each step would make a GPU wait.
    pub fn fit(&self, fit_rows: &[i64], stop_rows: &[i64]) -> Result<History> {
        self.fit_watched(fit_rows, stop_rows, |_| Ok(()))
    }

    /// As [`fit`](Self::fit), and calls `watch` with the number of epochs that are behind: before the
    /// first one, and after each. The model has the weights then that it would have if this epoch were
    /// the last, without stopping rows; a run that goes on
    /// from a checkpoint starts with those of the checkpoint.
    ///
    /// # Errors
    /// As [`fit`](Self::fit), and those of `watch`.
    pub fn fit_watched<E: From<Error>>(
        &self,
        fit_rows: &[i64],
        stop_rows: &[i64],
        mut watch: impl FnMut(usize) -> std::result::Result<(), E>,
    ) -> std::result::Result<History, E> {
        self.config.validate()?;
        check_rows("fit rows", fit_rows, self.source.n_rows())?;
        if !stop_rows.is_empty() {
            check_rows("stop rows", stop_rows, self.source.n_rows())?;
            check_disjoint(fit_rows, stop_rows)?;
        }
        rng::seed(self.seed.derive("train")).map_err(Error::from)?;
        let mut run = Run::new(self, fit_rows, stop_rows)?;
        run.resume()?;
        run.show(&mut watch)?;
        while run.goes_on() {
            run.epoch()?;
            run.save()?;
            run.show(&mut watch)?;
        }
        Ok(run.finish()?)
    }
}

fn check_disjoint(fit_rows: &[i64], stop_rows: &[i64]) -> Result<()> {
    let fit: std::collections::HashSet<i64> = fit_rows.iter().copied().collect();
    match stop_rows.iter().find(|row| fit.contains(row)) {
        Some(row) => Err(Error::Rows {
            what: "stop rows",
            expected: "rows that are not fitted on".to_owned(),
            got: format!("row {row} in both lists"),
        }),
        None => Ok(()),
    }
}

/// A run under way.
struct Run<'a, M, S> {
    trainer: &'a Trainer<'a, M, S>,
    fit_rows: &'a [i64],
    batches: Vec<(i64, i64)>,
    stop_rows: Tensor,
    stop_batches: Vec<(i64, i64)>,
    params: Params,
    optimizer: Box<dyn Optimizer>,
    rate: LearningRate,
    /// All variables, buffers included, by name; and copies of those of the best epoch.
    variables: Vec<(String, Tensor)>,
    best: Vec<Tensor>,
    snapshots: Snapshots,
    progress: Progress,
    /// What was not read from the device yet.
    losses: Vec<Tensor>,
    norms: Vec<Tensor>,
    identity: Identity,
}

impl<'a, M, S> Run<'a, M, S>
where
    M: Model<Batch = S::Batch>,
    S: Source,
{
    fn new(trainer: &'a Trainer<'a, M, S>, fit_rows: &'a [i64], stop_rows: &[i64]) -> Result<Self> {
        let config = trainer.config;
        let batches = train_batches(fit_rows.len(), config.batch_size);
        let mut variables: Vec<(String, Tensor)> = trainer.vs.variables().into_iter().collect();
        variables.sort_by(|(a, _), (b, _)| a.cmp(b));
        let best = match stop_rows {
            [] => Vec::new(),
            _ => variables
                .iter()
                .map(|(_, tensor)| tensor.detach().copy())
                .collect(),
        };
        let params = Params::new(trainer.vs, config.decay);
        Ok(Self {
            optimizer: config.optimizer.init(&params)?,
            params,
            rate: LearningRate::new(config, config.epochs * batches.len()),
            stop_rows: Tensor::from_slice(stop_rows).to_device(trainer.source.device()),
            stop_batches: all_batches(stop_rows.len(), STOP_BATCH),
            identity: Identity {
                fingerprint: fingerprint(config, trainer.seed, fit_rows, stop_rows),
                n_epochs: config.epochs,
                n_steps: batches.len(),
                optimizer: config.optimizer.name(),
            },
            snapshots: Snapshots::new(config.snapshots, &tensors(&variables)),
            trainer,
            fit_rows,
            batches,
            variables,
            best,
            progress: Progress::default(),
            losses: Vec::new(),
            norms: Vec::new(),
        })
    }

    fn goes_on(&self) -> bool {
        let config = self.trainer.config;
        let left = self.progress.epochs.len() < config.epochs;
        left && !self.progress.is_out_of_patience(config.patience)
    }

    fn epoch(&mut self) -> Result<()> {
        let epoch = self.progress.epochs.len();
        let order = epoch_order(self.fit_rows, self.trainer.seed, epoch);
        let order = Tensor::from_slice(&order).to_device(self.trainer.source.device());
        let first = self.progress.step;
        for (step, (start, len)) in self.batches.clone().into_iter().enumerate().skip(first) {
            self.step(
                epoch * self.batches.len() + step,
                &order.narrow(0, start, len),
            )?;
            self.progress.step = step + 1;
            let checkpoint = self.trainer.checkpoint.as_ref();
            let is_last = self.progress.step == self.batches.len();
            if !is_last && checkpoint.is_some_and(|checkpoint| checkpoint.is_due(step + 1)) {
                self.read(None)?;
                self.save()?;
            }
        }
        self.close()
    }

    /// One step: nothing here waits for the device.
    fn step(&mut self, step: usize, rows: &Tensor) -> Result<()> {
        let Trainer {
            model,
            source,
            seed,
            ..
        } = self.trainer;
        self.params.zero_grad()?;
        let batch = source.train_batch(rows, seed.derive(&format!("batch-{step}")))?;
        let output = model.forward(&batch, Mode::Train)?;
        let loss = source.loss(&output, rows)?;
        loss.f_backward()
            .map_err(|error| midfuse_core::Error::Torch {
                context: "backward pass".to_owned(),
                source: error,
            })?;
        if let Some(max_norm) = self.trainer.config.clip_norm {
            self.norms.push(self.params.clip_grad_norm(max_norm)?);
        }
        self.optimizer.step(self.rate.at(step))?;
        self.losses.push(loss.detach());
        Ok(())
    }

    /// Reads losses and norms, and what else is given, in one transfer; returns the latter.
    fn read(&mut self, also: Option<&Tensor>) -> Result<Vec<f64>> {
        let stack = |list: &[Tensor]| match list {
            [] => None,
            _ => Some(Tensor::stack(list, 0).view([-1]).to_kind(Kind::Double)),
        };
        let parts = [
            stack(&self.losses),
            stack(&self.norms),
            also.map(Tensor::shallow_clone),
        ];
        let parts: Vec<Tensor> = parts.into_iter().flatten().collect();
        let (n_losses, n_norms) = (self.losses.len(), self.norms.len());
        self.losses.clear();
        self.norms.clear();
        if parts.is_empty() {
            return Ok(Vec::new());
        }
        let all = no_grad(|| Tensor::cat(&parts, 0)).to_device(Device::Cpu);
        let all = Vec::<f64>::try_from(&all).map_err(|source| midfuse_core::Error::Torch {
            context: "reading losses".to_owned(),
            source,
        })?;
        let (losses, rest) = all.split_at(n_losses.min(all.len()));
        let (norms, rest) = rest.split_at(n_norms.min(rest.len()));
        self.progress.read(losses, norms)?;
        Ok(rest.to_vec())
    }

    /// Ends an epoch: the loss on the stopping rows, and the best weights.
    fn close(&mut self) -> Result<()> {
        let Trainer { model, source, .. } = self.trainer;
        let sizes: Vec<i64> = self.batches.iter().map(|&(_, len)| len).collect();
        let (variables, epoch) = (tensors(&self.variables), self.progress.epochs.len());
        self.snapshots.take(epoch, &variables)?;
        if self.stop_batches.is_empty() {
            self.read(None)?;
            self.progress.close(&sizes, None)?;
            return Ok(());
        }
        self.snapshots.put(epoch + 1, &variables)?;
        let stop = losses(*model, *source, &self.stop_rows, &self.stop_batches)?;
        let stop = self.read(Some(&stop))?;
        let stop_sizes: Vec<i64> = self.stop_batches.iter().map(|&(_, len)| len).collect();
        if self.progress.close(&sizes, Some((&stop, &stop_sizes)))? {
            copy_all(&self.best, &variables)?;
        }
        self.snapshots.give_back(epoch + 1, &variables)
    }

    /// Calls `watch` with the epochs that are behind, and with the weights that this many give.
    fn show<E: From<Error>>(
        &self,
        watch: &mut impl FnMut(usize) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let (variables, epochs) = (tensors(&self.variables), self.progress.epochs.len());
        self.snapshots.put(epochs, &variables)?;
        watch(epochs)?;
        Ok(self.snapshots.give_back(epochs, &variables)?)
    }

    fn finish(self) -> Result<History> {
        let (variables, epochs) = (tensors(&self.variables), self.progress.epochs.len());
        if self.best.is_empty() {
            self.snapshots.put(epochs, &variables)?;
        } else {
            copy_all(&variables, &self.best)?;
        }
        Ok(self.progress.history(self.trainer.config.patience))
    }

    fn state(&self) -> RunState {
        let named = |part: &str, name: &str| format!("{part}.{name}");
        let model = self
            .variables
            .iter()
            .map(|(name, t)| (named("model", name), t));
        let best = self
            .variables
            .iter()
            .map(|(name, _)| named("best", name))
            .zip(&self.best);
        let slots = (0..self.snapshots.len()).map(|slot| format!("snapshot.{slot}"));
        let names = slots.flat_map(|slot| {
            let variables = self.variables.iter();
            variables.map(move |(name, _)| named(&slot, name))
        });
        let weights = model
            .chain(best)
            .chain(names.zip(self.snapshots.tensors()))
            .map(|(name, tensor)| (name, tensor.shallow_clone()));
        let optimizer = self.optimizer.state().into_iter();
        let part = named("optimizer", self.trainer.config.optimizer.name());
        let optimizer = optimizer.map(|(name, tensor)| (named(&part, &name), tensor));
        RunState {
            tensors: weights.chain(optimizer).collect(),
            progress: self.progress.clone(),
        }
    }

    fn save(&self) -> Result<()> {
        match &self.trainer.checkpoint {
            Some(checkpoint) => checkpoint.save(self.identity, self.state()),
            None => Ok(()),
        }
    }

    fn resume(&mut self) -> Result<()> {
        let Some(checkpoint) = &self.trainer.checkpoint else {
            return Ok(());
        };
        let Some(state) = checkpoint.load(self.identity, self.state())? else {
            return Ok(());
        };
        let mut values = tensors(&state.tensors);
        let snapshots: Vec<Tensor> = self
            .snapshots
            .tensors()
            .map(Tensor::shallow_clone)
            .collect();
        for part in [&tensors(&self.variables), &self.best, &snapshots] {
            let rest = values.split_off(part.len().min(values.len()));
            copy_all(part, &values)?;
            values = rest;
        }
        let optimizer = values;
        self.optimizer.restore(State::new(&optimizer))?;
        self.progress = state.progress;
        Ok(())
    }
}

fn tensors(named: &[(String, Tensor)]) -> Vec<Tensor> {
    named
        .iter()
        .map(|(_, tensor)| tensor.shallow_clone())
        .collect()
}
