//! Each encoder: forward, and forward with backward.

use midfuse_core::{Config, Encoder, Mode};
use midfuse_image::{ConvNetConfig, ResNetConfig};
use midfuse_sequence::{GruConfig, LstmConfig, SequenceTransformerConfig, StepsConfig};
use midfuse_tabular::{FtTransformerConfig, MlpConfig, TabularResNetConfig};
use tch::{Device, Kind, nn, no_grad};

use crate::{Case, Iteration, Result, shapes};

/// Cases of every encoder.
pub fn encoders() -> Vec<Case> {
    let small_images = || Ok(shapes::images(1, 16, 15));
    let images = || Ok(shapes::images(3, 64, 64));
    let sensors = || shapes::steps(12, 18);
    let tokens = || shapes::steps(128, 128);
    let table = || shapes::columns(47);
    let steps = StepsConfig::values(18);
    [
        cases("conv-net", ConvNetConfig::new(1), small_images),
        cases("resnet18", ResNetConfig::resnet18(3), images),
        cases("gru", GruConfig::new(steps, 64), sensors),
        cases("lstm", LstmConfig::new(steps, 64), sensors),
        cases(
            "sequence-transformer",
            SequenceTransformerConfig::small(StepsConfig::values(128)),
            tokens,
        ),
        cases("mlp", MlpConfig::new(47, []).with_d_periodic(0), table),
        cases("mlp-periodic", MlpConfig::new(47, []), table),
        cases(
            "tabular-resnet",
            TabularResNetConfig::new(47, []).with_d_periodic(0),
            table,
        ),
        cases(
            "ft-transformer",
            FtTransformerConfig::new(47, [], 64),
            table,
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// `forward` predicts; `forward-backward` trains without an optimiser.
fn cases<C, E>(
    name: &str,
    config: C,
    input: impl Fn() -> Result<E::Input> + Copy + 'static,
) -> [Case; 2]
where
    C: Config<Module = E> + 'static,
    E: Encoder + 'static,
    E::Input: 'static,
{
    let again = config.clone();
    [
        Case::new(name, "forward", move || forward(&config, input()?)),
        Case::new(name, "forward-backward", move || {
            forward_backward(&again, input()?)
        }),
    ]
}

fn forward<C, E>(config: &C, input: E::Input) -> Result<Iteration>
where
    C: Config<Module = E>,
    E: Encoder + 'static,
    E::Input: 'static,
{
    let vs = nn::VarStore::new(Device::Cpu);
    let encoder = config.init(vs.root())?;
    Ok(Box::new(move || {
        no_grad(|| encoder.encode(&input, Mode::Eval))?;
        Ok(())
    }))
}

fn forward_backward<C, E>(config: &C, input: E::Input) -> Result<Iteration>
where
    C: Config<Module = E>,
    E: Encoder + 'static,
    E::Input: 'static,
{
    let vs = nn::VarStore::new(Device::Cpu);
    let encoder = config.init(vs.root())?;
    let params = vs.trainable_variables();
    Ok(Box::new(move || {
        midfuse_torch::optim::zero_grad(&params)?;
        let encoded = encoder.encode(&input, Mode::Train)?;
        encoded.pooled.square().mean(Kind::Float).f_backward()?;
        Ok(())
    }))
}
