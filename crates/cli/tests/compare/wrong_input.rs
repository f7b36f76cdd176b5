//! What is refused.

use std::fs;

use super::support::midfuse;
use super::{folds, predictions};

/// Name, file, arguments, exit code, what the message says.
type Case<'a> = (&'a str, String, &'a [&'a str], i32, &'a [&'a str]);

#[test]
fn bad_input_is_one_line_and_leaves_nothing() {
    let p = || predictions(None);
    let cases: [Case<'_>; 13] = [
        (
            "no file",
            String::new(),
            &["none.csv"],
            1,
            &["none.csv", "no such file"],
        ),
        ("empty", String::new(), &["x.csv"], 1, &["x.csv", "empty"]),
        (
            "header only",
            "model,fold,score\n".into(),
            &["x.csv"],
            1,
            &["no rows"],
        ),
        (
            "no score",
            "model,fold\na,1\n".into(),
            &["x.csv"],
            1,
            &["x.csv", "`score`"],
        ),
        (
            "not finite",
            folds("").replace("0.79", "NaN"),
            &["x.csv"],
            1,
            &["line 6", "`score`", "missing"],
        ),
        (
            "no number",
            folds("C,1,high\n"),
            &["x.csv"],
            1,
            &["line 22", "`high`"],
        ),
        (
            "twice",
            folds("A,1,0.5\n"),
            &["x.csv"],
            1,
            &["line 22", "`fold`", "already"],
        ),
        (
            "one model",
            "model,fold,score\na,1,0.5\na,2,0.6\n".into(),
            &["x.csv"],
            2,
            &["one model, a"],
        ),
        (
            "sum",
            p().replace(",0.9\n", ",0.95\n"),
            &["x.csv"],
            1,
            &["line", "sum"],
        ),
        (
            "class",
            p().replace("a,r3,1", "a,r3,2"),
            &["x.csv"],
            1,
            &["line 5", "`target`", "0, 1"],
        ),
        (
            "two targets",
            p().replace("b,r3,1", "b,r3,0"),
            &["x.csv"],
            1,
            &["line 15", "line 5", "target"],
        ),
        (
            "metric",
            p(),
            &["x.csv", "--metric", "mse"],
            2,
            &["mse", "is for numbers, got predictions of classes"],
        ),
        (
            "reference",
            p(),
            &["x.csv", "--reference", "c"],
            2,
            &["c", "a, b"],
        ),
    ];
    for (name, csv, args, code, says) in cases {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("x.csv"), csv).unwrap();
        let mut all = vec!["compare"];
        all.extend(args);
        all.extend(["--json", "out.json", "--html", "out.html"]);
        let output = midfuse(folder.path(), &all).output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{name}: {error}");
        assert_eq!(error.lines().count(), 1, "{name}: {error}");
        for part in says {
            assert!(error.contains(part), "{name} says {part}: {error}");
        }
        assert!(output.stdout.is_empty(), "{name}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "{name}");
    }

    // The second file cannot be written: neither is.
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("x.csv"), p()).unwrap();
    let args = [
        "compare",
        "x.csv",
        "--json",
        "a.json",
        "--html",
        "none/b.html",
    ];
    let output = midfuse(folder.path(), &args).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}
