//! The time that a row covers.

use serde::{Deserialize, Serialize};

/// The time that a row covers, both ends included, in one unit for the whole cohort (seconds since
/// the epoch, or steps of a recording).
///
/// It runs from the first moment that an input looks at to the last moment that the target depends
/// on; a row at one moment has `start == end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// First moment.
    pub start: i64,
    /// Last moment.
    pub end: i64,
}

impl Span {
    /// A span from `start` to `end`, both included.
    pub fn new(start: i64, end: i64) -> Self {
        Self { start, end }
    }

    /// One moment.
    pub fn at(moment: i64) -> Self {
        Self::new(moment, moment)
    }

    /// Whether the two share a moment.
    pub fn meets(self, other: Self) -> bool {
        self.start <= other.end && other.start <= self.end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_meet_when_they_share_a_moment() {
        assert!(Span::new(0, 3).meets(Span::new(3, 5)));
        assert!(!Span::new(0, 3).meets(Span::new(4, 5)));
        assert!(Span::new(0, 9).meets(Span::at(4)));
    }
}
