//! Encoders of sequences: GRU, LSTM and transformer, over token ids or vectors of real numbers.
//!
//! ```
//! use midfuse_sequence::{Config, Encoder, GruConfig, Mode, SequenceInput, StepsConfig};
//! use midfuse_sequence::tch::{Device, Kind, Tensor, nn};
//!
//! let vs = nn::VarStore::new(Device::Cpu);
//! let gru = GruConfig::new(StepsConfig::values(18), 64).init(vs.root())?;
//! // Two rows of twelve steps; the second row has five real steps.
//! let values = Tensor::randn([2, 12, 18], (Kind::Float, Device::Cpu));
//! let input = SequenceInput::values(values, &[12, 5])?;
//! assert_eq!(gru.encode(&input, Mode::Eval)?.pooled.size(), [2, 64]);
//! # Ok::<(), midfuse_sequence::Error>(())
//! ```
//!
//! # Panics
//! Shapes, dtypes, devices and values are checked when an input is made and when it is encoded;
//! behind that boundary a panic means that libtorch ran out of memory, or a bug of ours.
#![deny(missing_docs)]

mod embedding;
mod input;
pub mod recurrent;
mod transformer;

pub use embedding::StepsConfig;
pub use input::{SequenceInput, Steps};
pub use midfuse_core::{Config, Encoded, Encoder, Error, Mode, Result, Tokens, tch};
pub use recurrent::{Gru, GruConfig, Lstm, LstmConfig, RecurrentPooling};
pub use transformer::{Position, SequencePooling, SequenceTransformer, SequenceTransformerConfig};
