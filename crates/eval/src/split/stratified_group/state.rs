//! An assignment of groups to folds with its objective, kept up to date.

use super::Counts;

/// Smaller is better: first folds without a row or a class, then squared shares.
pub(super) type Cost = (i64, i128);

/// An assignment of groups to folds.
#[derive(Debug, Clone)]
pub(super) struct State<'a> {
    counts: &'a Counts,
    /// Rows per fold and column.
    loads: Vec<i64>,
    /// Fold of each group.
    pub(super) fold_of: Vec<usize>,
}

impl<'a> State<'a> {
    /// No group assigned yet (each is marked as in fold 0 until it is placed).
    pub(super) fn empty(counts: &'a Counts, k: usize) -> Self {
        let loads = vec![0; k * counts.width];
        Self {
            counts,
            loads,
            fold_of: vec![0; counts.n_groups],
        }
    }

    /// The state of a whole assignment.
    pub(super) fn of(counts: &'a Counts, k: usize, fold_of: &[usize]) -> Self {
        let mut state = Self::empty(counts, k);
        for (group, &fold) in fold_of.iter().enumerate() {
            state.place(group, fold);
        }
        state
    }

    pub(super) fn load(&self, fold: usize) -> &[i64] {
        &self.loads[fold * self.counts.width..(fold + 1) * self.counts.width]
    }

    fn add(&mut self, fold: usize, group: usize, sign: i64) {
        let width = self.counts.width;
        let load = &mut self.loads[fold * width..(fold + 1) * width];
        for (load, &count) in load.iter_mut().zip(self.counts.group(group)) {
            *load += sign * count;
        }
    }

    /// Puts a group that is in no fold into one.
    pub(super) fn place(&mut self, group: usize, fold: usize) {
        self.add(fold, group, 1);
        self.fold_of[group] = fold;
    }

    /// Moves a group from its fold to another.
    pub(super) fn shift(&mut self, group: usize, to: usize) {
        self.add(self.fold_of[group], group, -1);
        self.place(group, to);
    }

    /// Objective of the whole assignment.
    pub(super) fn cost(&self) -> Cost {
        let k = self.loads.len() / self.counts.width;
        let mut cost = (0, 0);
        for fold in 0..k {
            for (column, &load) in self.load(fold).iter().enumerate() {
                cost.0 += i64::from(load == 0 && self.counts.totals[column] > 0);
                cost.1 += i128::from(load).pow(2) * self.counts.weights[column];
            }
        }
        cost
    }

    /// Half the change of the squared part when a group joins a fold, up to a constant of the group.
    pub(super) fn pull(&self, group: usize, fold: usize) -> i128 {
        let cells = self
            .counts
            .group(group)
            .iter()
            .zip(self.load(fold))
            .zip(&self.counts.weights);
        cells
            .map(|((&count, &load), weight)| i128::from(count) * i128::from(load) * weight)
            .sum()
    }

    /// Change of the objective when `group` goes to fold `to`, in exchange for `other` if given.
    pub(super) fn change(&self, group: usize, to: usize, other: Option<usize>) -> Cost {
        let from = self.fold_of[group];
        let (here, there) = (self.load(from), self.load(to));
        let mut change = (0, 0);
        for column in 0..self.counts.width {
            let back = other.map_or(0, |other| self.counts.group(other)[column]);
            let d = self.counts.group(group)[column] - back;
            if d == 0 {
                continue;
            }
            let (a, b) = (here[column], there[column]);
            let missing = |load: i64| i64::from(load == 0);
            change.0 += missing(a - d) + missing(b + d) - missing(a) - missing(b);
            change.1 += 2 * i128::from(d) * i128::from(b - a + d) * self.counts.weights[column];
        }
        change
    }
}
