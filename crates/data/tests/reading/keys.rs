//! Ids, groups, classes and categories.

use midfuse_data::{Cohort, DataError, Defect, ImportOptions, Row};

use crate::folders::folder;
use crate::{column, read_bytes, refused};

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
