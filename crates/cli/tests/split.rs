//! `midfuse split`: folds that `midfuse audit` finds nothing to say about, and what is refused.
#![cfg(test)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::Value;
use support::{midfuse, small_study};

/// 90 visits of 30 patients: `died` is rare, pairs of proteins, places on a map, spans of two days.
fn table(folder: &Path) {
    let mut lines: Vec<String> = (0..90)
        .map(|row| {
            let patient = row / 3;
            let died = if patient % 5 == 0 { "yes" } else { "no" };
            let start = patient * 11 % 30 * 3 + row % 3;
            let (a, b) = (row * 7 % 15, (row * 11 + 4) % 15);
            let (x, y) = (patient % 6 * 100 + row % 3, patient / 6 * 100);
            // Numbers that tell nothing.
            let noise = f64::from(row * 7919 % 1009) / 1009.0;
            let mut line = format!("visit-{row},p{patient},{died},{start},{}", start + 2);
            write!(line, ",protein{a},protein{b},{x},{y},{}", row % 2).unwrap();
            write!(line, ",{noise}").unwrap();
            line
        })
        .collect();
    let head = "id,patient,died,start,end,first,second,x,y,site,age";
    fs::write(
        folder.join("visits.csv"),
        format!("{head}\n{}\n", lines.join("\n")),
    )
    .unwrap();
    lines.reverse();
    fs::write(
        folder.join("reversed.csv"),
        format!("{head}\n{}\n", lines.join("\n")),
    )
    .unwrap();
}

/// Runs `midfuse split` with these arguments; what it prints.
fn split(folder: &Path, args: &str) -> String {
    let output = command(folder, "split", args);
    assert_eq!(output.0, 0, "{args}: {}", output.2);
    output.1
}

fn command(folder: &Path, name: &str, args: &str) -> (i32, String, String) {
    let mut all = vec![name];
    all.extend(args.split_whitespace());
    let output = midfuse(folder, &all).output().unwrap();
    (
        output.status.code().unwrap(),
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

/// Train and test rows of each fold.
fn folds(folder: &Path, file: &str) -> BTreeMap<usize, [BTreeSet<String>; 2]> {
    let text = fs::read_to_string(folder.join(file)).unwrap();
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("fold,side,row"));
    let mut folds: BTreeMap<usize, [BTreeSet<String>; 2]> = BTreeMap::new();
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        let fold = folds.entry(cells[0].parse().unwrap()).or_default();
        let side = usize::from(cells[1] == "test");
        assert!(fold[side].insert(cells[2].to_owned()));
    }
    folds
}

/// Findings about what straddles a split.
const STRADDLES: [&str; 4] = [
    "group-on-both-sides",
    "time-overlap",
    "undeclared-group",
    "shifted-test-rows",
];

fn straddling(folder: &Path, args: &str) -> Vec<String> {
    let (code, _, error) = command(folder, "audit", &format!("{args} --json audit.json"));
    assert!(code == 0 || code == 3, "{args}: {error}");
    let text = fs::read_to_string(folder.join("audit.json")).unwrap();
    let audit: Value = serde_json::from_str(&text).unwrap();
    let findings = audit["findings"].as_array().unwrap().iter();
    findings
        .map(|finding| finding["code"].as_str().unwrap().to_owned())
        .filter(|code| STRADDLES.contains(&code.as_str()))
        .collect()
}

#[test]
fn an_honest_split_passes_the_audit() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    table(folder);
    let base = "visits.csv --target died --exclude first --exclude second --exclude x --exclude y --exclude site";
    let in_time = "--time start --time-end end";
    for (columns, options, structure, n) in [
        ("--group patient", "", "Grouped", 5),
        (
            "--group patient",
            "--splitter group-shuffle-split --folds 3 --test-size 0.2",
            "Grouped",
            3,
        ),
        (
            "--group patient",
            "--splitter leave-groups-out",
            "Grouped",
            30,
        ),
        ("--group patient", "--repeats 2 --folds 3", "Grouped", 6),
        (in_time, "--exclude patient", "Timed", 5),
        (
            in_time,
            "--exclude patient --splitter rolling-window --train-size time=20 --gap time=3 --test-size time=10",
            "Timed",
            5,
        ),
        (
            in_time,
            "--exclude patient --splitter combinatorial-purged --test-parts 1",
            "Timed",
            5,
        ),
        (
            "--group patient --time start --time-end end",
            "--splitter purged-k-fold --embargo 2 --folds 3",
            "GroupedTimed",
            3,
        ),
    ] {
        let shown = split(folder, &format!("{base} {columns} {options}"));
        assert!(shown.contains(&format!("({structure})")), "{shown}");
        assert!(
            shown.contains("test yes") && shown.contains("dropped"),
            "{shown}"
        );
        assert_eq!(folds(folder, "folds.csv").len(), n, "{columns} {options}");
        let excluded = if options.contains("--exclude") {
            "--exclude patient"
        } else {
            ""
        };
        let found = straddling(
            folder,
            &format!("{base} {columns} {excluded} --splits folds.csv"),
        );
        // Purged blocks train on what comes later, which the audit says, as a warning.
        let later = options.contains("purged") && found == ["time-overlap"];
        assert!(
            found.is_empty() || (later && !blocks(folder)),
            "{columns} {options}: {found:?}"
        );
    }
}

/// Whether the last audit found a leak that blocks and straddles.
fn blocks(folder: &Path) -> bool {
    let text = fs::read_to_string(folder.join("audit.json")).unwrap();
    let audit: Value = serde_json::from_str(&text).unwrap();
    let mut findings = audit["findings"].as_array().unwrap().iter();
    findings
        .any(|f| f["severity"] == "blocking" && STRADDLES.contains(&f["code"].as_str().unwrap()))
}

#[test]
fn a_thing_of_a_pair_is_on_one_side_whichever_column_it_is_in() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    table(folder);
    let columns =
        "visits.csv --target site --exclude patient --exclude died --group first --group second";
    let shown = split(folder, &format!("{columns} --folds 4"));
    assert!(
        shown.contains("hold the same things") && shown.contains("(Crossed)"),
        "{shown}"
    );
    assert!(straddling(folder, &format!("{columns} --splits folds.csv")).is_empty());
    let tested: usize = folds(folder, "folds.csv")
        .values()
        .map(|[_, test]| test.len())
        .sum();
    assert_eq!(tested, 90);
}

#[test]
fn near_and_similar_rows_stay_together() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    table(folder);
    let base = "visits.csv --target died --exclude first --exclude second";
    let shown = split(
        folder,
        &format!("{base} --place x --place y --block-size 200 --folds 3"),
    );
    assert!(shown.contains("9 groups of block"), "{shown}");
    // Visits 0 and 89 are alike, so are 89 and 45: their patients go together as well.
    fs::write(
        folder.join("similar.csv"),
        "a,b\nvisit-0,visit-89\nvisit-89,visit-45\n",
    )
    .unwrap();
    let shown = split(
        folder,
        &format!("{base} --group patient --similar similar.csv"),
    );
    assert!(
        shown.contains("28 groups of patient + similar rows"),
        "{shown}"
    );
    for [_, test] in folds(folder, "folds.csv").values() {
        let together = ["visit-0", "visit-1", "visit-88", "visit-46"];
        let there = together.iter().filter(|id| test.contains(**id)).count();
        assert!(there == 0 || there == 4);
    }
}

#[test]
fn the_order_of_rows_does_not_matter_and_json_is_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    table(folder);
    let columns = "--target died --group patient --seed 3";
    split(folder, &format!("visits.csv {columns}"));
    split(
        folder,
        &format!("reversed.csv {columns} --out reversed-folds.csv"),
    );
    assert_eq!(
        folds(folder, "folds.csv"),
        folds(folder, "reversed-folds.csv")
    );
    split(folder, &format!("visits.csv {columns} --out folds.JSON"));
    let json: Value =
        serde_json::from_slice(&fs::read(folder.join("folds.JSON")).unwrap()).unwrap();
    let first: BTreeSet<String> = serde_json::from_value(json["folds"][0]["test"].clone()).unwrap();
    assert_eq!(first, folds(folder, "folds.csv")[&0][1]);
}

#[test]
fn several_columns_are_balanced() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    table(folder);
    let shown = split(
        folder,
        "visits.csv --target died --stratify site --stratify age --folds 3",
    );
    assert!(shown.contains("by iterative-k-fold"), "{shown}");
    for [_, test] in folds(folder, "folds.csv").values() {
        let of_site = test
            .iter()
            .filter(|id| id.ends_with(['1', '3', '5', '7', '9']))
            .count();
        assert!(of_site.abs_diff(15) <= 1, "{of_site} of {}", test.len());
    }
}

#[test]
fn the_folds_of_a_cohort_are_those_of_a_study() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    small_study(folder, "");
    let shown = split(folder, "cohort --folds 4");
    assert!(
        shown.contains("taken for independent") && shown.contains("stratified-k-fold"),
        "{shown}"
    );
    let study = fs::read_to_string(folder.join("study.toml")).unwrap();
    let study = study.replace("[protocol]", "[protocol]\nsplits = \"folds.csv\"");
    fs::write(folder.join("study.toml"), study).unwrap();
    let args = ["study", "study.toml", "--out", "out", "--worker", "WORKER"];
    let output = midfuse(folder, &args).output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(folds(folder, "out/folds.csv"), folds(folder, "folds.csv"));
}

#[test]
fn what_cannot_be_done_is_refused_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    table(folder);
    for (args, code, says) in [
        (
            "visits.csv --group patient --splitter k-fold",
            2,
            &["KFold would split dependent rows (Grouped)", "group-k-fold"][..],
        ),
        (
            "visits.csv --time start --splitter shuffle-split",
            2,
            &["ShuffleSplit", "(Timed)", "by name: expanding-window"],
        ),
        (
            "visits.csv --target died --group first --group second --splitter group-k-fold",
            2,
            &["(Crossed)", "crossed-k-fold"],
        ),
        (
            "visits.csv --target died --group patient --folds 10",
            1,
            &["\"yes\"", "fold", "fewer folds"],
        ),
        (
            "visits.csv --splitter stratified-k-fold",
            2,
            &["--stratify"],
        ),
        (
            "visits.csv --splitter kfold",
            2,
            &["--splitter: unknown splitter `kfold`: did you mean `k-fold`?"],
        ),
        ("visits.csv --splitter bootstrap", 2, &["shuffle-split"]),
        (
            "visits.csv --embargo 3",
            2,
            &["--embargo: is for `purged-k-fold`"],
        ),
        (
            "visits.csv --time start --splitter rolling-window",
            2,
            &["--train-size", "rows = 500"],
        ),
        (
            "visits.csv --time start --repeats 2",
            2,
            &["--repeats: `expanding-window` has no seed"],
        ),
        ("visits.csv --gap 3", 2, &["rows=50 or time=30"]),
        ("visits.csv --group nobody", 1, &["`nobody`", "is missing"]),
        (
            "visits.csv --stratify sit",
            2,
            &["--stratify", "did you mean `site`"],
        ),
        ("visits.csv --place x --block-size 3", 2, &["two columns"]),
        ("visits.csv --folds 1", 1, &["2 to 10,000 folds"]),
        ("visits.csv --folds 100", 1, &["100 folds", "90"]),
        ("nowhere.csv", 1, &["nowhere.csv"]),
        ("visits.csv --out no/where.csv", 1, &["where.csv"]),
    ] {
        let (got, _, error) = command(folder, "split", args);
        assert_eq!(got, code, "{args}: {error}");
        for part in says {
            assert!(error.contains(part), "{args}: {error}");
        }
        assert!(!folder.join("folds.csv").exists(), "{args} leaves nothing");
    }
}
