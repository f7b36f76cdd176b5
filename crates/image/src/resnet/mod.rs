//! A residual network.
//!
//! **Paper**: He, Zhang, Ren and Sun 2016, "Deep Residual Learning for Image Recognition", table 1.
//! **Reference implementation**: torchvision's `models/resnet.py` (`resnet18`, `resnet34`,
//! `resnet50`), whose parameter names, numbers and initial values these are.
//!
//! NOTE[DIFF] from the paper, as in torchvision: a bottleneck strides in its 3x3 convolution and
//! not in its first 1x1.
//! NOTE[DIFF] from torchvision: no `fc` (the pooled features are the output, a head follows) and no
//! `num_batches_tracked`; any number of channels; [`ResNetConfig::d_stem`] may differ from 64;
//! [`Stem::Small`] for small images; rows whose image is absent are left out.

mod block;
mod config;

use midfuse_core::{Encoded, Encoder, Error, Mode, Result, Tokens};
use tch::{Device, Kind};

pub use config::{ResNetConfig, Stem};

use self::block::ResidualBlock;
use crate::conv::ConvNorm;
use crate::{FeatureMaps, ImageInput};

const MODULE: &str = "ResNet";

/// Residual blocks in four layers behind a stem, then a mean over positions.
///
/// Depth 0 is the output of the stem; `layer1` to `layer4` are the stages. Parameters are named as
/// in torchvision: `conv1.weight`, `bn1.*`, `layer1.0.conv1.weight`, `layer2.0.downsample.0.weight`.
///
/// # Shapes
/// - input: pixels `[B, C, H, W]`, any `H` and `W` of at least 1
/// - tokens at depth `i`: `[B, H_i * W_i, d_at(i)]`
/// - pooled: `[B, d_out]`, 512 for ResNet-18 and -34, 2048 for ResNet-50
///
/// # Pretrained weights
/// `midfuse_core::checkpoint::load_pretrained` takes torchvision's state dict as safetensors; its
/// report lists `fc.*` and `num_batches_tracked` as not used.
#[derive(Debug)]
pub struct ResNet {
    stem: ConvNorm,
    /// Whether a 3x3 max-pooling of stride 2 ends the stem.
    stem_pools: bool,
    layers: Vec<Vec<ResidualBlock>>,
    channels: i64,
    /// Width after the stem and after each layer.
    d_at: Vec<i64>,
    kind: Kind,
    device: Device,
}

impl Encoder for ResNet {
    type Input = ImageInput;
    type State = FeatureMaps;

    fn embed(&self, input: &ImageInput, mode: Mode) -> Result<FeatureMaps> {
        let pixels = input.gather(MODULE, self.channels, self.kind, self.device)?;
        pixels.check_statistics(MODULE, mode)?;
        let mut maps = self
            .stem
            .forward(pixels.maps(), pixels.norm_mode(mode))?
            .relu_();
        if self.stem_pools {
            maps = maps.max_pool2d([3, 3], [2, 2], [1, 1], [1, 1], false);
        }
        Ok(pixels.with_maps(maps))
    }

    fn n_stages(&self) -> usize {
        self.layers.len()
    }

    fn stage(&self, i: usize, state: FeatureMaps, mode: Mode) -> Result<FeatureMaps> {
        let blocks = self.layers.get(i).ok_or_else(|| Error::Input {
            module: MODULE,
            expected: format!("a stage below {}", self.n_stages()),
            got: format!("stage {i}"),
        })?;
        let mode = state.norm_mode(mode);
        let mut maps = state.maps().shallow_clone();
        for block in blocks {
            maps = block.forward(&maps, mode)?;
        }
        Ok(state.with_maps(maps))
    }

    fn tokens(&self, state: &FeatureMaps) -> Result<Tokens> {
        Ok(state.tokens())
    }

    fn tokens_at_most(&self, state: &FeatureMaps, most: i64) -> Result<Tokens> {
        Ok(state.tokens_at_most(most))
    }

    fn d_at(&self, depth: usize) -> i64 {
        self.d_at
            .get(depth)
            .copied()
            .unwrap_or_else(|| self.d_out())
    }

    fn pool(&self, state: FeatureMaps, _mode: Mode) -> Result<Encoded> {
        Ok(state.encode(|pooled| pooled))
    }

    fn d_out(&self) -> i64 {
        self.d_at.last().copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use midfuse_core::Config;
    use tch::{Tensor, nn};

    fn n_parameters(config: &ResNetConfig) -> i64 {
        let vs = nn::VarStore::new(Device::Cpu);
        let _net = config.init(vs.root()).unwrap();
        vs.trainable_variables()
            .iter()
            .map(|p| p.numel() as i64)
            .sum()
    }

    #[test]
    fn numbers_of_parameters_are_torchvisions_without_fc() {
        // python: sum(p.numel() for n, p in torchvision.models.resnet18().named_parameters()
        //             if not n.startswith("fc."))
        assert_eq!(n_parameters(&ResNetConfig::resnet18(3)), 11_176_512);
        assert_eq!(n_parameters(&ResNetConfig::resnet34(3)), 21_284_672);
        assert_eq!(n_parameters(&ResNetConfig::resnet50(3)), 23_508_032);
    }

    #[test]
    fn tokens_shrink_by_depth() {
        let vs = nn::VarStore::new(Device::Cpu);
        let config = ResNetConfig::resnet50(2).with_d_stem(8);
        let net = config.init(vs.root()).unwrap();
        let input = ImageInput::new(Tensor::rand([2, 2, 33, 64], (Kind::Float, Device::Cpu)));
        for (depth, n_tokens) in [(0, 9 * 16), (1, 9 * 16), (2, 5 * 8), (3, 3 * 4), (4, 2 * 2)] {
            let tokens = net.encode_to(&input, depth, Mode::Eval).unwrap();
            assert_eq!(tokens.x.size(), [2, n_tokens, net.d_at(depth)]);
        }
        assert_eq!(net.d_out(), 256);
        assert!(matches!(
            net.encode_to(&input, 5, Mode::Eval),
            Err(Error::Input { .. })
        ));
    }

    #[test]
    fn zero_init_makes_blocks_the_identity() {
        let vs = nn::VarStore::new(Device::Cpu);
        let config = ResNetConfig::resnet18(1)
            .with_d_stem(8)
            .with_stem(Stem::Small);
        let net = config
            .with_zero_init_residual(true)
            .init(vs.root())
            .unwrap();
        let input = ImageInput::new(Tensor::rand([2, 1, 5, 5], (Kind::Float, Device::Cpu)));
        let stem = net.encode_to(&input, 0, Mode::Eval).unwrap();
        let layer1 = net.encode_to(&input, 1, Mode::Eval).unwrap();
        assert_eq!(stem.x, layer1.x);
    }

    #[test]
    fn initial_values_have_the_spread_of_torchvision() {
        let vs = nn::VarStore::new(Device::Cpu);
        let _net = ResNetConfig::resnet18(3).init(vs.root()).unwrap();
        let weight = vs.variables().remove("layer4.1.conv2.weight").unwrap();
        // sqrt(2 / fan_out), fan_out = 512 * 3 * 3
        let expected = (2.0_f64 / (512.0 * 9.0)).sqrt();
        assert!((weight.std(true).double_value(&[]) / expected - 1.0).abs() < 0.01);
        let scale = vs.variables().remove("bn1.weight").unwrap();
        assert_eq!(scale, Tensor::ones([64], (Kind::Float, Device::Cpu)));
    }
}
