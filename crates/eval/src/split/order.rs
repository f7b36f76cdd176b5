//! Orders that depend on names and a seed, never on positions.

use midfuse_base::{ConfigError, Seed, Validate};

/// Positions of `names`, shuffled by a hash of each name; equal names keep their order.
pub(crate) fn shuffled<'a>(names: impl Iterator<Item = &'a str>, seed: Seed) -> Vec<usize> {
    let mut keyed: Vec<(u64, &str, usize)> = names
        .enumerate()
        .map(|(position, name)| (seed.hash(name.as_bytes()), name, position))
        .collect();
    keyed.sort_unstable();
    keyed.into_iter().map(|(_, _, position)| position).collect()
}

/// For each position its place in [`shuffled`]: a tie-breaker.
pub(crate) fn ranks<'a>(names: impl Iterator<Item = &'a str>, seed: Seed) -> Vec<usize> {
    let order = shuffled(names, seed);
    let mut ranks = vec![0; order.len()];
    for (rank, &position) in order.iter().enumerate() {
        if let Some(slot) = ranks.get_mut(position) {
            *slot = rank;
        }
    }
    ranks
}

/// Most folds that one splitter makes; more is a slip of the pen.
pub(crate) const MOST_FOLDS: usize = 10_000;

/// Fails unless there are two folds or more.
pub(crate) fn check_k(config: &'static str, k: usize) -> Result<(), ConfigError> {
    let ok = (2..=MOST_FOLDS).contains(&k);
    Validate::new(config).ensure(ok, "k", "2 to 10,000 folds", k)
}

/// Fails unless there is one fold or more.
pub(crate) fn check_count(
    config: &'static str,
    field: &str,
    count: usize,
) -> Result<(), ConfigError> {
    let ok = (1..=MOST_FOLDS).contains(&count);
    Validate::new(config).ensure(ok, field, "1 to 10,000", count)
}
