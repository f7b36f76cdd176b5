//! Recurrent encoders: gated recurrent unit and long short-term memory.
//!
//! **Papers.** Cho et al., "Learning phrase representations using RNN encoder-decoder for
//! statistical machine translation", EMNLP 2014 (GRU); Hochreiter and Schmidhuber, "Long
//! short-term memory", Neural Computation 9(8), 1997 (LSTM); Schuster and Paliwal,
//! "Bidirectional recurrent neural networks", IEEE Trans. Signal Processing 45(11), 1997.
//!
//! **Reference implementation.** `torch.nn.GRU` and `torch.nn.LSTM` of PyTorch 2.11 with
//! `pack_padded_sequence`: the same parameter names (`weight_ih_l0`, `weight_hh_l0_reverse`, ...),
//! initial distribution and numbers.
//!
//! - `NOTE[DIFF]` Rows are not packed: a right-padded row gives the same numbers at its valid steps
//!   because padding comes after them, and the reverse direction reads each row backwards from its
//!   own last valid step.
//! - `NOTE[DIFF]` A row of length 0 is allowed (the modality is absent) and gives zeros;
//!   `pack_padded_sequence` refuses it.
//! - `NOTE[DIFF]` Ids are looked up in `embed.weight`, values may be projected first
//!   (`project.*`); `torch.nn` leaves both to the caller.
//! - `NOTE[DIFF]` No `proj_size`, and biases are always there.

mod cell;
mod config;
mod encoder;
mod layer;
mod reversal;

pub use cell::{Cell, GruCell, LstmCell};
pub use config::{GruConfig, LstmConfig, RecurrentConfig, RecurrentPooling};
pub use encoder::{Gru, Lstm, Recurrent, RecurrentState};
