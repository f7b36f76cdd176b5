//! The steps of `tools/golden/optimizer_case.py`, with gradients that come from a backward pass.

use std::path::Path;

use midfuse_torch::optim::zero_grad;
use serde_json::Value;
use tch::{Kind, Tensor};

pub(crate) fn golden(name: &str) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    serde_json::from_str(&std::fs::read_to_string(folder.join(name)).unwrap()).unwrap()
}

pub(crate) fn number(golden: &Value, key: &str) -> f64 {
    golden[key].as_f64().unwrap()
}

fn by_formula(n: i64, formula: impl Fn(i64) -> f64) -> Tensor {
    let values: Vec<f64> = (0..n).map(formula).collect();
    Tensor::from_slice(&values).to_kind(Kind::Float)
}

/// The parameters that the script starts from.
pub(crate) fn params(golden: &Value) -> Vec<Tensor> {
    let shapes: Vec<Vec<i64>> = serde_json::from_value(golden["shapes"].clone()).unwrap();
    (0..)
        .zip(&shapes)
        .map(|(p, shape)| {
            let n = shape.iter().product();
            let start = by_formula(n, |i| ((7 * i + 3 * p) % 11 - 5) as f64 / 8.0);
            start.reshape(shape).set_requires_grad(true)
        })
        .collect()
}

/// Takes all steps; the third parameter has no gradient in those that are `idle` modulo 2.
pub(crate) fn run(golden: &Value, params: &[Tensor], idle: i64, mut step: impl FnMut()) {
    for n in 0..golden["n_steps"].as_i64().unwrap() {
        zero_grad(params).unwrap();
        for (p, param) in (0..).zip(params) {
            if p == 2 && n % 2 == idle {
                continue;
            }
            let formula = |i| ((5 * i + 13 * p + 17 * n) % 23 - 11) as f64 / 16.0;
            let gradient = by_formula(param.numel() as i64, formula).reshape(param.size());
            (param * gradient).sum(Kind::Float).backward();
        }
        step();
    }
}

pub(crate) fn shallow(params: &[Tensor]) -> Vec<Tensor> {
    params.iter().map(Tensor::shallow_clone).collect()
}

/// Every tensor of `ours` equals the list at its place.
pub(crate) fn assert_close(what: &str, ours: &[Tensor], theirs: &Value, tolerance: f64) {
    let theirs = theirs.as_array().unwrap();
    assert_eq!(ours.len(), theirs.len(), "{what}");
    for (ours, theirs) in ours.iter().zip(theirs) {
        let theirs: Vec<f64> = serde_json::from_value(theirs.clone()).unwrap();
        let theirs = Tensor::from_slice(&theirs);
        let ours = ours.detach().flatten(0, -1).to_kind(Kind::Double);
        assert_eq!(ours.size(), theirs.size());
        let difference = (ours - theirs).abs().max().double_value(&[]);
        assert!(difference <= tolerance, "{what}: {difference}");
    }
}
