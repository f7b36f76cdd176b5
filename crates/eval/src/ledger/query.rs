//! What the entries of a ledger say.

use std::collections::BTreeSet;

use crate::rows::RowHash;

use super::{Entry, Event, LedgerError, Plan};

/// Fails if a set meets one that was opened.
pub(super) fn check_unopened(entries: &[Entry], rows: &[RowHash]) -> Result<(), LedgerError> {
    let set: BTreeSet<&RowHash> = rows.iter().collect();
    for entry in entries {
        if let Event::Opened { rows: opened } = &entry.event {
            let opened: BTreeSet<&RowHash> = opened.iter().collect();
            let shared = rows.iter().filter(|row| opened.contains(row)).count();
            if shared > 0 {
                return Err(LedgerError::OpenedBefore {
                    shared,
                    rows: set.len(),
                    line: entry.line,
                });
            }
        }
    }
    Ok(())
}

/// The last seal: its rows and the plan that was frozen with them.
pub(super) fn last_seal(entries: &[Entry]) -> Option<(&[RowHash], &Plan)> {
    entries.iter().rev().find_map(|entry| match &entry.event {
        Event::Sealed { rows, plan } => Some((rows.as_slice(), plan)),
        _ => None,
    })
}

/// Number of different test scores and predictions that were disclosed.
pub(super) fn disclosures(entries: &[Entry]) -> usize {
    entries
        .iter()
        .filter(|entry| matches!(entry.event, Event::Disclosed { .. }))
        .count()
}

/// Number of times that rows were sealed.
pub(super) fn seals(entries: &[Entry]) -> usize {
    entries
        .iter()
        .filter(|entry| matches!(entry.event, Event::Sealed { .. }))
        .count()
}
