//! A model at work on very few and small rows.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use midfuse_base::Task;
use midfuse_core::{Mode, Model};
use midfuse_torch::flops;
use midfuse_torch::memory::Meter;
use midfuse_torch::optim::zero_grad;
use midfuse_train::{Params, TrainConfig};
use midfuse_wire::BatchMemory;
use tch::nn::VarStore;
use tch::{Device, Kind, no_grad};

use super::extrapolate::extrapolate;
use crate::Result;
use crate::job::network::n_parameters;
use crate::modality::{AnyInput, Sizes};
use crate::model::{ModelSection, StrategyModel, keep_used};
use crate::registry::Registry;

/// Most bytes that a step of a few rows may take beyond the parameters and their gradients.
const MOST_BYTES: u64 = 512 << 20;
/// Most operations of a step of a few rows: a moment.
const MOST_FLOPS: f64 = 5e9;
/// Points from which larger rows can be told.
const POINTS: usize = 3;
/// Share that is added to what libtorch counts: scratch space of its libraries, and what lies idle
/// between blocks of memory.
const SLACK: f64 = 1.3;

/// What a model takes.
pub(crate) struct Measured {
    pub(crate) n_parameters: u64,
    /// Every field filled in.
    pub(crate) section: ModelSection,
    /// Bytes of parameters, moments and the weights that are kept.
    pub(crate) parameters: u64,
    /// Without the number of rows.
    pub(crate) step: BatchMemory,
    pub(crate) predict: BatchMemory,
    /// Bytes of a row of each modality.
    pub(crate) rows: Vec<u64>,
}

/// Builds the model of a section and measures it. A model whose parameters take more than `limit` bytes
/// is none of `Some`.
pub(crate) fn measure(
    registry: &Registry,
    section: &ModelSection,
    sizes: &[Sizes],
    task: &Task,
    training: &TrainConfig,
    limit: u64,
) -> Result<Option<Measured>> {
    let meter = Meter::begin()?;
    let rows = bytes_of_rows(&meter, sizes)?;
    meter.mark(limit)?;
    let built = within(&meter, || {
        let vs = VarStore::new(Device::Cpu);
        let (model, section) = StrategyModel::build(registry, section, sizes, task, &vs.root())?;
        Ok((vs, model, section))
    })?;
    let Some((vs, model, section)) = built else {
        return Ok(None);
    };
    let weights = meter.read()?.live;
    let mut probe = Probe {
        meter,
        model,
        vs,
        sizes,
        limit: MOST_BYTES.saturating_add(weights.saturating_mul(3)),
    };
    let deepest = sizes.iter().map(Sizes::levels).max().unwrap_or(0);
    // Some models take rows of one size only.
    let deepest = match probe.keep_used(deepest) {
        Ok(()) => deepest,
        Err(_) if deepest > 0 => {
            probe.keep_used(0)?;
            0
        }
        Err(error) => return Err(error),
    };
    probe.meter.mark(limit)?;
    let moments = training
        .optimizer
        .init(&Params::new(&probe.vs, training.decay))?;
    let parameters = probe.meter.read()?.live.saturating_add(weights);
    let (step, predict) = probe.batches(deepest)?;
    let measured = Measured {
        n_parameters: n_parameters(&probe.vs),
        section,
        parameters,
        step,
        predict,
        rows,
    };
    drop(moments);
    Ok(Some(measured))
}

/// Bytes of a transformed row of each modality.
pub(crate) fn bytes_of_rows(meter: &Meter, sizes: &[Sizes]) -> Result<Vec<u64>> {
    let of = |sizes: &Sizes| {
        let before = meter.read()?.live;
        let row = sizes.rows_of_zeros(1, Device::Cpu)?;
        let bytes = meter.read()?.live.saturating_sub(before);
        drop(row);
        Ok(bytes)
    };
    sizes.iter().map(of).collect()
}

struct Probe<'a> {
    model: StrategyModel,
    vs: VarStore,
    sizes: &'a [Sizes],
    /// Bytes that a step may take.
    limit: u64,
    /// Last, so that it sees the others go.
    meter: Meter,
}

/// What a step took.
#[derive(Clone, Copy)]
struct Cost {
    bytes: u64,
    flops: u64,
}

impl Probe<'_> {
    /// Rows whose sides are halved, and whose steps are quartered, `level` times.
    fn rows(&self, level: u32, b: i64) -> Result<Vec<AnyInput>> {
        let rows = self.sizes.iter().map(|sizes| {
            let small = sizes.quartered(level);
            small.rows_of_zeros(b, Device::Cpu)
        });
        Ok(rows.collect::<midfuse_core::Result<_>>()?)
    }

    fn keep_used(&self, level: u32) -> Result<()> {
        self.meter.mark(self.limit)?;
        let kept = within(&self.meter, || {
            keep_used(&self.model, &self.vs, &self.rows(level, 2)?)
        })?;
        // Too large even so: what takes part is then not told apart.
        kept.map_or(Ok(()), Ok)
    }

    /// A training step, or a prediction, of `b` rows; none where it takes more than the limit.
    fn step(&self, mode: Mode, level: u32, b: i64) -> Result<Option<Cost>> {
        self.meter.mark(self.limit)?;
        let before = self.meter.read()?.live;
        let counted = within(&self.meter, || {
            let rows = self.rows(level, b)?;
            let (done, flops) = flops::count(|| match mode {
                Mode::Train => self.train(&rows),
                Mode::Eval => no_grad(|| self.model.forward(&rows, mode).map(drop)),
            })?;
            done?;
            Ok(flops.total())
        });
        zero_grad(&self.vs.trainable_variables())?;
        let peak = self.meter.read()?.peak;
        Ok(counted?.map(|flops| Cost {
            bytes: peak.saturating_sub(before),
            flops,
        }))
    }

    fn train(&self, rows: &Vec<AnyInput>) -> midfuse_core::Result<()> {
        let output = self.model.forward(rows, Mode::Train)?;
        let loss = output.logits.sum(Kind::Float);
        loss.f_backward()
            .map_err(|source| midfuse_core::Error::Torch {
                context: "backward pass".to_owned(),
                source,
            })
    }

    /// What a training step and a prediction take.
    fn batches(&mut self, deepest: u32) -> Result<(BatchMemory, BatchMemory)> {
        Ok((
            self.batch(Mode::Train, deepest)?,
            self.batch(Mode::Eval, deepest)?,
        ))
    }

    fn batch(&self, mode: Mode, deepest: u32) -> Result<BatchMemory> {
        let (mut bytes, mut flops) = (Vec::new(), Vec::new());
        let mut reached = deepest;
        for level in (0..=deepest).rev() {
            let size = 0.25_f64.powf(f64::from(level));
            if bytes.len() >= POINTS && extrapolate(&flops, size) > MOST_FLOPS {
                break;
            }
            let Some(cost) = self.step(mode, level, 2)? else {
                break;
            };
            bytes.push((size, cost.bytes as f64));
            flops.push((size, cost.flops as f64));
            reached = level;
        }
        let Some(&(_, two)) = bytes.last() else {
            // More than the limit for the smallest rows: at least that.
            return Ok(batch(0.0, self.limit as f64 / 2.0));
        };
        let three = self.step(mode, reached, 3)?;
        let more = three.map_or(two / 2.0, |cost| (cost.bytes as f64 - two).max(0.0));
        let fixed = (two - 2.0 * more).max(0.0);
        let whole = if reached == 0 {
            two
        } else {
            extrapolate(&bytes, 1.0)
        };
        Ok(batch(fixed, (whole - fixed).max(0.0) / 2.0))
    }
}

fn batch(fixed: f64, of_row: f64) -> BatchMemory {
    BatchMemory {
        rows: 0,
        fixed: (fixed * SLACK) as u64,
        of_row: (of_row * SLACK).ceil() as u64,
    }
}

/// What `body` gives, or none where it was refused memory.
fn within<T>(meter: &Meter, body: impl FnOnce() -> Result<T>) -> Result<Option<T>> {
    let done = catch_unwind(AssertUnwindSafe(body));
    let refused = meter.read()?.refused;
    match done {
        Ok(Ok(value)) => Ok(Some(value)),
        _ if refused => Ok(None),
        Ok(Err(error)) => Err(error),
        Err(panic) => resume_unwind(panic),
    }
}
