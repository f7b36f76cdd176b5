//! One recurrent layer, in one or both directions.

use std::marker::PhantomData;

use tch::{Tensor, nn};

use super::cell::Cell;
use super::reversal::Reversal;

/// The parameters of one layer: four tensors per direction, the forward ones first.
#[derive(Debug)]
pub(super) struct RecurrentLayer<C> {
    params: Vec<Tensor>,
    d_hidden: i64,
    cell: PhantomData<C>,
}

impl<C: Cell> RecurrentLayer<C> {
    /// Layer `i` with PyTorch's names and its initial distribution, U(-1/sqrt(H), 1/sqrt(H)).
    pub(super) fn new(
        vs: &nn::Path,
        i: i64,
        d_in: i64,
        d_hidden: i64,
        bidirectional: bool,
    ) -> Self {
        let bound = (d_hidden as f64).sqrt().recip();
        let rows = C::N_GATES * d_hidden;
        let suffixes: &[&str] = if bidirectional {
            &["", "_reverse"]
        } else {
            &[""]
        };
        let params = suffixes
            .iter()
            .flat_map(|suffix| {
                [
                    ("weight_ih", vec![rows, d_in]),
                    ("weight_hh", vec![rows, d_hidden]),
                    ("bias_ih", vec![rows]),
                    ("bias_hh", vec![rows]),
                ]
                .map(|(name, size)| {
                    vs.uniform(&format!("{name}_l{i}{suffix}"), &size, -bound, bound)
                })
            })
            .collect();
        Self {
            params,
            d_hidden,
            cell: PhantomData,
        }
    }

    /// `x: [B, T, D]` to `[B, T, d_hidden * n_directions]`. Without `reversal` all steps are real.
    pub(super) fn forward(&self, x: &Tensor, reversal: Option<&Reversal>) -> Tensor {
        match (self.params.split_at_checked(4), reversal) {
            (Some((forward, reverse)), Some(reversal)) if !reverse.is_empty() => {
                let ahead = C::run(x, forward, self.d_hidden);
                let back = C::run(&reversal.apply(x), reverse, self.d_hidden);
                Tensor::cat(&[ahead, reversal.apply(&back)], -1)
            }
            _ => C::run(x, &self.params, self.d_hidden),
        }
    }

    /// A parameter, for its dtype and device.
    pub(super) fn any_parameter(&self) -> Option<&Tensor> {
        self.params.first()
    }
}
