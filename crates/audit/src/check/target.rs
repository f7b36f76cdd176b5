//! The target as the detectors see it.

/// Target of N rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Target<'a> {
    /// Class of each row, from 0.
    Classes(&'a [usize]),
    /// A finite number per row.
    Numbers(&'a [f64]),
}

impl Target<'_> {
    /// Number of rows, N.
    pub fn len(&self) -> usize {
        match self {
            Self::Classes(labels) => labels.len(),
            Self::Numbers(values) => values.len(),
        }
    }

    /// True without rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether two rows have different targets.
    pub(super) fn differ(&self, a: usize, b: usize) -> bool {
        match self {
            Self::Classes(labels) => labels.get(a) != labels.get(b),
            Self::Numbers(values) => {
                values.get(a).map(|value| value.to_bits())
                    != values.get(b).map(|value| value.to_bits())
            }
        }
    }

    /// The class of a row; all rows are of one class where the target is a number.
    pub(super) fn stratum(&self, row: usize) -> usize {
        match self {
            Self::Classes(labels) => labels.get(row).copied().unwrap_or(0),
            Self::Numbers(_) => 0,
        }
    }

    /// Number of classes; 1 where the target is a number.
    pub(super) fn n_strata(&self) -> usize {
        match self {
            Self::Classes(labels) => labels.iter().max().map_or(1, |most| most + 1),
            Self::Numbers(_) => 1,
        }
    }
}
