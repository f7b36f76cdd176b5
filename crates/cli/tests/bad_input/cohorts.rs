//! Cohorts, tables and models.

use std::fs;

use super::{CHECK, Case, IMPORT, PREDICT, put};

pub(super) const CASES: &[Case] = &[
    Case {
        name: "no such folder",
        spoil: |_| {},
        args: &["cohort", "check", "nowhere"],
        code: 1,
        says: &["nowhere"],
    },
    Case {
        name: "no manifest",
        spoil: |f| fs::remove_file(f.join("cohort/cohort.toml")).unwrap(),
        args: CHECK,
        code: 1,
        says: &["cohort.toml"],
    },
    Case {
        name: "truncated manifest",
        spoil: |f| put(f, "cohort/cohort.toml", "format = "),
        args: CHECK,
        code: 1,
        says: &["cohort.toml"],
    },
    Case {
        name: "unknown manifest key",
        spoil: |f| put(f, "cohort/cohort.toml", "fromat = 1"),
        args: CHECK,
        code: 1,
        says: &["cohort.toml", "fromat"],
    },
    // A table to import: file, row and column.
    Case {
        name: "missing table",
        spoil: |_| {},
        args: IMPORT,
        code: 1,
        says: &["table.csv"],
    },
    Case {
        name: "empty table",
        spoil: |f| put(f, "table.csv", ""),
        args: IMPORT,
        code: 1,
        says: &["table.csv"],
    },
    Case {
        name: "header only",
        spoil: |f| put(f, "table.csv", "id,x,y\n"),
        args: IMPORT,
        code: 1,
        says: &["table.csv", "rows"],
    },
    Case {
        name: "ragged row",
        spoil: |f| put(f, "table.csv", "id,x,y\na,1,0\nb,2\n"),
        args: IMPORT,
        code: 1,
        says: &["table.csv", "line 3"],
    },
    Case {
        name: "missing target column",
        spoil: |f| put(f, "table.csv", "id,x\na,1\n"),
        args: IMPORT,
        code: 1,
        says: &["table.csv", "line 1", "`y`"],
    },
    Case {
        name: "duplicate id",
        spoil: |f| put(f, "table.csv", "id,x,y\na,1,0\na,2,1\n"),
        args: IMPORT,
        code: 1,
        says: &["table.csv", "line 3", "id"],
    },
    Case {
        name: "missing target",
        spoil: |f| put(f, "table.csv", "id,x,y\na,1,0\nb,2,\n"),
        args: IMPORT,
        code: 1,
        says: &["table.csv", "line 3", "y"],
    },
    Case {
        name: "not finite",
        spoil: |f| put(f, "table.csv", "id,x,y\na,1,0\nb,inf,1\n"),
        args: IMPORT,
        code: 1,
        says: &["table.csv", "line 3", "x"],
    },
    Case {
        name: "binary table",
        spoil: |f| put(f, "table.csv", [0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3]),
        args: IMPORT,
        code: 1,
        says: &["table.csv"],
    },
    // A saved model.
    Case {
        name: "no model",
        spoil: |_| {},
        args: PREDICT,
        code: 2,
        says: &["model", "model.json"],
    },
    Case {
        name: "wrong ending",
        spoil: |_| {},
        args: &["predict", "model", "cohort", "--out", "out.txt"],
        code: 2,
        says: &[".csv or .parquet"],
    },
    // Concluding, and a file that is there already.
];
