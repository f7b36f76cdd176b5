//! FT-Transformer: a transformer over the columns of a table.
//!
//! **Paper.** Gorishniy et al., "Revisiting deep learning models for tabular data", NeurIPS 2021,
//! section 3.3 and appendix E.
//!
//! **Reference implementation.** `FTTransformer` of `rtdl_revisiting_models` 0.0.2: the same names,
//! initial distributions, presets and numbers. [`FtTransformer`] followed by a linear layer is the
//! reference with `d_out`, with `output_norm` off it is the reference with `d_out=None`.
//!
//! - `NOTE[DIFF]` A missing number is a token that nothing attends to; the reference takes no
//!   missing values.
//! - `NOTE[DIFF]` An unknown or missing category is row 0 of its table, one row more than there are
//!   known categories; its token is valid, and that row starts at zero.
//! - `NOTE[DIFF]` The last block computes all tokens, since a fusion may want them; the reference
//!   computes the class token alone, with the same numbers.
//! - `NOTE[DIFF]` No Linformer compression of keys and values.
//! - `NOTE[DIFF]` A row whose modality is absent gives zeros.

mod attention;
mod block;
mod config;
mod encoder;

pub use config::{FfnActivation, FtTransformerConfig};
pub use encoder::FtTransformer;
