//! A number that stands for a missing value: repeated, and far outside the rest.

/// The ends of the numbers of a column.
#[derive(Debug, Default)]
pub(super) struct Extremes {
    /// The smallest number, how often it is there, and the next one.
    low: Option<End>,
    high: Option<End>,
}

#[derive(Debug, Clone, Copy)]
struct End {
    value: f64,
    times: u64,
    next: Option<f64>,
}

impl End {
    /// `value`, that is not beyond the end, or a new end.
    fn push(&mut self, value: f64, is_beyond: bool) {
        if value.total_cmp(&self.value).is_eq() {
            self.times += 1;
        } else if is_beyond {
            *self = Self {
                value,
                times: 1,
                next: Some(self.value),
            };
        } else {
            let nearer = |next: f64| (value - self.value).abs() < (next - self.value).abs();
            if self.next.is_none_or(nearer) {
                self.next = Some(value);
            }
        }
    }
}

impl Extremes {
    pub(super) fn push(&mut self, value: f64) {
        let new = End {
            value,
            times: 0,
            next: None,
        };
        let low = self.low.get_or_insert(new);
        low.push(value, value < low.value);
        let high = self.high.get_or_insert(new);
        high.push(value, value > high.value);
    }

    /// The number that stands for a missing value, most likely, and how often it is there: one of nines, as `-999`,
    /// or `-1` where nothing else is below zero; three times at least, and further from the rest than the rest is
    /// wide.
    pub(super) fn sentinel(&self) -> Option<(f64, u64)> {
        const LEAST: u64 = 3;
        let (low, high) = (self.low?, self.high?);
        let (next_low, next_high) = (low.next?, high.next?);
        let is_one = |end: End, next: f64, width: f64| {
            let gap = (end.value - next).abs();
            let minus_one = end.value.total_cmp(&-1.0).is_eq() && next >= 0.0;
            let far = is_nines(end.value) && gap > width;
            // Below zero where nothing else is, a code is a code however wide the rest.
            let below = is_nines(end.value) && end.value < 0.0 && next >= 0.0;
            end.times >= LEAST && (minus_one || far || below)
        };
        if is_one(low, next_low, high.value - next_low) {
            return Some((low.value, low.times));
        }
        is_one(high, next_high, next_high - low.value).then_some((high.value, high.times))
    }
}

/// Two nines or more, and perhaps an eight or seven at the end, as in `-998`.
fn is_nines(value: f64) -> bool {
    let digits = value.abs().to_string();
    let Some((last, nines)) = digits.as_bytes().split_last() else {
        return false;
    };
    !nines.is_empty() && nines.iter().all(|digit| *digit == b'9') && (b'7'..=b'9').contains(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentinel(values: &[f64]) -> Option<(f64, u64)> {
        let mut extremes = Extremes::default();
        for value in values {
            extremes.push(*value);
        }
        extremes.sentinel()
    }

    #[test]
    fn codes_of_missing_values_are_known_by_their_distance() {
        let ages = [63.0, 41.0, 77.0, 58.0];
        let with = |codes: &[f64]| sentinel(&[&ages, codes].concat());
        assert_eq!(with(&[-999.0; 3]), Some((-999.0, 3)));
        assert_eq!(with(&[9999.0; 4]), Some((9999.0, 4)));
        assert_eq!(with(&[-1.0; 3]), Some((-1.0, 3)));
        assert_eq!(with(&[-9.0; 3]), None);
        // Twice may be chance; 99 is near; 150 is no code.
        assert_eq!(with(&[-999.0; 2]), None);
        assert_eq!(with(&[99.0; 3]), None);
        assert_eq!(with(&[150.0; 3]), None);
        // Where numbers below zero are usual, -1 is one of them.
        assert_eq!(sentinel(&[-1.0, -1.0, -1.0, -0.5, 1.0]), None);
        assert_eq!(sentinel(&[1.0, 1.0, 1.0]), None);
    }
}
