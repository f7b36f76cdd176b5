//! Linear layers with PyTorch's initial values.
//!
//! NOTE[DIFF] from tch: `tch::nn::linear` draws weights from Kaiming-uniform with the gain of a
//! ReLU, `sqrt(6)` times as wide as PyTorch's.

use std::borrow::Borrow;

use tch::nn;

use crate::init;

/// `y = x W^T + b`. Parameters `weight [d_out, d_in]`, `bias [d_out]`, both uniform within
/// `1 / sqrt(d_in)` as in `torch.nn.Linear` (Kaiming-uniform with `a = sqrt(5)`).
pub fn linear<'a>(vs: impl Borrow<nn::Path<'a>>, d_in: i64, d_out: i64) -> nn::Linear {
    let vs = vs.borrow();
    let uniform = init::fan_in_uniform(d_in);
    let ws = vs.var("weight", &[d_out, d_in], uniform);
    let bs = vs.var("bias", &[d_out], uniform);
    nn::Linear { ws, bs: Some(bs) }
}

/// `y = x W^T`. Parameter `weight [d_out, d_in]`, as in [`linear`].
pub fn linear_no_bias<'a>(vs: impl Borrow<nn::Path<'a>>, d_in: i64, d_out: i64) -> nn::Linear {
    let ws = vs
        .borrow()
        .var("weight", &[d_out, d_in], init::fan_in_uniform(d_in));
    nn::Linear { ws, bs: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tch::Device;

    #[test]
    fn initial_values_fill_the_pytorch_range() {
        let vs = nn::VarStore::new(Device::Cpu);
        let layer = linear(vs.root(), 100, 200);
        let bound = layer.ws.abs().max().double_value(&[]);
        assert!((0.0999..=0.1).contains(&bound), "{bound}");
        let bound = layer.bs.as_ref().unwrap().abs().max().double_value(&[]);
        assert!((0.09..=0.1).contains(&bound), "{bound}");
        let names: std::collections::BTreeSet<_> = vs.variables().into_keys().collect();
        assert_eq!(names.into_iter().collect::<Vec<_>>(), ["bias", "weight"]);
    }

    #[test]
    fn no_bias_has_one_parameter() {
        let vs = nn::VarStore::new(Device::Cpu);
        assert!(linear_no_bias(vs.root(), 3, 2).bs.is_none());
        assert_eq!(vs.len(), 1);
    }
}
