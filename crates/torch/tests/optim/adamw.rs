//! AdamW equals `torch.optim.AdamW`.

use midfuse_torch::optim::{AdamWNumbers, FusedAdamW};
use serde_json::Value;
use tch::{Device, Kind, Tensor};

use crate::case::{assert_close, golden, number, params, run, shallow};

/// The 20 steps of the script.
fn after(golden: &Value) -> FusedAdamW {
    let params = params(golden);
    let mut adamw = FusedAdamW::new(shallow(&params));
    let numbers = AdamWNumbers {
        lr: number(golden, "lr"),
        beta1: number(golden, "beta1"),
        beta2: number(golden, "beta2"),
        eps: number(golden, "eps"),
        weight_decay: number(golden, "weight_decay"),
    };
    run(golden, &params, 1, || adamw.step(&numbers).unwrap());
    adamw
}

#[test]
fn twenty_steps_of_adamw_equal_pytorch() {
    let golden = golden("adamw.json");
    let tolerance = number(&golden, "tolerance");
    let adamw = after(&golden);
    for reference in ["plain", "fused"] {
        let reference = &golden[reference];
        let lists = [
            ("params", adamw.params()),
            ("exp_avgs", adamw.exp_avgs()),
            ("exp_avg_sqs", adamw.exp_avg_sqs()),
        ];
        for (key, ours) in lists {
            assert_close(key, ours, &reference[key], tolerance);
        }
        let steps: Vec<i64> = serde_json::from_value(reference["steps"].clone()).unwrap();
        assert_eq!(adamw.steps(), steps);
    }
}

#[test]
fn restored_moments_continue_to_the_same_bits() {
    let golden = golden("adamw.json");
    let mut whole = after(&golden);
    let again = after(&golden);
    let mut restored = FusedAdamW::new(shallow(again.params()));
    restored
        .restore(again.exp_avgs(), again.exp_avg_sqs(), again.steps())
        .unwrap();
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
