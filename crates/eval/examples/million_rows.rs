//! Splits a million rows in 50,000 groups into five stratified folds; prints seconds, peak memory and
//! how even the folds are. `tools/peers/eval_splitters.py` runs scikit-learn on the same rows.
//!
//! ```sh
//! cargo run --release -p midfuse-eval --example million_rows
//! ```
#![allow(
    clippy::print_stdout,
    reason = "a program that prints its measurements"
)]

use std::error::Error;
use std::time::Instant;

use midfuse_base::Seed;
use midfuse_base::{Targets, Task};
use midfuse_eval::rows::{Data, Rows};
use midfuse_eval::split::StratifiedGroupKFold;

const ROWS: u64 = 1_000_000;
const GROUPS: u64 = 50_000;

/// The same numbers as in the script of the peers.
fn mix(x: u64) -> u64 {
    let x = (x ^ (x >> 31)).wrapping_mul(0x7fb5_d329_728e_a185);
    let x = (x ^ (x >> 27)).wrapping_mul(0x81da_def4_bc2d_d44d);
    x ^ (x >> 33)
}

fn main() -> Result<(), Box<dyn Error>> {
    let ids = (0..ROWS).map(|row| format!("row-{row}")).collect();
    let groups: Vec<String> = (0..ROWS)
        .map(|row| format!("p{}", mix(row) % GROUPS))
        .collect();
    // Three classes in the ratio 7 : 2 : 1, drawn by row and group.
    let class = |row: u64| match (mix(row + ROWS) + mix(mix(row) % GROUPS)) % 10 {
        0 => 2,
        1 | 2 => 1,
        _ => 0,
    };
    let targets = Targets::Class((0..ROWS).map(class).collect());
    let classes = ["a", "b", "c"].map(String::from).to_vec();
    let rows = Rows::new(ids, Task::Classification { classes }, targets)?
        .with_groups("patient", &groups)?;
    drop(groups);
    let dev = Data::grouped(rows)?.develop();

    let start = Instant::now();
    let by = StratifiedGroupKFold::new(5, Seed(1));
    let sizes = dev.cross_validate(&by, |fold| fold.test.len())?;
    let seconds = start.elapsed().as_secs_f64();
    println!("seconds {seconds:.3}");
    println!("rows {sizes:?}");
    println!("counts {:?}", by.imbalance(&dev)?.counts);
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    for line in status.lines().filter(|line| line.starts_with("VmHWM")) {
        println!("{line}");
    }
    Ok(())
}
