//! The training step: gradients reset, forward, loss, backward, step of the optimiser.

use midfuse_core::{Config, Encoded, Encoder, Fusion, Mode};
use midfuse_fusion::{ConcatFusion, ConcatFusionConfig, Head, HeadConfig, loss};
use midfuse_image::{ConvNet, ConvNetConfig, ImageInput, ResNetConfig};
use midfuse_nn::MlpConfig as NnMlpConfig;
use midfuse_sequence::{Gru, GruConfig, SequenceInput, SequenceTransformerConfig, StepsConfig};
use midfuse_tabular::{Mlp, MlpConfig, TabularInput};
use midfuse_train::{AdamWConfig, Decay, OptimizerConfig, Params, SgdConfig};
use tch::{Device, Tensor, nn};

use crate::{Case, Iteration, Result, shapes};

/// Cases of the training step.
pub fn training() -> Vec<Case> {
    vec![
        Case::new("mlp-64-128-2", "train", || mlp(&AdamWConfig::default())),
        Case::new("mlp-64-128-2-sgd", "train", || {
            mlp(&SgdConfig::new(0.9).with_nesterov(true))
        }),
        Case::new("trimodal", "train", trimodal),
        Case::new("resnet18", "train", || {
            single(&ResNetConfig::resnet18(3), shapes::images(3, 64, 64))
        }),
        Case::new("sequence-transformer", "train", || {
            let config = SequenceTransformerConfig::small(StepsConfig::values(128));
            single(&config, shapes::steps(128, 128)?)
        }),
        Case::new("gru", "train", || {
            single(
                &GruConfig::new(StepsConfig::values(18), 64),
                shapes::steps(12, 18)?,
            )
        }),
    ]
}

/// A step of `midfuse_train` on one batch, without clipping, as PyTorch's default.
fn step(
    vs: &nn::VarStore,
    optimizer: &dyn OptimizerConfig,
    n_classes: i64,
    forward: impl Fn() -> Result<Tensor> + 'static,
) -> Result<Iteration> {
    let params = Params::new(vs, Decay::All);
    let mut optimizer = optimizer.init(&params)?;
    let targets = shapes::labels(n_classes);
    Ok(Box::new(move || {
        params.zero_grad()?;
        let loss = loss::cross_entropy(&forward()?, &targets, None)?;
        loss.f_backward()?;
        optimizer.step(1e-3)?;
        Ok(())
    }))
}

fn mlp(optimizer: &dyn OptimizerConfig) -> Result<Iteration> {
    let vs = nn::VarStore::new(Device::Cpu);
    let mlp = NnMlpConfig::new(64, [128], 2).init(vs.root())?;
    let x = shapes::random(&[shapes::BATCH, 64]);
    step(&vs, optimizer, 2, move || Ok(mlp.forward(&x, Mode::Train)))
}

/// One encoder and a linear head.
fn single<C, E>(config: &C, input: E::Input) -> Result<Iteration>
where
    C: Config<Module = E>,
    E: Encoder + 'static,
    E::Input: 'static,
{
    let vs = nn::VarStore::new(Device::Cpu);
    let encoder = config.init(vs.root() / "encoder")?;
    let head = HeadConfig::classify(encoder.d_out(), shapes::CLASSES).init(vs.root() / "head")?;
    step(&vs, &AdamWConfig::default(), shapes::CLASSES, move || {
        let encoded = encoder.encode(&input, Mode::Train)?;
        Ok(head.forward(&encoded, Mode::Train)?)
    })
}

/// Image, sequence and table, concatenated.
struct Trimodal {
    image: ConvNet,
    sequence: Gru,
    table: Mlp,
    fusion: ConcatFusion,
    head: Head,
}

impl Trimodal {
    fn new(vs: &nn::Path) -> Result<Self> {
        let image = ConvNetConfig::new(1).init(vs / "image")?;
        let sequence = GruConfig::new(StepsConfig::values(18), 64).init(vs / "sequence")?;
        let table = MlpConfig::new(47, [])
            .with_d_periodic(0)
            .init(vs / "table")?;
        let widths = [image.d_out(), sequence.d_out(), table.d_out()];
        let fusion = ConcatFusionConfig::new(widths, 64).init(vs / "fusion")?;
        let head = HeadConfig::classify(fusion.d_out(), shapes::CLASSES).init(vs / "head")?;
        Ok(Self {
            image,
            sequence,
            table,
            fusion,
            head,
        })
    }

    fn forward(&self, input: &(ImageInput, SequenceInput, TabularInput)) -> Result<Tensor> {
        let mode = Mode::Train;
        let parts: [Encoded; 3] = [
            self.image.encode(&input.0, mode)?,
            self.sequence.encode(&input.1, mode)?,
            self.table.encode(&input.2, mode)?,
        ];
        let fused = self.fusion.fuse(&parts, mode)?;
        Ok(self.head.forward(&fused, mode)?)
    }
}

fn trimodal() -> Result<Iteration> {
    let vs = nn::VarStore::new(Device::Cpu);
    let model = Trimodal::new(&vs.root())?;
    let input = (
        shapes::images(1, 16, 15),
        shapes::steps(12, 18)?,
        shapes::columns(47)?,
    );
    step(&vs, &AdamWConfig::default(), shapes::CLASSES, move || {
        model.forward(&input)
    })
}
