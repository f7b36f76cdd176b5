//! Each fusion over three modalities: forward, and forward with backward.

use midfuse_core::{Config, Encoded, Fusion, Mode, Tokens};
use midfuse_fusion::{
    AttentionFusionConfig, ConcatFusionConfig, EarlyFusionConfig, LateFusionConfig,
    RawEarlyFusionConfig, RawFeatures,
};
use tch::{Device, Kind, Tensor, nn, no_grad};

use crate::{Case, Iteration, Result, shapes};

/// Widths of the three modalities, and their numbers of tokens.
const WIDTHS: [i64; 3] = [64, 64, 128];
const TOKENS: [i64; 3] = [12, 12, 1];
const D_OUT: i64 = 64;

/// Cases of every fusion.
pub fn fusions() -> Vec<Case> {
    [
        cases("early-fusion", || {
            fused(&EarlyFusionConfig::new(WIDTHS, D_OUT))
        }),
        cases("raw-early-fusion", raw_early),
        cases("concat-fusion", || {
            fused(&ConcatFusionConfig::new(WIDTHS, D_OUT))
        }),
        cases("attention-fusion", || {
            fused(&AttentionFusionConfig::new(WIDTHS, D_OUT))
        }),
        cases("late-fusion", late),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A fusion with its input: the tensor that comes out.
type Forward = Box<dyn Fn(Mode) -> Result<Tensor>>;

fn cases(name: &str, build: fn() -> Result<(nn::VarStore, Forward)>) -> [Case; 2] {
    [
        Case::new(name, "forward", move || {
            let (_, forward) = build()?;
            let iteration: Iteration = Box::new(move || {
                let _out = no_grad(|| forward(Mode::Eval))?;
                Ok(())
            });
            Ok(iteration)
        }),
        Case::new(name, "forward-backward", move || {
            let (vs, forward) = build()?;
            let params = vs.trainable_variables();
            let iteration: Iteration = Box::new(move || {
                midfuse_torch::optim::zero_grad(&params)?;
                forward(Mode::Train)?
                    .square()
                    .mean(Kind::Float)
                    .f_backward()?;
                Ok(())
            });
            Ok(iteration)
        }),
    ]
}

fn parts() -> Vec<Encoded> {
    let sizes = WIDTHS.into_iter().zip(TOKENS);
    let part = sizes.map(|(d, t)| Encoded {
        pooled: shapes::random(&[shapes::BATCH, d]),
        tokens: Tokens::all_valid(shapes::random(&[shapes::BATCH, t, d])),
    });
    part.collect()
}

fn fused<C, F>(config: &C) -> Result<(nn::VarStore, Forward)>
where
    C: Config<Module = F>,
    F: Fusion + 'static,
{
    let vs = nn::VarStore::new(Device::Cpu);
    let fusion = config.init(vs.root())?;
    let parts = parts();
    let forward = move |mode| Ok(fusion.fuse(&parts, mode)?.pooled);
    Ok((vs, Box::new(forward)))
}

fn raw_early() -> Result<(nn::VarStore, Forward)> {
    let shapes: [&[i64]; 3] = [&[1, 16, 15], &[12, 18], &[47]];
    let d_in = shapes.map(|shape| shape.iter().product());
    let parts: Vec<RawFeatures> = shapes
        .iter()
        .map(|shape| RawFeatures {
            values: shapes::random(&[&[shapes::BATCH], *shape].concat()),
            present: None,
        })
        .collect();
    let vs = nn::VarStore::new(Device::Cpu);
    let fusion = RawEarlyFusionConfig::new(d_in, D_OUT).init(vs.root())?;
    let forward = move |mode| Ok(fusion.fuse_raw(&parts, mode)?.pooled);
    Ok((vs, Box::new(forward)))
}

fn late() -> Result<(nn::VarStore, Forward)> {
    let vs = nn::VarStore::new(Device::Cpu);
    let fusion = LateFusionConfig::classify(WIDTHS, shapes::CLASSES).init(vs.root())?;
    let parts = parts();
    let forward = move |mode| Ok(fusion.forward(&parts, mode)?);
    Ok((vs, Box::new(forward)))
}
