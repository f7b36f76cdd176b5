//! Concatenation of pooled vectors.
//!
//! **Paper**: Baltrušaitis, Ahuja and Morency 2019, "Multimodal Machine Learning: A Survey and
//! Taxonomy", section 3.1 (joint representations); the learned stand-in for what is absent is the
//! mask token of Devlin et al. 2019 (BERT), section 3.1.
//! **Reference implementation**: MultiBench's `Concat` followed by its `MLP` (Liang et al. 2021),
//! composed of `torch.cat` and `torch.nn.Linear` in `tools/golden/fusion_modules.py`.
//!
//! NOTE[DIFF] from MultiBench: a modality that a row lacks is replaced by a learned vector, which
//! starts at zero; MultiBench knows no absent modalities.

use std::borrow::Borrow;

use midfuse_core::{Config, Encoded, Fusion, Mode, Options, Result, Validate, options};
use midfuse_nn::{Activation, Mlp, MlpConfig};
use serde::{Deserialize, Serialize};
use tch::{Tensor, nn};

use crate::parts::{Boundary, any_present, single_token, validate_sum};

/// Configuration of [`ConcatFusion`].
#[options(new = "A fusion of parts of these widths into a vector of width `d_out`.")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConcatFusionConfig {
    /// Width of each part's pooled vector, in the order of the parts.
    #[option(range = one_or_more(positive, "the width of at least one modality"))]
    pub d_in: Vec<i64>,
    /// Width of the fused vector.
    #[option(range = positive)]
    pub d_out: i64,
    /// Widths of the hidden layers; an empty list = a single linear layer.
    #[option(unset = "`[d_out]`", range = positive)]
    pub d_hidden: Option<Vec<i64>>,
    /// Non-linearity after each hidden layer.
    #[option(default = Activation::Relu, source = "MultiBench")]
    pub activation: Activation,
    /// Dropout after each hidden layer.
    #[option(default = 0.0, range = probability, search = [0.0, 0.2, 0.5], source = "MultiBench")]
    pub dropout_p: f64,
}

impl Config for ConcatFusionConfig {
    type Module = ConcatFusion;

    fn validate(&self) -> Result<()> {
        let check = Validate::new("ConcatFusionConfig");
        self.check_options(check)?;
        validate_sum(check, "d_in", &self.d_in)?;
        Ok(())
    }

    fn init<'a>(&self, vs: impl Borrow<nn::Path<'a>>) -> Result<ConcatFusion> {
        self.validate()?;
        let vs = vs.borrow();
        let d_hidden = self.d_hidden.clone().unwrap_or_else(|| vec![self.d_out]);
        let absent = self.d_in.iter().enumerate();
        Ok(ConcatFusion {
            boundary: Boundary::new("ConcatFusion", &self.d_in, vs),
            absent: absent
                .map(|(i, &d)| (vs / "absent").zeros(&i.to_string(), &[d]))
                .collect(),
            mlp: MlpConfig::new(self.d_in.iter().sum(), d_hidden, self.d_out)
                .with_activation(self.activation)
                .with_dropout_p(self.dropout_p)
                .init(vs / "mlp")?,
            d_out: self.d_out,
        })
    }
}

/// Concatenates the pooled vectors of all parts and passes them through an MLP.
///
/// Where a row lacks a part, a learned vector of that part stands in (`absent.{i}: [d_in[i]]`,
/// starting at zero). A row that lacks all parts gets zeros and no valid token. Other parameters:
/// `mlp.layers.{i}.weight` and `.bias`.
///
/// # Shapes
/// - parts: `pooled: [B, d_in[i]]`
/// - returns: `pooled: [B, d_out]`, with one token per row `[B, 1, d_out]`
#[derive(Debug)]
pub struct ConcatFusion {
    boundary: Boundary,
    absent: Vec<Tensor>,
    mlp: Mlp,
    d_out: i64,
}

impl Fusion for ConcatFusion {
    fn fuse(&self, parts: &[Encoded], mode: Mode) -> Result<Encoded> {
        self.boundary.check_encoded(parts)?;
        let present: Vec<_> = parts.iter().map(Encoded::present).collect();
        let vectors: Vec<Tensor> = parts
            .iter()
            .zip(&self.absent)
            .zip(&present)
            .map(|((part, absent), present)| match present {
                Some(present) => part.pooled.where_self(&present.unsqueeze(1), absent),
                None => part.pooled.shallow_clone(),
            })
            .collect();
        let fused = self.mlp.forward(&Tensor::cat(&vectors, 1), mode);
        Ok(single_token(&fused, any_present(&present)))
    }

    fn d_out(&self) -> i64 {
        self.d_out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use midfuse_core::{Error, Tokens};
    use tch::{Device, Kind, no_grad};

    fn part(values: &[f32], d: i64, present: &[bool]) -> Encoded {
        let pooled = Tensor::from_slice(values).view([-1, d]);
        let valid = Tensor::from_slice(present).unsqueeze(1);
        Encoded {
            tokens: Tokens::masked(pooled.unsqueeze(1), valid),
            pooled,
        }
    }

    #[test]
    fn the_learned_vector_stands_in_for_an_absent_part() {
        let vs = nn::VarStore::new(Device::Cpu);
        let config = ConcatFusionConfig::new([1, 2], 1).with_d_hidden([]);
        let fusion = config.init(vs.root()).unwrap();
        let mut variables = vs.variables();
        no_grad(|| {
            let mut fill = |name: &str, v: f64| drop(variables.get_mut(name).unwrap().fill_(v));
            fill("mlp.layers.0.weight", 1.0);
            fill("mlp.layers.0.bias", 0.5);
            fill("absent.0", 10.0);
            fill("absent.1", 100.0);
        });
        let nan = f32::NAN;
        let parts = [
            part(&[1.0, nan, 3.0, nan], 1, &[true, false, true, false]),
            part(
                &[1.0, 1.0, 2.0, 2.0, nan, nan, nan, nan],
                2,
                &[true, true, false, false],
            ),
        ];
        let fused = fusion.fuse(&parts, Mode::Train).unwrap();
        // 1 + 1 + 1; 10 + 2 + 2; 3 + 100 + 100; lacks both
        let pooled = Vec::<f32>::try_from(fused.pooled.view(-1)).unwrap();
        assert_eq!(pooled, [3.5, 14.5, 203.5, 0.0]);
        fused.pooled.sum(Kind::Float).backward();
        let grad = variables.get("absent.0").unwrap().grad();
        assert_eq!(Vec::<f32>::try_from(grad).unwrap(), [1.0]);
    }

    #[test]
    fn a_wrong_number_of_parts_and_of_rows() {
        let vs = nn::VarStore::new(Device::Cpu);
        let fusion = ConcatFusionConfig::new([1, 1], 2).init(vs.root()).unwrap();
        let one = [part(&[1.0], 1, &[true])];
        let error = fusion.fuse(&one, Mode::Eval).unwrap_err();
        assert_eq!(
            error.to_string(),
            "ConcatFusion: expected 2 parts, one per modality in the order of the config, got 1"
        );
        let uneven = [
            part(&[1.0], 1, &[true]),
            part(&[1.0, 2.0], 1, &[true, true]),
        ];
        assert!(matches!(
            fusion.fuse(&uneven, Mode::Eval),
            Err(Error::Shape { .. })
        ));
    }

    #[test]
    fn bad_fields_are_named() {
        let cases = [
            (ConcatFusionConfig::new([], 2), "d_in"),
            (ConcatFusionConfig::new([1, 0], 2), "d_in[1]"),
            (ConcatFusionConfig::new([1], 0), "d_out"),
            (
                ConcatFusionConfig::new([1], 1).with_d_hidden([0]),
                "d_hidden[0]",
            ),
            (
                ConcatFusionConfig::new([1], 1).with_dropout_p(-0.1),
                "dropout_p",
            ),
        ];
        for (config, field) in cases {
            let error = config.validate().unwrap_err().to_string();
            assert!(
                error.starts_with(&format!("ConcatFusionConfig.{field}:")),
                "{error}"
            );
        }
    }
}
