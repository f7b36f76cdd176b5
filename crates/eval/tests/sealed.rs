//! The sealed test set and its ledger.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests say what they expect in the shortest way"
)]

use std::fs;
use std::path::Path;

use midfuse_base::Seed;
use midfuse_eval::job::{Targets, Task};
use midfuse_eval::ledger::{Comparison, Event, Ledger, LedgerError, Plan};
use midfuse_eval::metric::Metric;
use midfuse_eval::rows::{Data, RowHash, Rows};
use midfuse_eval::sealed::SealError;
use midfuse_eval::split::KFold;
use midfuse_eval::structure::Iid;

fn plan() -> Plan {
    let comparison = Comparison {
        better: "concat".into(),
        than: "image".into(),
    };
    Plan::new(Metric::Mse, vec![comparison]).with_margin(0.01)
}

/// Rows that hold `content`, under the ids that `name` gives them.
fn data(content: &[usize], name: impl Fn(usize) -> String) -> Data<Iid> {
    let ids = content.iter().map(|&row| name(row)).collect();
    let targets = Targets::Value(content.iter().map(|&row| row as f64).collect());
    let hashes: Vec<RowHash> = content
        .iter()
        .map(|row| RowHash::of([row.to_le_bytes()]))
        .collect();
    let rows = Rows::new(ids, Task::Regression, targets).unwrap();
    Data::iid(rows.with_content(&hashes).unwrap()).unwrap()
}

fn plain(n: usize) -> Data<Iid> {
    data(&(0..n).collect::<Vec<_>>(), |row| format!("row-{row}"))
}

fn by(seed: u64) -> KFold {
    KFold::new(4, Seed(seed))
}

/// Seals and concludes; what the test view held.
fn open_once(data: Data<Iid>, by: &KFold, ledger: &Ledger) -> Result<Vec<String>, SealError> {
    let (dev, sealed) = data.seal(by, ledger, &plan())?;
    dev.conclude(sealed, &plan(), ledger, |end| {
        end.test.ids().map(String::from).collect()
    })
}

fn ledger_in(folder: &Path) -> Ledger {
    Ledger::open(folder.join("ledger.jsonl")).unwrap()
}

fn opened_before(result: Result<Vec<String>, SealError>) -> (usize, usize) {
    match result.unwrap_err() {
        SealError::Ledger(LedgerError::OpenedBefore { shared, rows, .. }) => (shared, rows),
        other => panic!("{other}"),
    }
}

#[test]
fn a_test_set_opens_once_across_processes() {
    let folder = tempfile::tempdir().unwrap();
    let first = open_once(plain(40), &by(1), &ledger_in(folder.path())).unwrap();
    assert_eq!(first.len(), 10);
    let again = open_once(plain(40), &by(1), &ledger_in(folder.path()));
    assert_eq!(opened_before(again), (10, 10));
}

#[test]
fn rows_are_recognised_dropped_reordered_and_renamed() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger_in(folder.path());
    let test = open_once(plain(40), &by(1), &ledger).unwrap();
    let held: Vec<usize> = test
        .iter()
        .map(|id| id.strip_prefix("row-").unwrap().parse().unwrap())
        .collect();

    let dropped: Vec<usize> = (0..40).filter(|&row| row != held[0]).collect();
    let result = open_once(data(&dropped, |row| format!("row-{row}")), &by(1), &ledger);
    assert!(opened_before(result).0 >= 1);

    let reordered: Vec<usize> = (0..40).rev().collect();
    let result = open_once(
        data(&reordered, |row| format!("row-{row}")),
        &by(1),
        &ledger,
    );
    assert_eq!(opened_before(result), (10, 10));

    // Renamed, the rows fall otherwise into folds: whatever is sealed meets the opened set, until
    // every held row lies outside.
    let mut refused = 0;
    for seed in 0..20 {
        let renamed = data(&(0..40).collect::<Vec<_>>(), |row| format!("patient {row}"));
        let sealed: Result<_, SealError> = renamed.seal(&by(seed), &ledger, &plan());
        refused += usize::from(matches!(
            sealed,
            Err(SealError::Ledger(LedgerError::OpenedBefore { .. }))
        ));
    }
    assert!(refused >= 18, "{refused} of 20");
}

#[test]
fn rows_that_were_never_opened_can_be_sealed_afterwards() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger_in(folder.path());
    open_once(plain(40), &by(1), &ledger).unwrap();
    let others: Vec<usize> = (100..140).collect();
    assert!(open_once(data(&others, |row| format!("row-{row}")), &by(1), &ledger).is_ok());
}

#[test]
fn the_plan_is_frozen_at_sealing() {
    let ledger = Ledger::in_memory();
    let (dev, sealed) = plain(40).seal(&by(1), &ledger, &plan()).unwrap();
    let other = Plan::new(Metric::Mae, Vec::new());
    let error = dev.conclude(sealed, &other, &ledger, |_| ()).unwrap_err();
    assert!(
        matches!(error, SealError::Ledger(LedgerError::PlanChanged { .. })),
        "{error}"
    );
    assert!(error.to_string().contains("concat > image"), "{error}");

    // Sealing the same rows again with another plan keeps the first one.
    let (dev, sealed) = plain(40).seal(&by(1), &ledger, &other).unwrap();
    assert_eq!(sealed.plan(), &plan());
    let later = Comparison {
        better: "early".into(),
        than: "image".into(),
    };
    assert!(!sealed.plan().is_confirmatory(&later));
    assert!(dev.conclude(sealed, &plan(), &ledger, |_| ()).is_ok());
    assert_eq!(ledger.seals().unwrap(), 1);
}

#[test]
fn a_seal_that_was_replaced_cannot_be_opened() {
    let ledger = Ledger::in_memory();
    let (dev, sealed) = plain(40).seal(&by(1), &ledger, &plan()).unwrap();
    // Rows of the first seal are now developed on.
    let _ = plain(40).seal(&by(2), &ledger, &plan()).unwrap();
    let error = dev.conclude(sealed, &plan(), &ledger, |_| ()).unwrap_err();
    assert!(
        matches!(error, SealError::Ledger(LedgerError::NotSealed)),
        "{error}"
    );
    assert_eq!(ledger.seals().unwrap(), 2);
}

#[test]
fn the_halves_of_two_seals_do_not_fit() {
    let ledger = Ledger::in_memory();
    let (dev, _) = plain(40).seal(&by(1), &ledger, &plan()).unwrap();
    let (_, sealed) = plain(40).seal(&by(1), &ledger, &plan()).unwrap();
    let error = dev.conclude(sealed, &plan(), &ledger, |_| ()).unwrap_err();
    assert!(matches!(error, SealError::OtherData), "{error}");
}

#[test]
fn a_negative_margin_is_no_plan() {
    let bad = plan().with_margin(-0.1);
    let error = plain(40)
        .seal(&by(1), &Ledger::in_memory(), &bad)
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "plan: expected a margin of at least 0, got -0.1"
    );
}

#[test]
fn opening_is_recorded_before_the_rows_are_seen() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger_in(folder.path());
    let (dev, sealed) = plain(40).seal(&by(1), &ledger, &plan()).unwrap();
    let died = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        dev.conclude(sealed, &plan(), &ledger, |_| panic!("out of memory"))
    }));
    assert!(died.is_err());
    let again = open_once(plain(40), &by(1), &ledger_in(folder.path()));
    assert_eq!(opened_before(again), (10, 10));
}

/// A ledger with one seal and one opening.
fn two_lines(folder: &Path) -> String {
    open_once(plain(40), &by(1), &ledger_in(folder)).unwrap();
    fs::read_to_string(folder.join("ledger.jsonl")).unwrap()
}

fn reopened_with(folder: &Path, text: &str) -> Result<Ledger, LedgerError> {
    fs::write(folder.join("ledger.jsonl"), text).unwrap();
    Ledger::open(folder.join("ledger.jsonl"))
}

#[test]
fn every_kind_of_tampering_is_detected() {
    let folder = tempfile::tempdir().unwrap();
    let text = two_lines(folder.path());
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 2);
    let cases = [
        (
            "a word changed",
            text.replacen("\"opened\"", "\"sealed\"", 1),
            2,
        ),
        (
            "a margin changed",
            text.replacen("\"margin\":0.01", "\"margin\":0.02", 1),
            1,
        ),
        (
            "white space added",
            text.replacen("{\"line\":2", "{ \"line\":2", 1),
            2,
        ),
        ("the last line removed", format!("{}\n", lines[0]), 2),
        ("the first line removed", format!("{}\n", lines[1]), 1),
        ("lines swapped", format!("{}\n{}\n", lines[1], lines[0]), 1),
        ("a line twice", format!("{text}{}\n", lines[1]), 3),
        ("everything removed", String::new(), 1),
        ("not JSON", format!("{text}hello\n"), 3),
        (
            "a line break removed",
            format!("{}{}\n", lines[0], lines[1]),
            1,
        ),
    ];
    for (what, changed, line) in cases {
        match reopened_with(folder.path(), &changed) {
            Err(LedgerError::Tampered { line: got, .. }) => assert_eq!(got, line, "{what}"),
            other => panic!("{what}: {other:?}"),
        }
    }
    assert!(reopened_with(folder.path(), &text).is_ok());
    fs::remove_file(folder.path().join("ledger.jsonl.head")).unwrap();
    assert!(matches!(
        reopened_with(folder.path(), &text),
        Err(LedgerError::Tampered { .. })
    ));
}

#[test]
fn a_write_that_a_crash_cut_off_is_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let text = two_lines(folder.path());
    let ledger = reopened_with(folder.path(), &format!("{text}{{\"line\":3,\"ti")).unwrap();
    assert_eq!(ledger.entries().unwrap().len(), 2);
    assert_eq!(
        fs::read_to_string(folder.path().join("ledger.jsonl")).unwrap(),
        text
    );
}

#[test]
fn a_crash_between_a_line_and_its_head_is_mended() {
    let folder = tempfile::tempdir().unwrap();
    let head = folder.path().join("ledger.jsonl.head");
    let ledger = ledger_in(folder.path());
    let (dev, sealed) = plain(40).seal(&by(1), &ledger, &plan()).unwrap();
    let before = fs::read(&head).unwrap();
    dev.conclude(sealed, &plan(), &ledger, |_| ()).unwrap();
    fs::write(&head, before).unwrap();
    assert_eq!(ledger_in(folder.path()).entries().unwrap().len(), 2);
    let again = open_once(plain(40), &by(1), &ledger_in(folder.path()));
    assert_eq!(opened_before(again), (10, 10));
}

#[test]
fn concurrent_writers_lose_nothing() {
    const WRITERS: usize = 8;
    const EACH: usize = 5;
    let folder = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            let folder = folder.path();
            scope.spawn(move || {
                // A ledger of its own: an open file of its own, as another process has.
                let ledger = ledger_in(folder);
                for step in 0..EACH {
                    let rows: Vec<usize> = (0..40).map(|row| row + 1000 * (writer + 1)).collect();
                    let data = data(&rows, |row| format!("row-{row}"));
                    let other = by((writer * EACH + step) as u64);
                    let _ = data.seal(&other, &ledger, &plan()).unwrap();
                }
            });
        }
    });
    let entries = ledger_in(folder.path()).entries().unwrap();
    assert_eq!(entries.len(), WRITERS * EACH);
    assert!(
        entries
            .iter()
            .all(|entry| matches!(entry.event, Event::Sealed { .. }))
    );
}

#[test]
fn a_ledger_that_cannot_be_written_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let error = Ledger::open(folder.path().join("absent/ledger.jsonl")).unwrap_err();
    assert!(error.to_string().contains("absent/ledger.jsonl"), "{error}");
    let error = Ledger::open(folder.path()).unwrap_err();
    assert!(matches!(error, LedgerError::Io { .. }), "{error}");
}
