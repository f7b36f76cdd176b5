//! Blocks that tch lacks: attention, transformer blocks, MLPs, norms, positions, pooling.
//!
//! Every block with parameters is `XConfig -> init(vs) -> X -> forward(.., Mode)`; parameter names
//! and initial values are PyTorch's. Shapes are checked by the encoder or fusion around the block,
//! so `forward` returns a plain tensor unless it says otherwise. Masks are `valid`, true = real.
#![deny(missing_docs)]

pub mod init;
pub mod pool;
pub mod position;

mod activation;
mod attention;
mod batch_norm;
mod dropout;
mod layer_norm;
mod linear;
mod mask;
mod mlp;
mod transformer;

pub use activation::Activation;
pub use attention::{MultiHeadAttention, MultiHeadAttentionConfig};
pub use batch_norm::{BatchNorm, batch_norm1d, batch_norm2d};
pub use dropout::dropout;
pub use layer_norm::layer_norm;
pub use linear::{linear, linear_no_bias};
pub use mask::zero_invalid;
pub use mlp::{Mlp, MlpConfig};
pub use position::{LearnedPosition, LearnedPositionConfig};
pub use transformer::{TransformerBlock, TransformerBlockConfig};
