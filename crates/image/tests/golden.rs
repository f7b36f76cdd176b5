//! Numbers, gradients and running statistics of torchvision's ResNet and of a convolutional network
//! composed of PyTorch's modules.
#![cfg(test)]

mod summary;

use std::collections::BTreeMap;

use midfuse_image::tch::{Device, Kind, Tensor, nn};
use midfuse_image::{Config, ConvNetConfig, Encoder, ImageInput, Mode, ResNetConfig, Stem};
use serde::Deserialize;
use summary::{
    Tolerance, Tolerances, assert_summaries, assert_summary, buffers, fill, fill_state, gradients,
    read,
};

#[derive(Deserialize)]
struct Golden<C> {
    tolerance: Tolerances,
    cases: Vec<C>,
}

#[derive(Deserialize)]
struct Expected {
    eval: Vec<f64>,
    train: Vec<f64>,
    #[serde(default)]
    tokens: Option<Vec<f64>>,
    pixels_gradient: Vec<f64>,
    gradients: BTreeMap<String, Vec<f64>>,
    buffers: BTreeMap<String, Vec<f64>>,
}

#[derive(Deserialize)]
struct ResNetCase {
    depth: i64,
    channels: i64,
    height: i64,
    width: i64,
    small_stem: bool,
    #[serde(flatten)]
    expected: Expected,
}

#[derive(Deserialize)]
struct ConvNetCase {
    channels: i64,
    height: i64,
    width: i64,
    widths: Vec<i64>,
    kernel_size: i64,
    n_pools: usize,
    present: Vec<bool>,
    #[serde(flatten)]
    expected: Expected,
}

/// Evaluates, then trains one step without an optimiser, and compares all that comes of it.
fn check<C>(
    config: &C,
    kind: Kind,
    present: &[bool],
    size: [i64; 3],
    expected: &Expected,
    tolerance: Tolerance,
) where
    C: Config<Module: Encoder<Input = ImageInput>>,
{
    let mut vs = nn::VarStore::new(Device::Cpu);
    vs.set_kind(kind);
    let encoder = config.init(vs.root()).unwrap();
    fill_state(&vs);
    let [channels, height, width] = size;
    let pixels = fill("pixels", &[present.len() as i64, channels, height, width]) * 8;
    let pixels = pixels.to_kind(kind).set_requires_grad(true);
    let input = ImageInput {
        pixels: pixels.shallow_clone(),
        present: present
            .contains(&false)
            .then(|| Tensor::from_slice(present)),
    };
    let evaluated = encoder.encode(&input, Mode::Eval).unwrap();
    assert_summary("eval", &evaluated.pooled, &expected.eval, tolerance.values);
    let trained = encoder.encode(&input, Mode::Train).unwrap();
    assert_summary("train", &trained.pooled, &expected.train, tolerance.values);
    let pooled = &trained.pooled * fill("cotangent", &trained.pooled.size());
    let mut loss = pooled.sum(Kind::Double);
    if let Some(tokens) = &expected.tokens {
        let x = &trained.tokens.x;
        assert_summary("tokens", x, tokens, tolerance.values);
        loss += (x * fill("token_cotangent", &x.size())).sum(Kind::Double);
    }
    loss.backward();
    assert_summary(
        "pixels",
        &pixels.grad(),
        &expected.pixels_gradient,
        tolerance.gradients,
    );
    assert_summaries(gradients(&vs), &expected.gradients, tolerance.gradients);
    assert_summaries(buffers(&vs), &expected.buffers, tolerance.values);
}

fn resnet_is_torchvisions(kind: Kind, tolerance: impl Fn(&Tolerances) -> Tolerance) {
    let golden: Golden<ResNetCase> = read("resnet.json");
    for case in &golden.cases {
        let mut config = ResNetConfig::new(case.channels, case.depth);
        if case.small_stem {
            config = config.with_stem(Stem::Small);
        }
        let size = [case.channels, case.height, case.width];
        eprintln!("{config:?} {kind:?}");
        let tolerance = tolerance(&golden.tolerance);
        check(&config, kind, &[true; 3], size, &case.expected, tolerance);
    }
}

// Two tests, side by side: they take long.
#[test]
fn resnet_is_torchvisions_in_double() {
    resnet_is_torchvisions(Kind::Double, |golden| golden.double);
}

#[test]
fn resnet_is_torchvisions_in_float() {
    resnet_is_torchvisions(Kind::Float, |golden| golden.float);
}

#[test]
fn conv_net_is_pytorchs() {
    let golden: Golden<ConvNetCase> = read("conv_net.json");
    for case in &golden.cases {
        let config = ConvNetConfig::new(case.channels)
            .with_widths(case.widths.clone())
            .with_kernel_size(case.kernel_size)
            .with_n_pools(case.n_pools);
        let size = [case.channels, case.height, case.width];
        for (kind, tolerance) in [
            (Kind::Double, golden.tolerance.double),
            (Kind::Float, golden.tolerance.float),
        ] {
            eprintln!("{config:?} {kind:?}");
            check(
                &config,
                kind,
                &case.present,
                size,
                &case.expected,
                tolerance,
            );
        }
    }
}
