//! `predictions.parquet`: one row per strategy, outer fold and row of the cohort.

use midfuse_base::{Column, Targets};
use midfuse_report::{PredictionRow, PredictionTable};

use crate::{CorruptError, Result};

/// The table as the bytes of a Parquet file; the same table gives the same bytes.
///
/// Columns: `row`, `repeat`, `fold`, `strategy`, then
/// [`Task::target_columns`](midfuse_base::Task::target_columns) and
/// [`Task::score_columns`](midfuse_base::Task::score_columns), and `group` where rows have one, so that
/// whoever compares the predictions takes the group for the unit as the study does.
///
/// # Errors
/// [`CorruptError::Parquet`] if the table cannot be written, for example with two classes of one name.
pub(super) fn predictions(table: &PredictionTable) -> Result<Vec<u8>> {
    let rows = &table.rows;
    let text =
        |of: fn(&PredictionRow) -> &String| Column::Text(rows.iter().map(of).cloned().collect());
    let count = |of: fn(&PredictionRow) -> usize| {
        Column::Integer(rows.iter().map(|row| of(row) as i32 + 1).collect())
    };
    let targets = Targets::of(table.task.target_shape(), rows.iter().map(|row| row.target));
    let mut columns = vec![
        ("row".to_owned(), text(|row| &row.id)),
        ("repeat".to_owned(), count(|row| row.repeat)),
        ("fold".to_owned(), count(|row| row.fold)),
        ("strategy".to_owned(), text(|row| &row.arm)),
    ];
    columns.extend(table.task.target_columns(&targets));
    for (nth, name) in table.task.score_columns().into_iter().enumerate() {
        let score = |row: &PredictionRow| row.scores.get(nth).copied().unwrap_or(f64::NAN);
        columns.push((name, Column::Number(rows.iter().map(score).collect())));
    }
    for (name, of) in [
        (
            "group",
            (|row| row.group.clone()) as fn(&PredictionRow) -> Option<String>,
        ),
        ("unit", |row| row.unit.clone()),
    ] {
        let names: Option<Vec<String>> = rows.iter().map(of).collect();
        if let Some(names) = names.filter(|names| !names.is_empty()) {
            columns.push((name.to_owned(), Column::Text(names)));
        }
    }
    Ok(midfuse_data::parquet("predictions", &columns).map_err(CorruptError::Parquet)?)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use parquet::file::reader::{FileReader as _, SerializedFileReader};
    use parquet::record::RowAccessor as _;

    use super::*;
    use midfuse_base::{Target, Task};

    #[test]
    fn what_is_written_is_read_back() {
        let row = |id: &str, class: usize, scores: [f64; 2]| PredictionRow {
            id: id.to_owned(),
            group: None,
            unit: None,
            repeat: 0,
            fold: 1,
            arm: "concat".to_owned(),
            target: Target::Class(class),
            scores: scores.to_vec(),
        };
        let table = PredictionTable {
            task: Task::Classification {
                classes: vec!["no".to_owned(), "yes".to_owned()],
            },
            rows: vec![row("a", 0, [-0.1, -2.4]), row("b", 1, [-1.0, -0.5])],
        };
        let bytes = predictions(&table).unwrap();
        assert_eq!(
            bytes,
            predictions(&table).unwrap(),
            "the same table gives the same bytes"
        );
        let reader = SerializedFileReader::new(Bytes::from(bytes)).unwrap();
        let mut grouped = table.clone();
        for row in &mut grouped.rows {
            row.group = Some("p1".to_owned());
        }
        let grouped = predictions(&grouped).unwrap();
        let with_group = SerializedFileReader::new(Bytes::from(grouped)).unwrap();
        let last = with_group
            .get_row_iter(None)
            .unwrap()
            .next()
            .unwrap()
            .unwrap();
        assert_eq!(last.get_string(7).unwrap(), "p1");
        let rows: Vec<_> = reader
            .get_row_iter(None)
            .unwrap()
            .map(|row| row.unwrap())
            .collect();
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[1].get_string(0).unwrap(), "b");
        assert_eq!(rows[1].get_int(2).unwrap(), 2);
        assert_eq!(rows[1].get_string(4).unwrap(), "yes");
        assert_eq!(
            rows[1].get_double(6).unwrap().to_bits(),
            (-0.5_f64).to_bits()
        );
        let names: Vec<String> = rows[0]
            .get_column_iter()
            .map(|(name, _)| name.clone())
            .collect();
        assert_eq!(
            names,
            [
                "row",
                "repeat",
                "fold",
                "strategy",
                "target",
                "score_no",
                "score_yes"
            ]
        );
    }
}
