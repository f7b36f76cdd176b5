//! Configuration of the residual network.

use std::borrow::Borrow;

use midfuse_core::{Choices, Config, Error, Options, Result, Validate, options};
use serde::{Deserialize, Serialize};
use tch::nn;

use super::ResNet;
use super::block::{BlockKind, BlockShape, ResidualBlock};
use crate::conv::{ConvNorm, ConvShape};

/// Configuration of [`ResNet`].
#[options(new = "A network of this depth for images with this many channels.")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResNetConfig {
    /// Channels of the images: 3 for colour, any number for other sensors.
    #[option(range = 1..=65_535)]
    pub channels: i64,
    /// Number of layers with weights: 18, 34 (basic blocks) or 50 (bottleneck blocks); He et al.
    /// 2016, table 1.
    #[option(range = one_of(18, 34, 50))]
    pub depth: i64,
    /// Width of the stem and of the first layer; each later layer doubles it, so the last one is
    /// eight times and, with bottlenecks, 32 times as wide. A smaller one suits a small cohort.
    ///
    /// A multiple of 8, since oneDNN's AVX2 kernel for the weight gradient of a 1x1 convolution writes
    /// beyond its memory at other widths (libtorch 2.11, found by valgrind).
    #[option(default = 64, range = multiples(8, 8..=1024), search = [16, 32, 64], source = "He et al. 2016, table 1")]
    pub d_stem: i64,
    /// What comes before the residual layers.
    #[option(default = Stem::ImageNet)]
    pub stem: Stem,
    /// Start the last normalisation of each block at zero, so that each block starts as the
    /// identity (Goyal et al. 2017, section 5.1).
    #[option(default = false, source = "torchvision")]
    pub zero_init_residual: bool,
}

/// What comes before the residual layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Choices)]
#[serde(rename_all = "kebab-case")]
pub enum Stem {
    /// A 7x7 convolution of stride 2 and a 3x3 max-pooling of stride 2 (He et al. 2016, table 1).
    #[default]
    ImageNet,
    /// A 3x3 convolution of stride 1 and no pooling (He et al. 2016, section 4.2, for CIFAR-10):
    /// for images below some 64 pixels a side.
    Small,
}

impl ResNetConfig {
    /// ResNet-18: 11.2 million parameters, `d_out` 512.
    pub fn resnet18(channels: i64) -> Self {
        Self::new(channels, 18)
    }

    /// ResNet-34: 21.3 million parameters, `d_out` 512.
    pub fn resnet34(channels: i64) -> Self {
        Self::new(channels, 34)
    }

    /// ResNet-50: 23.5 million parameters, `d_out` 2048.
    pub fn resnet50(channels: i64) -> Self {
        Self::new(channels, 50)
    }

    /// Block and number of blocks per layer (He et al. 2016, table 1), after all checks.
    fn checked_layers(&self) -> Result<(BlockKind, [i64; 4])> {
        self.check_options(Validate::new("ResNetConfig"))?;
        match self.depth {
            18 => Ok((BlockKind::Basic, [2, 2, 2, 2])),
            34 => Ok((BlockKind::Basic, [3, 4, 6, 3])),
            50 => Ok((BlockKind::Bottleneck, [3, 4, 6, 3])),
            other => Err(Error::Input {
                module: "ResNet",
                expected: "a depth in table 1 of He et al. 2016".to_owned(),
                got: other.to_string(),
            }),
        }
    }
}

impl Config for ResNetConfig {
    type Module = ResNet;

    fn validate(&self) -> Result<()> {
        self.checked_layers().map(|_| ())
    }

    fn init<'a>(&self, vs: impl Borrow<nn::Path<'a>>) -> Result<ResNet> {
        let (kind, n_blocks) = self.checked_layers()?;
        let vs = vs.borrow();
        let (kernel, stride) = match self.stem {
            Stem::ImageNet => (7, 2),
            Stem::Small => (3, 1),
        };
        let shape = ConvShape {
            c_in: self.channels,
            c_out: self.d_stem,
            kernel,
            stride,
        };
        let stem = ConvNorm::new(vs / "conv1", vs / "bn1", shape);

        let mut d_at = vec![self.d_stem];
        let mut layers = Vec::new();
        let mut c_in = self.d_stem;
        let mut width = self.d_stem;
        for (i, n) in n_blocks.into_iter().enumerate() {
            let vs = vs / format!("layer{}", i + 1);
            let mut blocks = Vec::new();
            for j in 0..n {
                let shape = BlockShape {
                    c_in,
                    width,
                    stride: if i > 0 && j == 0 { 2 } else { 1 },
                };
                let block = ResidualBlock::new(&vs / j, kind, shape, self.zero_init_residual);
                c_in = width * kind.expansion();
                blocks.push(block);
            }
            d_at.push(c_in);
            layers.push(blocks);
            width *= 2;
        }
        Ok(ResNet {
            stem,
            stem_pools: self.stem == Stem::ImageNet,
            layers,
            channels: self.channels,
            d_at,
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
            (ResNetConfig::new(0, 18), "channels"),
            (ResNetConfig::new(3, 0), "depth"),
            (ResNetConfig::new(3, 101), "depth"),
            (ResNetConfig::resnet18(3).with_d_stem(0), "d_stem"),
            (ResNetConfig::resnet18(3).with_d_stem(12), "d_stem"),
            (ResNetConfig::resnet18(3).with_d_stem(i64::MAX), "d_stem"),
        ];
        for (config, field) in cases {
            let error = config.validate().unwrap_err().to_string();
            assert!(
                error.starts_with(&format!("ResNetConfig.{field}:")),
                "{error}"
            );
        }
    }

    #[test]
    fn a_study_file_may_name_options_only() {
        let json = r#"{"channels": 3, "depth": 18, "stem": "small"}"#;
        let config: ResNetConfig = serde_json::from_str(json).unwrap();
        assert_eq!(config, ResNetConfig::resnet18(3).with_stem(Stem::Small));
        let unknown = r#"{"channels": 3, "depth": 18, "layers": 4}"#;
        assert!(serde_json::from_str::<ResNetConfig>(unknown).is_err());
    }
}
