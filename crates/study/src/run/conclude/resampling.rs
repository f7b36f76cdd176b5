//! How the bootstrap resamples the sealed rows: blocks of time where rows depend on their neighbours.

use std::cmp::Ordering;

use midfuse_eval::predict::Disclosed;
use midfuse_metrics::metric::{MetricError, Predictions, Unit};
use midfuse_metrics::stats::BootstrapSettings;

use crate::run::cohort::StudyCohort;
use crate::run::context::Context;
use midfuse_plan::file::StructureName;

/// How the sealed rows are resampled.
#[derive(Debug)]
pub(super) struct Resampling<'a> {
    cohort: &'a StudyCohort,
    unit: Unit,
    pub(super) settings: BootstrapSettings,
}

impl<'a> Resampling<'a> {
    pub(super) fn new(cohort: &'a StudyCohort, context: &Context<'_>) -> Self {
        Self {
            cohort,
            unit: context.unit,
            settings: BootstrapSettings::new(context.file.protocol.seed.derive("bootstrap")),
        }
    }

    /// Rows of a block, where `n` rows in time are resampled in blocks: the cube root of `n`, the
    /// order that Hall, Horowitz and Jing (Biometrika 82, 1995) find for the block bootstrap of a
    /// variance.
    pub(super) fn block(&self, n: usize) -> Option<usize> {
        (self.cohort.structure == StructureName::Timed)
            .then(|| (n as f64).cbrt().ceil().max(1.0) as usize)
    }

    /// Predictions and unit for the bootstrap. Rows in time get their block as a group, and every
    /// row still counts the same: the block bootstrap without overlap (Carlstein, Annals of
    /// Statistics 14, 1986). Groups in time are resampled as groups.
    pub(super) fn of(&self, disclosed: &Disclosed) -> Result<(Predictions, Unit), MetricError> {
        let predictions = disclosed.predictions()?;
        match (self.block(disclosed.ids.len()), self.cohort.cohort.times()) {
            (Some(length), Some(times)) => {
                let start = |id: &String| {
                    let row = self.cohort.cohort.position(id);
                    row.and_then(|row| times.get(row)).map(|time| time.start)
                };
                let starts: Vec<Option<f64>> = disclosed.ids.iter().map(start).collect();
                let blocks = blocks(&starts, length);
                Ok((predictions.with_groups(&blocks)?, Unit::RowsIgnoringGroups))
            }
            _ => Ok((predictions, self.unit)),
        }
    }
}

/// The block of each row: `length` rows each, in the order of their starts.
fn blocks(starts: &[Option<f64>], length: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..starts.len()).collect();
    order.sort_by(|&a, &b| {
        let (a, b) = (starts.get(a), starts.get(b));
        a.partial_cmp(&b).unwrap_or(Ordering::Equal)
    });
    let mut blocks = vec![0; starts.len()];
    for (rank, &row) in order.iter().enumerate() {
        if let Some(block) = blocks.get_mut(row) {
            *block = rank / length.max(1);
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_follow_time() {
        let starts = [5.0, 1.0, 3.0, 2.0, 4.0].map(Some);
        assert_eq!(blocks(&starts, 2), [2, 0, 1, 0, 1]);
    }
}
