//! Greedy assignment, local search, and all assignments where there are few.

use std::cmp::Reverse;

use midfuse_base::Seed;
use rand::Rng;

use super::state::State;
use super::{Counts, EXHAUSTIVE};

/// Most swaps that are tried between two rounds of moves.
const SWAPS: usize = 200_000;
/// Most rounds of moves and swaps.
const ROUNDS: usize = 20;

/// Fold of each group. `order` lists the groups at random; it decides between groups of equal weight,
/// or, shuffled, between all.
pub(crate) fn assign(
    counts: &Counts,
    order: &[usize],
    k: usize,
    seed: Seed,
    shuffle: bool,
) -> Vec<usize> {
    if shuffle {
        let found = search(counts, order, k, seed);
        if found.cost().0 == 0 {
            return found.fold_of;
        }
        // A fold lacks a class: the best assignment may still have one that does not.
    }
    let mut by_mass = order.to_vec();
    by_mass.sort_by_cached_key(|&group| Reverse(counts.mass(group)));
    let n_assignments = u32::try_from(counts.n_groups)
        .ok()
        .and_then(|n| (k as u64).checked_pow(n.saturating_sub(1)));
    if n_assignments.is_some_and(|n| n <= EXHAUSTIVE) {
        return exhaust(counts, &by_mass, k);
    }
    search(counts, &by_mass, k, seed).fold_of
}

/// Greedily in the order of `groups`, then by moves and swaps.
fn search<'a>(counts: &'a Counts, groups: &[usize], k: usize, seed: Seed) -> State<'a> {
    let mut state = State::empty(counts, k);
    for &group in groups {
        let rows = counts.width - 1;
        let fold = (0..k).min_by_key(|&fold| (state.pull(group, fold), state.load(fold)[rows]));
        state.place(group, fold.unwrap_or(0));
    }
    let mut rng = seed.derive("stratified-group-swaps").rng();
    for _ in 0..ROUNDS {
        let moved = moves(&mut state, groups, k);
        if !swaps(&mut state, groups, &mut rng) && !moved {
            break;
        }
    }
    state
}

/// Moves groups to better folds, once through; whether any moved.
fn moves(state: &mut State<'_>, order: &[usize], k: usize) -> bool {
    let mut moved = false;
    for &group in order {
        let from = state.fold_of[group];
        let best = (0..k)
            .filter(|&to| to != from)
            .map(|to| (state.change(group, to, None), to))
            .min();
        if let Some((change, to)) = best
            && change < (0, 0)
        {
            state.shift(group, to);
            moved = true;
        }
    }
    moved
}

/// Swaps pairs of groups that lie in different folds where that is better: all pairs, or a random
/// sample of them where there are many; whether any was swapped.
fn swaps(state: &mut State<'_>, order: &[usize], rng: &mut impl Rng) -> bool {
    let n = order.len();
    let mut swapped = false;
    let mut attempt = |a: usize, b: usize| {
        let (fold_a, fold_b) = (state.fold_of[a], state.fold_of[b]);
        if fold_a != fold_b && state.change(a, fold_b, Some(b)) < (0, 0) {
            state.shift(a, fold_b);
            state.shift(b, fold_a);
            swapped = true;
        }
    };
    if n * (n - 1) / 2 <= SWAPS {
        for (i, &a) in order.iter().enumerate() {
            for &b in &order[i + 1..] {
                attempt(a, b);
            }
        }
    } else {
        for _ in 0..SWAPS {
            attempt(order[rng.random_range(0..n)], order[rng.random_range(0..n)]);
        }
    }
    swapped
}

/// The best of all assignments, the first group in fold 0 (folds are interchangeable).
fn exhaust(counts: &Counts, order: &[usize], k: usize) -> Vec<usize> {
    let mut fold_of = vec![0; counts.n_groups];
    let mut state = State::of(counts, k, &fold_of);
    let mut best = (state.cost(), fold_of.clone());
    let free = order.get(1..).unwrap_or_default();
    loop {
        let Some(&group) = free.iter().find(|&&group| fold_of[group] + 1 < k) else {
            return best.1;
        };
        for &full in free.iter().take_while(|&&other| other != group) {
            fold_of[full] = 0;
            state.shift(full, 0);
        }
        fold_of[group] += 1;
        state.shift(group, fold_of[group]);
        let cost = state.cost();
        if cost < best.0 {
            best = (cost, fold_of.clone());
        }
    }
}
