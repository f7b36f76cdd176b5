//! Row ids by position and back.

use std::collections::HashMap;

use crate::error::quoted;
use crate::reading::{differences, joining};

/// Row ids by position and back.
#[derive(Debug, Clone)]
pub(crate) struct RowIndex {
    by_id: HashMap<String, usize>,
}

impl RowIndex {
    pub(crate) fn new(ids: &[String]) -> Self {
        Self {
            by_id: ids
                .iter()
                .enumerate()
                .map(|(i, id)| (id.clone(), i))
                .collect(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.by_id.len()
    }

    pub(crate) fn get(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// That an id is not there, and whether one is that differs only in how it is typed; how to mend it.
    pub(crate) fn unknown(&self, id: &str) -> (String, String) {
        let mut near: Vec<(&String, String, String)> = self
            .by_id
            .keys()
            .filter_map(|known| {
                let ways = differences(known, id);
                let (differ, join) = joining(&ways);
                (!ways.is_empty()).then_some((known, differ, join))
            })
            .collect();
        near.sort();
        match near.first() {
            None => (
                format!("the id {} is not in the row table", quoted(id)),
                "remove the row, or add the id to the row table".to_owned(),
            ),
            Some((known, differ, join)) => (
                format!(
                    "the id {} is not in the row table, which has {}: they differ by {differ}",
                    quoted(id),
                    quoted(known)
                ),
                format!("write them alike, or read them alike: {join}"),
            ),
        }
    }
}
