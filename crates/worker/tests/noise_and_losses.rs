//! Noise on inputs and losses of classes through the worker program, on the bundled digits.
#![cfg(test)]

mod support;

use serde_json::json;
use support::{DIGITS, Program, digits_spec, section};

#[test]
fn noise_and_losses_change_the_model_and_repeat_their_bits() {
    let mut worker = Program::start();
    worker.open(DIGITS);
    let out = tempfile::tempdir().unwrap();
    let plain = digits_spec(section("concat"));
    let mut seen = vec![worker.run(&plain, out.path()).0];
    for (key, value) in [
        ("input_noise", 0.3),
        ("label_smoothing", 0.1),
        ("focal_gamma", 2.0),
    ] {
        let mut spec = plain.clone();
        spec["model"]["training"][key] = json!(0.0);
        let none = worker.run(&spec, out.path()).0;
        assert_eq!(none, seen[0], "{key}: 0 is nothing, to the bit");
        spec["model"]["training"][key] = json!(value);
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
