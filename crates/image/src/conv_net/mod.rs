//! A small plain convolutional network.
//!
//! **Paper**: Simonyan and Zisserman 2015, "Very Deep Convolutional Networks for Large-Scale Image
//! Recognition", section 2.1, with the batch normalisation of Ioffe and Szegedy 2015.
//! **Reference implementation**: torchvision's `vgg.make_layers(cfg, batch_norm=True)`, composed of
//! `torch.nn.Conv2d`, `BatchNorm2d`, `ReLU` and `MaxPool2d` in `tools/golden/image_conv_net.py`.
//!
//! NOTE[DIFF] from VGG: one convolution per block; no bias in the convolutions, since that of the
//! normalisation follows; a mean over positions in place of flattening and two hidden layers (as in
//! Lin et al. 2014, "Network in Network", section 3.2); a pooling window is never larger than the
//! map, so that images down to one pixel pass; the first convolution strides where images are large,
//! as that of Krizhevsky et al. 2012 does; parameters are named `blocks.{i}.conv.weight` and
//! `blocks.{i}.bn.*`.

mod config;

use midfuse_core::{Encoded, Encoder, Error, Mode, Result, Tokens};
use midfuse_nn::dropout;
use tch::{Device, Kind, Tensor};

pub use config::ConvNetConfig;

use crate::conv::ConvNorm;
use crate::{FeatureMaps, ImageInput};

const MODULE: &str = "ConvNet";

/// Convolution, batch normalisation, ReLU and pooling, a few times, then a mean over positions.
///
/// Depth 0 is the output of the first block, the stem; each further block is a stage.
///
/// # Shapes
/// - input: pixels `[B, C, H, W]`, any `H` and `W` of at least 1
/// - tokens at depth `i`: `[B, H_i * W_i, widths[i]]`
/// - pooled: `[B, widths[last]]`
#[derive(Debug)]
pub struct ConvNet {
    blocks: Vec<Block>,
    channels: i64,
    widths: Vec<i64>,
    dropout_p: f64,
    kind: Kind,
    device: Device,
}

#[derive(Debug)]
struct Block {
    conv: ConvNorm,
    /// Whether a 2x2 max-pooling follows.
    pools: bool,
}

impl Block {
    /// `[B, C, H, W]` to `[B, C', H / 2, W / 2]` with pooling, `[B, C', H, W]` without.
    fn forward(&self, x: &Tensor, mode: Mode) -> Result<Tensor> {
        let maps = self.conv.forward(x, mode)?.relu_();
        if !self.pools {
            return Ok(maps);
        }
        let (_, _, height, width) = maps.size4().map_err(|source| Error::Torch {
            context: "ConvNet: maps of a block".to_owned(),
            source,
        })?;
        let window = [height.min(2), width.min(2)];
        Ok(maps.max_pool2d(window, window, [0, 0], [1, 1], false))
    }
}

impl ConvNet {
    fn apply_block(&self, i: usize, state: FeatureMaps, mode: Mode) -> Result<FeatureMaps> {
        let block = self.blocks.get(i).ok_or_else(|| Error::Input {
            module: MODULE,
            expected: format!("a stage below {}", self.n_stages()),
            got: format!("stage {}", i.saturating_sub(1)),
        })?;
        let maps = block.forward(state.maps(), state.norm_mode(mode))?;
        Ok(state.with_maps(maps))
    }
}

impl Encoder for ConvNet {
    type Input = ImageInput;
    type State = FeatureMaps;

    fn embed(&self, input: &ImageInput, mode: Mode) -> Result<FeatureMaps> {
        let pixels = input.gather(MODULE, self.channels, self.kind, self.device)?;
        pixels.check_statistics(MODULE, mode)?;
        self.apply_block(0, pixels, mode)
    }

    fn n_stages(&self) -> usize {
        self.blocks.len().saturating_sub(1)
    }

    fn stage(&self, i: usize, state: FeatureMaps, mode: Mode) -> Result<FeatureMaps> {
        self.apply_block(i.saturating_add(1), state, mode)
    }

    fn tokens(&self, state: &FeatureMaps) -> Result<Tokens> {
        Ok(state.tokens())
    }

    fn tokens_at_most(&self, state: &FeatureMaps, most: i64) -> Result<Tokens> {
        Ok(state.tokens_at_most(most))
    }

    fn d_at(&self, depth: usize) -> i64 {
        self.widths
            .get(depth)
            .copied()
            .unwrap_or_else(|| self.d_out())
    }

    fn pool(&self, state: FeatureMaps, mode: Mode) -> Result<Encoded> {
        Ok(state.encode(|pooled| dropout(&pooled, self.dropout_p, mode)))
    }

    fn d_out(&self) -> i64 {
        self.widths.last().copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use midfuse_core::Config;
    use tch::nn;

    fn input(shape: [i64; 4]) -> ImageInput {
        ImageInput::new(Tensor::rand(shape, (Kind::Float, Device::Cpu)))
    }

    #[test]
    fn small_and_odd_images_pass() {
        let vs = nn::VarStore::new(Device::Cpu);
        let net = ConvNetConfig::new(2).init(vs.root()).unwrap();
        for (height, width, tokens) in [(16, 15, 4 * 3), (1, 1, 1), (1, 9, 2), (3, 2, 1)] {
            let encoded = net
                .encode(&input([2, 2, height, width]), Mode::Train)
                .unwrap();
            assert_eq!(encoded.pooled.size(), [2, 64]);
            assert_eq!(encoded.tokens.x.size(), [2, tokens, 64], "{height}x{width}");
        }
    }

    #[test]
    fn the_stem_makes_large_images_small() {
        let vs = nn::VarStore::new(Device::Cpu);
        let config = ConvNetConfig::new(1).with_height(224).with_width(224);
        let net = config.init(vs.root()).unwrap();
        let stem = vs.variables().remove("blocks.0.conv.weight").unwrap();
        assert_eq!(stem.size(), [16, 1, 7, 7]);
        for (depth, n_tokens) in [(0, 28 * 28), (1, 14 * 14), (2, 14 * 14)] {
            let tokens = net
                .encode_to(&input([2, 1, 224, 224]), depth, Mode::Eval)
                .unwrap();
            assert_eq!(tokens.x.size(), [2, n_tokens, net.d_at(depth)]);
        }
        let tokens = net.encode_to_at_most(&input([2, 1, 224, 224]), 0, 256, Mode::Eval);
        assert_eq!(tokens.unwrap().x.size(), [2, 14 * 14, 16]);
    }

    #[test]
    fn widths_by_depth_are_those_of_the_tokens() {
        let vs = nn::VarStore::new(Device::Cpu);
        let net = ConvNetConfig::new(1).init(vs.root()).unwrap();
        for (depth, n_tokens) in [(0, 8 * 7), (1, 4 * 3), (2, 4 * 3)] {
            let tokens = net
                .encode_to(&input([3, 1, 16, 15]), depth, Mode::Eval)
                .unwrap();
            assert_eq!(tokens.x.size(), [3, n_tokens, net.d_at(depth)]);
        }
        let error = net
            .encode_to(&input([3, 1, 16, 15]), 3, Mode::Eval)
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "ConvNet: expected a stage below 2, got stage 2"
        );
    }

    #[test]
    fn a_batch_without_any_image_moves_nothing() {
        let vs = nn::VarStore::new(Device::Cpu);
        let net = ConvNetConfig::new(1).init(vs.root()).unwrap();
        let pixels = Tensor::full([2, 1, 8, 8], f64::NAN, (Kind::Float, Device::Cpu));
        let absent = ImageInput::with_present(pixels, Tensor::from_slice(&[false, false]));
        for mode in [Mode::Train, Mode::Eval] {
            let encoded = net.encode(&absent, mode).unwrap();
            assert_eq!(
                encoded.pooled,
                Tensor::zeros([2, 64], (Kind::Float, Device::Cpu))
            );
            encoded.pooled.sum(Kind::Float).backward();
        }
        let mean = vs.variables().remove("blocks.0.bn.running_mean").unwrap();
        assert_eq!(mean, Tensor::zeros([16], (Kind::Float, Device::Cpu)));
    }
}
