//! Comparison with PyTorch: `tools/golden/torch_adamw.py` and `tools/golden/torch_flops.py`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests say what they expect in the shortest way"
)]

use std::path::Path;

use midfuse_torch::flops;
use midfuse_torch::optim::{AdamWNumbers, FusedAdamW, zero_grad};
use serde_json::Value;
use tch::{Device, Kind, Tensor};

fn golden(name: &str) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    serde_json::from_str(&std::fs::read_to_string(folder.join(name)).unwrap()).unwrap()
}

fn numbers(list: &Value) -> Vec<f64> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|x| x.as_f64().unwrap())
        .collect()
}

fn by_formula(n: i64, formula: impl Fn(i64) -> f64) -> Tensor {
    let values: Vec<f64> = (0..n).map(formula).collect();
    Tensor::from_slice(&values).to_kind(Kind::Float)
}

/// The 20 steps of the script, with gradients that come from a backward pass.
fn run(golden: &Value) -> FusedAdamW {
    let shapes: Vec<Vec<i64>> = serde_json::from_value(golden["shapes"].clone()).unwrap();
    let params: Vec<Tensor> = (0..)
        .zip(&shapes)
        .map(|(p, shape)| {
            let n = shape.iter().product();
            let start = by_formula(n, |i| ((7 * i + 3 * p) % 11 - 5) as f64 / 8.0);
            start.reshape(shape).set_requires_grad(true)
        })
        .collect();
    let mut adamw = FusedAdamW::new(params);
    let number = |key: &str| golden[key].as_f64().unwrap();
    let numbers = AdamWNumbers {
        lr: number("lr"),
        beta1: number("beta1"),
        beta2: number("beta2"),
        eps: number("eps"),
        weight_decay: number("weight_decay"),
    };
    for step in 0..golden["n_steps"].as_i64().unwrap() {
        zero_grad(adamw.params()).unwrap();
        for (p, param) in (0..).zip(adamw.params()) {
            if p == 2 && step % 2 == 1 {
                continue;
            }
            let n = param.numel() as i64;
            let formula = |i| ((5 * i + 13 * p + 17 * step) % 23 - 11) as f64 / 16.0;
            let gradient = by_formula(n, formula).reshape(param.size());
            (param * gradient).sum(Kind::Float).backward();
        }
        adamw.step(&numbers).unwrap();
    }
    adamw
}

#[test]
fn twenty_steps_of_adamw_equal_pytorch() {
    let golden = golden("adamw.json");
    let adamw = run(&golden);
    for reference in ["plain", "fused"] {
        let reference = &golden[reference];
        let lists = [
            ("params", adamw.params()),
            ("exp_avgs", adamw.exp_avgs()),
            ("exp_avg_sqs", adamw.exp_avg_sqs()),
        ];
        for (key, ours) in lists {
            for (ours, theirs) in ours.iter().zip(reference[key].as_array().unwrap()) {
                let theirs = Tensor::from_slice(&numbers(theirs));
                let ours = ours.detach().flatten(0, -1).to_kind(Kind::Double);
                assert_eq!(ours.size(), theirs.size());
                let difference = (ours - theirs).abs().max().double_value(&[]);
                assert!(
                    difference <= golden["tolerance"].as_f64().unwrap(),
                    "{key}: {difference}"
                );
            }
        }
        let steps: Vec<i64> = serde_json::from_value(reference["steps"].clone()).unwrap();
        assert_eq!(adamw.steps(), steps);
    }
}

#[test]
fn restored_moments_continue_to_the_same_bits() {
    let golden = golden("adamw.json");
    let whole = run(&golden);
    let again = run(&golden);
    let params = again.params().iter().map(Tensor::shallow_clone).collect();
    let mut restored = FusedAdamW::new(params);
    restored
        .restore(again.exp_avgs(), again.exp_avg_sqs(), again.steps())
        .unwrap();
    let mut whole = whole;
    let numbers = AdamWNumbers {
        lr: 0.1,
        beta1: 0.9,
        beta2: 0.99,
        eps: 1e-8,
        weight_decay: 0.1,
    };
    whole.step(&numbers).unwrap();
    restored.step(&numbers).unwrap();
    for (a, b) in whole.params().iter().zip(restored.params()) {
        assert_eq!(a, b);
    }
    assert!(restored.restore(&[], &[], &[]).is_err());
}

#[test]
fn gradients_of_another_layout_are_laid_out_first() {
    // A gradient whose memory is transposed must not be read as if it were not.
    let w = Tensor::zeros([2, 3], (Kind::Float, Device::Cpu)).set_requires_grad(true);
    let mut adamw = FusedAdamW::new(vec![w.shallow_clone()]);
    let gradient = Tensor::from_slice(&[1f32, -1.0, 1.0, -1.0, 1.0, 1.0]).reshape([3, 2]);
    (&w * gradient.tr()).sum(Kind::Float).backward();
    let numbers = AdamWNumbers {
        lr: 1.0,
        beta1: 0.9,
        beta2: 0.999,
        eps: 1e-8,
        weight_decay: 0.0,
    };
    adamw.step(&numbers).unwrap();
    // The first step of Adam is the sign of the gradient.
    let difference = (&w + gradient.tr().sign()).abs().max().double_value(&[]);
    assert!(difference < 1e-5, "{difference}");
}

type Run<'a> = Box<dyn Fn() -> Tensor + 'a>;

#[test]
fn flop_counts_equal_pytorch() {
    let golden = golden("flops.json");
    let ones =
        |size: &[i64]| Tensor::ones(size, (Kind::Float, Device::Cpu)).set_requires_grad(true);
    let none = None::<Tensor>;
    let cases: [(&str, Run<'_>); 9] = [
        (
            "linear",
            Box::new(|| ones(&[6, 5, 4]).linear(&ones(&[3, 4]), Some(ones(&[3])))),
        ),
        (
            "matmul",
            Box::new(|| ones(&[2, 3, 4]).matmul(&ones(&[2, 4, 5]))),
        ),
        (
            "baddbmm",
            Box::new(|| ones(&[2, 3, 5]).baddbmm(&ones(&[2, 3, 4]), &ones(&[2, 4, 5]), 1.0, 1.0)),
        ),
        (
            "conv1d",
            Box::new(|| {
                let (x, w) = (ones(&[2, 3, 11]), ones(&[4, 3, 3]));
                x.conv1d(&w, Some(ones(&[4])), [2], [1], [1], 1)
            }),
        ),
        (
            "conv2d",
            Box::new(|| {
                let (x, w) = (ones(&[2, 3, 9, 8]), ones(&[4, 3, 3, 2]));
                x.conv2d(&w, Some(ones(&[4])), [2, 1], [1, 0], [1, 2], 1)
            }),
        ),
        (
            "conv2d_grouped",
            Box::new(|| {
                let (x, w) = (ones(&[2, 4, 6, 6]), ones(&[8, 2, 3, 3]));
                x.conv2d(&w, none.as_ref(), [1, 1], [0, 0], [1, 1], 2)
            }),
        ),
        (
            "conv3d",
            Box::new(|| {
                let (x, w) = (ones(&[1, 2, 5, 6, 7]), ones(&[3, 2, 2, 3, 3]));
                x.conv3d(&w, none.as_ref(), [1, 1, 1], [1, 1, 1], [1, 1, 1], 1)
            }),
        ),
        (
            "conv_transpose2d",
            Box::new(|| {
                let (x, w) = (ones(&[2, 3, 5, 5]), ones(&[3, 4, 3, 3]));
                x.conv_transpose2d(&w, none.as_ref(), [2, 2], [1, 1], [0, 0], 1, [1, 1])
            }),
        ),
        (
            "attention",
            Box::new(|| {
                let (q, k, v) = (
                    ones(&[2, 3, 5, 8]),
                    ones(&[2, 3, 7, 8]),
                    ones(&[2, 3, 7, 8]),
                );
                Tensor::scaled_dot_product_attention(
                    &q,
                    &k,
                    &v,
                    none.as_ref(),
                    0.0,
                    false,
                    None::<f64>,
                    false,
                )
            }),
        ),
    ];
    assert_eq!(cases.len(), golden["cases"].as_object().unwrap().len());
    for (name, run) in cases {
        let (out, forward) = flops::count(run).unwrap();
        let ((), backward) = flops::count(|| out.sum(Kind::Float).backward()).unwrap();
        let expected = &golden["cases"][name];
        assert_eq!(
            forward.total(),
            expected["forward"].as_u64().unwrap(),
            "{name} forward"
        );
        assert_eq!(
            backward.total(),
            expected["backward"].as_u64().unwrap(),
            "{name} backward"
        );
    }
}
