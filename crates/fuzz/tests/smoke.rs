//! Every target on its seeds and on a few hundred mutations of them, with every build: what the
//! fuzzer found once stays found.
#![cfg(test)]

use std::time::{Duration, Instant};

use midfuse_base::Seed;
use midfuse_fuzz::{Target, targets};
use rand::Rng;

/// No target takes longer on all of its mutations, slow machines aside.
const MOST: Duration = Duration::from_secs(3);

/// The seed with some bytes changed, put in, taken out or repeated.
fn mutated(seed: &[u8], rng: &mut impl Rng) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..rng.random_range(1..8_u32) {
        let at = rng.random_range(0..=bytes.len());
        let byte = match rng.random_range(0..4_u32) {
            0 => b"0123456789.-+eE,:\"{}[]\n\tNA"[rng.random_range(0..26)],
            1 => [0, 1, 0x7f, 0x80, 0xff][rng.random_range(0..5)],
            _ => rng.random(),
        };
        match rng.random_range(0..5_u32) {
            0 => bytes.insert(at, byte),
            1 if at < bytes.len() => drop(bytes.remove(at)),
            2 => bytes.truncate(at.max(1)),
            3 => bytes.extend_from_within(at.saturating_sub(9)..at),
            _ if at < bytes.len() => bytes[at] = byte,
            _ => bytes.push(byte),
        }
    }
    bytes
}

fn smoke(target: &Target) {
    let start = Instant::now();
    let seeds = (target.seeds)();
    assert!(!seeds.is_empty(), "{}: no seed", target.name);
    for seed in &seeds {
        (target.run)(seed);
    }
    (target.run)(b"");
    let mut rng = Seed(0).derive(target.name).rng();
    for turn in 0..300 {
        let bytes = mutated(&seeds[turn % seeds.len()], &mut rng);
        (target.run)(&bytes);
        if start.elapsed() > MOST {
            break;
        }
    }
}

macro_rules! smoke {
    ($($module:ident: $prefixes:expr;)+) => {
        $(#[test]
        fn $module() {
            let mut some = 0;
            for target in targets().iter().filter(|target| group_of(target.name) == stringify!($module)) {
                smoke(target);
                some += 1;
            }
            assert!(some >= $prefixes, "{some} targets");
        })+
    };
}

/// The test that a target runs in: tests run side by side.
fn group_of(name: &str) -> &'static str {
    match name.split('-').next().unwrap_or_default() {
        "split" | "splitter" if !name.starts_with("split-file") => "splitters",
        "cluster" | "metrics" | "statistics" => "numbers",
        "compare" | "audit" | "study" | "results" => "studies",
        "ledger" | "worker" | "stored" | "split" => "evaluation",
        _ => "cohorts",
    }
}

smoke! {
    splitters: 18;
    numbers: 5;
    studies: 6;
    evaluation: 6;
    cohorts: 15;
}
