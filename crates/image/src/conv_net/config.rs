//! Configuration of the small convolutional network.

use std::borrow::Borrow;

use midfuse_core::{Config, Options, Result, Validate, options};
use serde::{Deserialize, Serialize};
use tch::nn;

use super::{Block, ConvNet};
use crate::conv::{ConvNorm, ConvShape};

/// Configuration of [`ConvNet`].
#[options(new = "A network for images with this many channels.")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConvNetConfig {
    /// Channels of the images: 1 for grey, 3 for colour, any number for other sensors.
    #[option(range = 1..=65_535)]
    pub channels: i64,
    /// Height of the images in pixels; not known: a small one.
    #[option(unset = "not known", range = positive)]
    pub height: Option<i64>,
    /// Width of the images in pixels; not known: a small one.
    #[option(unset = "not known", range = positive)]
    pub width: Option<i64>,
    /// Stride of the first convolution. Above 1 its kernel is as wide as it takes to see every pixel
    /// from two places, `2 * stride - 1`, if `kernel_size` is less: a stem that makes large images
    /// small, as those of AlexNet and ResNet do.
    #[option(unset = "1 up to 64 pixels a side, 2 up to 128, else 4", range = 1..=16)]
    pub stem_stride: Option<i64>,
    /// Width of each block, the first being the stem. The default doubles with each halving of the
    /// map as in VGG and fits images of a few hundred pixels.
    #[option(default = [16, 32, 64], range = one_or_more(1..=65_535, "at least one block"), search = [[8, 16, 32], [16, 32, 64], [32, 64, 128]])]
    pub widths: Vec<i64>,
    /// Side of the square kernels.
    #[option(default = 3, range = odd(1..=63), source = "VGG, section 2.1")]
    pub kernel_size: i64,
    /// How many of the first blocks end in a 2x2 max-pooling; the map of the last block is averaged.
    #[option(unset = "all but the last", rule = "at most the number of `widths`")]
    pub n_pools: Option<usize>,
    /// Dropout of the pooled vector.
    #[option(default = 0.0, range = probability, search = [0.0, 0.2, 0.5])]
    pub dropout_p: f64,
}

/// Sides up to which the stem strides by 1 and by 2: behind it no map is larger than the first unless
/// an image has more than 256 pixels a side.
const STRIDES: [(i64, i64); 2] = [(64, 1), (128, 2)];
/// Its stride for larger images: that of ResNet's stem.
const LONGEST_STRIDE: i64 = 4;

impl ConvNetConfig {
    fn stem_stride_or_default(&self) -> i64 {
        let longer = self.height.max(self.width).unwrap_or(1);
        let by_size = STRIDES.iter().find(|&&(most, _)| longer <= most);
        let by_size = by_size.map_or(LONGEST_STRIDE, |&(_, stride)| stride);
        self.stem_stride.unwrap_or(by_size)
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
        self.check_options(check)?;
        check.ensure(
            self.n_pools_or_default() <= self.widths.len(),
            "n_pools",
            format!("at most the number of blocks, {}", self.widths.len()),
            self.n_pools,
        )?;
        Ok(())
    }

    fn init<'a>(&self, vs: impl Borrow<nn::Path<'a>>) -> Result<ConvNet> {
        self.validate()?;
        let vs = vs.borrow();
        let n_pools = self.n_pools_or_default();
        let stem_stride = self.stem_stride_or_default();
        let c_ins = std::iter::once(self.channels).chain(self.widths.iter().copied());
        let blocks = c_ins
            .zip(self.widths.iter().copied())
            .enumerate()
            .map(|(i, (c_in, c_out))| {
                let vs = vs / "blocks" / i;
                let stride = if i == 0 { stem_stride } else { 1 };
                let shape = ConvShape {
                    c_in,
                    c_out,
                    kernel: self.kernel_size.max(2 * stride - 1),
                    stride,
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
            (ConvNetConfig::new(1).with_stem_stride(0), "stem_stride"),
            (ConvNetConfig::new(1).with_height(0), "height"),
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
    fn the_stem_strides_where_images_are_large() {
        let of = |height, width| {
            let config = ConvNetConfig::new(1).with_height(height).with_width(width);
            config.stem_stride_or_default()
        };
        assert_eq!(ConvNetConfig::new(1).stem_stride_or_default(), 1);
        assert_eq!(
            [of(16, 15), of(64, 64), of(65, 9), of(128, 128)],
            [1, 1, 2, 2]
        );
        assert_eq!([of(224, 224), of(9, 1000)], [4, 4]);
        assert_eq!(
            ConvNetConfig::new(1)
                .with_height(224)
                .with_stem_stride(1)
                .stem_stride_or_default(),
            1
        );
    }

    #[test]
    fn a_study_file_may_name_options_only() {
        let config: ConvNetConfig = serde_json::from_str(r#"{"channels": 2}"#).unwrap();
        assert_eq!(config, ConvNetConfig::new(2));
        assert!(serde_json::from_str::<ConvNetConfig>(r#"{"channels": 2, "depth": 3}"#).is_err());
    }
}
