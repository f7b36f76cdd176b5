//! Layer normalisation with PyTorch's defaults.

use std::borrow::Borrow;

use tch::nn;

/// Normalises the last dimension, of width `d`; weight 1, bias 0, eps 1e-5 as in
/// `torch.nn.LayerNorm`. Parameters `weight [d]`, `bias [d]`.
pub fn layer_norm<'a>(vs: impl Borrow<nn::Path<'a>>, d: i64) -> nn::LayerNorm {
    nn::layer_norm(vs.borrow(), vec![d], nn::LayerNormConfig::default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tch::nn::Module;
    use tch::{Device, Tensor};

    #[test]
    fn two_values_become_plus_and_minus_one() {
        let vs = nn::VarStore::new(Device::Cpu);
        let norm = layer_norm(vs.root(), 2);
        let y = norm.forward(&Tensor::from_slice(&[1.0_f32, 3.0]).view([1, 2]));
        // (x - 2) / sqrt(1 + 1e-5)
        assert!((y.double_value(&[0, 1]) - 0.999_995).abs() < 1e-6);
        assert!((y.double_value(&[0, 0]) + 0.999_995).abs() < 1e-6);
    }
}
