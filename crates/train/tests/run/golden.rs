//! A small run equals PyTorch's step by step: `tools/golden/train_run.py`.

use std::path::Path;

use crate::support::{Points, one_at_a_time, weights};
use midfuse_core::{Mode, Model, Output, Result, Seed};
use midfuse_train::{AdamWConfig, Cosine, Decay, TrainConfig, epoch_order, fit};
use serde_json::Value;
use tch::{Device, Kind, Tensor, nn};

fn golden() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/run.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn numbers(list: &Value) -> Vec<f64> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|x| x.as_f64().unwrap())
        .collect()
}

#[derive(Debug)]
struct Mlp(nn::Linear, nn::Linear);

impl Model for Mlp {
    type Batch = Tensor;

    fn forward(&self, x: &Tensor, _mode: Mode) -> Result<Output> {
        let logits = x.apply(&self.0).tanh().apply(&self.1);
        Ok(Output { logits })
    }
}

/// Parameters by a formula of name and index, as in the script.
fn fill(vs: &nn::VarStore) {
    for (name, tensor) in weights(vs) {
        let sum: i64 = name.bytes().map(i64::from).sum();
        let n = tensor.numel() as i64;
        let values: Vec<f32> = (0..n)
            .map(|i| ((sum + 5 * i) % 13 - 6) as f32 / 8.0)
            .collect();
        let values = Tensor::from_slice(&values).reshape(tensor.size());
        tch::no_grad(|| tensor.shallow_clone().copy_(&values));
    }
}

#[test]
fn a_run_equals_pytorch_step_by_step() {
    let _alone = one_at_a_time();
    let golden = golden();
    let rows: Vec<i64> = (0..13).collect();
    let orders: Vec<Vec<i64>> = serde_json::from_value(golden["orders"].clone()).unwrap();
    let ours: Vec<Vec<i64>> = (0..3)
        .map(|epoch| epoch_order(&rows, Seed(5), epoch))
        .collect();
    assert_eq!(ours, orders);

    let source = Points::new(13);
    let vs = nn::VarStore::new(Device::Cpu);
    let root = vs.root();
    let model = Mlp(
        nn::linear(&root / "first", 3, 4, nn::LinearConfig::default()),
        nn::linear(&root / "last", 4, 2, nn::LinearConfig::default()),
    );
    fill(&vs);
    let config = TrainConfig::new(3)
        .with_batch_size(4)
        .with_lr(0.1)
        .with_optimizer(AdamWConfig::default().with_weight_decay(0.2))
        .with_decay(Decay::Matrices)
        .with_warmup(0.3)
        .with_schedule(Cosine::default())
        .with_clip_norm(Some(0.5));
    fit(&model, &vs, &source, &rows, &[], &config, Seed(5)).unwrap();

    let tolerance = golden["tolerance"].as_f64().unwrap();
    let expected = numbers(&golden["losses"]);
    let losses = source.losses.borrow();
    assert_eq!(losses.len(), expected.len());
    for (step, (ours, theirs)) in losses.iter().zip(&expected).enumerate() {
        assert!(
            (ours - theirs).abs() < tolerance,
            "step {step}: {ours} {theirs}"
        );
    }
    for (name, tensor) in weights(&vs) {
        let theirs = Tensor::from_slice(&numbers(&golden["weights"][&name]));
        let ours = tensor.detach().flatten(0, -1).to_kind(Kind::Double);
        let difference = (ours - theirs).abs().max().double_value(&[]);
        assert!(difference < tolerance, "{name}: {difference}");
    }
}
