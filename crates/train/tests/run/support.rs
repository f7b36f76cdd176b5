//! A small classification problem and a network with everything that makes resuming hard.

use std::cell::{Cell, RefCell};
use std::sync::{Mutex, MutexGuard, PoisonError};

use midfuse_core::{Error, Mode, Model, Output, Result};
use midfuse_nn::{BatchNorm, batch_norm1d, dropout, linear};
use midfuse_train::{Chosen, OptimizerConfig, Registry, SgdConfig, Source};
use tch::{Device, Kind, Reduction, Tensor, nn};

/// libtorch has one random generator per process: runs of this process go one at a time.
pub(crate) fn one_at_a_time() -> MutexGuard<'static, ()> {
    static LOCK: Mutex<()> = Mutex::new(());
    LOCK.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Every optimiser with its defaults, and those whose options change what they keep.
pub(crate) fn every_optimizer() -> Vec<Chosen<dyn OptimizerConfig>> {
    let mut all: Vec<_> = Registry::built_in().optimizers().cloned().collect();
    all.push(SgdConfig::new(0.9).with_dampening(0.1).into());
    all.push(SgdConfig::new(0.9).with_nesterov(true).into());
    all
}

/// Linear, batch normalisation, ReLU, dropout, linear.
#[derive(Debug)]
pub(crate) struct Net {
    first: nn::Linear,
    norm: BatchNorm,
    last: nn::Linear,
}

impl Net {
    pub(crate) fn new(vs: &nn::VarStore) -> Self {
        let root = vs.root();
        Self {
            first: linear(&root / "first", 3, 8),
            norm: batch_norm1d(&root / "norm", 8),
            last: linear(&root / "last", 8, 2),
        }
    }
}

impl Model for Net {
    type Batch = Tensor;

    fn forward(&self, x: &Tensor, mode: Mode) -> Result<Output> {
        let hidden = self.norm.forward(&x.apply(&self.first), None, mode)?.relu();
        let logits = dropout(&hidden, 0.3, mode).apply(&self.last);
        Ok(Output { logits })
    }
}

/// Points of two classes, by formula. Can fail at its n-th training batch, and remembers losses.
pub(crate) struct Points {
    pub(crate) x: Tensor,
    pub(crate) y: Tensor,
    pub(crate) fails_at: Cell<Option<usize>>,
    pub(crate) batches: Cell<usize>,
    pub(crate) losses: RefCell<Vec<f64>>,
}

impl Points {
    pub(crate) fn new(n: i64) -> Self {
        let value = |i: i64| ((7 * i * i + 3 * i) % 19 - 9) as f32 / 6.0;
        let x: Vec<f32> = (0..3 * n).map(value).collect();
        let y: Vec<i64> = (0..n)
            .map(|i| i64::from(value(3 * i) + value(3 * i + 1) > 0.0))
            .collect();
        Self {
            x: Tensor::from_slice(&x).view([n, 3]),
            y: Tensor::from_slice(&y),
            fails_at: Cell::new(None),
            batches: Cell::new(0),
            losses: RefCell::new(Vec::new()),
        }
    }
}

impl Source for Points {
    type Batch = Tensor;

    fn n_rows(&self) -> i64 {
        self.x.size()[0]
    }

    fn device(&self) -> Device {
        self.x.device()
    }

    fn batch(&self, rows: &Tensor) -> Result<Tensor> {
        let n = self.batches.get();
        self.batches.set(n + 1);
        if self.fails_at.get() == Some(n) {
            return Err(Error::Input {
                module: "Points",
                expected: "a run without power cut".to_owned(),
                got: format!("one at batch {n}"),
            });
        }
        Ok(self.x.index_select(0, rows))
    }

    fn loss(&self, output: &Output, rows: &Tensor) -> Result<Tensor> {
        let targets = self.y.index_select(0, rows);
        let loss =
            output
                .logits
                .cross_entropy_loss(&targets, None::<Tensor>, Reduction::Mean, -100, 0.0);
        self.losses
            .borrow_mut()
            .push(loss.to_kind(Kind::Double).double_value(&[]));
        Ok(loss)
    }
}

/// Every variable, buffers included, by name.
pub(crate) fn weights(vs: &nn::VarStore) -> Vec<(String, Tensor)> {
    let mut all: Vec<_> = vs.variables().into_iter().collect();
    all.sort_by(|(a, _), (b, _)| a.cmp(b));
    all
}
