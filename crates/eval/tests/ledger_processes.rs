//! The ledger under several processes, some of which are killed.
//!
//! The test program starts itself: with [`TASK`] set, the test `a_process` does what it says.
#![cfg(test)]

use std::collections::BTreeSet;
use std::env;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;
use std::time::Duration;

use midfuse_base::Seed;
use midfuse_base::{Targets, Task};
use midfuse_eval::fold::Dev;
use midfuse_eval::ledger::{Event, Ledger, LedgerError, Plan};
use midfuse_eval::predict::{Learner, Predict, fit};
use midfuse_eval::rows::{Data, Rows};
use midfuse_eval::sealed::{SealError, Sealed};
use midfuse_eval::split::KFold;
use midfuse_eval::structure::Iid;
use midfuse_eval::view::FitRows;
use midfuse_metrics::metric::{Metric, Unit};

/// What a started process does: `"disclose"`, `"open"` or `"conclude"`, the ledger, a name.
const TASK: &str = "MIDFUSE_LEDGER_TASK";

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

fn data() -> Data<Iid> {
    let ids = (0..20).map(|row| format!("row-{row:02}")).collect();
    let targets = Targets::Value((0..20).map(f64::from).collect());
    Data::iid(Rows::new(ids, Task::Regression, targets).unwrap()).unwrap()
}

fn by() -> KFold {
    KFold::new(4, Seed(1))
}

fn plan() -> Plan {
    Plan::new(Metric::Mse, Vec::new())
}

fn say(word: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "\nsays {word}").unwrap();
    out.flush().unwrap();
}

/// This program, started for a task.
struct Process {
    child: Child,
    out: BufReader<ChildStdout>,
}

impl Process {
    fn start(task: &str, ledger: &Path, name: &str) -> Self {
        let task = format!("{task}\n{}\n{name}", ledger.display());
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["--exact", "a_process", "--nocapture"])
            .env(TASK, task)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        Self { child, out }
    }

    /// What it says next; `None` at its end. A word that a kill cut off was not said.
    fn word(&mut self) -> Option<String> {
        loop {
            let mut line = String::new();
            let _ = self.out.read_line(&mut line).unwrap();
            let line = line.strip_suffix('\n')?;
            if let Some(word) = line.strip_prefix("says ") {
                return Some(word.to_owned());
            }
        }
    }

    fn kill(&mut self) {
        self.child.kill().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn put_aside(ledger: &Ledger, conclusion: &str) -> Result<(Dev<Iid>, Sealed<Iid>), SealError> {
    data().seal_as(&by(), ledger, &plan(), conclusion)
}

/// Not a test of its own: what the started processes do.
#[test]
fn a_process() {
    let Ok(task) = env::var(TASK) else { return };
    let [task, path, name] = task.split('\n').collect::<Vec<_>>()[..] else {
        panic!("{task}")
    };
    let ledger = Ledger::open(path).unwrap();
    match task {
        "disclose" => {
            for number in 0.. {
                let what = format!("{name}-{number}");
                let folds = data().develop().cross_validate(&by(), |fold| {
                    let predicted = fit(&Always(1.0), &fold.train).predict(&fold.test).unwrap();
                    let score = predicted.score(&fold.test, Metric::Mse, Unit::Row).unwrap();
                    let what = format!("{what}-{}", fold.index);
                    score.disclose(&ledger, &what).unwrap();
                    say(&what);
                });
                folds.unwrap();
            }
        }
        "open" => {
            let (dev, sealed) = data().seal(&by(), &ledger, &plan()).unwrap();
            say("ready");
            // All go when the last is ready.
            let mut line = String::new();
            std::io::stdin().read_line(&mut line).unwrap();
            match dev.conclude(sealed, &plan(), &ledger, |_| ()) {
                Ok(()) => say("won"),
                Err(SealError::Ledger(LedgerError::OpenedBefore { .. })) => say("lost"),
                Err(error) => panic!("{error}"),
            }
        }
        "conclude" => {
            let (dev, sealed) = put_aside(&ledger, name).unwrap();
            let ended = dev.conclude_as(sealed, &plan(), name, &ledger, |_| {
                say("inside");
                thread::sleep(Duration::from_mins(10));
                Ok::<(), ()>(())
            });
            say(&format!("{}", ended.unwrap_err()));
        }
        other => panic!("{other}"),
    }
}

#[test]
fn writers_that_are_killed_lose_nothing_that_was_acknowledged() {
    const WRITERS: usize = 4;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.jsonl");
    let mut acknowledged = BTreeSet::new();
    for round in 0..3_u64 {
        let mut writers: Vec<Process> = (0..WRITERS)
            .map(|writer| Process::start("disclose", &path, &format!("{round}-{writer}")))
            .collect();
        for (writer, process) in writers.iter_mut().enumerate() {
            acknowledged.extend(process.word());
            // At odd moments, so that some die while they write.
            thread::sleep(Duration::from_micros(
                9_137 * (writer as u64 + 1) + 3_011 * round,
            ));
            process.kill();
        }
        for process in &mut writers {
            acknowledged.extend(std::iter::from_fn(|| process.word()));
        }
    }
    let entries = Ledger::open(&path).unwrap().entries().unwrap();
    let recorded: Vec<String> = entries
        .iter()
        .map(|entry| match &entry.event {
            Event::Disclosed { what, .. } => what.clone(),
            other => panic!("{other:?}"),
        })
        .collect();
    let distinct: BTreeSet<String> = recorded.iter().cloned().collect();
    assert_eq!(distinct.len(), recorded.len(), "each once");
    let lost: Vec<_> = acknowledged.difference(&distinct).collect();
    assert!(lost.is_empty(), "{lost:?}");
    // A writer may have been killed between its line and its word.
    assert!(distinct.len() - acknowledged.len() <= 3 * WRITERS);
}

#[test]
fn of_processes_that_open_the_same_seal_one_wins() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.jsonl");
    let mut openers: Vec<Process> = (0..4).map(|_| Process::start("open", &path, "-")).collect();
    for process in &mut openers {
        assert_eq!(process.word().unwrap(), "ready");
    }
    for process in &mut openers {
        process
            .child
            .stdin
            .take()
            .unwrap()
            .write_all(b"go\n")
            .unwrap();
    }
    let mut said: Vec<String> = openers
        .iter_mut()
        .map(|process| process.word().unwrap())
        .collect();
    said.sort();
    assert_eq!(said, ["lost", "lost", "lost", "won"]);
    let ledger = Ledger::open(&path).unwrap();
    assert_eq!(ledger.entries().unwrap().len(), 2, "one seal, one opening");
}

#[test]
fn a_conclusion_that_was_killed_goes_on_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.jsonl");
    let mut first = Process::start("conclude", &path, "this study");
    assert_eq!(first.word().unwrap(), "inside");
    // While it runs, the same conclusion does not run beside it.
    let ledger = Ledger::open(&path).unwrap();
    let (dev, sealed) = put_aside(&ledger, "this study").unwrap();
    let error = dev
        .conclude_as(sealed, &plan(), "this study", &ledger, |_| Ok::<(), ()>(()))
        .unwrap_err();
    assert!(
        matches!(error, SealError::Ledger(LedgerError::Busy { .. })),
        "{error}"
    );
    drop(first);

    // Nobody else may look: not without a name, not under another one, not to develop.
    let opened_before =
        |error: SealError| matches!(error, SealError::Ledger(LedgerError::OpenedBefore { .. }));
    assert!(opened_before(
        data().seal(&by(), &ledger, &plan()).unwrap_err()
    ));
    assert!(opened_before(
        put_aside(&ledger, "a changed study").unwrap_err()
    ));
    let (dev, sealed) = put_aside(&ledger, "this study").unwrap();
    assert!(opened_before(
        dev.conclude(sealed, &plan(), &ledger, |_| ()).unwrap_err()
    ));
    let (dev, sealed) = put_aside(&ledger, "this study").unwrap();
    let other = Plan::new(Metric::Mae, Vec::new());
    let error = dev
        .conclude_as(sealed, &other, "this study", &ledger, |_| Ok::<(), ()>(()))
        .unwrap_err();
    assert!(
        matches!(error, SealError::Ledger(LedgerError::PlanChanged { .. })),
        "{error}"
    );

    // It goes on; a failure leaves it open for itself, its end closes it for all.
    let again = |result: Result<usize, &'static str>| {
        let (dev, sealed) = put_aside(&ledger, "this study")?;
        dev.conclude_as(sealed, &plan(), "this study", &ledger, |end| {
            result.map(|_| end.test.len())
        })
    };
    assert_eq!(again(Err("out of memory")).unwrap(), Err("out of memory"));
    assert_eq!(again(Ok(0)).unwrap(), Ok(5));
    assert!(opened_before(again(Ok(0)).unwrap_err()));
    let events: Vec<_> = ledger
        .entries()
        .unwrap()
        .into_iter()
        .map(|e| e.event)
        .collect();
    assert!(matches!(
        events[..],
        [
            Event::Sealed { .. },
            Event::Opened { by: Some(_), .. },
            Event::Resumed { .. },
            Event::Resumed { .. },
            Event::Concluded { .. }
        ]
    ));
}
