//! What is refused.

use std::fs;

use super::support::small_study;
use super::{run, table};

/// Arguments, exit code, what the message says.
type Case = (&'static [&'static str], i32, &'static [&'static str]);

#[test]
fn wrong_input_names_file_row_column_and_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    table(dir);
    small_study(dir, "");
    let put = |name: &str, text: &[u8]| fs::write(dir.join(name), text).unwrap();
    put(
        "unknown_row.csv",
        b"fold,side,row\n0,train,s00\n0,test,nobody\n",
    );
    put("bad_side.csv", b"fold,side,row\n0,valid,s00\n");
    put("broken.json", b"{\"folds\": [");
    put("unknown.txt", b"g1\ngg17\n");
    put("twice.txt", b"g1\ng2\ng1\n");
    put("fold_9.csv", b"fold,feature\n9,g1\n");
    put("nothing.txt", b"\n");
    put("latin.txt", b"g1\nr\xe4te\n");
    put("empty.csv", b"");
    put("header.csv", b"id,y,x\n");
    put("one.csv", b"id,y,x\na,no,1\n");
    put("one_class.csv", b"id,y,x\na,no,1\nb,no,2\nc,no,3\n");
    put("all_missing.csv", b"id,y,x\na,no,\nb,yes,\nc,no,\n");
    put("no_target.csv", b"id,y,x\na,no,1\nb,,2\n");
    put("twice.csv", b"id,y,x\na,no,1\na,yes,2\n");
    put("latin.csv", b"id,y,x\na,no,\xe4\nb,yes,2\n");
    put("cells.csv", b"id,y,x\na,no,1\nb,yes,2\nc,no,3\nd,yes,oops\ne,no,5\nf,yes,6\ng,no,7\nh,yes,8\ni,no,9\nj,yes,1\nk,no,2\nl,yes,3\n");
    let cases: &[Case] = &[
        (&["audit"], 2, &["SOURCE"]),
        (&["audit", "nowhere.csv"], 1, &["nowhere.csv"]),
        (&["audit", "genes.csv", "--target", "garde"], 1, &["garde"]),
        (
            &["audit", "genes.csv", "--target", "grade", "--group", "ward"],
            1,
            &["ward"],
        ),
        (
            &[
                "audit",
                "genes.csv",
                "--target",
                "grade",
                "--id",
                "grade",
                "--exclude",
                "id",
            ],
            1,
            &["grade"],
        ),
        (&["audit", "genes.csv", "--time-end", "x"], 2, &["--time"]),
        (
            &["audit", "genes.csv", "--features", "unknown.txt"],
            2,
            &["--splits"],
        ),
        (
            &[
                "audit",
                "genes.csv",
                "--splits",
                "folds.csv",
                "--features",
                "unknown.txt",
            ],
            2,
            &["--features", "--target"],
        ),
        (
            &[
                "audit",
                "genes.csv",
                "--target",
                "grade",
                "--splits",
                "unknown_row.csv",
            ],
            2,
            &["unknown_row.csv", "nobody", "--id"],
        ),
        (
            &[
                "audit",
                "genes.csv",
                "--target",
                "grade",
                "--splits",
                "bad_side.csv",
            ],
            2,
            &["line 2", "side", "valid"],
        ),
        (
            &[
                "audit",
                "genes.csv",
                "--target",
                "grade",
                "--splits",
                "broken.json",
            ],
            2,
            &["broken.json"],
        ),
        (
            &[
                "audit",
                "genes.csv",
                "--target",
                "grade",
                "--splits",
                "nowhere.csv",
            ],
            1,
            &["nowhere.csv"],
        ),
        (
            &[
                "audit",
                "genes.csv",
                "--target",
                "grade",
                "--splits",
                "folds.csv",
                "--features",
                "unknown.txt",
            ],
            2,
            &["unknown.txt", "line 2", "gg17", "did you mean"],
        ),
        (
            &[
                "audit",
                "genes.csv",
                "--target",
                "grade",
                "--splits",
                "folds.csv",
                "--features",
                "twice.txt",
            ],
            2,
            &["twice.txt", "line 3", "g1", "line 1"],
        ),
        (
            &[
                "audit",
                "genes.csv",
                "--target",
                "grade",
                "--splits",
                "folds.csv",
                "--features",
                "fold_9.csv",
            ],
            2,
            &["line 2", "fold", "0 to 4", "9"],
        ),
        (
            &[
                "audit",
                "genes.csv",
                "--target",
                "grade",
                "--splits",
                "folds.csv",
                "--features",
                "nothing.txt",
            ],
            2,
            &["nothing.txt", "no feature"],
        ),
        (
            &[
                "audit",
                "genes.csv",
                "--target",
                "grade",
                "--splits",
                "folds.csv",
                "--features",
                "latin.txt",
            ],
            2,
            &["line 2", "UTF-8"],
        ),
        (
            &[
                "audit",
                "genes.csv",
                "--target",
                "grade",
                "--splits",
                "folds.csv",
                "--features",
                "nowhere.txt",
            ],
            1,
            &["nowhere.txt"],
        ),
        (
            &["audit", "cohort", "--exclude", "p"],
            2,
            &["--exclude", "cohort.toml"],
        ),
        (&["audit", "cohort", "--target", "z"], 1, &["z"]),
        (&["audit", "empty.csv", "--target", "y"], 1, &["empty.csv"]),
        (
            &["audit", "header.csv", "--target", "y"],
            1,
            &["header.csv"],
        ),
        (&["audit", "no_target.csv", "--target", "y"], 1, &["y"]),
        (
            &["audit", "twice.csv", "--target", "y"],
            1,
            &["twice.csv, line 3", "`a`"],
        ),
        (
            &["audit", "latin.csv", "--target", "y"],
            1,
            &["latin.csv", "UTF-8"],
        ),
        (
            &[
                "audit",
                "genes.csv",
                "--target",
                "grade",
                "--json",
                "no/such/folder.json",
            ],
            1,
            &["no/such/folder.json"],
        ),
    ];
    let mut wrong = Vec::new();
    for (args, code, says) in cases {
        let (got, out, err) = run(dir, args);
        let missing: Vec<_> = says.iter().filter(|&&part| !err.contains(part)).collect();
        if got != *code || !missing.is_empty() || err.contains("panicked") {
            wrong.push(format!(
                "{args:?}: exit {got} instead of {code}, lacks {missing:?}: {out}{err}"
            ));
        }
    }
    // Little to go on is not an error.
    for source in ["one.csv", "one_class.csv", "all_missing.csv", "cells.csv"] {
        let (got, out, err) = run(dir, &["audit", source, "--target", "y"]);
        if got > 1 || err.contains("panicked") || (got == 1 && !err.contains(source)) {
            wrong.push(format!("{source}: exit {got}: {out}{err}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
