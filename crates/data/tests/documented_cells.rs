//! The table "What a cell becomes" of docs/cohort-format.md, row by row.
#![cfg(test)]

mod folders;

use std::path::Path;

use folders::folder;
use midfuse_data::{Cohort, ImportOptions, ImportTarget, ModalityData, Reading, import};

/// What a column of these cells becomes, in the words of the table, or why it is refused.
fn becomes(cells: &[&str], reading: &str) -> Result<String, String> {
    let quoted = cells.iter().map(|cell| format!("\"{cell}\""));
    let rows = quoted
        .zip(1..)
        .map(|(cell, row)| format!("r{row};{cell};{}\n", row % 2));
    let text = format!("id;x;y\n{}", rows.collect::<String>());
    let dir = folder(&[("t.csv", text.as_bytes())]);
    let options = ImportOptions {
        targets: vec![ImportTarget {
            column: "y".into(),
            kind: None,
        }],
        reading: toml::from_str::<Reading>(&reading.replace(", thousands", "\nthousands")).unwrap(),
        ..ImportOptions::default()
    };
    let out = dir.path().join("out");
    import(dir.path().join("t.csv"), &out, &options).map_err(|error| error.to_string())?;
    let Ok(ModalityData::Tabular(data)) =
        Cohort::open(&out).and_then(|cohort| cohort.load_all("table"))
    else {
        return Err("no table".into());
    };
    let words: Vec<String> = match data.numeric_names.len() {
        1 => data
            .numeric
            .iter()
            .map(|value| {
                if value.is_nan() {
                    "missing".into()
                } else {
                    value.to_string()
                }
            })
            .collect(),
        _ => data
            .categorical
            .iter()
            .map(|row| row[0].clone().unwrap_or_else(|| "missing".into()))
            .collect(),
    };
    let kind = if data.numeric_names.is_empty() {
        "categories"
    } else {
        "numbers"
    };
    Ok(format!("{kind} {}", words.join(" ")))
}

#[test]
fn every_row_of_the_table_is_so() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/cohort-format.md");
    let page = std::fs::read_to_string(page).unwrap();
    let (_, section) = page.split_once("### What a cell becomes").unwrap();
    let (section, _) = section.split_once("###").unwrap();
    let mut rows = 0;
    for line in section.lines().filter(|line| line.starts_with("| `")) {
        let [cells, reading, wanted] = line
            .trim_matches('|')
            .split(" | ")
            .map(str::trim)
            .collect::<Vec<_>>()[..]
        else {
            // An empty cell in the middle leaves one blank.
            panic!("three cells: {line}");
        };
        let cells: Vec<&str> = cells.split('`').skip(1).step_by(2).collect();
        let got = becomes(&cells, reading.trim_matches('`'));
        match wanted.strip_prefix("refused: ") {
            Some(word) => {
                let error = got.expect_err(line);
                assert!(error.contains(word.trim_matches('`')), "{line}: {error}");
            }
            None => assert_eq!(got.as_deref(), Ok(wanted), "{line}"),
        }
        rows += 1;
    }
    assert!(rows > 25, "{rows} rows");
}

/// A text of 40 KB that 200,000 rows repeat: 8 GB in a file of 320 KB.
#[test]
fn a_column_that_expands_beyond_reason_is_refused() {
    let dir = folder(&[]);
    let file = folders::golden().join("bomb.parquet");
    let error = import(file, dir.path().join("out"), &ImportOptions::default()).unwrap_err();
    let shown = error.to_string();
    assert!(
        shown.contains("column `a`") && shown.contains("200 times"),
        "{shown}"
    );
}
