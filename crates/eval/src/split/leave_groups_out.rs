//! Every choice of some groups.

use midfuse_base::Validate;
use serde::{Deserialize, Serialize};

use crate::rows::RowSet;
use crate::structure::Grouped;

use super::{Partition, SplitError, Splitter, choose};

/// Tests every choice of `p` groups in turn: with `p = 1`, each hospital by the others.
///
/// Every row is tested `C(groups - 1, p - 1)` times. More than 10,000 choices are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeaveGroupsOut {
    /// Number of groups that are tested together, at least 1 and less than there are.
    pub p: usize,
}

impl LeaveGroupsOut {
    /// Tests every choice of `p` groups.
    pub fn new(p: usize) -> Self {
        Self { p }
    }
}

impl Splitter<Grouped> for LeaveGroupsOut {
    fn split(&self, rows: &RowSet<'_, Grouped>) -> Result<Vec<Partition>, SplitError> {
        const NAME: &str = "LeaveGroupsOut";
        Validate::new(NAME).ensure(self.p >= 1, "p", "at least 1 group", self.p)?;
        let groups = rows.groups();
        let n_groups = groups.names.len();
        if n_groups <= self.p {
            let (groups, needed) = (n_groups, self.p.saturating_add(1));
            return Err(SplitError::TooFewGroups {
                splitter: NAME,
                groups,
                needed,
            });
        }
        let choices = choose::subsets(NAME, n_groups, self.p)?;
        let part = |choice: &Vec<usize>| {
            let is_tested = |&row: &usize| {
                groups
                    .codes
                    .get(row)
                    .is_some_and(|group| choice.binary_search(group).is_ok())
            };
            let (test, train) = (0..rows.len()).partition(is_tested);
            Partition::new(train, test)
        };
        Ok(choices.iter().map(part).collect())
    }
}
