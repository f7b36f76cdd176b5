//! Predictions of rows by models that had not seen them, read back from `predictions.parquet`.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use midfuse_base::{Task, hex};
use midfuse_data::{Reading, TextTable};
use sha2::{Digest, Sha256};

use super::PREDICTIONS;
use crate::{CorruptError, Error, Result};

/// Of every strategy, the scores of each row from the first outer fold that tests it.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct OutOfFold {
    arms: HashMap<String, HashMap<String, Vec<f64>>>,
    /// SHA-256 of the file; empty without one.
    pub(crate) sha256: String,
}

impl OutOfFold {
    /// Reads what [`write`](super::write) wrote below `out`.
    ///
    /// # Errors
    /// [`CorruptError::Predictions`] for a file that is no such table; [`Error::Io`].
    pub(crate) fn read(out: &Path, task: &Task) -> Result<Self> {
        let path = out.join(PREDICTIONS);
        let bytes = std::fs::read(&path).map_err(Error::io(&path))?;
        let wanted = task.score_columns();
        let is_read = |name: &str| {
            matches!(name, "row" | "strategy") || wanted.iter().any(|score| score == name)
        };
        let table = TextTable::read(&path, &Reading::literal(), is_read)
            .map_err(|source| wrong(&path, source))?;
        let at = |name: &str| {
            let missing = || wrong(&path, format!("column `{name}` is missing"));
            table.position(name).ok_or_else(missing)
        };
        let (row, strategy) = (at("row")?, at("strategy")?);
        let scores: Vec<usize> = wanted.iter().map(|name| at(name)).collect::<Result<_>>()?;
        let mut arms: HashMap<String, HashMap<String, Vec<f64>>> = HashMap::new();
        for (place, cells) in &table.rows {
            let text = |at: usize| cells.get(at).and_then(Option::as_deref);
            let number = |&at: &usize| text(at)?.parse::<f64>().ok();
            let of_row: Option<Vec<f64>> = scores.iter().map(number).collect();
            let (Some(row), Some(strategy), Some(of_row)) = (text(row), text(strategy), of_row)
            else {
                return Err(wrong(
                    &path,
                    format!("{place}: a cell is empty or no number"),
                ));
            };
            let of_arm = arms.entry(strategy.to_owned()).or_default();
            of_arm.entry(row.to_owned()).or_insert(of_row);
        }
        let sha256 = hex(&Sha256::digest(&bytes));
        Ok(Self { arms, sha256 })
    }

    /// Scores of a strategy by row; none for one that has no predictions.
    pub(crate) fn of(&self, arm: &str) -> HashMap<String, Vec<f64>> {
        self.arms.get(arm).cloned().unwrap_or_default()
    }
}

fn wrong(path: &Path, reason: impl ToString) -> Error {
    let (path, reason): (PathBuf, String) = (path.to_owned(), reason.to_string());
    CorruptError::Predictions { path, reason }.into()
}

#[cfg(test)]
mod tests {
    use midfuse_base::Target;
    use midfuse_report::{PredictionRow, PredictionTable};

    use super::super::parquet;
    use super::*;

    fn table(rows: &[(&str, usize, f64)]) -> PredictionTable {
        let rows = rows.iter().map(|&(id, repeat, score)| PredictionRow {
            id: id.to_owned(),
            group: None,
            unit: None,
            repeat,
            fold: 0,
            arm: "concat".to_owned(),
            target: Target::Value(1.0),
            scores: vec![score],
        });
        PredictionTable {
            task: Task::Regression,
            rows: rows.collect(),
        }
    }

    #[test]
    fn the_first_fold_that_tests_a_row_speaks_for_it_to_the_last_bit() {
        let folder = tempfile::tempdir().unwrap();
        let written = table(&[("a", 0, 0.1 + 0.2), ("b", 0, -1e-300), ("a", 1, 7.0)]);
        let path = folder.path().join(PREDICTIONS);
        std::fs::write(&path, parquet::predictions(&written).unwrap()).unwrap();
        let read = OutOfFold::read(folder.path(), &Task::Regression).unwrap();
        let concat = read.of("concat");
        assert_eq!(concat["a"][0].to_bits(), (0.1_f64 + 0.2).to_bits());
        assert_eq!(concat["b"], [-1e-300]);
        assert!(read.of("late").is_empty());
        assert_eq!(read.sha256.len(), 64);
        // The scores of another task.
        let said = OutOfFold::read(folder.path(), &Task::of_classes(2)).unwrap_err();
        assert!(said.to_string().contains("is missing"), "{said}");
        std::fs::write(&path, b"no table").unwrap();
        let said = OutOfFold::read(folder.path(), &Task::Regression).unwrap_err();
        assert!(
            said.to_string().contains("run `midfuse study` again"),
            "{said}"
        );
    }
}
