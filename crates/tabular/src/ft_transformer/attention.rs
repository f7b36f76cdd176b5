//! Self-attention with the names of the reference: `W_q`, `W_k`, `W_v`, `W_out`.

use midfuse_core::Mode;
use midfuse_nn::linear;
use tch::nn::{self, Module};
use tch::{Tensor, no_grad};

/// Multi-head self-attention; biases start at zero, and one head has no `W_out`.
///
/// The bias of `W_k` has no gradient: it adds the same number to all logits of a query.
#[derive(Debug)]
pub(super) struct Attention {
    w_q: nn::Linear,
    w_k: nn::Linear,
    w_v: nn::Linear,
    w_out: Option<nn::Linear>,
    n_heads: i64,
    dropout_p: f64,
}

impl Attention {
    pub(super) fn new(vs: &nn::Path, d: i64, n_heads: i64, dropout_p: f64) -> Self {
        let layer = |name: &str| {
            let layer = linear(vs / name, d, d);
            if let Some(bias) = &layer.bs {
                let _ = no_grad(|| bias.shallow_clone().fill_(0.0));
            }
            layer
        };
        Self {
            w_q: layer("W_q"),
            w_k: layer("W_k"),
            w_v: layer("W_v"),
            w_out: (n_heads > 1).then(|| layer("W_out")),
            n_heads,
            dropout_p,
        }
    }

    /// `x: [B, T, D]` to the same shape; `valid: [B, T]`. In a row without a valid token the result
    /// is finite and means nothing.
    pub(super) fn forward(&self, x: &Tensor, valid: Option<&Tensor>, mode: Mode) -> Tensor {
        let heads = |layer: &nn::Linear| {
            let x = layer.forward(x);
            x.unflatten(2, [self.n_heads, -1]).transpose(1, 2)
        };
        let attend = valid.map(|valid| {
            // A row without a valid key attends to all: a softmax over nothing is NaN.
            let nothing = valid.any_dim(1, true).logical_not();
            valid.logical_or(&nothing).unsqueeze(1).unsqueeze(1)
        });
        let p = if mode.is_train() { self.dropout_p } else { 0.0 };
        let context = Tensor::scaled_dot_product_attention(
            &heads(&self.w_q),
            &heads(&self.w_k),
            &heads(&self.w_v),
            attend.as_ref(),
            p,
            false,
            None,
            false,
        );
        let context = context.transpose(1, 2).flatten(2, 3);
        match &self.w_out {
            Some(layer) => layer.forward(&context),
            None => context,
        }
    }
}
