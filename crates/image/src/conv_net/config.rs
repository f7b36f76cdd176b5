//! Configuration of the small convolutional network.

use std::borrow::Borrow;

use midfuse_core::{Config, Result, Validate};
use serde::{Deserialize, Serialize};
use tch::nn;

use super::{Block, ConvNet};
use crate::conv::{ConvNorm, ConvShape};

/// More channels than any network has, and few enough for sizes not to overflow.
const WIDEST: i64 = 65_535;
/// As far as a side is concerned, the whole of most images.
const LARGEST_KERNEL: i64 = 63;

/// Configuration of [`ConvNet`].
///
/// | Field | Default | Range |
/// |---|---|---|
/// | [`channels`](Self::channels) | required | `1..=65535` |
/// | [`widths`](Self::widths) | `[16, 32, 64]` | one or more, each `1..=65535` |
/// | [`kernel_size`](Self::kernel_size) | 3 | odd, `1..=63` |
/// | [`n_pools`](Self::n_pools) | one less than blocks | `0..=widths.len()` |
/// | [`dropout_p`](Self::dropout_p) | 0 | `[0, 1)` |
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConvNetConfig {
    /// Channels of the images: 1 for grey, 3 for colour, any number for other sensors.
    pub channels: i64,
    /// Width of each block, the first being the stem; default `[16, 32, 64]`, which doubles with
    /// each halving of the map as in VGG and fits images of a few hundred pixels.
    #[serde(default = "default_widths")]
    pub widths: Vec<i64>,
    /// Side of the square kernels, odd; default 3 (VGG, section 2.1).
    #[serde(default = "default_kernel_size")]
    pub kernel_size: i64,
    /// How many of the first blocks end in a 2x2 max-pooling; default `None` = all but the last,
    /// whose map is averaged instead.
    #[serde(default)]
    pub n_pools: Option<usize>,
    /// Dropout of the pooled vector, in `[0, 1)`; default 0.
    #[serde(default)]
    pub dropout_p: f64,
}

fn default_widths() -> Vec<i64> {
    vec![16, 32, 64]
}

fn default_kernel_size() -> i64 {
    3
}

impl ConvNetConfig {
    /// A network for images with this many channels.
    pub fn new(channels: i64) -> Self {
        Self {
            channels,
            widths: default_widths(),
            kernel_size: default_kernel_size(),
            n_pools: None,
            dropout_p: 0.0,
        }
    }

    /// Sets [`widths`](Self::widths).
    #[must_use]
    pub fn with_widths(mut self, widths: impl Into<Vec<i64>>) -> Self {
        self.widths = widths.into();
        self
    }

    /// Sets [`kernel_size`](Self::kernel_size).
    #[must_use]
    pub fn with_kernel_size(mut self, kernel_size: i64) -> Self {
        self.kernel_size = kernel_size;
        self
    }

    /// Sets [`n_pools`](Self::n_pools).
    #[must_use]
    pub fn with_n_pools(mut self, n_pools: usize) -> Self {
        self.n_pools = Some(n_pools);
        self
    }

    /// Sets [`dropout_p`](Self::dropout_p).
    #[must_use]
    pub fn with_dropout_p(mut self, dropout_p: f64) -> Self {
        self.dropout_p = dropout_p;
        self
    }

    fn n_pools_or_default(&self) -> usize {
        self.n_pools
            .unwrap_or_else(|| self.widths.len().saturating_sub(1))
    }
}

impl Config for ConvNetConfig {
    type Module = ConvNet;

    fn validate(&self) -> Result<()> {
        let check = Validate::new("ConvNetConfig");
        let in_range = |field: &str, value: i64, most: i64| {
            let expected = format!("an integer in 1..={most}");
            check.ensure((1..=most).contains(&value), field, expected, value)
        };
        in_range("channels", self.channels, WIDEST)?;
        check.ensure(
            !self.widths.is_empty(),
            "widths",
            "at least one block",
            &self.widths,
        )?;
        for (i, &width) in self.widths.iter().enumerate() {
            in_range(&format!("widths[{i}]"), width, WIDEST)?;
        }
        check.ensure(
            (1..=LARGEST_KERNEL).contains(&self.kernel_size) && self.kernel_size % 2 == 1,
            "kernel_size",
            format!("an odd integer in 1..={LARGEST_KERNEL}"),
            self.kernel_size,
        )?;
        check.ensure(
            self.n_pools_or_default() <= self.widths.len(),
            "n_pools",
            format!("at most the number of blocks, {}", self.widths.len()),
            self.n_pools,
        )?;
        check.probability("dropout_p", self.dropout_p)?;
        Ok(())
    }

    fn init<'a>(&self, vs: impl Borrow<nn::Path<'a>>) -> Result<ConvNet> {
        self.validate()?;
        let vs = vs.borrow();
        let n_pools = self.n_pools_or_default();
        let c_ins = std::iter::once(self.channels).chain(self.widths.iter().copied());
        let blocks = c_ins
            .zip(self.widths.iter().copied())
            .enumerate()
            .map(|(i, (c_in, c_out))| {
                let vs = vs / "blocks" / i;
                let shape = ConvShape {
                    c_in,
                    c_out,
                    kernel: self.kernel_size,
                    stride: 1,
                };
                Block {
                    conv: ConvNorm::new(&vs / "conv", &vs / "bn", shape),
                    pools: i < n_pools,
                }
            })
            .collect();
        Ok(ConvNet {
            blocks,
            channels: self.channels,
            widths: self.widths.clone(),
            dropout_p: self.dropout_p,
            kind: vs.kind(),
            device: vs.device(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_fields_are_named() {
        let cases = [
            (ConvNetConfig::new(0), "channels"),
            (ConvNetConfig::new(i64::MAX), "channels"),
            (ConvNetConfig::new(1).with_widths([]), "widths"),
            (ConvNetConfig::new(1).with_widths([8, 0]), "widths[1]"),
            (ConvNetConfig::new(1).with_kernel_size(2), "kernel_size"),
            (ConvNetConfig::new(1).with_kernel_size(-1), "kernel_size"),
            (ConvNetConfig::new(1).with_kernel_size(65), "kernel_size"),
            (ConvNetConfig::new(1).with_n_pools(4), "n_pools"),
            (ConvNetConfig::new(1).with_dropout_p(1.0), "dropout_p"),
        ];
        for (config, field) in cases {
            let error = config.validate().unwrap_err().to_string();
            assert!(
                error.starts_with(&format!("ConvNetConfig.{field}:")),
                "{error}"
            );
        }
        assert!(ConvNetConfig::new(1).with_n_pools(3).validate().is_ok());
    }

    #[test]
    fn a_study_file_may_name_options_only() {
        let config: ConvNetConfig = serde_json::from_str(r#"{"channels": 2}"#).unwrap();
        assert_eq!(config, ConvNetConfig::new(2));
        assert!(serde_json::from_str::<ConvNetConfig>(r#"{"channels": 2, "width": 3}"#).is_err());
    }
}
