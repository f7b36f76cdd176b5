//! Which rows a model has seen.

/// A set of rows of one table, one bit each.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Seen(Vec<u64>);

impl Seen {
    pub(crate) fn of(rows: &[u32]) -> Self {
        let mut seen = Self::default();
        seen.add(rows);
        seen
    }

    pub(crate) fn add(&mut self, rows: &[u32]) {
        for &row in rows {
            let word = (row / 64) as usize;
            if self.0.len() <= word {
                self.0.resize(word + 1, 0);
            }
            if let Some(bits) = self.0.get_mut(word) {
                *bits |= 1 << (row % 64);
            }
        }
    }

    pub(crate) fn has(&self, row: u32) -> bool {
        self.0
            .get((row / 64) as usize)
            .is_some_and(|bits| bits >> (row % 64) & 1 == 1)
    }

    /// The first of `rows` that was seen.
    pub(crate) fn first_of(&self, rows: &[u32]) -> Option<u32> {
        rows.iter().copied().find(|&row| self.has(row))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_remembered() {
        let mut seen = Seen::of(&[0, 63, 64]);
        seen.add(&[200]);
        assert!([0, 63, 64, 200].into_iter().all(|row| seen.has(row)));
        assert!(
            [1, 62, 65, 199, 201, 9999]
                .into_iter()
                .all(|row| !seen.has(row))
        );
        assert_eq!(seen.first_of(&[5, 200, 64]), Some(200));
    }
}
