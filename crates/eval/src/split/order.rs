//! Orders that depend on names and a seed, never on positions.

use midfuse_base::Seed;

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

/// Fails unless there are two folds or more.
pub(crate) fn check_k(config: &'static str, k: usize) -> Result<(), midfuse_base::ConfigError> {
    midfuse_base::Validate::new(config).ensure(k >= 2, "k", "at least 2 folds", k)
}
