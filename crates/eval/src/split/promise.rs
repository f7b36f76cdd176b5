//! The promises of the structures, checked on every partition.

use crate::rows::{RowSet, Span};
use crate::structure::Structure;

use super::{Partition, SplitError};

/// That a partition keeps the promises of its structure.
pub(super) fn check<S: Structure>(
    rows: &RowSet<'_, S>,
    fold: usize,
    part: &Partition,
) -> Result<(), SplitError> {
    if S::KIND.keeps_groups() {
        groups(rows, fold, part)?;
    }
    if S::KIND.keeps_times() {
        spans(rows, fold, part)?;
    }
    Ok(())
}

/// No group of any axis on both sides.
fn groups<S: Structure>(
    rows: &RowSet<'_, S>,
    fold: usize,
    part: &Partition,
) -> Result<(), SplitError> {
    for axis in rows.axes() {
        let mut tested = vec![false; axis.names.len()];
        for &row in &part.test {
            if let Some(slot) = axis.codes.get(row).and_then(|&code| tested.get_mut(code)) {
                *slot = true;
            }
        }
        let code_of = |row: &usize| axis.codes.get(*row).copied();
        let is_tested = |code: &usize| tested.get(*code).copied().unwrap_or(false);
        if let Some(code) = part.train.iter().filter_map(code_of).find(is_tested) {
            return Err(SplitError::SharedGroup {
                axis: axis.name.to_owned(),
                group: axis.names.get(code).copied().unwrap_or_default().to_owned(),
                fold,
            });
        }
    }
    Ok(())
}

/// No train span that meets a test span: the test spans are merged into disjoint blocks, and each
/// train span is looked up among them.
fn spans<S: Structure>(
    rows: &RowSet<'_, S>,
    fold: usize,
    part: &Partition,
) -> Result<(), SplitError> {
    let Some(spans) = rows.declared_spans() else {
        return Ok(());
    };
    let blocks = merge(
        part.test
            .iter()
            .filter_map(|&row| spans.get(row).copied())
            .collect(),
    );
    let meets = |row: &&usize| {
        spans
            .get(**row)
            .is_some_and(|&span| any_meets(&blocks, span))
    };
    match part.train.iter().find(meets) {
        None => Ok(()),
        Some(&row) => Err(SplitError::OverlappingSpan {
            id: rows.id(row).to_owned(),
            fold,
        }),
    }
}

/// Merged disjoint spans, in order.
fn merge(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    let mut blocks: Vec<Span> = Vec::new();
    for span in spans {
        match blocks.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => blocks.push(span),
        }
    }
    blocks
}

/// Whether `span` meets one of the disjoint, sorted `blocks`.
fn any_meets(blocks: &[Span], span: Span) -> bool {
    let after = blocks.partition_point(|block| block.end < span.start);
    blocks.get(after).is_some_and(|block| block.meets(span))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merged_blocks_are_disjoint_and_found() {
        let blocks = merge(vec![Span::new(5, 7), Span::new(0, 2), Span::new(2, 3)]);
        assert_eq!(blocks, [Span::new(0, 3), Span::new(5, 7)]);
        assert!(any_meets(&blocks, Span::new(3, 4)));
        assert!(!any_meets(&blocks, Span::at(4)));
        assert!(any_meets(&blocks, Span::new(-5, 90)));
        assert!(!any_meets(&blocks, Span::at(8)));
    }
}
