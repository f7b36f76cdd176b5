//! Options of the training that change what is learned, through the worker program, on the bundled
//! digits: noise on inputs, losses of classes, averages of weights and of networks.
#![cfg(test)]

mod support;

use midfuse_base::Seed;
use serde_json::json;
use support::{DIGITS, Program, digits_spec, section};

#[test]
fn noise_and_losses_change_the_model_and_repeat_their_bits() {
    let mut worker = Program::start();
    worker.open(DIGITS);
    let out = tempfile::tempdir().unwrap();
    let plain = digits_spec(section("concat"));
    let mut seen = vec![worker.run(&plain, out.path()).0];
    for (key, nothing, value) in [
        ("input_noise", json!(0.0), json!(0.3)),
        ("label_smoothing", json!(0.0), json!(0.1)),
        ("focal_gamma", json!(0.0), json!(2.0)),
        ("snapshots", json!(1), json!(2)),
        ("refits", json!(1), json!(2)),
    ] {
        let mut spec = plain.clone();
        spec["model"]["training"][key] = nothing;
        let none = worker.run(&spec, out.path()).0;
        assert_eq!(none, seen[0], "{key}: nothing, to the bit");
        spec["model"]["training"][key] = value;
        let outcome = worker.run(&spec, out.path()).0;
        assert_eq!(outcome, worker.run(&spec, out.path()).0, "{key}");
        let others = seen.iter().map(|other| &other.model_sha256);
        assert!(
            others
                .into_iter()
                .all(|other| *other != outcome.model_sha256),
            "{key}"
        );
        let finite = |scores: &Vec<f64>| scores.iter().all(|score| score.is_finite());
        assert!(outcome.scores.iter().all(finite), "{key}");
        seen.push(outcome);
    }
}

#[test]
fn refits_predict_the_mean_of_the_outputs_of_their_seeds() {
    let mut worker = Program::start();
    worker.open(DIGITS);
    let out = tempfile::tempdir().unwrap();
    let mut spec = digits_spec(section("concat"));
    let first = worker.run(&spec, out.path()).0;
    let seed: Seed = serde_json::from_value(spec["seed"].clone()).unwrap();
    spec["seed"] = json!(seed.derive("refit-1"));
    let second = worker.run(&spec, out.path()).0;
    spec["seed"] = json!(seed);
    spec["model"]["training"]["refits"] = json!(2);
    let both = worker.run(&spec, out.path()).0;
    assert_eq!(both.n_parameters, 2 * first.n_parameters);
    assert_eq!(both.flops_per_row, 2 * first.flops_per_row);
    for ((both, first), second) in both.scores.iter().zip(&first.scores).zip(&second.scores) {
        // Scores are log-probabilities: logits but for what makes them sum to one.
        let of_class = first.iter().zip(second);
        let means: Vec<f64> = of_class.map(|(p, q)| f64::midpoint(*p, *q)).collect();
        let total = means.iter().map(|mean| mean.exp()).sum::<f64>().ln();
        for (got, mean) in both.iter().zip(&means) {
            assert!((got - (mean - total)).abs() < 1e-4, "{got} {mean} {total}");
        }
    }
}
