//! Early fusion of raw features.
//!
//! **Paper**: Baltrušaitis, Ahuja and Morency 2019, "Multimodal Machine Learning: A Survey and
//! Taxonomy", section 6.1.1 (early fusion: features are integrated immediately after they are
//! extracted, often by concatenating them).
//! **Reference implementation**: `torch.cat` and `torch.nn.Linear`, composed in
//! `tools/golden/fusion_modules.py`.
//!
//! NOTE[DIFF] from plain concatenation: one presence flag per modality goes in beside the features,
//! so that an absent modality differs from one whose features are all zero.

use std::borrow::Borrow;

use midfuse_core::check::Dim;
use midfuse_core::{Config, Encoded, Error, Mode, Options, Result, Validate, options};
use midfuse_nn::{Activation, Mlp, MlpConfig};
use serde::{Deserialize, Serialize};
use tch::{Tensor, nn};

use crate::parts::{Boundary, any_present, single_token, validate_sum, zero_absent};

/// Raw features of one modality.
#[derive(Debug)]
pub struct RawFeatures {
    /// `[B, ...]`: pixels `[B, C, H, W]`, steps `[B, T, F]` padded with zeros, columns `[B, F]`;
    /// standardised and without missing values.
    pub values: Tensor,
    /// Which rows have the modality: `[B]` bool; `None` = all.
    pub present: Option<Tensor>,
}

/// Configuration of [`RawEarlyFusion`].
#[options(
    new = "A trunk over modalities of this many raw features, into a vector of width `d_out`."
)]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawEarlyFusionConfig {
    /// Number of raw features of each modality: `C * H * W`, `T * F` or `F`.
    #[option(range = one_or_more(positive, "the width of at least one modality"))]
    pub d_in: Vec<i64>,
    /// Width of the fused vector.
    #[option(range = positive)]
    pub d_out: i64,
    /// Widths of the hidden layers; the default lies between the hundreds of raw features and the
    /// tens of a fused vector.
    #[option(default = [128], range = positive, search = [&[][..], &[32], &[128], &[256]])]
    pub d_hidden: Vec<i64>,
    /// Non-linearity after each hidden layer.
    #[option(default = Activation::Relu)]
    pub activation: Activation,
    /// Dropout after each hidden layer.
    #[option(default = 0.0, range = probability, search = [0.0, 0.2, 0.5])]
    pub dropout_p: f64,
}

impl Config for RawEarlyFusionConfig {
    type Module = RawEarlyFusion;

    fn validate(&self) -> Result<()> {
        let check = Validate::new("RawEarlyFusionConfig");
        self.check_options(check)?;
        validate_sum(check, "d_in", &self.d_in)?;
        Ok(())
    }

    fn init<'a>(&self, vs: impl Borrow<nn::Path<'a>>) -> Result<RawEarlyFusion> {
        self.validate()?;
        let vs = vs.borrow();
        let n_flags = self.d_in.len() as i64;
        let d_in = self.d_in.iter().sum::<i64>() + n_flags;
        Ok(RawEarlyFusion {
            boundary: Boundary::new("RawEarlyFusion", &self.d_in, vs),
            d_in: self.d_in.clone(),
            mlp: MlpConfig::new(d_in, self.d_hidden.clone(), self.d_out)
                .with_activation(self.activation)
                .with_dropout_p(self.dropout_p)
                .init(vs / "mlp")?,
            d_out: self.d_out,
        })
    }
}

/// One MLP over the raw features of all modalities, flattened and concatenated, and one presence
/// flag per modality (1 = present, 0 = absent).
///
/// The features of an absent modality count as zeros; a row that lacks all gets zeros. Parameters:
/// `mlp.layers.{i}.weight` and `.bias`.
///
/// # Shapes
/// - parts: `[B, ...]` with `d_in[i]` features a row
/// - returns: `pooled: [B, d_out]`, with one token per row `[B, 1, d_out]`
#[derive(Debug)]
pub struct RawEarlyFusion {
    boundary: Boundary,
    d_in: Vec<i64>,
    mlp: Mlp,
    d_out: i64,
}

impl RawEarlyFusion {
    /// Fuses the raw features of each modality, in the order of the config.
    ///
    /// # Errors
    /// [`Error::Input`] for a wrong number of parts, [`Error::Shape`], [`Error::Kind`] or
    /// [`Error::Device`] for a part that does not fit.
    pub fn fuse_raw(&self, parts: &[RawFeatures], mode: Mode) -> Result<Encoded> {
        self.boundary.check_count(parts.len())?;
        let n_rows = parts
            .first()
            .and_then(|part| part.values.size().first().copied())
            .unwrap_or_default();
        let mut columns = Vec::new();
        let mut flags = Vec::new();
        for (part, &d) in parts.iter().zip(&self.d_in) {
            let values = self.flatten(&part.values, n_rows, d)?;
            let present = part.present.as_ref();
            self.boundary.check_mask(present, &[Dim::Is(n_rows)])?;
            flags.push(match present {
                Some(present) => present.unsqueeze(1).to_kind(values.kind()),
                None => Tensor::ones([n_rows, 1], (values.kind(), values.device())),
            });
            columns.push(zero_absent(&values, present));
        }
        columns.append(&mut flags);
        let fused = self.mlp.forward(&Tensor::cat(&columns, 1), mode);
        let present: Vec<_> = parts
            .iter()
            .map(|part| part.present.as_ref().map(Tensor::shallow_clone))
            .collect();
        Ok(single_token(&fused, any_present(&present)))
    }

    /// Width of the fused vector.
    pub fn d_out(&self) -> i64 {
        self.d_out
    }

    /// `[B, ...]` to `[B, d]`.
    fn flatten(&self, values: &Tensor, n_rows: i64, d: i64) -> Result<Tensor> {
        let shape = values.size();
        let features: i64 = shape.iter().skip(1).product();
        if n_rows < 1 || shape.len() < 2 || shape.first() != Some(&n_rows) || features != d {
            return Err(Error::Shape {
                module: self.boundary.module(),
                expected: format!("[B, ...] with the same B of at least 1 and {d} features a row"),
                got: shape,
            });
        }
        let flat = values.flatten(1, -1);
        self.boundary
            .check_tensor(&flat, &[Dim::Is(n_rows), Dim::Is(d)])?;
        Ok(flat)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tch::{Device, Kind, no_grad};

    fn raw(values: &[f32], shape: &[i64], present: Option<&[bool]>) -> RawFeatures {
        RawFeatures {
            values: Tensor::from_slice(values).view(shape),
            present: present.map(Tensor::from_slice),
        }
    }

    fn summing(vs: &nn::VarStore, d_in: &[i64]) -> RawEarlyFusion {
        let config = RawEarlyFusionConfig::new(d_in, 1).with_d_hidden([]);
        let fusion = config.init(vs.root()).unwrap();
        no_grad(|| {
            let mut variables = vs.variables();
            let weight = variables.get_mut("mlp.layers.0.weight").unwrap();
            let _ = weight.fill_(1.0);
            // The flags count ten and a hundred.
            let n = weight.size()[1];
            let _ = weight.narrow(1, n - 2, 1).fill_(10.0);
            let _ = weight.narrow(1, n - 1, 1).fill_(100.0);
            let _ = variables.get_mut("mlp.layers.0.bias").unwrap().fill_(0.0);
        });
        fusion
    }

    #[test]
    fn features_and_flags_are_concatenated() {
        let vs = nn::VarStore::new(Device::Cpu);
        let fusion = summing(&vs, &[4, 2]);
        let nan = f32::NAN;
        let image = [1.0, 2.0, 3.0, 4.0, nan, nan, nan, nan, nan, nan, nan, nan];
        let parts = [
            raw(&image, &[3, 1, 2, 2], Some(&[true, false, false])),
            raw(
                &[5.0, 6.0, 7.0, 8.0, nan, nan],
                &[3, 2],
                Some(&[true, true, false]),
            ),
        ];
        let fused = fusion.fuse_raw(&parts, Mode::Train).unwrap();
        // 10 + 11 + 110; 0 + 15 + 100; lacks both
        let pooled = Vec::<f32>::try_from(fused.pooled.view(-1)).unwrap();
        assert_eq!(pooled, [131.0, 115.0, 0.0]);
        fused.pooled.sum(Kind::Float).backward();
        for (name, parameter) in vs.variables() {
            let finite = bool::try_from(parameter.grad().isfinite().all()).unwrap();
            assert!(finite, "{name}");
        }
    }

    #[test]
    fn a_wrong_number_of_features_or_rows_is_refused() {
        let vs = nn::VarStore::new(Device::Cpu);
        let fusion = summing(&vs, &[4, 2]);
        let fuse = |second| fusion.fuse_raw(&[raw(&[0.0; 4], &[1, 4], None), second], Mode::Eval);
        for second in [
            raw(&[0.0; 3], &[1, 3], None),
            raw(&[0.0; 4], &[2, 2], None),
            raw(&[0.0; 2], &[2], None),
            raw(&[0.0; 2], &[1, 2], Some(&[true, true])),
        ] {
            assert!(matches!(fuse(second), Err(Error::Shape { .. })));
        }
        let double = RawFeatures {
            values: Tensor::zeros([1, 2], (Kind::Double, Device::Cpu)),
            present: None,
        };
        assert!(matches!(fuse(double), Err(Error::Kind { .. })));
        let mut mask_of_numbers = raw(&[0.0; 2], &[1, 2], None);
        mask_of_numbers.present = Some(Tensor::from_slice(&[1.0_f32]));
        assert!(matches!(fuse(mask_of_numbers), Err(Error::Kind { .. })));
        assert!(matches!(
            fusion.fuse_raw(&[], Mode::Eval),
            Err(Error::Input { .. })
        ));
    }

    #[test]
    fn bad_fields_are_named() {
        let cases = [
            (RawEarlyFusionConfig::new([], 2), "d_in"),
            (RawEarlyFusionConfig::new([0], 2), "d_in[0]"),
            (RawEarlyFusionConfig::new([1], 0), "d_out"),
            (
                RawEarlyFusionConfig::new([1], 1).with_d_hidden([4, -4]),
                "d_hidden[1]",
            ),
            (
                RawEarlyFusionConfig::new([1], 1).with_dropout_p(1.0),
                "dropout_p",
            ),
        ];
        for (config, field) in cases {
            let error = config.validate().unwrap_err().to_string();
            assert!(
                error.starts_with(&format!("RawEarlyFusionConfig.{field}:")),
                "{error}"
            );
        }
    }
}
