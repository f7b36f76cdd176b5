//! Embeddings of numeric and categorical columns.
//!
//! **Paper.** Gorishniy et al., "Revisiting deep learning models for tabular data", NeurIPS 2021,
//! section 3.3 (feature tokeniser).
//!
//! **Reference implementation.** `LinearEmbeddings` and `CategoricalEmbeddings` of
//! `rtdl_revisiting_models` 0.0.2: the same names, initial distribution and numbers.
//!
//! - `NOTE[DIFF]` A table has one row more than there are known categories: row 0 stands for
//!   unknown and missing. It starts at zero, so a category that training never lacked adds nothing;
//!   the reference draws it like the others.

use tch::{Tensor, nn, no_grad};

/// One affine map per numeric column: `[B, F]` to `[B, F, D]`.
#[derive(Debug)]
pub struct LinearEmbeddings {
    weight: Tensor,
    bias: Tensor,
}

impl LinearEmbeddings {
    /// Parameters `weight: [F, D]` and `bias: [F, D]`, U(-1/sqrt(D), 1/sqrt(D)).
    pub fn new(vs: &nn::Path, n_features: i64, d: i64) -> Self {
        let bound = bound(d);
        Self {
            weight: vs.uniform("weight", &[n_features, d], -bound, bound),
            bias: vs.uniform("bias", &[n_features, d], -bound, bound),
        }
    }

    /// `x: [B, F]` to `[B, F, D]`.
    pub fn forward(&self, x: &Tensor) -> Tensor {
        self.bias.addcmul(&x.unsqueeze(-1), &self.weight)
    }
}

/// One table per categorical column: `[B, K]` to `[B, K, D]`.
#[derive(Debug)]
pub struct CategoricalEmbeddings {
    tables: Vec<Tensor>,
    bias: Option<Tensor>,
}

impl CategoricalEmbeddings {
    /// Parameters `embeddings.{k}.weight: [1 + cardinality, D]`, U(-1/sqrt(D), 1/sqrt(D)) with row
    /// 0 at zero, and with `bias` one vector per column, `bias: [K, D]`.
    pub fn new(vs: &nn::Path, cardinalities: &[i64], d: i64, bias: bool) -> Self {
        let bound = bound(d);
        let tables = cardinalities
            .iter()
            .enumerate()
            .map(|(k, cardinality)| {
                let size = [1 + cardinality, d];
                let table = (vs / "embeddings" / k).uniform("weight", &size, -bound, bound);
                let _ = no_grad(|| table.select(0, 0).fill_(0.0));
                table
            })
            .collect();
        let k = cardinalities.len() as i64;
        Self {
            tables,
            bias: bias.then(|| vs.uniform("bias", &[k, d], -bound, bound)),
        }
    }

    /// `indices: [B, K]` to `[B, K, D]`.
    pub fn forward(&self, indices: &Tensor) -> Tensor {
        let columns: Vec<Tensor> = self
            .tables
            .iter()
            .zip(0..)
            .map(|(table, k)| Tensor::embedding(table, &indices.select(1, k), -1, false, false))
            .collect();
        let x = Tensor::stack(&columns, 1);
        match &self.bias {
            Some(bias) => x + bias,
            None => x,
        }
    }
}

fn bound(d: i64) -> f64 {
    (d as f64).sqrt().recip()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tch::{Device, Kind};

    #[test]
    fn linear_by_hand() {
        let layer = LinearEmbeddings {
            weight: Tensor::from_slice(&[1.0_f32, 2.0, 3.0, 4.0]).view([2, 2]),
            bias: Tensor::from_slice(&[0.0_f32, 0.0, 1.0, 1.0]).view([2, 2]),
        };
        let out = layer.forward(&Tensor::from_slice(&[2.0_f32, -1.0]).view([1, 2]));
        let flat: Vec<f32> = out.view([-1]).try_into().unwrap();
        assert_eq!(flat, [2.0, 4.0, -2.0, -3.0]);
    }

    #[test]
    fn unknown_starts_at_zero_plus_bias() {
        let vs = nn::VarStore::new(Device::Cpu);
        let layer = CategoricalEmbeddings::new(&vs.root(), &[3, 2], 4, true);
        let out = layer.forward(&Tensor::zeros([1, 2], (Kind::Int64, Device::Cpu)));
        assert_eq!(out.squeeze_dim(0), *layer.bias.as_ref().unwrap());
        let sizes: Vec<_> = layer.tables.iter().map(Tensor::size).collect();
        assert_eq!(sizes, [[4, 4], [3, 4]]);
        let known = layer.forward(&Tensor::ones([1, 2], (Kind::Int64, Device::Cpu)));
        assert!(known != out);
    }
}
