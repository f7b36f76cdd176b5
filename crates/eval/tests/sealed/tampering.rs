//! A ledger that was changed, cut off, or written by several programs.

use std::fs;
use std::path::Path;

use midfuse_eval::ledger::{Event, Ledger, LedgerError};

use super::{by, data, ledger_in, open_once, opened_before, plain, plan};

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
}
