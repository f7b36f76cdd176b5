//! The taxonomy of leaks, row by row: each has a planted case that is caught, or a program in
//! `crates/eval/tests/ui` that does not compile (`ui.rs` there compiles every one). The table is
//! in `docs/leakage.md`. How much each leak is worth is simulated in `crates/eval/tests/leaks.rs`.
#![cfg(test)]

mod choosing;
mod fitting;
mod inputs;
mod sampling;

use std::fs;
use std::path::Path;

use midfuse_audit::check::{Finding, Severity};
use midfuse_base::Seed;
use midfuse_base::{Targets, Task};
use midfuse_eval::predict::{Learner, Predict};
use midfuse_eval::rows::{Data, Rows};
use midfuse_eval::structure::Iid;
use midfuse_eval::view::FitRows;

/// Each program holds one marked leak with its twin; `ui.rs` checks that only the twin compiles.
fn do_not_compile(programs: &[&str]) {
    for program in programs {
        let file =
            Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../eval/tests/ui/{program}.rs"));
        let text = fs::read_to_string(&file).unwrap_or_else(|_| panic!("{}", file.display()));
        assert_eq!(text.matches("//~ ERROR ").count(), 1, "{program}");
        assert_eq!(text.matches("//~ TWIN ").count(), 1, "{program}");
    }
}

fn blocks(found: &Finding) -> bool {
    found.severity == Severity::Blocking
}

/// Random numbers by key, in `[0, 1)`.
fn uniform(seed: u64, key: &str) -> f64 {
    (Seed(seed).hash(key.as_bytes()) >> 11) as f64 / (1_u64 << 53) as f64
}

/// Roughly normal.
fn normal(seed: u64, key: &str) -> f64 {
    (0..12)
        .map(|draw| uniform(seed, &format!("{key}/{draw}")))
        .sum::<f64>()
        - 6.0
}

/// Rows `r000`, `r001`, ... with the numbers 0, 1, ... as targets.
fn rows(n: usize) -> Rows {
    let ids = (0..n).map(|row| format!("r{row:03}")).collect();
    let targets = Targets::Value((0..n).map(|row| row as f64).collect());
    Rows::new(ids, Task::Regression, targets).unwrap()
}

fn iid(n: usize) -> Data<Iid> {
    Data::iid(rows(n)).unwrap()
}

/// Learns the mean target.
struct Mean;
struct Constant(f64);

impl Learner for Mean {
    type Model = Constant;

    fn learn(&self, _: &FitRows<'_>, targets: &Targets) -> Constant {
        let Targets::Value(values) = targets else {
            panic!("numbers")
        };
        Constant(values.iter().sum::<f64>() / values.len() as f64)
    }
}

impl Predict for Constant {
    fn predict(&self, _: &str) -> Vec<f64> {
        vec![self.0]
    }
}
