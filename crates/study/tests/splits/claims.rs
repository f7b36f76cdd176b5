//! What a study file may claim of its rows, and what is refused.

use super::{folds_of, number, refused, run};
use crate::support::{Kind, edit, study_file};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

/// What AutoGluon's `ValidationStructure` declares by `group_on`, `time_on`, `group_time_on` and
/// `stratify_on`.
#[test]
fn the_four_keys_of_autogluon_can_be_written() {
    for (kind, keys, structure, splitter) in [
        (Kind::Groups, "", "grouped", "stratified-group-k-fold"),
        (
            Kind::Timed,
            "splitter = \"blocked-k-fold\"",
            "timed",
            "blocked-k-fold",
        ),
        (Kind::Timed, "", "timed", "expanding-window"),
        (
            Kind::GroupedTimed,
            "test_size = 0.15",
            "grouped-timed",
            "expanding-window",
        ),
        (
            Kind::Classes,
            "stratify = \"site\"",
            "iid",
            "stratified-k-fold",
        ),
        (
            Kind::Groups,
            "stratify = \"site\"",
            "grouped",
            "stratified-group-k-fold",
        ),
        (
            Kind::Numbers,
            "stratify = \"outcome\"",
            "iid",
            "stratified-k-fold",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let file = study_file(folder.path(), kind, "");
        edit(&file, "seed = 5", &format!("seed = 5\n{keys}"));
        let rows = folder.path().join("cohort/rows.csv");
        // A column that no model sees; whole patients are of one site. A cut without a span.
        let table = fs::read_to_string(&rows).unwrap();
        let mut lines = table.lines();
        let mut text = format!("{},site\n", lines.next().unwrap());
        for (row, line) in lines.enumerate() {
            let site = ["north", "south"][row / 3 % 2];
            writeln!(text, "{line},{site}").unwrap();
        }
        fs::write(&rows, text).unwrap();
        if splitter == "blocked-k-fold" {
            let manifest = folder.path().join("cohort/cohort.toml");
            let text = fs::read_to_string(&manifest).unwrap();
            let end = text
                .lines()
                .find(|line| line.starts_with("end = "))
                .unwrap();
            fs::write(&manifest, text.replace(end, "")).unwrap();
        }
        let out = folder.path().join("out");
        let protocol = serde_json::to_value(run(&file, &out).study.protocol).unwrap();
        assert_eq!(protocol["structure"], structure, "{keys}");
        assert_eq!(protocol["splitter"], splitter, "{keys}");
        if keys.contains("stratify") {
            for fold in folds_of(&out) {
                let mut strata: BTreeMap<usize, usize> = BTreeMap::new();
                for id in &fold.test {
                    *strata.entry(number(id) / 3 % 2).or_default() += 1;
                }
                if keys.contains("site") {
                    let (most, least) = (strata.values().max(), strata.values().min());
                    assert!(most.unwrap() - least.unwrap() <= 3, "{keys}: {strata:?}");
                }
            }
        }
    }
}

#[test]
fn folds_that_are_drawn_or_chosen_are_counted() {
    for (kind, keys, folds) in [
        (
            Kind::Classes,
            "splitter = \"stratified-shuffle-split\"\ntest_size = 0.3\nrepeats = 2",
            6,
        ),
        (Kind::Groups, "splitter = \"group-shuffle-split\"", 3),
        (Kind::Groups, "splitter = \"leave-groups-out\"", 16),
        (Kind::Timed, "splitter = \"combinatorial-purged\"", 3),
        (
            Kind::Timed,
            "splitter = \"expanding-window\"\ntest_size = { time = 12 }",
            3,
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let file = study_file(folder.path(), kind, "");
        edit(&file, "seed = 5", &format!("seed = 5\n{keys}"));
        let results = run(&file, &folder.path().join("out"));
        assert_eq!(results.arms[0].folds.len(), folds, "{keys}");
        assert_eq!(results.study.refits, 3 * folds, "{keys}");
        assert_eq!(results.arms[0].jobs, folds * 5, "{keys}");
    }
}

#[test]
fn combinations_that_make_no_sense_are_refused_with_what_to_write() {
    let cases: [(Kind, &str, &str); 17] = [
        (
            Kind::Timed,
            "splitter = \"k-fold\"",
            "use one of expanding-window, rolling-window",
        ),
        (
            Kind::Timed,
            "structure = \"timed\"\nsplitter = \"group-k-fold\"",
            "train on the time that is tested",
        ),
        (
            Kind::Classes,
            "splitter = \"purged-k-fold\"",
            "claimed to have none",
        ),
        (
            Kind::Groups,
            "splitter = \"shuffle-split\"",
            "would split the rows of a group",
        ),
        (Kind::Groups, "structure = \"timed\"", "`timed` needs times"),
        (
            Kind::GroupedTimed,
            "structure = \"timed\"",
            "use \"grouped-timed\"",
        ),
        (
            Kind::Timed,
            "structure = \"grouped-timed\"",
            "`grouped-timed` needs groups",
        ),
        (
            Kind::Timed,
            "repeats = 2",
            "protocol.repeats: `expanding-window` has no seed",
        ),
        (
            Kind::Timed,
            "stratify = \"outcome\"",
            "strata cannot be kept across a cut in time",
        ),
        (
            Kind::Classes,
            "splitter = \"k-fold\"\nstratify = \"outcome\"",
            "name a stratified splitter",
        ),
        (
            Kind::Classes,
            "stratify = \"outcom\"",
            "did you mean `outcome`",
        ),
        (
            Kind::Timed,
            "splitter = \"rolling-window\"",
            "needs the length of its training window",
        ),
        (
            Kind::Timed,
            "embargo = 3",
            "protocol.embargo: is for `purged-k-fold`",
        ),
        (
            Kind::Classes,
            "gap = { rows = 3 }",
            "protocol.gap: is for windows",
        ),
        (
            Kind::Classes,
            "splits = \"x.csv\"\nsplitter = \"k-fold\"",
            "remove one of the two",
        ),
        (
            Kind::Timed,
            "test_size = { days = 3 }",
            "expected a share such as 0.2",
        ),
        (
            Kind::Timed,
            "test_size = { rows = 80 }",
            "reach back before the first row",
        ),
    ];
    for (kind, keys, says) in cases {
        let folder = tempfile::tempdir().unwrap();
        let file = study_file(folder.path(), kind, "");
        edit(&file, "seed = 5", &format!("seed = 5\n{keys}"));
        let out = folder.path().join("out");
        let message = refused(&file, &out);
        assert!(message.contains(says), "{keys}: {message}");
        assert!(!out.exists() && !folder.path().join("cohort/ledger.jsonl").exists());
    }
}
