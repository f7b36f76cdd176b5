//! Reading and writing a ledger.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::identity::{self, LedgerId, Look, RowHash, RowMarks, contents, of_set};

use super::file::{Locked, Running, Verified, settle};
use super::{Entry, Event, LedgerError, Plan, query};

/// The ledger of a cohort.
///
/// One that is kept in memory serves a program that has no folder for it; it is forgotten with the
/// program, so it counts disclosures and guards against nothing else.
#[derive(Debug)]
pub struct Ledger {
    place: Place,
}

#[derive(Debug)]
enum Place {
    File(PathBuf, Mutex<Verified>),
    Memory(u64, Mutex<Vec<Entry>>),
}

/// What a seal settled.
#[derive(Debug)]
pub(crate) struct SealRecord {
    /// The plan that holds: the one that was frozen first for these rows.
    pub(crate) plan: Plan,
    /// Rows that an earlier seal left to develop on.
    pub(crate) developed_before: usize,
}

impl Ledger {
    /// The ledger in a file, made when it does not exist; `ledger.jsonl` in the cohort's folder, so
    /// that deleting an output folder does not reset it.
    ///
    /// # Errors
    /// [`LedgerError::Io`], [`LedgerError::NotALedger`]; [`LedgerError::Tampered`] if a line was
    /// changed; [`LedgerError::UnknownEvent`] if a later version wrote one.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, LedgerError> {
        let path = settle(path.as_ref())?;
        let mut verified = Verified::default();
        Locked::open(&path, &mut verified)?;
        Ok(Self {
            place: Place::File(path, Mutex::new(verified)),
        })
    }

    /// A ledger that is forgotten with the program.
    pub fn in_memory() -> Self {
        static MADE: AtomicU64 = AtomicU64::new(1);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        Self {
            place: Place::Memory(number, Mutex::new(Vec::new())),
        }
    }

    /// All entries, verified.
    ///
    /// # Errors
    /// As [`Ledger::open`].
    pub fn entries(&self) -> Result<Vec<Entry>, LedgerError> {
        match &self.place {
            Place::File(path, verified) => {
                Ok(Locked::open(path, &mut held(verified))?.entries().to_vec())
            }
            Place::Memory(_, entries) => Ok(held(entries).clone()),
        }
    }

    /// Number of different test scores and predictions that were disclosed.
    ///
    /// # Errors
    /// As [`Ledger::open`].
    pub fn disclosures(&self) -> Result<usize, LedgerError> {
        Ok(query::disclosures(&self.entries()?))
    }

    /// Number of times that rows were sealed; more than one before a test set is opened says that
    /// the choice of the test set was changed.
    ///
    /// # Errors
    /// As [`Ledger::open`].
    pub fn seals(&self) -> Result<usize, LedgerError> {
        Ok(query::seals(&self.entries()?))
    }

    pub(crate) fn id(&self) -> LedgerId {
        match &self.place {
            Place::File(path, _) => LedgerId::File(path.clone()),
            Place::Memory(number, _) => LedgerId::Memory(*number),
        }
    }

    /// Records a disclosure; the same one again (a study that is resumed) is recorded once.
    pub(crate) fn record_disclosure(
        &self,
        what: &str,
        measure: &str,
        look: &Look,
    ) -> Result<(), LedgerError> {
        if let Some(sealed_in) = &look.sealed_in
            && *sealed_in != self.id()
        {
            return Err(LedgerError::OtherLedger {
                sealed: sealed_in.to_string(),
                got: self.id().to_string(),
            });
        }
        let event = Event::Disclosed {
            what: what.to_owned(),
            measure: measure.to_owned(),
            rows: look.rows,
            predictions: Some(look.predictions),
        };
        self.record_once(event)
    }

    /// Records an event that is recorded once, however often it happens.
    pub(super) fn record_once(&self, event: Event) -> Result<(), LedgerError> {
        self.record(Check::Added, |entries| {
            let known = entries.iter().any(|entry| entry.event == event);
            Ok((!known).then_some(event))
        })
    }

    /// Records a seal; the same rows again are one seal, with the plan that was frozen first. `by`
    /// may seal what its own unfinished conclusion opened.
    pub(crate) fn record_seal(
        &self,
        set: &[RowMarks],
        developed: Vec<RowHash>,
        plan: &Plan,
        by: Option<&str>,
    ) -> Result<SealRecord, LedgerError> {
        let rows = contents(set);
        let mut record = SealRecord {
            plan: plan.clone(),
            developed_before: 0,
        };
        self.record(Check::All, |entries| {
            record.developed_before = query::developed_before(entries, &rows);
            let goes_on = by.is_some_and(|by| query::is_unfinished(entries, &rows, by));
            if !goes_on {
                query::check_unopened(entries, set)?;
            }
            match query::last_seal(entries) {
                Some((sealed, frozen)) if sealed == rows => {
                    record.plan = frozen.clone();
                    Ok(None)
                }
                _ if goes_on => Err(LedgerError::NotSealed),
                _ => Ok(Some(Event::Sealed {
                    plan: plan.clone(),
                    ids: identity::ids(set),
                    parts: identity::parts(set),
                    developed,
                    rows,
                })),
            }
        })?;
        Ok(record)
    }

    /// Records that sealed rows are opened, or that `by` goes on with what it opened.
    pub(crate) fn record_opening(
        &self,
        set: &[RowMarks],
        plan: &Plan,
        by: Option<&str>,
    ) -> Result<(), LedgerError> {
        let rows = contents(set);
        self.record(Check::All, |entries| {
            let resumed = by.filter(|by| query::is_unfinished(entries, &rows, by));
            if resumed.is_none() {
                query::check_unopened(entries, set)?;
            }
            match query::last_seal(entries) {
                Some((sealed, frozen)) if sealed == rows => {
                    if frozen != plan {
                        return Err(LedgerError::PlanChanged {
                            frozen: frozen.in_words(),
                        });
                    }
                    Ok(Some(match resumed {
                        Some(by) => Event::Resumed {
                            rows: of_set(&rows),
                            by: by.to_owned(),
                        },
                        None => Event::Opened {
                            rows,
                            by: by.map(str::to_owned),
                        },
                    }))
                }
                _ => Err(LedgerError::NotSealed),
            }
        })
    }

    /// Records that a conclusion came to its end.
    pub(crate) fn record_end(&self, set: &[RowMarks], by: &str) -> Result<(), LedgerError> {
        let event = Event::Concluded {
            rows: of_set(&contents(set)),
            by: by.to_owned(),
        };
        self.record(Check::All, |_| Ok(Some(event)))
    }

    /// Keeps other processes from concluding until the result is dropped.
    pub(crate) fn claim(&self) -> Result<Option<Running>, LedgerError> {
        match &self.place {
            Place::File(path, _) => Running::claim(path).map(Some),
            Place::Memory(..) => Ok(None),
        }
    }

    /// Decides on the entries and appends, under one lock.
    fn record(
        &self,
        check: Check,
        decide: impl FnOnce(&[Entry]) -> Result<Option<Event>, LedgerError>,
    ) -> Result<(), LedgerError> {
        let time = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_secs());
        match &self.place {
            Place::File(path, verified) => {
                let mut verified = held(verified);
                let mut locked = match check {
                    Check::All => Locked::open(path, &mut verified)?,
                    Check::Added => Locked::reopen(path, &mut verified)?,
                };
                if let Some(event) = decide(locked.entries())? {
                    let entry = Entry::after(locked.entries().last(), time, event)?;
                    locked.append(entry)?;
                }
            }
            Place::Memory(_, entries) => {
                let mut entries = held(entries);
                if let Some(event) = decide(&entries)? {
                    let entry = Entry::after(entries.last(), time, event)?;
                    entries.push(entry);
                }
            }
        }
        Ok(())
    }
}

/// How much of a ledger is verified before a line is added: all of it where a set is sealed or opened,
/// what others added where one of thousands of disclosures is counted.
#[derive(Debug, Clone, Copy)]
enum Check {
    All,
    Added,
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
