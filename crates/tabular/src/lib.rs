//! Encoders of tables: MLP, residual network, FT-Transformer and a linear projection, over numeric
//! and categorical columns.
//!
//! ```
//! use midfuse_tabular::{Config, Encoder, FtTransformerConfig, Mode, TabularInput};
//! use midfuse_tabular::tch::{Device, Tensor, nn};
//!
//! // Two numeric columns, and one categorical column with three known categories.
//! let vs = nn::VarStore::new(Device::Cpu);
//! let encoder = FtTransformerConfig::new(2, [3], 32).init(vs.root())?;
//! let numeric = Tensor::from_slice(&[0.5_f32, -1.0, f32::NAN, 2.0]).view([2, 2]);
//! let categorical = Tensor::from_slice(&[1_i64, 0]).view([2, 1]); // 0 = unknown or missing
//! let input = TabularInput::new(Some(numeric), Some(categorical), None)?;
//! assert_eq!(encoder.encode(&input, Mode::Eval)?.pooled.size(), [2, 32]);
//! # Ok::<(), midfuse_tabular::Error>(())
//! ```
//!
//! # Panics
//! Shapes, dtypes, devices and values are checked when an input is made and when it is encoded;
//! behind that boundary a panic means that libtorch ran out of memory, or a bug of ours.
#![deny(missing_docs)]

mod columns;
pub mod embedding;
pub mod ft_transformer;
mod input;
mod linear;
mod mlp;
mod periodic;
mod res_net;
mod vectors;

pub use ft_transformer::{FfnActivation, FtTransformer, FtTransformerConfig};
pub use input::TabularInput;
pub use linear::{Linear, LinearConfig};
pub use midfuse_core::{Config, Encoded, Encoder, Error, Mode, Result, Tokens, tch};
pub use mlp::{Mlp, MlpConfig};
pub use periodic::PeriodicEmbeddings;
pub use res_net::{TabularResNet, TabularResNetConfig};
pub use vectors::Vectors;
