//! Positions of tokens: fixed sinusoids and learned vectors.

use std::borrow::Borrow;

use midfuse_core::{Config, Error, Result, Validate};
use serde::{Deserialize, Serialize};
use tch::{Device, Kind, Tensor, nn};

use crate::init::{self, TruncNormal};

/// The sinusoidal table `[t, d]` of Vaswani et al. 2017, section 3.5: channel `2i` is
/// `sin(position / 10000^(2i / d))`, channel `2i + 1` the cosine. An odd `d` ends with a sine.
pub fn sinusoidal(t: i64, d: i64, (kind, device): (Kind, Device)) -> Tensor {
    let exact = (Kind::Double, device);
    let position = Tensor::arange(t, exact).unsqueeze(1);
    let channel = Tensor::arange_start_step(0, d.max(1), 2, exact);
    let frequency = (channel * (-(10_000.0_f64).ln() / d.max(1) as f64)).exp();
    let angle = position * frequency;
    // [t, ceil(d / 2), 2] interleaves sines and cosines.
    Tensor::stack(&[angle.sin(), angle.cos()], 2)
        .flatten(1, 2)
        .narrow(1, 0, d)
        .to_kind(kind)
}

/// Configuration of [`LearnedPosition`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LearnedPositionConfig {
    /// Longest sequence, in tokens; at least 1.
    pub max_len: i64,
    /// Width of the tokens; at least 1.
    pub d_model: i64,
}

impl LearnedPositionConfig {
    /// Positions `0..max_len` of width `d_model`.
    pub fn new(max_len: i64, d_model: i64) -> Self {
        Self { max_len, d_model }
    }
}

impl Config for LearnedPositionConfig {
    type Module = LearnedPosition;

    fn validate(&self) -> Result<()> {
        let check = Validate::new("LearnedPositionConfig");
        check.positive("max_len", self.max_len)?;
        check.positive("d_model", self.d_model)?;
        Ok(())
    }

    fn init<'a>(&self, vs: impl Borrow<nn::Path<'a>>) -> Result<LearnedPosition> {
        self.validate()?;
        let dims = [self.max_len, self.d_model];
        let weight = init::trunc_normal(vs, "weight", &dims, TruncNormal::new(0.02));
        Ok(LearnedPosition { weight })
    }
}

/// One learned vector per position, drawn from a truncated normal of 0.02 (timm's choice).
/// Parameter `weight [max_len, d_model]`.
#[derive(Debug)]
pub struct LearnedPosition {
    /// `[max_len, d_model]`.
    pub weight: Tensor,
}

impl LearnedPosition {
    /// The vectors of the first `t` positions, `[t, d_model]`.
    ///
    /// # Errors
    /// [`Error::Input`] if there are fewer than `t` positions.
    pub fn forward(&self, t: i64) -> Result<Tensor> {
        let max_len = self.weight.size().first().copied().unwrap_or_default();
        if t > max_len {
            return Err(Error::Input {
                module: "LearnedPosition",
                expected: format!("at most {max_len} tokens; raise max_len or cut the sequence"),
                got: format!("{t} tokens"),
            });
        }
        Ok(self.weight.narrow(0, 0, t))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sinusoidal_by_hand() {
        let table = sinusoidal(3, 4, (Kind::Double, Device::Cpu));
        assert_eq!(table.size(), [3, 4]);
        for t in 0..3_i32 {
            let row = [
                f64::from(t).sin(),
                f64::from(t).cos(),
                (f64::from(t) / 100.0).sin(),
                (f64::from(t) / 100.0).cos(),
            ];
            for (j, expected) in row.into_iter().enumerate() {
                let got = table.double_value(&[i64::from(t), j as i64]);
                assert!((got - expected).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn odd_width() {
        assert_eq!(sinusoidal(2, 5, (Kind::Float, Device::Cpu)).size(), [2, 5]);
        assert_eq!(sinusoidal(2, 1, (Kind::Float, Device::Cpu)).size(), [2, 1]);
    }

    #[test]
    fn learned_positions_end() {
        let vs = nn::VarStore::new(Device::Cpu);
        let position = LearnedPositionConfig::new(4, 6).init(vs.root()).unwrap();
        assert_eq!(position.forward(3).unwrap().size(), [3, 6]);
        let error = position.forward(5).unwrap_err().to_string();
        assert!(error.contains("at most 4 tokens"), "{error}");
        assert!(LearnedPositionConfig::new(0, 6).validate().is_err());
    }
}
