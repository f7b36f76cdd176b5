//! Sequence encoders: GRU, LSTM and transformer over token ids or real vectors.
#![deny(missing_docs)]
