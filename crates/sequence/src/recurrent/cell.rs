//! What distinguishes a GRU from an LSTM.

use std::fmt::Debug;

use tch::{Kind, Tensor};

/// A recurrent cell, run over whole sequences by libtorch's own kernel.
pub trait Cell: Debug + Clone + Copy + Default + PartialEq + Send + 'static {
    /// Name of the encoder in error messages.
    const MODULE: &'static str;
    /// Name of the config in error messages.
    const CONFIG: &'static str;
    /// Gates per unit: rows of a weight matrix are `N_GATES * d_hidden`.
    const N_GATES: i64;

    /// One layer over `x: [B, T, D]` from a zero state: `[B, T, d_hidden * n_directions]`.
    ///
    /// `params` are `weight_ih, weight_hh, bias_ih, bias_hh`, then the same four of the reverse
    /// direction if there is one.
    fn run(x: &Tensor, params: &[Tensor], d_hidden: i64) -> Tensor;
}

/// Gated recurrent unit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct GruCell;

impl Cell for GruCell {
    const MODULE: &'static str = "Gru";
    const CONFIG: &'static str = "GruConfig";
    const N_GATES: i64 = 3;

    fn run(x: &Tensor, params: &[Tensor], d_hidden: i64) -> Tensor {
        let bidirectional = is_bidirectional(params);
        let h0 = zero_state(x, d_hidden, bidirectional);
        let train = needs_workspace(params);
        let (out, _) = x.gru(&h0, params, true, 1, 0.0, train, bidirectional, true);
        out
    }
}

/// Long short-term memory.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LstmCell;

impl Cell for LstmCell {
    const MODULE: &'static str = "Lstm";
    const CONFIG: &'static str = "LstmConfig";
    const N_GATES: i64 = 4;

    fn run(x: &Tensor, params: &[Tensor], d_hidden: i64) -> Tensor {
        let bidirectional = is_bidirectional(params);
        let h0 = zero_state(x, d_hidden, bidirectional);
        let state = [h0.shallow_clone(), h0];
        let train = needs_workspace(params);
        let (out, _, _) = x.lstm(&state, params, true, 1, 0.0, train, bidirectional, true);
        out
    }
}

fn is_bidirectional(params: &[Tensor]) -> bool {
    params.len() == 8
}

/// The kernels' `train` flag keeps what a backward pass needs. It follows the gradients and not
/// the mode: gradients in eval mode are allowed. Dropout is ours, so it changes no number.
fn needs_workspace(params: &[Tensor]) -> bool {
    params.iter().any(Tensor::requires_grad)
}

fn zero_state(x: &Tensor, d_hidden: i64, bidirectional: bool) -> Tensor {
    let n_directions = if bidirectional { 2 } else { 1 };
    let b = x.size().first().copied().unwrap_or_default();
    let kind: Kind = x.kind();
    Tensor::zeros([n_directions, b, d_hidden], (kind, x.device()))
}
