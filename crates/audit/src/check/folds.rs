//! Folds as the detectors see them: which side each row is on.

/// Where a row is in a fold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Neither,
    Train,
    Test,
}

/// Folds over N rows, by position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folds {
    /// `[folds][N]`.
    sides: Vec<Vec<Side>>,
}

impl Folds {
    /// Folds of `n` rows, each the positions to fit on and those to score. Positions beyond `n` are
    /// passed over; a row on both sides counts as a test row.
    pub fn new(n: usize, folds: &[(Vec<usize>, Vec<usize>)]) -> Self {
        let of = |(train, test): &(Vec<usize>, Vec<usize>)| {
            let mut sides = vec![Side::Neither; n];
            for (rows, side) in [(train, Side::Train), (test, Side::Test)] {
                for &row in rows {
                    if let Some(slot) = sides.get_mut(row) {
                        *slot = side;
                    }
                }
            }
            sides
        };
        Self {
            sides: folds.iter().map(of).collect(),
        }
    }

    /// Whether some of these rows are in the train side and others in the test side of one fold.
    pub fn straddle(&self, rows: &[usize]) -> bool {
        self.sides.iter().any(|sides| {
            let on = |side| rows.iter().any(|&row| sides.get(row) == Some(&side));
            on(Side::Train) && on(Side::Test)
        })
    }

    /// Positions of each fold: those to fit on, those to score.
    pub fn iter(&self) -> impl Iterator<Item = (Vec<usize>, Vec<usize>)> + '_ {
        self.sides.iter().map(|sides| {
            let on = |side| {
                let rows = sides.iter().enumerate().filter(move |&(_, &at)| at == side);
                rows.map(|(row, _)| row).collect()
            };
            (on(Side::Train), on(Side::Test))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_straddle_within_one_fold_only() {
        let folds = Folds::new(4, &[(vec![0, 1], vec![2]), (vec![2, 3], vec![1, 9])]);
        assert!(folds.straddle(&[0, 2]) && folds.straddle(&[1, 3]));
        assert!(!folds.straddle(&[0, 1]) && !folds.straddle(&[0, 3]));
        assert_eq!(folds.iter().last(), Some((vec![2, 3], vec![1])));
    }
}
