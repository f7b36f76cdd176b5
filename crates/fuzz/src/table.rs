//! Readers of plain tables.

use midfuse_data::source::{Source, SourceError, SourceOptions};
use midfuse_data::{Cohort, ImportOptions, ImportTarget, Reading, TextTable, TimeSpec, import};

use crate::cohort::{CSV, INDEXED, NESTED, PARQUET, ROWS, ZONED, check};
use crate::scratch::folder;
use crate::target::Target;

/// The targets of this module.
pub(crate) const TARGETS: &[Target] = &[
    Target {
        name: "import-csv",
        covers: &["import"],
        run: |bytes| import_table("f.csv", bytes),
        seeds: || {
            vec![
                CSV.to_vec(),
                ROWS.to_vec(),
                ZONED.to_vec(),
                DIALECT.to_vec(),
                QUOTES.to_vec(),
            ]
        },
    },
    Target {
        name: "import-parquet",
        covers: &["import"],
        run: |bytes| import_table("f.parquet", bytes),
        seeds: || vec![PARQUET.to_vec(), INDEXED.to_vec()],
    },
    Target {
        name: "table-csv",
        covers: &["TextTable::read"],
        run: |bytes| text_table("f.csv", bytes),
        seeds: || vec![CSV.to_vec()],
    },
    Target {
        name: "table-tsv",
        covers: &["TextTable::read"],
        run: |bytes| text_table("f.tsv", bytes),
        seeds: || vec![include_bytes!("../../data/tests/golden/table.tsv").to_vec()],
    },
    Target {
        name: "table-parquet",
        covers: &["TextTable::read"],
        run: |bytes| text_table("f.parquet", bytes),
        seeds: || vec![PARQUET.to_vec(), NESTED.to_vec(), ROWS_OF_NOTHING.to_vec()],
    },
    Target {
        name: "source-csv",
        covers: &["Source::open"],
        run: |bytes| source("f.csv", bytes),
        seeds: || vec![CSV.to_vec(), ROWS.to_vec(), ZONED.to_vec()],
    },
    Target {
        name: "source-parquet",
        covers: &["Source::open"],
        run: |bytes| source("f.parquet", bytes),
        seeds: || vec![PARQUET.to_vec(), INDEXED.to_vec()],
    },
];

/// A delimiter that the file names, decimal commas, words for missing values, blank rows at the end.
const DIALECT: &[u8] = b"sep=;\nid;x;y;\n1;2,5;a;\n2;?;b;\n3;1.234,5;a;\n;;;\n";

/// Quotes that hold a line break and a quote, a comment, one that opens and does not close.
const QUOTES: &[u8] = b"id,x,y\n# no row\n1,\"a\nb\",\"c\"\"d\"\n2,3,\"e\n4,5,f\n";

/// Found by the fuzzer: no plain column, and many rows.
const ROWS_OF_NOTHING: &[u8] = include_bytes!("../regressions/rows-of-nothing.parquet");

fn text_table(name: &str, bytes: &[u8]) {
    folder(&[(name, bytes)], |dir| {
        check(
            TextTable::read(&dir.join(name), &Reading::default(), |column| column != "x").map(
                |table| {
                    let width = table.columns.len();
                    assert!(
                        table.rows.iter().all(|(_, cells)| cells.len() == width),
                        "a ragged row"
                    );
                },
            ),
        );
    });
}

fn import_table(name: &str, bytes: &[u8]) {
    let target = |column: &str| ImportTarget {
        column: column.into(),
        kind: None,
    };
    let time = TimeSpec {
        start: "s".into(),
        end: None,
    };
    for options in [
        ImportOptions::default(),
        ImportOptions {
            targets: vec![target("y")],
            group: Some("g".into()),
            time: Some(time),
            text: vec!["e".into()],
            ..ImportOptions::default()
        },
    ] {
        folder(&[(name, bytes)], |dir| {
            let made = dir.join("cohort");
            let outcome = import(dir.join(name), &made, &options);
            if outcome.is_ok() {
                // What is written is read, with the rows that were counted.
                let cohort = Cohort::open(&made).expect("an imported cohort opens");
                cohort.row_hashes().expect("an imported cohort reads");
            }
            check(outcome);
        });
    }
}

/// A table as `audit`, `compare` and `split` open it.
fn source(name: &str, bytes: &[u8]) {
    let of_all = SourceOptions {
        target: Some("y".into()),
        groups: vec!["g".into()],
        id: Some("id".into()),
        time: Some("s".into()),
        ..SourceOptions::default()
    };
    for options in [SourceOptions::default(), of_all] {
        folder(&[(name, bytes)], |dir| {
            match Source::open(&dir.join(name), &options) {
                Ok(source) => {
                    let codes = source.codes();
                    let rows = source.cohort.len();
                    assert!(codes.iter().all(|(_, codes)| codes.len() == rows));
                }
                Err(SourceError::Data(error)) => check(Err::<(), _>(error)),
                Err(error) => assert!(!error.to_string().contains('\n'), "{error}"),
            }
        });
    }
}
