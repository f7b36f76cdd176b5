//! Reading each right-padded row backwards from its own last valid step.

use tch::{Kind, Tensor};

/// The permutation that reverses the valid steps of each row and leaves the padding in its place.
/// It is its own inverse.
#[derive(Debug)]
pub(super) struct Reversal {
    /// `[B * T]`: where each step of the flattened batch comes from.
    source: Tensor,
}

impl Reversal {
    /// `valid: [B, T]`, right-padded.
    pub(super) fn new(valid: &Tensor) -> Self {
        let (b, t) = valid.size2().unwrap_or_default();
        let option = (Kind::Int64, valid.device());
        let length = valid.sum_dim_intlist(1, true, Kind::Int64);
        let step = Tensor::arange(t, option).unsqueeze(0);
        let mirrored = (&length - 1 - &step).where_self(&step.lt_tensor(&length), &step);
        let row_start = (Tensor::arange(b, option) * t).unsqueeze(1);
        Self {
            source: (mirrored + row_start).flatten(0, -1),
        }
    }

    /// Reorders the steps of `x: [B, T, D]`. Copies whole steps, which is faster than a gather by
    /// element.
    pub(super) fn apply(&self, x: &Tensor) -> Tensor {
        x.flatten(0, 1).index_select(0, &self.source).view_as(x)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reverses_valid_steps_only() {
        let valid = Tensor::from_slice(&[true, true, false, false, false, false]).view([2, 3]);
        let x = Tensor::from_slice(&[1_i64, 2, 3, 4, 5, 6]).view([2, 3, 1]);
        let reversal = Reversal::new(&valid);
        let once = reversal.apply(&x);
        let flat: Vec<i64> = once.flatten(0, -1).try_into().unwrap();
        assert_eq!(flat, [2, 1, 3, 4, 5, 6]);
        assert_eq!(reversal.apply(&once), x);
    }
}
