//! Periodic embeddings of numeric columns.
//!
//! **Paper.** Gorishniy, Rubachev and Babenko, "On embeddings for numerical features in tabular deep
//! learning", NeurIPS 2022, section 3.3: a network learns steps, bumps and cycles of a column from sines
//! and cosines of it far sooner than from the number.
//!
//! **Reference implementation.** `PeriodicEmbeddings(lite=False, activation=False)` of
//! `rtdl_num_embeddings` 0.0.12: the same names, initial distribution and numbers.

use std::f64::consts::TAU;

use midfuse_nn::init::{TruncNormal, fan_in_uniform, trunc_normal};
use tch::{Tensor, nn};

/// One affine map of the sines and cosines of each numeric column: `[B, F]` to `[B, F, D]`.
#[derive(Debug)]
pub struct PeriodicEmbeddings {
    frequencies: Tensor,
    weight: Tensor,
    bias: Tensor,
}

impl PeriodicEmbeddings {
    /// Parameters `periodic.weight: [F, K]`, normal with standard deviation `scale` and cut off at three of
    /// it; `linear.weight: [F, 2 K, D]` and `linear.bias: [F, D]`, U(-1/sqrt(2 K), 1/sqrt(2 K)).
    pub fn new(vs: &nn::Path, n_features: i64, n_frequencies: i64, scale: f64, d: i64) -> Self {
        let normal = TruncNormal {
            mean: 0.0,
            std: scale,
            lo: -3.0 * scale,
            hi: 3.0 * scale,
        };
        let (k, linear) = (2 * n_frequencies, vs / "linear");
        Self {
            frequencies: trunc_normal(
                vs / "periodic",
                "weight",
                &[n_features, n_frequencies],
                normal,
            ),
            weight: linear.var("weight", &[n_features, k, d], fan_in_uniform(k)),
            bias: linear.var("bias", &[n_features, d], fan_in_uniform(k)),
        }
    }

    /// `x: [B, F]` to `[B, F, D]`.
    pub fn forward(&self, x: &Tensor) -> Tensor {
        let angle = x.unsqueeze(-1) * (&self.frequencies * TAU);
        let waves = Tensor::cat(&[angle.cos(), angle.sin()], -1);
        // A matrix for each column.
        let mapped = waves.transpose(0, 1).matmul(&self.weight).transpose(0, 1);
        mapped + &self.bias
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waves_by_hand() {
        let layer = PeriodicEmbeddings {
            frequencies: Tensor::from_slice(&[0.25_f64, 0.5]).view([2, 1]),
            weight: Tensor::from_slice(&[1.0_f64, 10.0, 2.0, 20.0]).view([2, 2, 1]),
            bias: Tensor::from_slice(&[0.0_f64, 5.0]).view([2, 1]),
        };
        // A quarter turn of the first column, a whole one of the second.
        let out = layer.forward(&Tensor::from_slice(&[1.0_f64, 2.0]).view([1, 2]));
        let flat: Vec<f64> = out.view([-1]).try_into().unwrap();
        assert!(
            (flat[0] - 10.0).abs() < 1e-12 && (flat[1] - 7.0).abs() < 1e-12,
            "{flat:?}"
        );
    }
}
