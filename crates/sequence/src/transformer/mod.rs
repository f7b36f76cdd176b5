//! A transformer encoder of sequences.
//!
//! **Papers.** Vaswani et al., "Attention is all you need", NeurIPS 2017; Devlin et al., "BERT",
//! NAACL 2019 (learned positions, class token).
//!
//! **Reference implementation.** A composition of PyTorch 2.11 modules with the same names and
//! numbers: `embed` (`torch.nn.Embedding`) or `project` (`torch.nn.Linear`), `layers.{i}`
//! (`torch.nn.TransformerEncoderLayer`, `batch_first`), `norm` (`torch.nn.LayerNorm`).
//!
//! - `NOTE[DIFF]` The embedding is not multiplied by `sqrt(d_model)`, which the 2017 paper does.
//! - `NOTE[DIFF]` Pre-norm and GELU are the defaults; PyTorch's are post-norm and ReLU.
//! - `NOTE[DIFF]` A row without any valid step gives zeros; PyTorch gives NaN.

mod config;
mod encoder;

pub use config::{Position, SequencePooling, SequenceTransformerConfig};
pub use encoder::SequenceTransformer;
