//! What one score speaks of: a row, or a group of rows.

use std::collections::BTreeMap;

use midfuse_base::Choices;
use serde::{Deserialize, Serialize};

use midfuse_base::Target;

use super::predictions::pick;
use super::{MetricError, Predictions, check};

/// The unit that a metric counts.
///
/// The unit that matters is the highest declared group: a patient, not a slice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Choices)]
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
    /// groups, with [`Unit::Group`] each group its cluster.
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

    /// One entry per group: the mean of its scores, its one target, its mean weight.
    fn averaged(&self, members: &BTreeMap<usize, Vec<usize>>) -> Result<Self, MetricError> {
        let weights = members
            .values()
            .map(|rows| {
                self.weights().map_or(1.0, |all| {
                    pick(all, rows).iter().sum::<f64>() / rows.len() as f64
                })
            })
            .collect::<Vec<_>>();
        let mean = |values: &[f64], rows: &[usize]| {
            let weights = self.weights().map(|all| pick(all, rows));
            // A group without weight keeps its plain mean and counts 0.
            let weights = weights.filter(|weights| weights.iter().any(|&weight| weight > 0.0));
            check::mean(pick(values, rows).into_iter(), weights.as_deref())
        };
        one_target(&self.each_target(), members)?;
        let values = self.values().of_task().of_groups(members, &mean);
        let weights = self.weights.is_some().then_some(weights);
        Ok(Self {
            values,
            weights,
            groups: None,
            // A group lies in one cluster: that of its first row.
            clusters: self
                .clusters
                .as_deref()
                .map(|clusters| pick(clusters, &super::task::first(members))),
        })
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

fn one_target(
    targets: &[Target],
    members: &BTreeMap<usize, Vec<usize>>,
) -> Result<(), MetricError> {
    for (&group, rows) in members {
        let in_group = pick(targets, rows);
        if let [first, rest @ ..] = in_group.as_slice()
            && let Some(second) = rest.iter().find(|&target| target != first)
        {
            let (first, second) = (first.number(), second.number());
            return Err(MetricError::GroupTargetVaries {
                group,
                first,
                second,
            });
        }
    }
    Ok(())
}
