//! How even the folds of grouped rows are.

use crate::rows::RowSet;
use crate::split::{Imbalance, SplitError, Splitter, StratifiedGroupKFold};
use crate::structure::Grouped;

use super::Dev;

impl StratifiedGroupKFold {
    /// How even the folds are that this splitter makes of some rows.
    ///
    /// # Errors
    /// As [`Splitter::split`].
    pub fn imbalance(&self, dev: &Dev<Grouped>) -> Result<Imbalance, SplitError> {
        let rows = RowSet::new(&dev.table, &dev.rows);
        let strata = rows.strata().ok_or(SplitError::NoClasses {
            splitter: "StratifiedGroupKFold",
        })?;
        let parts = self.split(&rows)?;
        let counts = parts.iter().map(|part| {
            let mut counts = vec![0; strata.names.len()];
            for &code in part.test.iter().filter_map(|&row| strata.codes.get(row)) {
                if let Some(count) = counts.get_mut(code) {
                    *count += 1;
                }
            }
            counts
        });
        Ok(Imbalance {
            counts: counts.collect(),
        })
    }
}
