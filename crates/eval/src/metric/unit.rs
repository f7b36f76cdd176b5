//! What one score speaks of: a row, or a group of rows.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{MetricError, Predictions};

/// The unit that a metric counts.
///
/// The unit that matters is the highest declared group: a patient, not a slice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Every row; refused if the predictions carry groups.
    Row,
    /// Every group, with the mean score of its rows (the mean probability per class, or the mean
    /// value) and the one target that its rows share. Weights of rows weigh the mean; the group
    /// counts with their average.
    Group,
    /// Every row, weighted by one over the number of rows of its group: losses are averaged in the
    /// group, then over groups. For targets that vary within a group.
    RowsAveragedInGroup,
    /// Every row, though the predictions carry groups: large groups count more. Intervals and tests
    /// still have to treat the group as the unit.
    RowsIgnoringGroups,
}

impl Predictions {
    /// The predictions with one entry per `unit`; what [`Metric::score`](super::Metric::score)
    /// scores.
    ///
    /// With [`Unit::RowsAveragedInGroup`] and [`Unit::RowsIgnoringGroups`] the rows keep their
    /// groups.
    ///
    /// # Errors
    /// [`MetricError::Grouped`] for [`Unit::Row`] of grouped predictions; [`MetricError::NoGroups`]
    /// for a unit that needs groups; [`MetricError::GroupTargetVaries`] for [`Unit::Group`] where the
    /// target is not one per group.
    pub fn to_unit(&self, unit: Unit) -> Result<Self, MetricError> {
        match (unit, self.groups()) {
            (Unit::Row, None) | (Unit::RowsIgnoringGroups, Some(_)) => Ok(self.clone()),
            (Unit::Row, Some(groups)) => Err(MetricError::Grouped {
                rows: self.len(),
                groups: members(groups).len(),
            }),
            (_, None) => Err(MetricError::NoGroups),
            (Unit::RowsAveragedInGroup, Some(groups)) => {
                let members = members(groups);
                let weights = groups
                    .iter()
                    .zip(self.each_weight())
                    .map(|(group, weight)| {
                        weight / members.get(group).map_or(1.0, |rows| rows.len() as f64)
                    })
                    .collect();
                Ok(self.reweighted(weights))
            }
            (Unit::Group, Some(groups)) => self.averaged(&members(groups)),
        }
    }
}

/// Rows of each group, by code.
pub(crate) fn members(groups: &[usize]) -> BTreeMap<usize, Vec<usize>> {
    let mut members = BTreeMap::<usize, Vec<usize>>::new();
    for (row, &group) in groups.iter().enumerate() {
        members.entry(group).or_default().push(row);
    }
    members
}
