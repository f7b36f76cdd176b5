//! Fusions of modalities, heads and losses.
//!
//! | Fusion point | Type | What meets |
//! |---|---|---|
//! | early | [`EarlyFusion`] | embedded tokens of all modalities, in one transformer trunk |
//! | early | [`RawEarlyFusion`] | raw features of all modalities, in one MLP trunk |
//! | intermediate | [`ConcatFusion`] | pooled vectors, concatenated, through an MLP |
//! | intermediate | [`AttentionFusion`] | pooled vectors as tokens that attend to one another |
//! | late | [`LateFusion`] | predictions of one head per modality |
//!
//! A [`Fusion`] returns the [`Encoded`] that an encoder returns, so fusions nest and one [`Head`]
//! fits all. Every one of them takes rows that lack some modalities, or all: what stands in an
//! absent part, even NaN, changes no output and no gradient.
//!
//! ```
//! use midfuse_fusion::tch::{Device, Kind, Tensor, nn};
//! use midfuse_fusion::{ConcatFusionConfig, Config, Encoded, Fusion, HeadConfig, Mode, Tokens};
//!
//! let vs = nn::VarStore::new(Device::Cpu);
//! let fusion = ConcatFusionConfig::new([8, 5], 16).init(vs.root() / "fusion")?;
//! let head = HeadConfig::classify(16, 3).init(vs.root() / "head")?;
//! let part = |d| {
//!     let x = Tensor::rand([4, 1, d], (Kind::Float, Device::Cpu));
//!     Encoded { pooled: x.squeeze_dim(1), tokens: Tokens::all_valid(x) }
//! };
//! let fused = fusion.fuse(&[part(8), part(5)], Mode::Eval)?;
//! assert_eq!(head.forward(&fused, Mode::Eval)?.size(), [4, 3]);
//! # Ok::<(), midfuse_fusion::Error>(())
//! ```
//!
//! # Panics
//! Shapes, dtypes and devices are checked once, at the start of each `fuse`; behind it libtorch's
//! operators panic only when memory runs out.
#![deny(missing_docs)]

mod attention;
mod concat;
mod early;
mod head;
mod late;
pub mod loss;
mod parts;
mod raw_early;
mod task;
mod token_set;

pub use attention::{AttentionFusion, AttentionFusionConfig};
pub use concat::{ConcatFusion, ConcatFusionConfig};
pub use early::{EarlyFusion, EarlyFusionConfig, TokenPosition};
pub use head::{Head, HeadConfig};
pub use late::{LateFusion, LateFusionConfig, Prediction, mean_log_probabilities, mean_values};
pub use midfuse_base::Task;
pub use midfuse_core::{Config, Encoded, Error, Fusion, Mode, Result, Tokens, tch};
pub use midfuse_nn::Activation;
pub use raw_early::{RawEarlyFusion, RawEarlyFusionConfig, RawFeatures};
pub use task::{HeadTask, head_task};
pub use token_set::Pooling;
