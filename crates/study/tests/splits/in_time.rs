//! Rows in time, and groups in time.

use super::{first, folds_of, last, number, patients, refused, run};
use crate::support::{Kind, edit, fingerprint, options, study_file, time};
use midfuse_study::{Error, Event, Stop, Watch, conclude, study};
use std::collections::BTreeSet;
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

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
