//! Pointwise non-linearities by name.

use midfuse_core::Choices;
use serde::{Deserialize, Serialize};
use tch::Tensor;

/// A pointwise non-linearity; kebab-case in configs (`"gelu-tanh"`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Choices)]
#[serde(rename_all = "kebab-case")]
pub enum Activation {
    /// `max(0, x)`.
    Relu,
    /// `x * Phi(x)` with the exact normal distribution function (Hendrycks and Gimpel 2016).
    Gelu,
    /// GELU with the tanh approximation, as in GPT-2.
    GeluTanh,
    /// `x * sigmoid(x)`, also called swish (Elfwing et al. 2017).
    Silu,
    /// Hyperbolic tangent.
    Tanh,
    /// Scaled ELU (Klambauer et al. 2017): keeps mean 0 and variance 1 through depth.
    Selu,
}

impl Activation {
    /// Applies it to every element; any shape.
    pub fn apply(self, x: &Tensor) -> Tensor {
        match self {
            Self::Relu => x.relu(),
            Self::Gelu => x.gelu("none"),
            Self::GeluTanh => x.gelu("tanh"),
            Self::Silu => x.silu(),
            Self::Tanh => x.tanh(),
            Self::Selu => x.selu(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_at_minus_one() {
        // python: torch.nn.functional.<name>(torch.tensor(-1.0, dtype=torch.float64))
        let x = Tensor::from_slice(&[-1.0_f64]);
        let cases = [
            (Activation::Relu, 0.0),
            (Activation::Gelu, -0.158_655_253_931_457_07),
            (Activation::GeluTanh, -0.158_808_009_391_723_24),
            (Activation::Silu, -0.268_941_421_369_995_1),
            (Activation::Tanh, -0.761_594_155_955_764_9),
            (Activation::Selu, -1.111_330_737_812_562_5),
        ];
        for (activation, expected) in cases {
            let got = activation.apply(&x).double_value(&[0]);
            assert!((got - expected).abs() < 1e-12, "{activation:?}: {got}");
        }
    }

    #[test]
    fn name_in_configs() {
        let json = serde_json::to_string(&Activation::GeluTanh).unwrap();
        assert_eq!(json, "\"gelu-tanh\"");
    }
}
