//! What the entries of a ledger say.

use std::collections::BTreeSet;

use crate::identity::{self, RowHash, RowMarks};

use super::{Entry, Event, LedgerError, Plan};

/// One row in so many that is recognised by a single modality says that the set is known: a chance
/// resemblance of a few rows does not.
const ONE_IN: usize = 20;

/// Fails if a set meets one that was opened: in a row that holds the same or has the same id, or in
/// one of twenty rows (a renamed cohort with another column) that share a modality with an opened one.
pub(super) fn check_unopened(entries: &[Entry], set: &[RowMarks]) -> Result<(), LedgerError> {
    for (at, entry) in entries.iter().enumerate() {
        let Event::Opened { rows: opened, .. } = &entry.event else {
            continue;
        };
        let before = entries.get(..at).unwrap_or_default();
        let (ids, parts) = marks_of(before, opened);
        let is_among = |all: &[RowHash], one: &RowHash| all.binary_search(one).is_ok();
        let is_same = |row: &&RowMarks| {
            is_among(opened, &row.content) || is_among(opened, &row.id) || is_among(ids, &row.id)
        };
        let is_alike = |row: &&RowMarks| row.parts.iter().any(|part| is_among(parts, part));
        let same = set.iter().filter(is_same).count();
        let alike = set
            .iter()
            .filter(|row| is_same(row) || is_alike(row))
            .count();
        if same > 0 || (alike > 0 && alike * ONE_IN >= set.len()) {
            return Err(LedgerError::OpenedBefore {
                shared: alike,
                rows: set.len(),
                line: entry.line,
            });
        }
    }
    Ok(())
}

/// Marks of rows, from the last seal of them: ids and parts.
fn marks_of<'a>(entries: &'a [Entry], rows: &[RowHash]) -> (&'a [RowHash], &'a [RowHash]) {
    let seal = entries.iter().rev().find_map(|entry| match &entry.event {
        Event::Sealed {
            rows: sealed,
            ids,
            parts,
            ..
        } if sealed == rows => Some((ids.as_slice(), parts.as_slice())),
        _ => None,
    });
    seal.unwrap_or_default()
}

/// The last seal: its rows and the plan that was frozen with them.
pub(super) fn last_seal(entries: &[Entry]) -> Option<(&[RowHash], &Plan)> {
    entries.iter().rev().find_map(|entry| match &entry.event {
        Event::Sealed { rows, plan, .. } => Some((rows.as_slice(), plan)),
        _ => None,
    })
}

/// Whether the conclusion `by` opened exactly these rows and did not come to its end.
pub(super) fn is_unfinished(entries: &[Entry], rows: &[RowHash], by: &str) -> bool {
    let opening = entries.iter().rposition(|entry| match &entry.event {
        Event::Opened { rows: opened, .. } => opened == rows,
        _ => false,
    });
    let Some(at) = opening else { return false };
    let set = identity::of_set(rows);
    let mut rest = entries.iter().skip(at);
    let opened_by = rest.next().is_some_and(|entry| match &entry.event {
        Event::Opened { by: theirs, .. } => theirs.as_deref() == Some(by),
        _ => false,
    });
    let is_end = |entry: &Entry| match &entry.event {
        Event::Concluded { rows, .. } => *rows == set,
        _ => false,
    };
    opened_by && !rest.any(is_end)
}

/// Rows of a set that were developed on under an earlier seal, after which something was disclosed:
/// what was seen then may have guided what is tested now.
pub(super) fn developed_before(entries: &[Entry], set: &[RowHash]) -> usize {
    let mut exposed: BTreeSet<&RowHash> = BTreeSet::new();
    let mut last: &[RowHash] = &[];
    for entry in entries {
        match &entry.event {
            Event::Sealed { developed, .. } => last = developed,
            Event::Disclosed { .. } | Event::Opened { .. } => {
                exposed.extend(last);
                last = &[];
            }
            _ => {}
        }
    }
    set.iter().filter(|row| exposed.contains(row)).count()
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
