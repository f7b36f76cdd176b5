//! Every example program runs for a few steps.
#![cfg(test)]

use std::process::Command;

/// What the program prints.
fn run(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program)
        .args(arguments)
        .env("OMP_NUM_THREADS", "1")
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program}: {stderr}");
    String::from_utf8(output.stdout).unwrap()
}

/// The number that follows `label` in what a program printed.
fn number(printed: &str, label: &str) -> f64 {
    let line = printed.lines().find_map(|line| line.strip_prefix(label));
    let word = line.and_then(|rest| rest.split_whitespace().next());
    word.unwrap_or_else(|| panic!("no {label:?} in {printed:?}"))
        .parse()
        .unwrap()
}

#[test]
fn single_encoder() {
    let printed = run(env!("CARGO_BIN_EXE_single_encoder"), &["--steps", "3"]);
    let accuracy = number(&printed, "held-out accuracy");
    assert!((0.0..=1.0).contains(&accuracy), "{printed}");
}

#[test]
fn trimodal() {
    let arguments = ["--epochs", "1", "--folds", "2"];
    let printed = run(env!("CARGO_BIN_EXE_trimodal"), &arguments);
    // Ten classes: guessing gives 0.1.
    assert!(number(&printed, "mean accuracy") > 0.3, "{printed}");
}

#[test]
fn honest_vs_leaky() {
    let printed = run(env!("CARGO_BIN_EXE_honest_vs_leaky"), &[]);
    // The truth is 0.5; the standard error of 80 rows is 0.056.
    let honest = number(&printed, "honest accuracy");
    assert!((0.33..=0.67).contains(&honest), "{printed}");
    assert!(number(&printed, "leaky accuracy") > 0.75, "{printed}");
}

#[test]
fn mistakes_in_arguments_are_named() {
    let output = Command::new(env!("CARGO_BIN_EXE_trimodal"))
        .args(["--epoch", "1"])
        .output()
        .unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("--epochs VALUE"));
}
