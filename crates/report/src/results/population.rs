//! Who was studied: the rows that are not sealed, their targets, and what they lack.

use serde::{Deserialize, Serialize};

/// The rows that the study worked on. Nothing here is of a sealed row.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Population {
    /// Rows of each class, in the order of the classes; empty for a regression.
    pub class_rows: Vec<usize>,
    /// Groups with a row of each class; `None` without groups or for a regression.
    pub class_groups: Option<Vec<usize>>,
    /// Mean, standard deviation and quartiles of a numeric target.
    pub values: Option<ValueSummary>,
    /// One entry per modality of the study.
    pub modalities: Vec<Presence>,
}

/// A numeric target.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValueSummary {
    /// Mean.
    pub mean: f64,
    /// Standard deviation (n - 1); 0 for one row.
    pub sd: f64,
    /// Quartiles: 25 %, 50 %, 75 %.
    pub quartiles: [f64; 3],
}

/// How much of a modality is there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Presence {
    /// Its name.
    pub name: String,
    /// Its kind: `image`, `sequence`, `tabular`, `text`.
    pub kind: String,
    /// Its shape in words.
    pub shape: String,
    /// Rows without it.
    pub absent: usize,
    /// The same by class; empty for a regression.
    pub absent_by_class: Vec<usize>,
    /// Cells of the rows that have it; 0 unless tabular.
    pub cells: usize,
    /// Empty cells among them.
    pub missing_cells: usize,
    /// Cells and empty cells by class; empty for a regression and unless tabular.
    pub cells_by_class: Vec<[usize; 2]>,
}
