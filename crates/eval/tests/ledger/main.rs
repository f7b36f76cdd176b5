//! Ledger files that were not written by us, and what is recorded of a disclosure.
#![cfg(test)]

mod disclosed;

use std::fs;
use std::path::Path;

use midfuse_base::{Seed, Targets, Task};
use midfuse_eval::ledger::{Ledger, LedgerError, Plan};
use midfuse_eval::predict::{Learner, Predict, fit};
use midfuse_eval::rows::{Data, Rows};
use midfuse_eval::sealed::SealError;
use midfuse_eval::split::KFold;
use midfuse_eval::structure::Iid;
use midfuse_eval::view::FitRows;
use midfuse_metrics::metric::{Metric, Unit};

/// Predicts one number.
struct Always(f64);

struct Number(f64);

impl Learner for Always {
    type Model = Number;

    fn learn(&self, _: &FitRows<'_>, _: &Targets) -> Number {
        Number(self.0)
    }
}

impl Predict for Number {
    fn predict(&self, _: &str) -> Vec<f64> {
        vec![self.0]
    }
}

fn rows(n: usize) -> Rows {
    let ids = (0..n).map(|row| format!("row-{row:02}")).collect();
    let targets = Targets::Value((0..n).map(|row| row as f64).collect());
    Rows::new(ids, Task::Regression, targets).unwrap()
}

fn data(n: usize) -> Data<Iid> {
    Data::iid(rows(n)).unwrap()
}

fn by() -> KFold {
    KFold::new(4, Seed(1))
}

fn plan() -> Plan {
    Plan::new(Metric::Mse, Vec::new())
}

/// Opens a ledger file of these bytes, with a head if there is one.
fn opened(bytes: &[u8], head: Option<&[u8]>) -> Result<Ledger, LedgerError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.jsonl");
    fs::write(&path, bytes).unwrap();
    if let Some(head) = head {
        fs::write(folder.path().join("ledger.jsonl.head"), head).unwrap();
    }
    Ledger::open(path)
}

/// A ledger with one seal: its line and its head.
fn sealed(folder: &Path) -> (Vec<u8>, Vec<u8>) {
    let path = folder.join("ledger.jsonl");
    let _ = data(8)
        .seal(&by(), &Ledger::open(&path).unwrap(), &plan())
        .unwrap();
    (
        fs::read(&path).unwrap(),
        fs::read(folder.join("ledger.jsonl.head")).unwrap(),
    )
}

#[test]
fn hostile_files_are_errors() {
    let folder = tempfile::tempdir().unwrap();
    let (line, head) = sealed(folder.path());
    let with = |more: &[u8]| [line.as_slice(), more].concat();
    let text = String::from_utf8(line.clone()).unwrap();
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("not UTF-8", with(b"\xff\xfe\x00\n")),
        ("NUL", with(&[0, 0, b'\n'])),
        ("nested", with(&[vec![b'['; 200_000], vec![b'\n']].concat())),
        (
            "nested objects",
            with(&[b"{\"a\":".repeat(100_000), vec![b'\n']].concat()),
        ),
        ("CRLF", text.replace('\n', "\r\n").into_bytes()),
        ("an empty line", with(b"\n")),
        (
            "a byte-order mark",
            [b"\xef\xbb\xbf".as_slice(), &line].concat(),
        ),
        (
            "a line number out of range",
            text.replace("{\"line\":1,", "{\"line\":99999999999999999999,")
                .into_bytes(),
        ),
        (
            "a negative time",
            text.replacen("\"time\":", "\"time\":-", 1).into_bytes(),
        ),
        (
            "a number in exponents",
            text.replace("{\"line\":1,", "{\"line\":1e0,").into_bytes(),
        ),
        (
            "another field",
            text.replace("{\"line\":1,", "{\"line\":1,\"by\":2,")
                .into_bytes(),
        ),
        (
            "a field twice",
            text.replace("{\"line\":1,", "{\"line\":1,\"line\":1,")
                .into_bytes(),
        ),
        ("JSON of another kind", with(b"[1,2,3]\n")),
    ];
    for (what, bytes) in cases {
        let error = opened(&bytes, Some(&head)).unwrap_err();
        assert!(
            matches!(error, LedgerError::Tampered { .. }),
            "{what}: {error}"
        );
        assert!(!error.to_string().contains('\n'), "{what}: {error}");
    }
    assert!(opened(&line, Some(&head)).is_ok());
}

#[test]
fn hostile_heads_are_errors() {
    let folder = tempfile::tempdir().unwrap();
    let (line, head) = sealed(folder.path());
    let text = String::from_utf8(head).unwrap();
    let heads: Vec<Vec<u8>> = vec![
        Vec::new(),
        b"null".to_vec(),
        b"\xff".to_vec(),
        vec![b'['; 500_000],
        format!("{{\"lines\":{},\"hash\":\"\"}}", u64::MAX).into_bytes(),
        b"{\"lines\":0,\"hash\":\"x\"}".to_vec(),
        text.replace("\"lines\":1", "\"lines\":2").into_bytes(),
        text.replace("\"lines\":1", "\"lines\":-1").into_bytes(),
    ];
    for head in heads {
        let error = opened(&line, Some(&head)).unwrap_err();
        assert!(matches!(error, LedgerError::Tampered { .. }), "{error}");
    }
    let error = opened(&line, None).unwrap_err();
    assert!(error.to_string().contains("head file"), "{error}");
    // A crash before the head of the first line.
    assert!(opened(&line, Some(b"{\"lines\":0,\"hash\":\"\"}")).is_ok());
}

#[test]
fn an_event_of_a_later_version_is_named_and_nothing_is_added() {
    let folder = tempfile::tempdir().unwrap();
    let (line, head) = sealed(folder.path());
    let later = b"{\"line\":2,\"time\":1,\"previous\":\"x\",\"event\":{\"event\":\"recalled\",\"why\":{}},\"hash\":\"y\"}\n";
    let error = opened(&[line.as_slice(), later].concat(), Some(&head)).unwrap_err();
    let LedgerError::UnknownEvent { line, event, .. } = &error else {
        panic!("{error}")
    };
    assert_eq!((*line, event.as_str()), (2, "recalled"));
    assert!(error.to_string().contains("a later one"), "{error}");
}

#[test]
fn a_ledger_of_an_older_version_is_read_and_continued() {
    // Written before ids, modalities and hashes of predictions were recorded.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.jsonl");
    fs::write(&path, include_str!("../golden/ledger-0.1.jsonl")).unwrap();
    fs::write(
        folder.path().join("ledger.jsonl.head"),
        include_str!("../golden/ledger-0.1.jsonl.head"),
    )
    .unwrap();
    let ledger = Ledger::open(&path).unwrap();
    assert_eq!(ledger.entries().unwrap().len(), 3);
    let error = data(8).seal(&by(), &ledger, &plan()).unwrap_err();
    assert!(matches!(
        error,
        SealError::Ledger(LedgerError::OpenedBefore { shared: 2, .. })
    ));
}

#[test]
fn what_is_no_file_or_too_large_is_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let error = Ledger::open(folder.path()).unwrap_err();
    assert!(matches!(error, LedgerError::NotALedger { .. }), "{error}");
    let huge = folder.path().join("huge.jsonl");
    fs::File::create(&huge).unwrap().set_len(1 << 40).unwrap();
    let error = Ledger::open(&huge).unwrap_err();
    assert!(error.to_string().contains("1099511627776 bytes"), "{error}");
}

#[test]
#[cfg(unix)]
fn a_folder_that_cannot_be_written_is_an_error_and_the_rows_stay_sealed() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.jsonl");
    let ledger = Ledger::open(&path).unwrap();
    let (dev, sealed) = data(8).seal(&by(), &ledger, &plan()).unwrap();
    let set = |mode| fs::set_permissions(folder.path(), fs::Permissions::from_mode(mode)).unwrap();
    set(0o555);
    // Whoever may write anywhere (root) is not stopped by it.
    let stopped = fs::write(folder.path().join("probe"), "").is_err();
    let result = dev.conclude(sealed, &plan(), &ledger, |_| ());
    set(0o755);
    let entries = Ledger::open(&path).unwrap().entries().unwrap();
    if stopped {
        assert!(matches!(
            result,
            Err(SealError::Ledger(LedgerError::Io { .. }))
        ));
        assert_eq!(entries.len(), 1, "what was not acknowledged did not happen");
    } else {
        assert_eq!((result.is_ok(), entries.len()), (true, 2));
    }
}

#[test]
fn a_head_that_cannot_be_written_takes_its_line_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.jsonl");
    let ledger = Ledger::open(&path).unwrap();
    // A folder in the place of the head: no file can be put there.
    fs::create_dir(folder.path().join("ledger.jsonl.head")).unwrap();
    let error = data(8).seal(&by(), &ledger, &plan()).unwrap_err();
    assert!(matches!(error, SealError::Ledger(LedgerError::Io { .. })));
    fs::remove_dir(folder.path().join("ledger.jsonl.head")).unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"");
    assert!(data(8).seal(&by(), &ledger, &plan()).is_ok());
    assert_eq!(Ledger::open(&path).unwrap().entries().unwrap().len(), 1);
}

#[test]
fn lines_that_go_missing_while_a_program_runs_are_missed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.jsonl");
    let ledger = Ledger::open(&path).unwrap();
    let scored = |number: f64| {
        data(8).develop().cross_validate(&by(), |fold| {
            let predicted = fit(&Always(number), &fold.train)
                .predict(&fold.test)
                .unwrap();
            let score = predicted.score(&fold.test, Metric::Mse, Unit::Row).unwrap();
            score.disclose(&ledger, "number")
        })
    };
    assert!(scored(1.0).unwrap().iter().all(Result::is_ok));
    let text = fs::read_to_string(&path).unwrap();
    let (end_of_two, _) = text.match_indices('\n').nth(1).unwrap();
    fs::write(&path, &text[..=end_of_two]).unwrap();
    for result in scored(2.0).unwrap() {
        assert!(
            matches!(result, Err(LedgerError::Tampered { .. })),
            "{result:?}"
        );
    }
}

#[test]
#[cfg(unix)]
fn one_ledger_under_two_names_is_one() {
    let folder = tempfile::tempdir().unwrap();
    let (real, link) = (folder.path().join("real"), folder.path().join("link"));
    fs::create_dir(&real).unwrap();
    fs::create_dir(&link).unwrap();
    std::os::unix::fs::symlink(real.join("ledger.jsonl"), link.join("ledger.jsonl")).unwrap();
    let through = Ledger::open(link.join("ledger.jsonl")).unwrap();
    let (dev, sealed) = data(8).seal(&by(), &through, &plan()).unwrap();
    let direct = Ledger::open(real.join("../real/ledger.jsonl")).unwrap();
    dev.conclude(sealed, &plan(), &direct, |_| ()).unwrap();
    assert_eq!(through.entries().unwrap().len(), 2);
    assert!(!link.join("ledger.jsonl.head").exists());
}
