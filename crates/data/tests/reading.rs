//! How tables are read: what is seen in a file, what an option says, what is refused and by which words.
#![cfg(test)]

mod folders;

use folders::folder;
use midfuse_data::{
    Cohort, DataError, Defect, ImportOptions, ImportTarget, ModalityData, Reading, Row, Summary,
    TabularData, import,
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

#[test]
fn dialects_are_seen_and_said() {
    let utf16: Vec<u8> = "\u{feff}x\ty\r\n1,5\ta\r\n2\tb\r\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let packed = zstd::encode_all(&b"x;y\n1,5;a\n2;b\n"[..], 1).unwrap();
    for (name, bytes, note) in [
        ("t.csv", b"x;y\n1,5;a\n2;b\n".to_vec(), "delimiter `;`"),
        (
            "t.csv",
            b"sep=;\nx;y\n1,5;a\n2;b\n".to_vec(),
            "as its first line says",
        ),
        (
            "t.csv",
            "\u{feff}x;y\n1,5;a\n2;b\n".as_bytes().to_vec(),
            "decimal sign `,`",
        ),
        ("t.csv", utf16, "utf-16le"),
        ("t.txt", b"x|y\n1.5|a\n2|b\n".to_vec(), "delimiter `|`"),
        ("t.csv.zst", packed, "packed with zstd"),
        (
            "t.csv",
            b"x,y,\n1.5,a,\n2,b,\n,,\n , ,\n".to_vec(),
            "2 rows without a value at its end skipped",
        ),
        (
            "t.csv",
            b"x,y\n1.5,a\n\n2,b\n".to_vec(),
            "1 blank lines skipped",
        ),
    ] {
        let (data, summary) = read_bytes(name, &bytes, ImportOptions::default()).unwrap();
        assert_eq!(numbers(&data), [1.5, 2.0], "{note}");
        assert!(summary.to_string().contains(note), "{note}: {summary}");
    }
    let latin = b"x;y\n1,5;\xe4\n2;b\n";
    let error = read_bytes("t.csv", latin, ImportOptions::default()).unwrap_err();
    assert!(
        error.to_string().contains("--encoding windows-1252"),
        "{error}"
    );
}

#[test]
fn an_open_quote_loses_no_row() {
    let error = refused("x,y\n1,a\n2,\"b\n3,a\n4,b\n", &["--quote"]);
    assert_eq!(
        (error.defect, error.row),
        (Defect::Truncated, Some(Row::Line(3)))
    );
    let error = refused("x,y\n1,a\n\"2,b\n\"3\",a\n4,b\n", &["goes on"]);
    assert_eq!(error.row, Some(Row::Line(3)));
    let (data, _) = read_with("x,y\n1,\"a\n2,b\n", "quote = \"\"").unwrap();
    assert_eq!(numbers(&data), [1.0, 2.0]);
}

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
fn a_column_without_a_name_is_no_input_in_silence() {
    refused("x,y,\n1,a,\n2,b,7\n", &["column 3 has no name", "line 3"]);
    // pandas and R write the names of rows so.
    let (data, summary) = read(",x,y\np1,1,a\np2,2,b\n").unwrap();
    assert_eq!(numbers(&data), [1.0, 2.0]);
    assert!(summary.to_string().contains("(no name): id"), "{summary}");
}

#[test]
fn keys_that_differ_only_in_how_they_are_typed_are_refused_or_joined() {
    let groups = |options: &str, patients: [&str; 4]| {
        let rows = patients.iter().zip(["a", "b", "a", "b"]).zip(1..);
        let rows = rows.map(|((patient, y), x)| format!("{x},{patient},{y}\n"));
        let text = format!("x,patient,y\n{}", rows.collect::<String>());
        let options = ImportOptions {
            group: Some("patient".into()),
            reading: toml::from_str(options).unwrap(),
            ..ImportOptions::default()
        };
        Ok::<_, DataError>(read_bytes("t.csv", text.as_bytes(), options)?.1.groups)
    };
    for (patients, differ, option) in [
        (["P012", "P013", "P012 ", "P013"], "blanks", "trim"),
        (["P012", "P013", "p012", "P013"], "case", "case"),
        (["1", "2", "001", "2"], "leading zeros", "zeros"),
        (["12", "13", "12.0", "13"], "`.0`", "float"),
        (["caf\u{e9}", "x", "cafe\u{301}", "x"], "Unicode", "unicode"),
    ] {
        let error = groups("", patients).unwrap_err();
        assert_eq!(
            (error.defect, error.row),
            (Defect::NearlyEqual, Some(Row::Line(4)))
        );
        let shown = error.to_string();
        for word in [differ, &format!("--normalise {option}"), "on line 2"] {
            assert!(shown.contains(word), "no {word:?} in {shown}");
        }
        let joined = groups(&format!("normalise = [{option:?}]"), patients);
        assert_eq!(joined.unwrap(), Some(2), "{option}");
        let kept = groups("normalise = [\"none\"]", patients);
        assert_eq!(kept.unwrap(), Some(3), "{option}");
    }
    for word in ["", "NA", "null", "NaN"] {
        let error = groups("", ["P1", "P2", word, "P1"]).unwrap_err();
        assert_eq!(
            (error.defect, error.row),
            (Defect::MissingValue, Some(Row::Line(4))),
            "{word}"
        );
    }
    // Ids, classes and categories, too.
    refused(
        "id,x,y\nP1,1,a\np1,2,b\n",
        &["the id `p1` and `P1` on line 2"],
    );
    refused(
        "x,y\n1,yes\n2,no\n3,Yes\n4,no\n",
        &["the class `Yes` and `yes` on line 2"],
    );
    refused(
        &column(&["f", "m", "F", "m"]),
        &["the category `F` and `f` on line 2", "case"],
    );
}

#[test]
fn an_id_that_another_file_writes_with_zeros_is_named() {
    let toml = "format = 1\n[rows]\nfile = 'rows.csv'\n[[modalities]]\nname = 'm'\nkind = 'tabular'\ntable = 'm.csv'\n";
    let files = |reading: &str| {
        let text = format!("{toml}{reading}");
        folder(&[
            ("cohort.toml", text.as_bytes()),
            ("rows.csv", b"id\n001\n002\n"),
            ("m.csv", b"id,x\n1,5\n2,6\n"),
        ])
    };
    let plain = files("");
    let error = Cohort::open(plain.path())
        .unwrap()
        .load_all("m")
        .unwrap_err();
    let shown = error.to_string();
    for word in ["has `001`", "leading zeros", "normalise = [\"zeros\"]"] {
        assert!(shown.contains(word), "no {word:?} in {shown}");
    }
    let joined = files("[reading]\nnormalise = ['zeros']\n");
    assert!(Cohort::open(joined.path()).unwrap().load_all("m").is_ok());
}

#[test]
fn days_that_are_written_as_numbers_are_days_as_times() {
    let times = |days: [&str; 3]| {
        let rows = days.iter().zip(["a", "b", "a"]).zip(1..);
        let rows = rows.map(|((day, y), x)| format!("{x},{day},{y}\n"));
        let text = format!("x,day,y\n{}", rows.collect::<String>());
        let options = ImportOptions {
            time: Some(midfuse_data::TimeSpec {
                start: "day".into(),
                end: None,
            }),
            ..ImportOptions::default()
        };
        read_bytes("t.csv", text.as_bytes(), options).unwrap().1
    };
    let summary = times(["20240131", "20240201", "20240301"]);
    // 2024-01-31 is 19,753 days after 1970-01-01.
    assert_eq!(summary.times, Some((19753.0, 19783.0)));
    assert!(
        summary
            .to_string()
            .contains("day: time, dates, written as YYYYMMDD"),
        "{summary}"
    );
    // The 31st of February is none, so these are numbers.
    let summary = times(["20240131", "20240201", "20240231"]);
    assert_eq!(summary.times, Some((20_240_131.0, 20_240_231.0)));
}

#[test]
fn genes_by_samples_are_recognised_and_read_transposed() {
    let section = |more: &str| {
        format!(
            "format = 1\n[rows]\nfile = 'rows.csv'\nid = 'sample'\n[[modalities]]\nname = 'm'\nkind = 'tabular'\ntable = 'gex.tsv'\nid = 'gene'\n{more}"
        )
    };
    let cohort = |more: &str, gex: &str| {
        let dir = folder(&[
            ("cohort.toml", section(more).as_bytes()),
            ("rows.csv", b"sample\ns1\ns2\ns3\n"),
            ("gex.tsv", gex.as_bytes()),
        ]);
        let opened = Cohort::open(dir.path()).and_then(|cohort| {
            let summary = cohort.summary()?;
            Ok((cohort.load_all("m")?, summary))
        });
        opened
    };
    let gex = "gene\ts1\ts2\ts3\nG1\t1.5\t2\t3\nG2\t4\tNA\t6\n";
    let error = cohort("", gex).unwrap_err().to_string();
    assert!(
        error.contains("transpose = true") && error.contains("`s1` and 2 more"),
        "{error}"
    );
    let (data, summary) = cohort("transpose = true", gex).unwrap();
    let ModalityData::Tabular(data) = data else {
        panic!("a table")
    };
    assert_eq!(data.numeric_names, ["G1", "G2"]);
    assert_eq!(data.numeric.row(0).to_vec(), [1.5, 4.0]);
    assert!(data.numeric[[1, 1]].is_nan());
    assert!(
        summary.to_string().contains("gex.tsv: 3 rows read"),
        "{summary}"
    );
    let odd = gex.replace("\t6", "\thigh");
    let error = cohort("transpose = true", &odd).unwrap_err().to_string();
    assert!(
        error.contains("column 4") && error.contains("`high`"),
        "{error}"
    );
    let twice = gex.replace("G2", "G1");
    let error = cohort("transpose = true", &twice).unwrap_err();
    assert_eq!(error.defect, Defect::DuplicateColumn);
}
