//! From a fused vector to predictions.
//!
//! **Reference implementation**: `torch.nn.Linear`; with hidden layers, MultiBench's `MLP` (Liang et
//! al. 2021).

use std::borrow::Borrow;

use midfuse_base::Task;
use midfuse_core::check::{self, Dim};
use midfuse_core::{Config, Encoded, Mode, Options, Result, Validate, options};
use midfuse_nn::{Activation, Mlp, MlpConfig, dropout};
use serde::{Deserialize, Serialize};
use tch::{Device, Kind, Tensor, nn};

use crate::head_task;

const MODULE: &str = "Head";

/// Configuration of [`Head`].
#[options(new = "A head for this task over vectors of width `d_in`.")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeadConfig {
    /// Width of the vector that comes in, `fusion.d_out()` or `encoder.d_out()`.
    #[option(range = positive)]
    pub d_in: i64,
    /// What is predicted.
    #[option(rule = "two or more classes")]
    pub task: Task,
    /// Widths of hidden layers; none: a linear head.
    #[option(default = [], range = positive)]
    pub d_hidden: Vec<i64>,
    /// Non-linearity after each hidden layer.
    #[option(default = Activation::Relu)]
    pub activation: Activation,
    /// Dropout of the vector that comes in and after each hidden layer.
    #[option(default = 0.0, range = probability)]
    pub dropout_p: f64,
}

/// Classes that are named by their index.
pub(crate) fn classes(n: i64) -> Task {
    Task::of_classes(usize::try_from(n).unwrap_or(0))
}

impl HeadConfig {
    /// Logits of `n_classes` classes, which are named by their index.
    pub fn classify(d_in: i64, n_classes: i64) -> Self {
        Self::new(d_in, classes(n_classes))
    }

    /// One number.
    pub fn regress(d_in: i64) -> Self {
        Self::new(d_in, Task::Regression)
    }
}

impl Config for HeadConfig {
    type Module = Head;

    fn validate(&self) -> Result<()> {
        let check = Validate::new("HeadConfig");
        self.check_options(check)?;
        head_task(&self.task).validate(check)?;
        Ok(())
    }

    fn init<'a>(&self, vs: impl Borrow<nn::Path<'a>>) -> Result<Head> {
        self.validate()?;
        let vs = vs.borrow();
        let d_out = head_task(&self.task).d_out();
        Ok(Head {
            mlp: MlpConfig::new(self.d_in, self.d_hidden.clone(), d_out)
                .with_activation(self.activation)
                .with_dropout_p(self.dropout_p)
                .init(vs)?,
            d_in: self.d_in,
            task: self.task.clone(),
            dropout_p: self.dropout_p,
            kind: vs.kind(),
            device: vs.device(),
        })
    }
}

/// Predicts from the pooled vector of an encoder or a fusion. Parameters `layers.{i}.weight` and
/// `.bias`.
///
/// A row that lacks all modalities has a pooled vector of zeros, so a linear head predicts its bias
/// for it: what it learned to say without evidence.
#[derive(Debug)]
pub struct Head {
    mlp: Mlp,
    d_in: i64,
    task: Task,
    dropout_p: f64,
    kind: Kind,
    device: Device,
}

impl Head {
    /// Logits `[B, n_classes]`, values `[B, 1]` in a regression, or log relative risks `[B, 1]` in a
    /// survival, of `pooled: [B, d_in]`.
    ///
    /// # Errors
    /// [`Error::Shape`](midfuse_core::Error::Shape), [`Error::Kind`](midfuse_core::Error::Kind) or
    /// [`Error::Device`](midfuse_core::Error::Device) if the pooled vector does not fit.
    pub fn forward(&self, encoded: &Encoded, mode: Mode) -> Result<Tensor> {
        let pooled = &encoded.pooled;
        check::shape(MODULE, pooled, &[Dim::Any("B"), Dim::Is(self.d_in)])?;
        check::kind(MODULE, pooled, self.kind)?;
        check::device(MODULE, pooled, self.device)?;
        let pooled = dropout(pooled, self.dropout_p, mode);
        Ok(self.mlp.forward(&pooled, mode))
    }

    /// What this head predicts.
    pub fn task(&self) -> &Task {
        &self.task
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use midfuse_core::{Error, Tokens};

    fn encoded(d: i64) -> Encoded {
        let x = Tensor::ones([2, 1, d], (Kind::Float, Device::Cpu));
        Encoded {
            pooled: x.squeeze_dim(1),
            tokens: Tokens::all_valid(x),
        }
    }

    #[test]
    fn widths_of_predictions() {
        let vs = nn::VarStore::new(Device::Cpu);
        let classify = HeadConfig::classify(4, 3).with_d_hidden([5]);
        let classify = classify.init(vs.root() / "classify").unwrap();
        let regress = HeadConfig::regress(4).init(vs.root() / "regress").unwrap();
        let logits = classify.forward(&encoded(4), Mode::Eval).unwrap();
        assert_eq!(logits.size(), [2, 3]);
        let values = regress.forward(&encoded(4), Mode::Eval).unwrap();
        assert_eq!(values.size(), [2, 1]);
        assert!(matches!(
            regress.forward(&encoded(5), Mode::Eval),
            Err(Error::Shape { .. })
        ));
    }

    #[test]
    fn dropout_applies_to_a_linear_head() {
        let vs = nn::VarStore::new(Device::Cpu);
        let head = HeadConfig::regress(64).with_dropout_p(0.5);
        let head = head.init(vs.root()).unwrap();
        let once = head.forward(&encoded(64), Mode::Train).unwrap();
        assert_ne!(once, head.forward(&encoded(64), Mode::Train).unwrap());
    }

    #[test]
    fn bad_fields_are_named() {
        let cases = [
            (HeadConfig::classify(0, 2), "d_in"),
            (HeadConfig::classify(3, 1), "task.classes"),
            (HeadConfig::regress(3).with_d_hidden([0]), "d_hidden[0]"),
            (HeadConfig::regress(3).with_dropout_p(f64::NAN), "dropout_p"),
        ];
        for (config, field) in cases {
            let error = config.validate().unwrap_err().to_string();
            assert!(
                error.starts_with(&format!("HeadConfig.{field}:")),
                "{error}"
            );
        }
    }

    #[test]
    fn json_of_the_task() {
        let json = serde_json::to_string(&HeadConfig::classify(2, 3)).unwrap();
        assert!(
            json.contains(r#""task":{"kind":"classification","classes":["0","1","2"]}"#),
            "{json}"
        );
        let back: HeadConfig = serde_json::from_str(&json).unwrap();
        assert_eq!(back, HeadConfig::classify(2, 3));
        let regress: HeadConfig =
            serde_json::from_str(r#"{"d_in":2,"task":{"kind":"regression"}}"#).unwrap();
        assert_eq!(regress, HeadConfig::regress(2));
    }
}
