//! The head file beside a ledger: how many lines it has and the hash of the last, so that lines
//! removed from its end are missed.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use midfuse_base::write_atomic;
use serde::{Deserialize, Serialize};

use super::chain::Entry;

/// Longer than any head is.
const LIMIT: u64 = 1024;

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Head {
    lines: usize,
    hash: String,
}

impl Head {
    pub(super) fn of(entry: &Entry) -> Self {
        Self {
            lines: entry.line,
            hash: entry.hash.clone(),
        }
    }

    /// Reads the head beside a ledger; `Err` in the inside for one that is none.
    pub(super) fn read(ledger: &Path) -> io::Result<Option<Result<Self, String>>> {
        let file = match File::open(path(ledger)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut bytes = Vec::new();
        file.take(LIMIT).read_to_end(&mut bytes)?;
        let head = serde_json::from_slice(&bytes);
        Ok(Some(head.map_err(|error| {
            format!("the head file is none ({error})")
        })))
    }

    /// Replaces the head beside a ledger, and waits until the folder knows of it.
    pub(super) fn write(&self, ledger: &Path) -> io::Result<()> {
        write_atomic(&path(ledger), &serde_json::to_vec(self)?)
    }

    /// The head may be one line behind: a crash came between the line and its head.
    pub(super) fn check(head: Option<&Self>, entries: &[Entry]) -> Result<(), String> {
        let n = entries.len();
        let Some(head) = head else {
            return match n {
                0 => Ok(()),
                n => Err(format!("the head file beside {n} lines is missing")),
            };
        };
        if n < head.lines || n - head.lines > 1 {
            return Err(format!("expected {} lines, got {n}", head.lines));
        }
        let hash = match head.lines.checked_sub(1) {
            None => Some(""),
            Some(last) => entries.get(last).map(|entry| entry.hash.as_str()),
        };
        if hash == Some(&head.hash) {
            Ok(())
        } else {
            Err("the hash in the head file is another".to_owned())
        }
    }
}

fn path(ledger: &Path) -> PathBuf {
    super::file::beside(ledger, ".head")
}
