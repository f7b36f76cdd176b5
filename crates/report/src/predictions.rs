//! Predictions on outer test rows: what `predictions.parquet` holds.

use midfuse_base::{Target, Task};

/// Predictions of every strategy on the outer test rows.
#[derive(Debug, Clone, PartialEq)]
pub struct PredictionTable {
    /// What was predicted; gives the names of the score columns.
    pub task: Task,
    /// One entry per strategy, outer fold and row.
    pub rows: Vec<PredictionRow>,
}

/// One prediction.
#[derive(Debug, Clone, PartialEq)]
pub struct PredictionRow {
    /// Id of the row in the cohort.
    pub id: String,
    /// Its group, where the structure has groups.
    pub group: Option<String>,
    /// What one score counts, where that is not the group.
    pub unit: Option<String>,
    /// Repeat, from 0.
    pub repeat: usize,
    /// Outer fold in its repeat, from 0.
    pub fold: usize,
    /// Name of the strategy.
    pub arm: String,
    /// The row's target.
    pub target: Target,
    /// Its scores, as [`Task::score_columns`] names them.
    pub scores: Vec<f64>,
}

impl PredictionTable {
    /// The predictions of one strategy.
    pub fn of<'a>(&'a self, arm: &'a str) -> impl Iterator<Item = &'a PredictionRow> {
        self.rows.iter().filter(move |row| row.arm == arm)
    }
}
