//! A stack of linear layers.

use std::borrow::Borrow;

use midfuse_core::{Config, Mode, Options, Result, Validate, options};
use serde::{Deserialize, Serialize};
use tch::nn::Module;
use tch::{Tensor, nn};

use crate::{Activation, dropout, linear};

/// Configuration of [`Mlp`].
#[options(new = "`d_in -> d_hidden... -> d_out`.")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MlpConfig {
    /// Width of the input.
    #[option(range = positive)]
    pub d_in: i64,
    /// Widths of the hidden layers; none = one linear layer.
    #[option(range = positive)]
    pub d_hidden: Vec<i64>,
    /// Width of the output.
    #[option(range = positive)]
    pub d_out: i64,
    /// Non-linearity after each hidden layer.
    #[option(default = Activation::Relu)]
    pub activation: Activation,
    /// Dropout after each hidden layer's activation.
    #[option(default = 0.0, range = probability)]
    pub dropout_p: f64,
}

impl Config for MlpConfig {
    type Module = Mlp;

    fn validate(&self) -> Result<()> {
        Ok(self.check_options(Validate::new("MlpConfig"))?)
    }

    fn init<'a>(&self, vs: impl Borrow<nn::Path<'a>>) -> Result<Mlp> {
        self.validate()?;
        let vs = vs.borrow() / "layers";
        let d_ins = std::iter::once(self.d_in).chain(self.d_hidden.iter().copied());
        let d_outs = self.d_hidden.iter().copied().chain([self.d_out]);
        let layers = d_ins
            .zip(d_outs)
            .enumerate()
            .map(|(i, (d_in, d_out))| linear(&vs / i, d_in, d_out))
            .collect();
        Ok(Mlp {
            layers,
            activation: self.activation,
            dropout_p: self.dropout_p,
        })
    }
}

/// Linear layers with an activation and dropout between them. Parameters `layers.{i}.weight` and
/// `layers.{i}.bias`.
#[derive(Debug)]
pub struct Mlp {
    layers: Vec<nn::Linear>,
    activation: Activation,
    dropout_p: f64,
}

impl Mlp {
    /// `x [.., d_in]` to `[.., d_out]`.
    pub fn forward(&self, x: &Tensor, mode: Mode) -> Tensor {
        let mut x = x.shallow_clone();
        let last = self.layers.len().saturating_sub(1);
        for (i, layer) in self.layers.iter().enumerate() {
            x = layer.forward(&x);
            if i < last {
                x = dropout(&self.activation.apply(&x), self.dropout_p, mode);
            }
        }
        x
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tch::{Device, Kind, no_grad};

    #[test]
    fn two_layers_by_hand() {
        let vs = nn::VarStore::new(Device::Cpu);
        let mlp = MlpConfig::new(2, [2], 1).init(vs.root()).unwrap();
        no_grad(|| {
            for (_, mut parameter) in vs.variables() {
                let _ = parameter.fill_(1.0);
            }
        });
        // hidden: relu(1 - 3 + 1) = 0 twice, so only the last bias is left
        let y = mlp.forward(
            &Tensor::from_slice(&[1.0_f32, -3.0]).view([1, 2]),
            Mode::Train,
        );
        assert!((y.double_value(&[0, 0]) - 1.0).abs() < 1e-7);
        // hidden: relu(1 + 3 + 1) = 5 twice, 5 + 5 + 1 = 11
        let y = mlp.forward(
            &Tensor::from_slice(&[1.0_f32, 3.0]).view([1, 2]),
            Mode::Train,
        );
        assert!((y.double_value(&[0, 0]) - 11.0).abs() < 1e-6);
    }

    #[test]
    fn names_and_no_hidden_layer() {
        let vs = nn::VarStore::new(Device::Cpu);
        let mlp = MlpConfig::new(3, [], 2).init(vs.root()).unwrap();
        let mut names: Vec<_> = vs.variables().into_keys().collect();
        names.sort();
        assert_eq!(names, ["layers.0.bias", "layers.0.weight"]);
        let x = Tensor::ones([4, 5, 3], (Kind::Float, Device::Cpu));
        assert_eq!(mlp.forward(&x, Mode::Eval).size(), [4, 5, 2]);
    }

    #[test]
    fn bad_fields_are_named() {
        let error = MlpConfig::new(3, [4, 0], 2).validate().unwrap_err();
        assert_eq!(
            error.to_string(),
            "MlpConfig.d_hidden[1]: expected an integer from 1 to 16777216, got 0"
        );
        assert!(
            MlpConfig::new(3, [4], 2)
                .with_dropout_p(1.0)
                .validate()
                .is_err()
        );
        let unknown = r#"{"d_in": 1, "d_hidden": [], "d_out": 1, "widht": 2}"#;
        assert!(serde_json::from_str::<MlpConfig>(unknown).is_err());
    }
}
