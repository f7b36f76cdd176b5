//! SGD: every way of stepping equals `torch.optim.SGD`.

use midfuse_torch::optim::{FusedSgd, SgdNumbers, zero_grad};
use serde_json::Value;
use tch::{Device, Kind, Tensor};

use crate::case::{assert_close, golden, number, params, run, shallow};

const CASES: [&str; 6] = [
    "plain",
    "weight-decay",
    "momentum",
    "nesterov",
    "dampening",
    "late",
];

fn numbers(golden: &Value, case: &Value) -> SgdNumbers {
    SgdNumbers {
        lr: number(golden, "lr"),
        momentum: number(case, "momentum"),
        dampening: number(case, "dampening"),
        weight_decay: number(case, "weight_decay"),
        nesterov: case["nesterov"].as_bool().unwrap(),
    }
}

/// The parameters and their optimiser after the steps of a case.
fn after(golden: &Value, case: &Value) -> (Vec<Tensor>, FusedSgd) {
    let params = params(golden);
    let numbers = numbers(golden, case);
    let mut sgd = FusedSgd::new(shallow(&params), numbers.momentum > 0.0);
    run(golden, &params, case["idle"].as_i64().unwrap(), || {
        sgd.step(&numbers).unwrap();
    });
    (params, sgd)
}

#[test]
fn twenty_steps_of_sgd_equal_pytorch() {
    let golden = golden("sgd.json");
    let tolerance = number(&golden, "tolerance");
    assert_eq!(golden["cases"].as_object().unwrap().len(), CASES.len());
    for name in CASES {
        let case = &golden["cases"][name];
        let (params, sgd) = after(&golden, case);
        assert_eq!(sgd.steps(), [20, 20, 10], "{name}");
        for form in ["reference", "fused"] {
            // PyTorch's own fused form has no answer where a gradient comes late.
            if form == "fused" && name == "late" {
                assert!(case[form].is_null());
                continue;
            }
            let theirs = &case[form];
            assert_close(name, &params, &theirs["params"], tolerance);
            assert_close(name, sgd.buffers(), &theirs["buffers"], tolerance);
        }
    }
}

#[test]
fn restored_buffers_continue_to_the_same_bits() {
    let golden = golden("sgd.json");
    for name in CASES {
        let case = &golden["cases"][name];
        let (_, mut whole) = after(&golden, case);
        let (_, again) = after(&golden, case);
        let numbers = numbers(&golden, case);
        let mut restored = FusedSgd::new(shallow(again.params()), numbers.momentum > 0.0);
        restored.restore(again.buffers(), again.steps()).unwrap();
        whole.step(&numbers).unwrap();
        restored.step(&numbers).unwrap();
        for (a, b) in whole.params().iter().zip(restored.params()) {
            assert_eq!(a, b, "{name}");
        }
        assert_eq!(restored.steps(), whole.steps());
        assert!(restored.restore(&[], &[]).is_err());
        assert!(restored.restore(again.buffers(), &[1, -1, 1]).is_err());
    }
}

#[test]
fn numbers_that_the_kernel_would_misread_are_refused() {
    let w = Tensor::zeros([2], (Kind::Float, Device::Cpu)).set_requires_grad(true);
    w.sum(Kind::Float).backward();
    let plain = SgdNumbers {
        lr: 0.1,
        momentum: 0.0,
        dampening: 0.0,
        weight_decay: 0.0,
        nesterov: false,
    };
    let with = |momentum, dampening, nesterov| SgdNumbers {
        momentum,
        dampening,
        nesterov,
        ..plain
    };
    let mut bare = FusedSgd::new(vec![w.shallow_clone()], false);
    assert!(bare.step(&with(0.9, 0.0, false)).is_err());
    let mut heavy = FusedSgd::new(vec![w.shallow_clone()], true);
    for wrong in [with(0.0, 0.0, true), with(0.9, 0.1, true)] {
        let message = heavy.step(&wrong).unwrap_err().to_string();
        assert!(
            message.starts_with("fused SGD: expected momentum"),
            "{message}"
        );
    }
    assert_eq!(heavy.steps(), [0]);
    assert_eq!(Vec::<f32>::try_from(w.detach()).unwrap(), [0.0, 0.0]);
}

#[test]
fn gradients_of_another_layout_are_laid_out_first() {
    let w = Tensor::zeros([2, 3], (Kind::Float, Device::Cpu)).set_requires_grad(true);
    let mut sgd = FusedSgd::new(vec![w.shallow_clone()], true);
    let gradient = Tensor::from_slice(&[1f32, 2.0, 3.0, 4.0, 5.0, 6.0]).reshape([3, 2]);
    let numbers = SgdNumbers {
        lr: 1.0,
        momentum: 0.5,
        dampening: 0.0,
        weight_decay: 0.0,
        nesterov: false,
    };
    for _ in 0..2 {
        zero_grad(sgd.params()).unwrap();
        (&w * gradient.tr()).sum(Kind::Float).backward();
        sgd.step(&numbers).unwrap();
    }
    // 1 g, then 1.5 g.
    let difference = (&w + gradient.tr() * 2.5).abs().max().double_value(&[]);
    assert!(difference < 1e-6, "{difference}");
}
