//! Splits 300 made-up grouped cohorts into five stratified folds and prints the rows per fold and
//! class, a line of JSON each (`null` for a refusal). `tools/peers/eval_balance.py` does the same with
//! scikit-learn and compares.
//!
//! ```sh
//! cargo run -p midfuse-eval --example balance
//! ```
#![allow(
    clippy::print_stdout,
    reason = "a program that prints its measurements"
)]

use std::error::Error;

use midfuse_base::Seed;
use midfuse_base::{Targets, Task};
use midfuse_eval::rows::{Data, Rows};
use midfuse_eval::split::StratifiedGroupKFold;

const COHORTS: u64 = 300;

/// The same numbers as in the script of the peers.
fn mix(x: u64) -> u64 {
    let x = (x ^ (x >> 31)).wrapping_mul(0x7fb5_d329_728e_a185);
    let x = (x ^ (x >> 27)).wrapping_mul(0x81da_def4_bc2d_d44d);
    x ^ (x >> 33)
}

/// Group and class of each row: 12 to 71 groups of 1 to 8 rows; most rows have the class of their
/// group, which is one of three in the ratio 6 : 3 : 1.
fn cohort(number: u64) -> Vec<(u64, usize)> {
    let class = |draw: u64| match draw % 10 {
        0 => 2,
        1..=3 => 1,
        _ => 0,
    };
    let groups = 12 + mix(number) % 60;
    let rows = (0..groups).flat_map(move |group| {
        let name = number * 1_000 + group;
        (0..=mix(name + 1_000_000) % 8).map(move |row| {
            let draw = mix(name * 10 + row + 2_000_000);
            let own = draw.is_multiple_of(4);
            let by = if own { draw / 4 } else { mix(name + 3_000_000) };
            (group, class(by))
        })
    });
    rows.collect()
}

fn main() -> Result<(), Box<dyn Error>> {
    for number in 0..COHORTS {
        let rows = cohort(number);
        let ids = (0..rows.len()).map(|row| format!("row-{row}")).collect();
        let groups: Vec<String> = rows.iter().map(|row| format!("p{}", row.0)).collect();
        let classes = ["a", "b", "c"].map(String::from).to_vec();
        let targets = Targets::Class(rows.iter().map(|row| row.1).collect());
        let rows = Rows::new(ids, Task::Classification { classes }, targets)?;
        let dev = Data::grouped(rows.with_groups("patient", &groups)?)?.develop();
        match StratifiedGroupKFold::new(5, Seed(number)).imbalance(&dev) {
            Ok(imbalance) => println!("{:?}", imbalance.counts),
            Err(_) => println!("null"),
        }
    }
    Ok(())
}
