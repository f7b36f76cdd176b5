//! One encoder alone: `midfuse-tabular` and nothing else of midfuse.
//!
//! An FT-Transformer learns a rule that no single column shows: the class is the sign of the product
//! of the first two numbers, turned round where the category is 2. Some numbers are missing.
#![allow(clippy::print_stdout, reason = "an example prints")]

use std::error::Error;

use midfuse_examples::Arguments;
use midfuse_tabular::tch::nn::{Module, OptimizerConfig};
use midfuse_tabular::tch::{Device, Kind, Tensor, nn, no_grad};
use midfuse_tabular::{Config, Encoder, FtTransformer, FtTransformerConfig, Mode, TabularInput};

const N_ROWS: i64 = 1024;
const N_TRAIN: i64 = 768;
const FLOATS: (Kind, Device) = (Kind::Float, Device::Cpu);

/// An encoder and a linear layer on its pooled vector.
struct Classifier {
    encoder: FtTransformer,
    head: nn::Linear,
}

impl Classifier {
    /// Logits `[B, 2]`.
    fn forward(&self, table: &TabularInput, mode: Mode) -> midfuse_tabular::Result<Tensor> {
        Ok(self.head.forward(&self.encoder.encode(table, mode)?.pooled))
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::from_env(&["steps"])?;
    let steps = arguments.number("steps", 400)?;

    let vs = nn::VarStore::new(Device::Cpu);
    let encoder = FtTransformerConfig::new(3, [2], 32)
        .with_n_blocks(2)
        .with_dropout_p(0.0, 0.0, 0.0)
        .init(vs.root() / "encoder")?;
    let head = nn::linear(vs.root() / "head", encoder.d_out(), 2, Default::default());
    let model = Classifier { encoder, head };

    let (table, labels) = table()?;
    let all = Tensor::arange(N_ROWS, (Kind::Int64, Device::Cpu));
    let (train, held_out) = (
        all.narrow(0, 0, N_TRAIN),
        all.narrow(0, N_TRAIN, N_ROWS - N_TRAIN),
    );
    let mut adam = nn::AdamW::default().build(&vs, 2e-3)?;
    for step in 0..steps {
        let picked = Tensor::randint(N_TRAIN, [64], (Kind::Int64, Device::Cpu));
        let rows = train.index_select(0, &picked);
        let logits = model.forward(&table.select(&rows), Mode::Train)?;
        let loss = logits.cross_entropy_for_logits(&labels.index_select(0, &rows));
        adam.backward_step(&loss);
        if step % 100 == 0 {
            println!("step {step}: loss {:.3}", loss.double_value(&[]));
        }
    }
    for (name, rows) in [("train", &train), ("held-out", &held_out)] {
        let logits = no_grad(|| model.forward(&table.select(rows), Mode::Eval))?;
        let accuracy = logits.accuracy_for_logits(&labels.index_select(0, rows));
        println!("{name} accuracy {:.3}", accuracy.double_value(&[]));
    }
    Ok(())
}

/// Three numeric columns, the third of which is noise with gaps, and one category, 1 or 2.
fn table() -> midfuse_tabular::Result<(TabularInput, Tensor)> {
    let numeric = Tensor::randn([N_ROWS, 3], FLOATS);
    let category = Tensor::randint_low(1, 3, [N_ROWS, 1], (Kind::Int64, Device::Cpu));
    let product = numeric.select(1, 0) * numeric.select(1, 1);
    let turned = category.select(1, 0).eq(2);
    let labels = product.gt(0.0).logical_xor(&turned).to_kind(Kind::Int64);
    let missing = Tensor::rand([N_ROWS, 1], FLOATS).lt(0.2);
    let third = numeric.narrow(1, 2, 1).masked_fill(&missing, f64::NAN);
    let numeric = Tensor::cat(&[numeric.narrow(1, 0, 2), third], 1);
    Ok((
        TabularInput::new(Some(numeric), Some(category), None)?,
        labels,
    ))
}
