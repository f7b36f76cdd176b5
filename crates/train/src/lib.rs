//! Trains any [`Model`]: mini-batches, an [`Optimizer`], a [`Schedule`], clipping, early stopping,
//! exact resume.
//!
//! A [`Source`] holds the data of all rows, already on the device, and says what the loss is. What
//! is trained on and what decides the stopping are lists of rows; [`predict`] takes a third.
//!
//! ```
//! use midfuse_core::{Mode, Model, Output, Result, Seed};
//! use midfuse_train::{Source, TrainConfig, fit, predict};
//! use tch::{Device, Kind, Reduction, Tensor, nn};
//!
//! #[derive(Debug)]
//! struct Line(nn::Linear);
//! impl Model for Line {
//!     type Batch = Tensor;
//!     fn forward(&self, x: &Tensor, _mode: Mode) -> Result<Output> {
//!         Ok(Output { logits: x.apply(&self.0) })
//!     }
//! }
//!
//! struct Points { x: Tensor, y: Tensor }
//! impl Source for Points {
//!     type Batch = Tensor;
//!     fn n_rows(&self) -> i64 { self.x.size()[0] }
//!     fn device(&self) -> Device { self.x.device() }
//!     fn batch(&self, rows: &Tensor) -> Result<Tensor> { Ok(self.x.index_select(0, rows)) }
//!     fn loss(&self, output: &Output, rows: &Tensor) -> Result<Tensor> {
//!         Ok(output.logits.mse_loss(&self.y.index_select(0, rows), Reduction::Mean))
//!     }
//! }
//!
//! let x = Tensor::linspace(-1.0, 1.0, 32, (Kind::Float, Device::Cpu)).unsqueeze(1);
//! let source = Points { y: &x * 2.0, x };
//! let vs = nn::VarStore::new(Device::Cpu);
//! let model = Line(nn::linear(vs.root(), 1, 1, Default::default()));
//! let config = TrainConfig::new(60).with_lr(0.1).with_batch_size(8);
//! let (fit_rows, stop_rows): (Vec<i64>, Vec<i64>) = (0..32).partition(|row| row % 4 != 0);
//! let history = fit(&model, &vs, &source, &fit_rows, &stop_rows, &config, Seed(7))?;
//! assert!(history.epochs.last().is_some_and(|epoch| epoch.train_loss < 1e-2));
//! let predicted = predict(&model, &source, &[31], 256)?;
//! assert!((predicted.double_value(&[0, 0]) - 2.0).abs() < 0.1);
//! # Ok::<(), midfuse_train::Error>(())
//! ```
//!
//! # Optimisers and schedules
//!
//! Each is one file in `optimizer/` or `schedule/`, and one line in its `built_in`; study files name
//! it. One of your own is a type with [`Named`] and [`OptimizerConfig`] or [`Schedule`]:
//! [`TrainConfig::with_optimizer`] takes it, and [`Registry::add_optimizer`] gives it a name in
//! files.
//!
//! # The same bits
//!
//! A run depends on its configuration, its rows, its seed, the number of intra-op threads and the
//! machine, and on nothing else: [`Trainer::fit`] seeds libtorch's generator itself. A run that was
//! killed and goes on from its [`Checkpoint`] ends with the same bits as one that was not.
//! libtorch has one generator per process, so two runs in one process must not overlap.
#![deny(missing_docs)]

mod batches;
mod checkpoint;
mod config;
mod error;
mod history;
mod named;
mod optimizer;
mod predict;
mod progress;
mod registry;
mod schedule;
mod snapshots;
mod source;
mod trainer;

pub use batches::epoch_order;
pub use checkpoint::Checkpoint;
pub use config::TrainConfig;
pub use error::{Error, Result};
pub use history::History;
pub use midfuse_base::{Epoch, Stopped};
pub use midfuse_core::{Mode, Model, Output, Seed, tch};
pub use named::{Chosen, Fields, Named};
pub use optimizer::*;
pub use predict::predict;
pub use registry::Registry;
pub use schedule::*;
pub use source::Source;
pub use trainer::{Trainer, fit};
