//! A split that was made, counted fold by fold.

use std::path::Path;

use midfuse_data::{Cohort, TableSummary, TargetColumn};
use midfuse_eval::split::{FileFold, Predefined};

use crate::error::Result;
use crate::outputs::write_atomic;
use crate::split_file;
use midfuse_data::source::GroupColumn;

/// A split, and what there is to know about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Made {
    /// Number of rows.
    pub rows: usize,
    /// What the rows were taken for: `Iid`, `Grouped`, `Timed`, `GroupedTimed`, `Crossed`.
    pub structure: &'static str,
    /// Each axis of groups, and how many there are.
    pub axes: Vec<(String, usize)>,
    /// Whether the axes hold the same things, which then have one fold on all of them.
    pub shared: bool,
    /// Name of the splitter.
    pub splitter: String,
    /// Classes of the target, or censored and event, which the folds count; empty for a number.
    pub classes: Vec<String>,
    /// One entry per fold, repeat after repeat.
    pub folds: Vec<FoldCounts>,
    /// Tables, as they were read.
    pub tables: Vec<TableSummary>,
    split: Predefined,
}

/// What lies on the sides of one fold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoldCounts {
    /// Training rows.
    pub train: usize,
    /// Test rows.
    pub test: usize,
    /// Rows on neither side.
    pub dropped: usize,
    /// Test rows of each class.
    pub test_classes: Vec<usize>,
    /// Groups of the training and of the test rows, per axis.
    pub groups: Vec<(usize, usize)>,
}

impl Made {
    pub(super) fn new(
        cohort: &Cohort,
        target: Option<&TargetColumn>,
        axes: &[GroupColumn],
        (structure, splitter, shared): (&'static str, String, bool),
        split: Predefined,
    ) -> Self {
        let strata = target.and_then(|target| target.task.strata(&target.targets));
        let (labels, classes) = strata.map_or_else(Default::default, |of| (of.codes, of.names));
        let count = |fold: &FileFold| {
            let rows = |ids: &[String]| -> Vec<usize> {
                ids.iter().filter_map(|id| cohort.position(id)).collect()
            };
            let (train, test) = (rows(&fold.train), rows(&fold.test));
            let of_class = |class: usize| {
                let of = |row: &&usize| labels.get(**row) == Some(&class);
                test.iter().filter(of).count()
            };
            FoldCounts {
                train: train.len(),
                test: test.len(),
                dropped: cohort.len() - train.len() - test.len(),
                test_classes: (0..classes.len()).map(of_class).collect(),
                groups: axes
                    .iter()
                    .map(|axis| (axis.count(&train), axis.count(&test)))
                    .collect(),
            }
        };
        let every: Vec<usize> = (0..cohort.len()).collect();
        Self {
            rows: cohort.len(),
            structure,
            axes: axes
                .iter()
                .map(|axis| (axis.name.clone(), axis.count(&every)))
                .collect(),
            shared,
            splitter,
            folds: split.folds.iter().map(count).collect(),
            classes,
            tables: Vec::new(),
            split,
        }
    }

    /// Writes the split file, whole or not at all: JSON where the name ends in `.json`, else CSV.
    ///
    /// # Errors
    /// [`Error::Io`](crate::Error::Io).
    pub fn write(&self, file: &Path) -> Result<()> {
        write_atomic(file, &split_file::bytes(file, &self.split)?)
    }
}
