//! Studies of rows in time, of groups in time, by a column and by a split file: what is on which
//! side, and what is refused.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests say what they expect in the shortest way"
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use midfuse_eval::split::{FileFold, Predefined};
use midfuse_study::results::Results;
use midfuse_study::{Error, Event, Stop, Watch, conclude, study};
use support::{Kind, edit, fingerprint, options, study_file, time};

/// Number of the row in its cohort, from its id.
fn number(id: &str) -> usize {
    id[id.len() - 3..].parse().unwrap()
}

fn folds_of(out: &Path) -> Vec<FileFold> {
    let file = fs::File::open(out.join("folds.csv")).unwrap();
    Predefined::read_csv(file).unwrap().folds
}

fn run(file: &Path, out: &Path) -> Results {
    study(file, &options(out)).unwrap().results
}

fn refused(file: &Path, out: &Path) -> String {
    let message = study(file, &options(out)).unwrap_err().to_string();
    assert!(!message.contains('\n'), "one line: {message}");
    message
}

fn first(ids: &[String]) -> f64 {
    let starts = ids.iter().map(|id| time(number(id)).start);
    starts.fold(f64::INFINITY, f64::min)
}

fn last(ids: &[String]) -> f64 {
    let ends = ids.iter().map(|id| time(number(id)).end);
    ends.fold(f64::NEG_INFINITY, f64::max)
}

fn patients(ids: &[String]) -> BTreeSet<usize> {
    ids.iter().map(|id| number(id) / 3).collect()
}

#[test]
fn rows_in_time_are_tested_after_all_that_was_fitted_on() {
    let folder = tempfile::tempdir().unwrap();
    let file = study_file(folder.path(), Kind::Timed, "");
    let out = folder.path().join("out");
    let results = run(&file, &out);
    let study = &results.study;
    // 48 of 240 are the latest; the row before them reaches into them.
    assert_eq!((study.sealed_rows, study.dropped_rows), (48, 1));
    assert_eq!((study.development_rows, study.outer_folds), (191, 3));
    let mut starts: Vec<f64> = (0..240).map(|row| time(row).start).collect();
    starts.sort_by(f64::total_cmp);
    let folds = folds_of(&out);
    assert_eq!(folds.len(), 3);
    let mut tested: BTreeSet<&String> = BTreeSet::new();
    for (fold, result) in folds.iter().zip(&results.arms[0].folds) {
        assert!(
            last(&fold.train) < first(&fold.test),
            "train comes first, purged"
        );
        assert!(last(&fold.test) < starts[192], "the latest rows are sealed");
        assert_eq!(fold.test.len(), 191 / 4);
        assert_eq!(
            (result.n_train, result.n_test),
            (fold.train.len(), fold.test.len())
        );
        assert_eq!(result.n_dropped, 191 - result.n_train - result.n_test);
        assert!(fold.test.iter().all(|id| tested.insert(id)));
    }
    let report = fs::read_to_string(out.join("report.html")).unwrap();
    for part in [
        "structure <code>timed</code>",
        "by <code>expanding-window</code>",
        "48 of 240 rows (the latest; asked for: 20 %)",
        "1 more were used on neither side",
        "Inner folds test rows that come after",
    ] {
        assert!(report.contains(part), "the report says {part}");
    }
    let (conclusion, _) = conclude(&file, &[], &options(&out)).unwrap();
    assert_eq!((conclusion.rows, conclusion.block_rows), (48, Some(4)));
    assert!(conclusion.comparisons[0].lower.is_some());
    assert!(refused(&file, &folder.path().join("again")).contains("opened before"));
}

#[test]
fn groups_in_time_keep_both_promises() {
    let folder = tempfile::tempdir().unwrap();
    let file = study_file(folder.path(), Kind::GroupedTimed, "");
    edit(
        &file,
        "seed = 5",
        "seed = 5\nsplitter = \"purged-k-fold\"\nembargo = 3",
    );
    let out = folder.path().join("out");
    let results = run(&file, &out);
    assert_eq!(results.study.groups, Some(80));
    assert_eq!(results.study.unit, "rows-averaged-in-group");
    assert!(
        results.study.dropped_rows > 1,
        "groups of sealed rows are dropped"
    );
    for fold in folds_of(&out) {
        assert!(patients(&fold.train).is_disjoint(&patients(&fold.test)));
        let (start, end) = (first(&fold.test), last(&fold.test));
        for span in fold.train.iter().map(|id| time(number(id))) {
            assert!(span.end < start || span.start > end + 3.0);
        }
    }
    let report = fs::read_to_string(out.join("report.html")).unwrap();
    for part in [
        "structure <code>grouped-timed</code>",
        "by <code>purged-k-fold</code> (an embargo of 3)",
    ] {
        assert!(report.contains(part), "the report says {part}");
    }
    let (conclusion, _) = conclude(&file, &[], &options(&out)).unwrap();
    assert_eq!(conclusion.rows, 48);
}

/// Asks for a stop after some jobs.
#[derive(Debug)]
struct StopAfter(AtomicUsize, Stop);

impl Watch for StopAfter {
    fn event(&self, event: &Event<'_>) {
        if matches!(event, Event::Done { .. }) && self.0.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.1.ask();
        }
    }
}

#[test]
fn studies_in_time_give_the_same_bits_on_two_workers_and_after_a_stop() {
    for kind in [Kind::Timed, Kind::GroupedTimed] {
        let folder = tempfile::tempdir().unwrap();
        let file = study_file(folder.path(), kind, "");
        edit(&file, "seed = 5", "seed = 5\ntest_size = 0.15");
        let one = folder.path().join("one");
        run(&file, &one);
        let two = folder.path().join("two");
        let mut stopped = options(&two);
        stopped.workers = 2;
        stopped.watch = Arc::new(StopAfter(AtomicUsize::new(6), stopped.stop.clone()));
        assert!(matches!(study(&file, &stopped), Err(Error::Interrupted)));
        let mut again = options(&two);
        again.workers = 2;
        assert!(study(&file, &again).unwrap().timings.jobs_found >= 6);
        assert_eq!(fingerprint(&two), fingerprint(&one));
    }
}

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
            "stratify = \"site\"\nstop_fraction = 0",
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
fn the_folds_of_a_study_are_a_split_file_that_gives_the_same_study() {
    let folder = tempfile::tempdir().unwrap();
    let file = study_file(folder.path(), Kind::Groups, "");
    let out = folder.path().join("out");
    let first = run(&file, &out);
    fs::copy(out.join("folds.csv"), folder.path().join("shared.csv")).unwrap();
    edit(&file, "seed = 5", "seed = 5\nsplits = \"shared.csv\"");
    let again = folder.path().join("again");
    let second = run(&file, &again);
    assert_eq!(
        second.study.sealed_rows, first.study.sealed_rows,
        "unnamed rows are sealed"
    );
    assert!(second.study.splits_sha256.is_some());
    let part = |out: &Path| {
        let same = |(name, _): &(String, Vec<u8>)| name != "results.json";
        fingerprint(out)
            .into_iter()
            .filter(same)
            .collect::<Vec<_>>()
    };
    assert_eq!(part(&again), part(&out));
    let report = fs::read_to_string(again.join("report.html")).unwrap();
    assert!(report.contains("as the split file <code>shared.csv</code> says"));
    assert!(report.contains("those that the split file names in no fold"));
    // The folds belong to the study: with others, nothing is concluded.
    let text = fs::read_to_string(folder.path().join("shared.csv")).unwrap();
    fs::write(
        folder.path().join("shared.csv"),
        text.replacen("0,test", "0,train", 0) + "\n",
    )
    .unwrap();
    let error = conclude(&file, &[], &options(&again)).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("another study file, split file or cohort"),
        "{error}"
    );
    fs::copy(out.join("folds.csv"), folder.path().join("shared.csv")).unwrap();
    assert_eq!(
        conclude(&file, &[], &options(&again)).unwrap().0.rows,
        first.study.sealed_rows
    );
}

/// Three folds of whole patients over all 60 rows, as a benchmark publishes them.
fn published(folds: usize) -> Predefined {
    let id = |row: usize| format!("{}-case-{row:03}", if row < 30 { "healthy" } else { "ill" });
    let side = |fold, tested| {
        let rows = (0..60).filter(move |row| (row / 3 % folds == fold) == tested);
        rows.map(id).collect()
    };
    let fold = |fold| FileFold {
        train: side(fold, false),
        test: side(fold, true),
    };
    Predefined::new((0..folds).map(fold).collect())
}

#[test]
fn published_folds_are_used_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let file = study_file(folder.path(), Kind::Groups, "");
    let shared = folder.path().join("folds.json");
    published(4)
        .write_json(fs::File::create(&shared).unwrap())
        .unwrap();
    edit(&file, "seed = 5", "seed = 5\nsplits = \"folds.json\"");
    let out = folder.path().join("out");
    let results = run(&file, &out);
    assert_eq!(
        (results.study.sealed_rows, results.study.outer_folds),
        (0, 4)
    );
    assert_eq!(results.arms[0].folds.len(), 4);
    let as_sets = |folds: Vec<FileFold>| -> Vec<BTreeSet<String>> {
        folds
            .into_iter()
            .map(|fold| fold.test.into_iter().collect())
            .collect()
    };
    assert_eq!(as_sets(folds_of(&out)), as_sets(published(4).folds));
    let report = fs::read_to_string(out.join("report.html")).unwrap();
    assert!(report.contains("No row was sealed") && report.contains("none is sealed"));
    assert!(!report.contains("opens them, once"));
    let error = conclude(&file, &[], &options(&out)).unwrap_err();
    assert!(error.to_string().contains("nothing is sealed"), "{error}");

    // A share that is asked for is sealed first, and leaves the folds.
    edit(&file, "splits", "test_fraction = 0.2\nsplits");
    let less = run(&file, &folder.path().join("less"));
    assert!(less.study.sealed_rows >= 9);
    let tested: usize = less.arms[0].folds.iter().map(|fold| fold.n_test).sum();
    assert_eq!(tested, less.study.development_rows);

    // A patient on both sides is refused, and so is a row that the cohort lacks.
    let mut torn = published(4);
    let moved = torn.folds[0].test.pop().unwrap();
    torn.folds[0].train.push(moved);
    torn.write_json(fs::File::create(&shared).unwrap()).unwrap();
    let message = refused(&file, &folder.path().join("torn"));
    assert!(
        message.contains("\"patient-") && message.contains("both sides"),
        "{message}"
    );
    let mut unknown = published(4);
    unknown.folds[1].test.push("nobody".to_owned());
    unknown
        .write_json(fs::File::create(&shared).unwrap())
        .unwrap();
    let message = refused(&file, &folder.path().join("unknown"));
    assert!(
        message.contains("\"nobody\"") && message.contains("cohort lacks"),
        "{message}"
    );
}

#[test]
fn rows_in_time_are_sealed_from_the_end_only() {
    let folder = tempfile::tempdir().unwrap();
    let file = study_file(folder.path(), Kind::Timed, "");
    edit(
        &file,
        "seed = 5",
        "seed = 5\nsplitter = \"rolling-window\"\ntrain_size = { time = 30 }\ngap = { time = 1 }",
    );
    let out = folder.path().join("out");
    let results = run(&file, &out);
    for fold in folds_of(&out) {
        assert!(last(&fold.train) + 1.0 < first(&fold.test));
        assert!(first(&fold.train) + 31.0 >= first(&fold.test));
    }
    // The first rows are in no fold: they are not sealed in place of the latest.
    fs::copy(out.join("folds.csv"), folder.path().join("shared.csv")).unwrap();
    let text = fs::read_to_string(&file).unwrap();
    let lines = text.lines().filter(|line| {
        !["splitter", "train_size", "gap"]
            .iter()
            .any(|key| line.starts_with(key))
    });
    fs::write(&file, lines.collect::<Vec<_>>().join("\n")).unwrap();
    edit(&file, "seed = 5", "seed = 5\nsplits = \"shared.csv\"");
    let message = refused(&file, &folder.path().join("early"));
    assert!(message.contains("sealed from the end"), "{message}");
    edit(&file, "seed = 5", "seed = 5\ntest_fraction = 0.2");
    let again = run(&file, &folder.path().join("again"));
    assert_eq!(again.study.sealed_rows, results.study.sealed_rows);
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
        (
            Kind::Timed,
            "splitter = \"combinatorial-purged\"\nstop_fraction = 0",
            3,
        ),
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
