//! Multimodal learning on libtorch: facade over the modality crates, with a prelude.
//!
//! A model is a set of encoders that meet in a fusion; a head makes predictions of it. Each part is
//! a config that is initialised under a path, so a model of three modalities is a plain struct:
//!
#![cfg_attr(
    all(
        feature = "image",
        feature = "sequence",
        feature = "tabular",
        feature = "fusion"
    ),
    doc = "```"
)]
#![cfg_attr(
    not(all(
        feature = "image",
        feature = "sequence",
        feature = "tabular",
        feature = "fusion"
    )),
    doc = "```text"
)]
//! use midfuse::prelude::*;
//!
//! struct Batch { scan: ImageInput, vitals: SequenceInput, labs: TabularInput }
//!
//! struct Triage {
//!     scan: ConvNet,
//!     vitals: Gru,
//!     labs: FtTransformer,
//!     fusion: AttentionFusion,
//!     head: Head,
//! }
//!
//! impl Triage {
//!     fn new(vs: &nn::Path, n_classes: i64) -> Result<Self> {
//!         const D: i64 = 64; // what each encoder gives, and the fused width
//!         Ok(Self {
//!             scan: ConvNetConfig::new(1).init(vs / "scan")?,
//!             vitals: GruConfig::new(StepsConfig::values(6), D).init(vs / "vitals")?,
//!             labs: FtTransformerConfig::new(20, [2, 5], D).init(vs / "labs")?,
//!             fusion: AttentionFusionConfig::new([D, D, D], D).init(vs / "fusion")?,
//!             head: HeadConfig::classify(D, n_classes).init(vs / "head")?,
//!         })
//!     }
//!
//!     /// Logits `[B, n_classes]`.
//!     fn forward(&self, batch: &Batch, mode: Mode) -> Result<Tensor> {
//!         let scan = self.scan.encode(&batch.scan, mode)?;
//!         let vitals = self.vitals.encode(&batch.vitals, mode)?;
//!         let labs = self.labs.encode(&batch.labs, mode)?;
//!         self.head.forward(&self.fusion.fuse(&[scan, vitals, labs], mode)?, mode)
//!     }
//! }
//!
//! let vs = nn::VarStore::new(Device::Cpu);
//! let model = Triage::new(&vs.root(), 3)?;
//! let floats = (Kind::Float, Device::Cpu);
//! let batch = Batch {
//!     scan: ImageInput::new(Tensor::rand([2, 1, 32, 32], floats)),
//!     // The second patient has no vital signs: a row of length 0.
//!     vitals: SequenceInput::values(Tensor::rand([2, 24, 6], floats), &[24, 0])?,
//!     labs: TabularInput::new(
//!         Some(Tensor::rand([2, 20], floats)),
//!         Some(Tensor::ones([2, 2], (Kind::Int64, Device::Cpu))),
//!         None,
//!     )?,
//! };
//! assert_eq!(model.forward(&batch, Mode::Eval)?.size(), [2, 3]);
//! # Ok::<(), Error>(())
//! ```
//!
//! Swapping the fusion is one line, `ConcatFusionConfig::new([D, D, D], D)`. Which one to choose is an
//! experiment: `midfuse study` runs it under the same rows, splits and budget for all.
//!
//! # Crate features
//! All are on by default. Each stands for one crate that can be used alone as well.
//!
//! | feature | crate | what |
//! |---|---|---|
//! | `image` | `midfuse-image` | encoders of images |
//! | `sequence` | `midfuse-sequence` | encoders of token ids and of vectors over time |
//! | `tabular` | `midfuse-tabular` | encoders of tables |
//! | `fusion` | `midfuse-fusion` | fusions, heads, losses |
//! | `train` | `midfuse-train` | training loop, early stopping, exact resume |
//! | `eval` | `midfuse-eval`, `midfuse-wire` | splits that do not leak, sealed test set, jobs for workers |
//! | `metrics` | `midfuse-metrics` | metrics, intervals, tests of differences |
//! | `data` | `midfuse-data` | the cohort format and its readers |
//!
//! # Panics
//! Shapes, dtypes, devices and values are checked at each boundary and come back as [`Error`];
//! behind it a panic means that libtorch ran out of memory, or a bug of ours.
#![deny(missing_docs)]

pub mod prelude;

pub use midfuse_base as base;
pub use midfuse_core as core;
pub use midfuse_core::Error;
#[cfg(feature = "data")]
pub use midfuse_data as data;
#[cfg(feature = "eval")]
pub use midfuse_eval as eval;
#[cfg(feature = "fusion")]
pub use midfuse_fusion as fusion;
#[cfg(feature = "image")]
pub use midfuse_image as image;
#[cfg(feature = "metrics")]
pub use midfuse_metrics as metrics;
pub use midfuse_nn as nn;
#[cfg(feature = "sequence")]
pub use midfuse_sequence as sequence;
#[cfg(feature = "tabular")]
pub use midfuse_tabular as tabular;
#[cfg(feature = "train")]
pub use midfuse_train as train;
#[cfg(feature = "eval")]
pub use midfuse_wire as wire;

/// `Result` with [`Error`], or with an error of your own: importing it takes nothing away.
pub type Result<T, E = Error> = std::result::Result<T, E>;
