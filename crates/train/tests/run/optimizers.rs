//! What every optimiser holds to.

use midfuse_train::{Chosen, Decay, Fields, OptimizerConfig, Params, Registry, State, TrainConfig};
use serde_json::json;
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
