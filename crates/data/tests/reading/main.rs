//! How tables are read: what is seen in a file, what an option says, what is refused and by which words.
#![cfg(test)]

#[path = "../folders/mod.rs"]
mod folders;

mod cells;
mod dialects;
mod keys;
mod shapes;

use folders::folder;
use midfuse_data::{
    Cohort, DataError, ImportOptions, ImportTarget, ModalityData, Reading, Summary, TabularData,
    import,
};

/// Imports a table with the target `y`.
fn read_bytes(
    name: &str,
    bytes: &[u8],
    options: ImportOptions,
) -> Result<(TabularData, Summary), DataError> {
    let dir = folder(&[(name, bytes)]);
    let out = dir.path().join("out");
    let target = ImportTarget {
        column: "y".into(),
        kind: None,
    };
    let options = ImportOptions {
        targets: vec![target],
        ..options
    };
    let summary = import(dir.path().join(name), &out, &options)?;
    let cohort = Cohort::open(&out)?;
    match cohort.load_all("table")? {
        ModalityData::Tabular(data) => Ok((data, summary)),
        _ => panic!("a table"),
    }
}

fn read(text: &str) -> Result<(TabularData, Summary), DataError> {
    read_bytes("t.csv", text.as_bytes(), ImportOptions::default())
}

fn read_with(text: &str, reading: &str) -> Result<(TabularData, Summary), DataError> {
    let reading: Reading = toml::from_str(reading).unwrap();
    let options = ImportOptions {
        reading,
        ..ImportOptions::default()
    };
    read_bytes("t.csv", text.as_bytes(), options)
}

/// The values of the one numeric column.
fn numbers(data: &TabularData) -> Vec<f32> {
    assert_eq!(data.numeric_names, ["x"]);
    data.numeric.iter().copied().collect()
}

/// A table `x, y` of these cells in quotes.
fn column(cells: &[&str]) -> String {
    let rows = cells.iter().enumerate();
    let rows = rows.map(|(at, cell)| format!("\"{cell}\",{}\n", ["a", "b"][at % 2]));
    format!("x,y\n{}", rows.collect::<String>())
}

fn refused(text: &str, words: &[&str]) -> DataError {
    let error = read(text).expect_err(text);
    let shown = error.to_string();
    for word in words {
        assert!(shown.contains(word), "no {word:?} in: {shown}");
    }
    error
}
