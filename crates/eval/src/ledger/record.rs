//! Reading and writing a ledger.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::rows::RowHash;

use super::file::Locked;
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
    File(PathBuf),
    Memory(Mutex<Vec<Entry>>),
}

impl Ledger {
    /// The ledger in a file, made when it does not exist; `ledger.jsonl` in the cohort's folder, so
    /// that deleting an output folder does not reset it.
    ///
    /// # Errors
    /// [`LedgerError::Io`]; [`LedgerError::Tampered`] if a line was changed.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, LedgerError> {
        let path = path.as_ref().to_owned();
        Locked::open(&path)?;
        Ok(Self {
            place: Place::File(path),
        })
    }

    /// A ledger that is forgotten with the program.
    pub fn in_memory() -> Self {
        Self {
            place: Place::Memory(Mutex::new(Vec::new())),
        }
    }

    /// All entries, verified.
    ///
    /// # Errors
    /// [`LedgerError::Io`]; [`LedgerError::Tampered`].
    pub fn entries(&self) -> Result<Vec<Entry>, LedgerError> {
        match &self.place {
            Place::File(path) => Ok(Locked::open(path)?.entries),
            Place::Memory(entries) => Ok(entries
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clone()),
        }
    }

    /// Number of different test scores and predictions that were disclosed.
    ///
    /// # Errors
    /// [`LedgerError::Io`]; [`LedgerError::Tampered`].
    pub fn disclosures(&self) -> Result<usize, LedgerError> {
        Ok(query::disclosures(&self.entries()?))
    }

    /// Number of times that rows were sealed; more than one before a test set is opened says that
    /// the choice of the test set was changed.
    ///
    /// # Errors
    /// [`LedgerError::Io`]; [`LedgerError::Tampered`].
    pub fn seals(&self) -> Result<usize, LedgerError> {
        Ok(query::seals(&self.entries()?))
    }

    /// Records a disclosure; the same one again (a study that is resumed) is recorded once.
    pub(crate) fn record_disclosure(
        &self,
        what: &str,
        measure: &str,
        rows: &RowHash,
    ) -> Result<(), LedgerError> {
        let event = Event::Disclosed {
            what: what.to_owned(),
            measure: measure.to_owned(),
            rows: *rows,
        };
        self.record(|entries| {
            let known = entries.iter().any(|entry| entry.event == event);
            Ok((!known).then_some(event))
        })
    }

    /// Records a seal; the same rows again are one seal, with the plan that was frozen first.
    /// Returns the plan that holds.
    pub(crate) fn record_seal(&self, rows: Vec<RowHash>, plan: &Plan) -> Result<Plan, LedgerError> {
        let mut holds = plan.clone();
        self.record(|entries| {
            query::check_unopened(entries, &rows)?;
            match query::last_seal(entries) {
                Some((sealed, frozen)) if sealed == rows => {
                    holds = frozen.clone();
                    Ok(None)
                }
                _ => Ok(Some(Event::Sealed {
                    rows,
                    plan: plan.clone(),
                })),
            }
        })?;
        Ok(holds)
    }

    /// Records that sealed rows are opened.
    pub(crate) fn record_opening(
        &self,
        rows: Vec<RowHash>,
        plan: &Plan,
    ) -> Result<(), LedgerError> {
        self.record(|entries| {
            query::check_unopened(entries, &rows)?;
            match query::last_seal(entries) {
                Some((sealed, frozen)) if sealed == rows => {
                    if frozen != plan {
                        return Err(LedgerError::PlanChanged {
                            frozen: frozen.in_words(),
                        });
                    }
                    Ok(Some(Event::Opened { rows }))
                }
                _ => Err(LedgerError::NotSealed),
            }
        })
    }

    /// Decides on the entries and appends, under one lock.
    pub(super) fn record(
        &self,
        decide: impl FnOnce(&[Entry]) -> Result<Option<Event>, LedgerError>,
    ) -> Result<(), LedgerError> {
        let time = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_secs());
        match &self.place {
            Place::File(path) => {
                let mut locked = Locked::open(path)?;
                if let Some(event) = decide(&locked.entries)? {
                    let entry = Entry::after(locked.entries.last(), time, event)?;
                    locked.append(entry)?;
                }
            }
            Place::Memory(entries) => {
                let mut entries = entries.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some(event) = decide(&entries)? {
                    let entry = Entry::after(entries.last(), time, event)?;
                    entries.push(entry);
                }
            }
        }
        Ok(())
    }
}
