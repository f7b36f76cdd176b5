//! What the cells of a column become.

use midfuse_data::{Cohort, ImportOptions};

use crate::folders::folder;
use crate::{column, numbers, read, read_bytes, read_with, refused};

#[test]
fn numbers_in_another_dress_are_read_or_refused_by_the_option_that_reads_them() {
    for (cells, option, values) in [
        (
            ["1,234", "5,678", "9,012"],
            "thousands = \",\"",
            [1234.0, 5678.0, 9012.0],
        ),
        (
            ["1.234,5", "2.345,5", "3.456,5"],
            "decimal = \",\"\nthousands = \".\"",
            [1234.5, 2345.5, 3456.5],
        ),
        (
            ["35%", "20 %", "7%"],
            "strip = [\"percent\"]",
            [35.0, 20.0, 7.0],
        ),
        (
            ["20 mg", "5 mg", "7.5 mg"],
            "strip = [\"unit\"]",
            [20.0, 5.0, 7.5],
        ),
        (
            ["$20", "$5", "$7"],
            "strip = [\"currency\"]",
            [20.0, 5.0, 7.0],
        ),
        (
            ["<0.5", "3", ">15"],
            "strip = [\"bound\"]",
            [0.5, 3.0, 15.0],
        ),
        (
            ["1'234", "5'678", "9"],
            "thousands = \"'\"",
            [1234.0, 5678.0, 9.0],
        ),
    ] {
        let text = column(&cells);
        let key = option.split(" = ").next().unwrap();
        refused(&text, &["line 2", "x", key, "--categorical x"]);
        let (data, _) = read_with(&text, option).expect(option);
        assert_eq!(numbers(&data), values, "{option}");
    }
    // Without a doubt.
    let (data, _) = read(&column(&["12,7", "3,25", "8"])).unwrap();
    assert_eq!(numbers(&data), [12.7, 3.25, 8.0]);
    for cells in [
        ["\u{2212}3", "4", "5"],
        ["\u{a0}-3", "4", "5"],
        ["'-3", "4", "5"],
    ] {
        assert_eq!(numbers(&read(&column(&cells)).unwrap().0), [-3.0, 4.0, 5.0]);
    }
}

#[test]
fn several_odd_cells_are_named_at_once() {
    let error = refused(
        &column(&["1", "12a", "3", "high", "5", "6", "1O", "x"]),
        &[],
    );
    let shown = error.to_string();
    assert!(
        shown.contains("line 3, `high` on line 5, `1O` on line 8 and 1 more"),
        "{shown}"
    );
}

#[test]
fn words_for_a_missing_number_are_missing_and_counted_by_word() {
    let (data, summary) = read(&column(&["1", "?", "NaN", "2", "n/a", "."])).unwrap();
    let missing: Vec<bool> = numbers(&data).iter().map(|value| value.is_nan()).collect();
    assert_eq!(missing, [false, true, true, false, true, true]);
    let line = summary.tables[0].columns[0].to_string();
    assert!(
        line.contains("4 missing (1 `NaN`, 1 `n/a`, 1 `.`, 1 `?`)"),
        "{line}"
    );
    let own = column(&["1", "refused", "3", "4", "refused", "6"]);
    refused(&own, &["missing = [\"refused\"]", "--missing refused"]);
    let (data, _) = read_with(&own, "missing = [\"refused\"]").unwrap();
    assert!(numbers(&data)[1].is_nan());
}

#[test]
fn what_may_stand_for_a_missing_value_is_said() {
    let (_, summary) = read(&column(&["63", "-999", "41", "-999", "58", "-999"])).unwrap();
    assert!(
        summary
            .to_string()
            .contains("-999 in 3 cells, far from the rest"),
        "{summary}"
    );
    let (_, summary) = read(&column(&["u", "?", "u", "v", "v", "u"])).unwrap();
    assert!(
        summary
            .to_string()
            .contains("`?` in 1 cell is a value of its own"),
        "{summary}"
    );
    let (_, summary) = read(&column(&["16777217", "2", "3"])).unwrap();
    assert!(
        summary.to_string().contains("1 cell above 2^24"),
        "{summary}"
    );
}

#[test]
fn dates_and_ids_are_no_categories_in_silence() {
    refused(
        &column(&["2024-01-31", "2024-02-01", "2024-02-02"]),
        &["dates", "--exclude x"],
    );
    let ids: Vec<String> = (0..30).map(|at| format!("P{at}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    refused(
        &column(&ids),
        &[
            "30 categories in 30 cells",
            "--exclude x",
            "--text x",
            "--categorical x",
        ],
    );
    let declared = ImportOptions {
        categorical: vec!["x".into()],
        ..ImportOptions::default()
    };
    assert!(read_bytes("t.csv", column(&ids).as_bytes(), declared).is_ok());
}

#[test]
fn targets_are_numbers_or_classes_and_never_both_in_silence() {
    let target = |cells: &[&str]| {
        let rows = cells
            .iter()
            .zip(1..)
            .map(|(cell, x)| format!("{x},\"{cell}\"\n"));
        read(&format!("x,y\n{}", rows.collect::<String>()))
    };
    let error = |cells: &[&str]| target(cells).unwrap_err().to_string();
    assert!(error(&["35%", "40%", "20%"]).contains("strip = [\"percent\"]"));
    assert!(error(&["1", "0", "?", "1"]).contains("`?` in 1 cells: the target is missing there"));
    assert!(error(&["1", "0", "1", "0", "high"]).contains("`high` on line 6"));
    assert!(error(&["2024-01-31", "2024-02-01"]).contains("dates"));
    let kind = |cells: &[&str]| target(cells).unwrap().1.targets[0].kind;
    assert_eq!(
        kind(&["1", "0", "1"]),
        midfuse_data::TaskKind::Classification
    );
    assert_eq!(
        kind(&["1a", "1b", "2a", "2b"]),
        midfuse_data::TaskKind::Classification
    );
    assert_eq!(
        kind(&["12,5", "7,25", "3"]),
        midfuse_data::TaskKind::Regression
    );
}

#[test]
fn odd_cells_of_a_declared_column_are_named_with_what_reads_them() {
    let toml = "format = 1\n[rows]\nfile = 'rows.csv'\n[[modalities]]\nname = 'm'\nkind = 'tabular'\ntable = 'm.csv'\nnumeric = ['x']\ncategorical = []\n";
    let dir = folder(&[
        ("cohort.toml", toml.as_bytes()),
        ("rows.csv", b"id\na\nb\nc\n"),
        ("m.csv", b"id,x\na,20 mg\nb,3\nc,7 mg\n"),
    ]);
    let error = Cohort::open(dir.path())
        .unwrap()
        .load_all("m")
        .unwrap_err()
        .to_string();
    for word in [
        "line 2",
        "`20 mg`",
        "1 more cells of the column (line 4)",
        "--strip unit",
    ] {
        assert!(error.contains(word), "no {word:?} in {error}");
    }
}
