//! By what a row is recognised.

use super::RowHash;

/// By what a row is recognised: a row that was renamed by what it holds, one whose columns were
/// changed by its id, one of which both is true by a modality that stayed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RowMarks {
    /// Hash of what it holds, or of its id where nothing is declared.
    pub(crate) content: RowHash,
    /// Hash of its id.
    pub(crate) id: RowHash,
    /// Hashes of its modalities that no other row of the cohort shares.
    pub(crate) parts: Vec<RowHash>,
}

/// Hashes of what rows hold, sorted, each once.
pub(crate) fn contents(rows: &[RowMarks]) -> Vec<RowHash> {
    sorted(rows.iter().map(|row| row.content))
}

/// Hashes of the ids, sorted; none where the content is the id.
pub(crate) fn ids(rows: &[RowMarks]) -> Vec<RowHash> {
    if rows.iter().all(|row| row.id == row.content) {
        return Vec::new();
    }
    sorted(rows.iter().map(|row| row.id))
}

/// Hashes of single modalities, sorted.
pub(crate) fn parts(rows: &[RowMarks]) -> Vec<RowHash> {
    sorted(rows.iter().flat_map(|row| row.parts.iter().copied()))
}

/// One hash for a set of rows.
pub(crate) fn of_set(sorted: &[RowHash]) -> RowHash {
    RowHash::of(sorted.iter().map(RowHash::as_bytes))
}

fn sorted(hashes: impl Iterator<Item = RowHash>) -> Vec<RowHash> {
    let mut hashes: Vec<RowHash> = hashes.collect();
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}
