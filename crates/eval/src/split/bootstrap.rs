//! Bootstrap samples with their out-of-bag rows.

use midfuse_base::Seed;
use rand::Rng;
use serde::{Deserialize, Serialize};

use crate::rows::RowSet;
use crate::structure::{Grouped, Iid};

use super::{Partition, SplitError, Splitter, order};

/// Draws as many rows (or whole groups) as there are, with replacement; those that are never drawn
/// are tested.
///
/// A sample is weights over unique rows, so that an inner split of train cannot put two copies of a
/// row on both sides (rsample's warning, mlr3 issue 1369).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bootstrap {
    /// Number of samples, 1 to 10,000.
    pub samples: usize,
    /// Draws the rows.
    pub seed: Seed,
}

impl Bootstrap {
    /// `samples` samples, drawn by `seed`.
    pub fn new(samples: usize, seed: Seed) -> Self {
        Self { samples, seed }
    }

    /// How often each of `n` units is drawn.
    fn draws(&self, sample: usize, n: usize) -> Vec<u32> {
        let mut rng = self.seed.derive(&format!("sample-{sample}")).rng();
        let mut counts = vec![0_u32; n];
        for _ in 0..n {
            if let Some(count) = counts.get_mut(rng.random_range(0..n as u64) as usize) {
                *count += 1;
            }
        }
        counts
    }

    /// A partition per sample; `unit[row]` is what is drawn.
    fn partitions(&self, unit: &[usize], n_units: usize) -> Result<Vec<Partition>, SplitError> {
        order::check_count("Bootstrap", "samples", self.samples)?;
        let part = |sample| {
            let counts = self.draws(sample, n_units);
            let mut part = Partition {
                weights: Some(Vec::new()),
                ..Partition::default()
            };
            for (row, unit) in unit.iter().enumerate() {
                match counts.get(*unit) {
                    Some(&count) if count > 0 => {
                        part.train.push(row);
                        part.weights.get_or_insert_default().push(count);
                    }
                    _ => part.test.push(row),
                }
            }
            part
        };
        Ok((0..self.samples).map(part).collect())
    }
}

impl Splitter<Iid> for Bootstrap {
    fn split(&self, rows: &RowSet<'_, Iid>) -> Result<Vec<Partition>, SplitError> {
        let units: Vec<usize> = (0..rows.len()).collect();
        self.partitions(&units, rows.len())
    }
}

impl Splitter<Grouped> for Bootstrap {
    fn split(&self, rows: &RowSet<'_, Grouped>) -> Result<Vec<Partition>, SplitError> {
        let groups = rows.groups();
        self.partitions(&groups.codes, groups.names.len())
    }
}
