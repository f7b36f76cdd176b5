//! `midfuse audit`: exit codes, the table, JSON and HTML, every kind of source, and wrong input.
#![cfg(test)]

#[path = "../support/mod.rs"]
mod support;
mod wrong_input;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use midfuse_audit::{Audit, Code, Severity};

use support::{midfuse, small_study};

/// Exit code, standard output, standard error.
fn run(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let output = midfuse(folder, args).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (
        output.status.code().unwrap(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

/// Pseudo-random in [0, 1).
fn uniform(key: u64) -> f64 {
    (hash(key) >> 11) as f64 / (1_u64 << 53) as f64
}

/// The finaliser of SplitMix64.
fn hash(key: u64) -> u64 {
    let value = key.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

const ROWS: u64 = 60;

const GENES: u64 = 400;

fn gene(row: u64, gene: u64) -> f64 {
    (0..6)
        .map(|draw| uniform(row * 1_000_000 + gene * 10 + draw))
        .sum()
}

/// 60 rows of 20 patients, 400 genes of noise, a class; `genes.csv`, and five folds by row.
fn table(folder: &Path) {
    let mut csv = String::from("id,patient,grade");
    for k in 0..GENES {
        write!(csv, ",g{k}").unwrap();
    }
    for row in 0..ROWS {
        write!(
            csv,
            "\ns{row:02},p{},{}",
            row / 3,
            ["low", "high"][row as usize % 2]
        )
        .unwrap();
        for k in 0..GENES {
            write!(csv, ",{:.4}", gene(row, k)).unwrap();
        }
    }
    fs::write(folder.join("genes.csv"), csv + "\n").unwrap();
    let side = |row: u64, fold: u64| if row / 2 % 5 == fold { "test" } else { "train" };
    let mut splits = String::from("fold,side,row\n");
    let mut json = Vec::new();
    for fold in 0..5 {
        for row in 0..ROWS {
            writeln!(splits, "{fold},{},s{row:02}", side(row, fold)).unwrap();
        }
        let of = |which: &str| -> Vec<String> {
            (0..ROWS)
                .filter(|&row| side(row, fold) == which)
                .map(|row| format!("s{row:02}"))
                .collect()
        };
        json.push(serde_json::json!({"train": of("train"), "test": of("test")}));
    }
    fs::write(folder.join("folds.csv"), splits).unwrap();
    fs::write(
        folder.join("folds.json"),
        serde_json::json!({"folds": json}).to_string(),
    )
    .unwrap();
}

/// The 30 genes whose class means differ most among these rows.
fn best(rows: impl Fn(u64) -> bool) -> Vec<String> {
    let difference = |k: u64| -> f64 {
        let mean = |class: u64| {
            let of: Vec<f64> = (0..ROWS)
                .filter(|&row| rows(row) && row % 2 == class)
                .map(|row| gene(row, k))
                .collect();
            of.iter().sum::<f64>() / of.len() as f64
        };
        (mean(0) - mean(1)).abs()
    };
    let mut ranked: Vec<(f64, u64)> = (0..GENES).map(|k| (difference(k), k)).collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    ranked
        .into_iter()
        .take(30)
        .map(|(_, k)| format!("g{k}"))
        .collect()
}

const GENES_CSV: &[&str] = &["audit", "genes.csv", "--target", "grade"];

#[test]
fn features_chosen_outside_and_inside_the_folds() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    table(dir);
    fs::write(dir.join("outside.txt"), best(|_| true).join("\n")).unwrap();
    let mut inside = String::from("fold,feature\n");
    for fold in 0..5 {
        for name in best(|row| row / 2 % 5 != fold) {
            writeln!(inside, "{fold},{name}").unwrap();
        }
    }
    fs::write(dir.join("inside.csv"), inside).unwrap();

    let with = |more: &[&str]| {
        run(
            dir,
            &[
                GENES_CSV,
                &["--exclude", "patient", "--splits", "folds.csv"],
                more,
            ]
            .concat(),
        )
    };
    let (code, out, err) = with(&[
        "--features",
        "outside.txt",
        "--json",
        "audit.json",
        "--html",
        "audit.html",
    ]);
    assert_eq!(code, 3, "{out}{err}");
    assert!(
        out.contains("BLOCKING")
            && out.contains("selected-with-test-rows")
            && out.contains("mend: "),
        "{out}"
    );
    let audit: Audit =
        serde_json::from_str(&fs::read_to_string(dir.join("audit.json")).unwrap()).unwrap();
    let found = audit
        .findings
        .iter()
        .find(|found| found.code == Code::SelectedWithTestRows)
        .unwrap();
    assert_eq!(
        (found.severity, audit.rows, audit.folds),
        (Severity::Blocking, 60, Some(5))
    );
    assert!(found.p.unwrap() < 1e-5 && found.strength > 0.9, "{found:?}");
    let html = fs::read_to_string(dir.join("audit.html")).unwrap();
    assert!(html.contains("selected-with-test-rows") && html.ends_with("</html>\n"));

    let (code, out, err) = with(&["--features", "inside.csv"]);
    assert_eq!(
        (code, out.contains("selected-with")),
        (0, false),
        "{out}{err}"
    );
    let (code, out, _) = with(&[]);
    // Besides what was read of the table.
    let is_read = |line: &&str| line.starts_with("  ") || line.contains("rows read");
    let said = out.lines().filter(|line| !is_read(line)).count();
    assert_eq!((code, said), (0, 1), "{out}");
}

#[test]
fn sources_and_split_files() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    table(dir);
    // Rows of a patient lie on both sides; the file of folds may be CSV or JSON.
    for folds in ["folds.csv", "folds.json"] {
        let (code, out, err) = run(
            dir,
            &[GENES_CSV, &["--group", "patient", "--splits", folds]].concat(),
        );
        assert_eq!(code, 3, "{out}{err}");
        assert!(
            out.contains("group-on-both-sides") && out.contains("patient"),
            "{out}"
        );
    }
    // No split: what straddles it is not looked for, and that is said.
    let (code, out, _) = run(dir, &[GENES_CSV, &["--group", "patient"]].concat());
    assert_eq!(code, 0, "{out}");
    assert!(out.contains("no split file"), "{out}");
    // A cohort folder needs no names of columns.
    small_study(dir, "");
    let (code, out, err) = run(dir, &["audit", "cohort", "--json", "cohort.json"]);
    assert_eq!(code, 0, "{out}{err}");
    let audit: Audit =
        serde_json::from_str(&fs::read_to_string(dir.join("cohort.json")).unwrap()).unwrap();
    assert_eq!((audit.target.as_deref(), audit.rows), (Some("y"), 48));
    // Parquet is read as CSV is.
    let parquet = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/tests/golden/table.parquet");
    let file = parquet.to_str().unwrap();
    let (code, out, err) = run(
        dir,
        &[
            "audit",
            file,
            "--id",
            "id",
            "--target",
            "single",
            "--group",
            "truth",
            "--exclude",
            "day",
        ],
    );
    assert_eq!(code, 0, "{out}{err}");
    assert!(out.contains("4 rows, target single"), "{out}");
    // A column that encodes a category by the target blocks without a split.
    let mut csv = String::from("id,y,rate\n");
    for row in 0..60 {
        let level = row % 6;
        let y = u8::from((row / 6) % 10 < level + 2);
        writeln!(
            csv,
            "{row},{},{}",
            ["a", "b"][usize::from(y)],
            f64::from(level + 2) / 10.0
        )
        .unwrap();
    }
    fs::write(dir.join("encoded.csv"), csv).unwrap();
    let (code, out, err) = run(dir, &["audit", "encoded.csv", "--target", "y"]);
    assert_eq!(code, 3, "{out}{err}");
    assert!(out.contains("target-encoding"), "{out}");
}
