//! Which p are corrected together, and what one that is missing counts as.

use super::{StatsError, holm};

/// Which comparisons a correction runs over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Every comparison that was planned: one without a p counts as one that showed nothing (p = 1), so
    /// that leaving it out helps no other.
    Planned,
    /// The comparisons that were tested: one without a p is not of the family.
    Tested,
}

impl Family {
    /// Holm's correction over the family, in the order given; what has no p gets none. An empty family
    /// has nothing to correct.
    ///
    /// ```
    /// use midfuse_metrics::stats::Family;
    ///
    /// let p = [Some(0.02), None];
    /// assert_eq!(Family::Planned.holm(&p)?, [Some(0.04), None]);
    /// assert_eq!(Family::Tested.holm(&p)?, [Some(0.02), None]);
    /// # Ok::<(), midfuse_metrics::stats::StatsError>(())
    /// ```
    ///
    /// # Errors
    /// [`StatsError::Setting`] for a p outside [0, 1].
    pub fn holm(self, p_values: &[Option<f64>]) -> Result<Vec<Option<f64>>, StatsError> {
        let members: Vec<f64> = match self {
            Self::Planned => p_values.iter().map(|p| p.unwrap_or(1.0)).collect(),
            Self::Tested => p_values.iter().copied().flatten().collect(),
        };
        if members.is_empty() {
            return Ok(vec![None; p_values.len()]);
        }
        let mut adjusted = holm(&members)?.into_iter();
        Ok(p_values
            .iter()
            .map(|p| match (self, p) {
                (Self::Tested, None) => None,
                (Self::Planned, None) => adjusted.next().and(None),
                (_, Some(_)) => adjusted.next(),
            })
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_counts_only_in_a_plan() {
        let p = [None, Some(0.01), None, Some(0.02)];
        let planned = Family::Planned.holm(&p).unwrap();
        assert_eq!(planned, [None, Some(0.04), None, Some(0.06)]);
        let tested = Family::Tested.holm(&p).unwrap();
        assert_eq!(tested, [None, Some(0.02), None, Some(0.02)]);
    }

    #[test]
    fn nothing_tested_is_nothing_corrected() {
        assert_eq!(Family::Tested.holm(&[None, None]), Ok(vec![None, None]));
        assert_eq!(Family::Planned.holm(&[]), Ok(vec![]));
        assert!(Family::Tested.holm(&[Some(1.5)]).is_err());
    }
}
