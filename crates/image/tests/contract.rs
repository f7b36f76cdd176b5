//! What every encoder promises, for each image encoder.
#![cfg(test)]

use midfuse_image::tch::{Device, Kind, Tensor};
use midfuse_image::{ConvNetConfig, ImageInput, ResNetConfig, Stem};
use midfuse_testing::{Contract, ErrorKind, Inputs, check_encoder, on_another_device};

/// Images that depend on the seed alone.
fn inputs(channels: i64, height: i64, width: i64) -> Inputs<ImageInput> {
    let n_pixels = channels * height * width;
    Inputs {
        batch: Box::new(move |b, seed| {
            let values: Vec<f32> = (0..b)
                .flat_map(|row| (0..n_pixels).map(move |i| (row, i)))
                .map(|(row, i)| {
                    let key = [row.to_le_bytes(), i.to_le_bytes()].concat();
                    seed.hash(&key) as f32 / u64::MAX as f32 * 4.0 - 2.0
                })
                .collect();
            ImageInput::new(Tensor::from_slice(&values).view([b, channels, height, width]))
        }),
        select: Box::new(|input, rows| ImageInput {
            pixels: input.pixels.index_select(0, rows),
            present: input.present.as_ref().map(|p| p.index_select(0, rows)),
        }),
        absent: Box::new(|input, present, fill| {
            let absent = present.logical_not().view([-1, 1, 1, 1]);
            let pixels = input.pixels.masked_fill(&absent, fill);
            ImageInput::with_present(pixels, present.shallow_clone())
        }),
        pad: None,
        on_another_device: Some(Box::new(|input| {
            ImageInput::new(on_another_device(&input.pixels))
        })),
    }
}

fn pixels(size: [i64; 4], kind: Kind) -> Tensor {
    Tensor::ones(size, (kind, Device::Cpu))
}

/// The contract of an encoder of `channels` channels, with inputs that each must refuse.
fn of<C>(name: &'static str, config: C, d_out: i64, size: [i64; 3]) -> Contract<C, ImageInput> {
    let [channels, height, width] = size;
    let fits = |kind| pixels([2, channels, height, width], kind);
    let flat = Tensor::ones([2, height, width], (Kind::Float, Device::Cpu));
    let short = Tensor::ones([3], (Kind::Bool, Device::Cpu));
    let numbers = Tensor::ones([2], (Kind::Float, Device::Cpu));
    Contract::new(name, config, d_out, inputs(channels, height, width))
        .rejects("rank", ImageInput::new(flat), ErrorKind::Shape)
        .rejects(
            "channels",
            ImageInput::new(pixels([2, channels + 1, height, width], Kind::Float)),
            ErrorKind::Shape,
        )
        .rejects(
            "no pixels",
            ImageInput::new(pixels([2, channels, 0, width], Kind::Float)),
            ErrorKind::Shape,
        )
        .rejects(
            "dtype",
            ImageInput::new(fits(Kind::Double)),
            ErrorKind::Kind,
        )
        .rejects("bytes", ImageInput::new(fits(Kind::Uint8)), ErrorKind::Kind)
        .rejects(
            "rows of present",
            ImageInput::with_present(fits(Kind::Float), short),
            ErrorKind::Shape,
        )
        .rejects(
            "dtype of present",
            ImageInput::with_present(fits(Kind::Float), numbers),
            ErrorKind::Kind,
        )
}

#[test]
fn conv_net() {
    let config = ConvNetConfig::new(2);
    let contract = of("ConvNet", config.clone(), 64, [2, 16, 15])
        .with_dropout(ConvNetConfig::with_dropout_p)
        .rejects_config("channels", ConvNetConfig::new(-3))
        .rejects_config("widths", config.clone().with_widths([]))
        .rejects_config("widths[0]", config.clone().with_widths([0]))
        .rejects_config("kernel_size", config.clone().with_kernel_size(4))
        .rejects_config("n_pools", config.clone().with_n_pools(9))
        .rejects_config("dropout_p", config.with_dropout_p(f64::INFINITY));
    check_encoder(&contract);
}

#[test]
fn conv_net_of_one_block_on_tiny_images() {
    let config = ConvNetConfig::new(13)
        .with_widths([8])
        .with_kernel_size(1)
        .with_n_pools(1);
    check_encoder(&of("ConvNet", config, 8, [13, 1, 3]).overfits_with(2e-2, 300));
}

#[test]
fn resnet() {
    let config = ResNetConfig::resnet18(3)
        .with_d_stem(8)
        .with_stem(Stem::Small);
    let contract = of("ResNet", config.clone(), 64, [3, 12, 10])
        .rejects_config("channels", ResNetConfig::resnet18(0))
        .rejects_config("depth", ResNetConfig::new(3, -18))
        .rejects_config("d_stem", config.with_d_stem(-1));
    check_encoder(&contract);
}

#[test]
fn resnet_of_bottlenecks() {
    let config = ResNetConfig::resnet50(1).with_d_stem(8);
    // Before pooling, torchvision's network of these widths differs by 4.7e-4 to 1.1e-3 itself when
    // rows are permuted in train mode (channels last, twelve seeds): libtorch sums batch statistics
    // in f32 there, and fifty layers amplify it.
    let contract = of("ResNet", config, 256, [1, 40, 33]).with_order_tolerance(1.5e-3);
    check_encoder(&contract);
}
