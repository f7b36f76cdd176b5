//! What every optimiser holds to.

use midfuse_train::{Chosen, Decay, OptimizerConfig, Params, Registry, State, TrainConfig};
use serde_json::{Value, json};
use tch::{Device, Kind, Tensor, nn};

use crate::support::{every_optimizer, one_at_a_time, weights};

/// A matrix, a vector and a parameter that never has a gradient.
fn store() -> nn::VarStore {
    let vs = nn::VarStore::new(Device::Cpu);
    let root = vs.root();
    for (name, size) in [("matrix", &[2, 3][..]), ("vector", &[4]), ("idle", &[2])] {
        let _ones = root.ones(name, size);
    }
    vs
}

/// A gradient for all but the idle one: that of `factor / 2` times the sum of squares.
fn backward(vs: &nn::VarStore, factor: f64) {
    let squares = weights(vs)
        .into_iter()
        .filter(|(name, _)| name != "idle")
        .map(|(_, tensor)| tensor.square().sum(Kind::Float));
    let sum: Tensor = squares.sum();
    (sum * (0.5 * factor)).backward();
}

fn values(vs: &nn::VarStore) -> Vec<Tensor> {
    let all = weights(vs).into_iter();
    all.map(|(_, tensor)| tensor.detach().copy()).collect()
}

fn names(state: &[(String, Tensor)]) -> Vec<(String, Vec<i64>)> {
    let entry = |(name, tensor): &(String, Tensor)| (name.clone(), tensor.size());
    state.iter().map(entry).collect()
}

fn steps(
    config: &Chosen<dyn OptimizerConfig>,
    n: usize,
) -> (nn::VarStore, Params, Box<dyn midfuse_train::Optimizer>) {
    let vs = store();
    let params = Params::new(&vs, Decay::All);
    let mut optimizer = config.init(&params).unwrap();
    for _ in 0..n {
        params.zero_grad().unwrap();
        backward(&vs, 1.0);
        optimizer.step(0.1).unwrap();
    }
    (vs, params, optimizer)
}

/// Parameter `p` and its gradient in a step, as `tools/golden/optimizer_case.py` has them; the third
/// parameter has a gradient every other step only.
fn formula(shape: &[i64], of: impl Fn(i64) -> i64, divisor: f64) -> Tensor {
    let n = shape.iter().product();
    let values: Vec<f64> = (0..n).map(|i| of(i) as f64 / divisor).collect();
    Tensor::from_slice(&values)
        .to_kind(Kind::Float)
        .reshape(shape)
}

#[test]
fn options_mean_what_they_mean_in_pytorch() {
    let _alone = one_at_a_time();
    let golden = include_str!("../golden/optimizers.json");
    let golden: Value = serde_json::from_str(golden).unwrap();
    let shapes: Vec<Vec<i64>> = serde_json::from_value(golden["shapes"].clone()).unwrap();
    let number = |key: &str| golden[key].as_f64().unwrap();
    let registry = Registry::built_in();
    let mut left: Vec<&str> = registry.optimizers().map(|one| one.name()).collect();
    for case in golden["cases"].as_array().unwrap() {
        let config = registry.read(case["training"].as_object().unwrap());
        let config = config.unwrap().optimizer;
        left.retain(|name| *name != config.name());
        let vs = nn::VarStore::new(Device::Cpu);
        for (p, shape) in (0..).zip(&shapes) {
            let start = formula(shape, |i| (7 * i + 3 * p) % 11 - 5, 8.0);
            let _same = vs.root().var_copy(&format!("p{p}"), &start);
        }
        let params = Params::new(&vs, Decay::All);
        let mut optimizer = config.init(&params).unwrap();
        for step in 0..golden["n_steps"].as_i64().unwrap() {
            params.zero_grad().unwrap();
            for (p, (_, param)) in (0..).zip(weights(&vs)) {
                if p != 2 || step % 2 == 0 {
                    let of = |i| (5 * i + 13 * p + 17 * step) % 23 - 11;
                    let gradient = formula(&param.size(), of, 16.0);
                    (param * gradient).sum(Kind::Float).backward();
                }
            }
            optimizer.step(number("lr")).unwrap();
        }
        for ((name, ours), theirs) in weights(&vs).iter().zip(case["params"].as_array().unwrap()) {
            let theirs: Vec<f64> = serde_json::from_value(theirs.clone()).unwrap();
            let ours = ours.detach().flatten(0, -1).to_kind(Kind::Double);
            let difference = (ours - Tensor::from_slice(&theirs)).abs().max();
            let difference = difference.double_value(&[]);
            assert!(
                difference <= number("tolerance"),
                "{config:?} {name}: {difference}"
            );
        }
    }
    assert!(left.is_empty(), "optimizers without a golden: {left:?}");
}

#[test]
fn steps_go_down_and_leave_what_has_no_gradient() {
    let _alone = one_at_a_time();
    for config in every_optimizer() {
        let (vs, ..) = steps(&config, 5);
        for (name, tensor) in weights(&vs) {
            let largest = tensor.abs().max().double_value(&[]);
            if name == "idle" {
                assert!((largest - 1.0).abs() < 1e-12, "{config:?}: {largest}");
            } else {
                assert!(largest < 0.8, "{config:?}: {name} {largest}");
            }
        }
    }
}

#[test]
fn state_keeps_its_form_and_restores_to_the_same_bits() {
    let _alone = one_at_a_time();
    for config in every_optimizer() {
        let (_, _, fresh) = steps(&config, 0);
        let (vs, params, mut optimizer) = steps(&config, 3);
        let state = optimizer.state();
        assert_eq!(names(&state), names(&fresh.state()), "{config:?}");
        let stored: Vec<Tensor> = state.iter().map(|(_, tensor)| tensor.copy()).collect();

        // The same weights with an optimiser that starts and is restored.
        let other = store();
        for ((_, to), from) in weights(&other).into_iter().zip(values(&vs)) {
            tch::no_grad(|| to.shallow_clone().copy_(&from));
        }
        let other_params = Params::new(&other, Decay::All);
        let mut restored = config.init(&other_params).unwrap();
        restored.restore(State::new(&stored)).unwrap();
        for factor in [-2.0, 0.5] {
            params.zero_grad().unwrap();
            backward(&vs, factor);
            optimizer.step(0.1).unwrap();
            other_params.zero_grad().unwrap();
            backward(&other, factor);
            restored.step(0.1).unwrap();
        }
        assert_eq!(values(&vs), values(&other), "{config:?}");
        assert!(restored.restore(State::new(&[])).is_err(), "{config:?}");
    }
}

#[test]
fn weight_decay_spares_vectors_where_it_is_told_to() {
    let _alone = one_at_a_time();
    for optimizer in Registry::built_in().optimizers() {
        if !optimizer.fields().unwrap().contains_key("weight_decay") {
            continue;
        }
        let section = json!({"optimizer": {"name": optimizer.name(), "weight_decay": 0.5}});
        let config: TrainConfig = serde_json::from_value(section).unwrap();
        for decay in [Decay::All, Decay::Matrices] {
            let vs = store();
            let params = Params::new(&vs, decay);
            let mut optimizer = config.optimizer.init(&params).unwrap();
            // Gradients of zero: only the decay moves anything.
            backward(&vs, 0.0);
            optimizer.step(0.1).unwrap();
            for (name, tensor) in weights(&vs) {
                let decays = name == "matrix" || (name == "vector" && decay == Decay::All);
                let expected = if decays { 0.95 } else { 1.0 };
                let difference = (&tensor - expected).abs().max().double_value(&[]);
                assert!(
                    difference < 1e-6,
                    "{optimizer:?} {decay:?} {name}: {tensor}"
                );
            }
        }
    }
}
