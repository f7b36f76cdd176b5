//! The edges between the crates: which ones must be absent (ARCHITECTURE.md, invariants 1 to 3).

use std::collections::BTreeSet;
use std::fs;

use crate::Outcome;
use crate::run::{cargo, read, root};

/// Crate, the edges that are followed, and what it may not reach over them.
const ABSENT: &[(&str, &str, &[&str])] = &[
    // Features that a macro needs are those of build scripts, so with any crate of ours in it
    // libtorch's bindings would be compiled twice.
    ("midfuse-derive", ALL, &["midfuse-base", "serde_json"]),
    ("midfuse-base", ALL, TORCH),
    ("midfuse-metrics", ALL, TORCH),
    ("midfuse-linear", ALL, TORCH),
    ("midfuse-wire", ALL, TORCH),
    ("midfuse-eval", ALL, TORCH),
    ("midfuse-data", ALL, TORCH),
    ("midfuse-page", ALL, TORCH),
    ("midfuse-plan", ALL, TORCH),
    ("midfuse-audit", ALL, TORCH),
    ("midfuse-compare", ALL, TORCH),
    ("midfuse-report", ALL, TORCH),
    ("midfuse-study", ALL, TORCH),
    ("midfuse-cli", ALL, TORCH),
    ("midfuse-fuzz", ALL, TORCH),
    ("midfuse-lightgbm", ALL, TORCH),
    // A metric knows no rows, a page no results, a reader no evaluation.
    ("midfuse-metrics", NORMAL, ABOVE_METRICS),
    ("midfuse-linear", NORMAL, ABOVE_METRICS),
    (
        "midfuse-linear",
        NORMAL,
        &["midfuse-metrics", "midfuse-data", "midfuse-wire"],
    ),
    ("midfuse-data", NORMAL, ABOVE_METRICS),
    ("midfuse-data", NORMAL, &["midfuse-metrics"]),
    ("midfuse-page", NORMAL, ABOVE_METRICS),
    ("midfuse-page", NORMAL, &["midfuse-metrics", "midfuse-data"]),
    ("midfuse-eval", NORMAL, &["midfuse-data", "midfuse-page"]),
    ("midfuse-eval", NORMAL, STUDY),
    // Whoever writes a worker needs the wire, and nothing that judges it.
    ("midfuse-wire", NORMAL, ABOVE_METRICS),
    ("midfuse-wire", NORMAL, &["midfuse-metrics", "midfuse-data"]),
    // Audit and comparison take anyone's rows: no pool, no study file.
    ("midfuse-audit", NORMAL, STUDY),
    ("midfuse-compare", NORMAL, STUDY),
    (
        "midfuse-compare",
        NORMAL,
        &["midfuse-eval", "midfuse-audit"],
    ),
    (
        "midfuse-plan",
        NORMAL,
        &["midfuse-audit", "midfuse-report", "midfuse-study"],
    ),
    ("midfuse-report", NORMAL, &["midfuse-audit"]),
    (
        "midfuse-report",
        NORMAL,
        &["midfuse-study", "midfuse-compare"],
    ),
    (
        "midfuse-image",
        NORMAL,
        &["midfuse-sequence", "midfuse-tabular", "midfuse-fusion"],
    ),
    (
        "midfuse-sequence",
        NORMAL,
        &["midfuse-image", "midfuse-tabular", "midfuse-fusion"],
    ),
    (
        "midfuse-tabular",
        NORMAL,
        &["midfuse-image", "midfuse-sequence", "midfuse-fusion"],
    ),
    (
        "midfuse-fusion",
        NORMAL,
        &["midfuse-image", "midfuse-sequence", "midfuse-tabular"],
    ),
    (
        "midfuse-train",
        NORMAL,
        &["midfuse-image", "midfuse-sequence", "midfuse-tabular"],
    ),
    ("midfuse-image", NORMAL, EVALUATION),
    ("midfuse-sequence", NORMAL, EVALUATION),
    ("midfuse-tabular", NORMAL, EVALUATION),
    ("midfuse-fusion", NORMAL, EVALUATION),
    ("midfuse-train", NORMAL, EVALUATION),
    // Trees know rows and targets as arrays, and no judge of them.
    ("midfuse-lightgbm", NORMAL, EVALUATION),
    ("midfuse-worker", NORMAL, STUDY),
    ("midfuse-worker", NORMAL, &["midfuse-cli", "midfuse-audit"]),
    (
        "midfuse-study",
        NORMAL,
        &["midfuse-worker", "midfuse-train"],
    ),
];
const ALL: &str = "normal,build,dev";
const NORMAL: &str = "normal";
const TORCH: &[&str] = &["tch", "torch-sys", "midfuse-torch", "midfuse-core"];
/// Everything that knows a study file.
const STUDY: &[&str] = &["midfuse-plan", "midfuse-report", "midfuse-study"];
const ABOVE_METRICS: &[&str] = &[
    "midfuse-eval",
    "midfuse-audit",
    "midfuse-compare",
    "midfuse-plan",
    "midfuse-report",
    "midfuse-study",
];
const EVALUATION: &[&str] = &[
    "midfuse-metrics",
    "midfuse-eval",
    "midfuse-plan",
    "midfuse-report",
    "midfuse-data",
    "midfuse-study",
    "midfuse-testing",
];
/// A file longer than this holds more than one concept.
const MAX_LINES: usize = 400;

/// Absent edges, and the length of the source files.
pub(crate) fn check() -> Outcome {
    let mut problems = Vec::new();
    for (package, edges, absent) in ABSENT {
        let tree = read(
            cargo()
                .args(["tree", "--package", package, "--edges", edges])
                .args(["--prefix", "none", "--no-dedupe", "--format", "{p}"]),
        )?;
        let reached: BTreeSet<&str> = tree
            .lines()
            .filter_map(|line| line.split_whitespace().next())
            .collect();
        for name in *absent {
            if reached.contains(name) {
                problems.push(format!("{package} reaches {name} over {edges} edges"));
            }
        }
    }
    let files = read(
        std::process::Command::new("git")
            .current_dir(root())
            .args(["ls-files", "*.rs"]),
    )?;
    for file in files.lines() {
        let text = fs::read_to_string(root().join(file)).unwrap_or_default();
        let n_lines = text.lines().count();
        if n_lines > MAX_LINES {
            problems.push(format!(
                "{file} has {n_lines} lines, at most {MAX_LINES} are allowed"
            ));
        }
    }
    if problems.is_empty() {
        println!(
            "dependency edges and file lengths: {} checks passed",
            ABSENT.len() + 1
        );
        Ok(())
    } else {
        Err(problems.join("\n"))
    }
}
