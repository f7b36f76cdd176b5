//! Assigns groups to folds so that each fold has its share of every class.
//!
//! With `C[f][c]` rows of class `c` in fold `f` and `N[c]` in all, the objective is
//! `sum_c sum_f (C[f][c] / N[c])^2`, plus the same for the number of rows. As the sums over folds
//! are fixed, this is the squared deviation from equal shares. In integers, with weights
//! `floor(2^72 / N[c]^2)`: ties are ties and the result is the same everywhere. A fold that lacks a
//! class comes before all of it.

#![expect(
    clippy::indexing_slicing,
    reason = "group, fold and class indices run over the lengths of the tables they index"
)]

mod counts;
mod draw;
mod search;
mod state;

pub(super) use counts::Counts;
pub(super) use draw::draw;
pub(super) use search::assign;

/// Up to this number of assignments, all are tried.
pub(super) const EXHAUSTIVE: u64 = 100_000;
