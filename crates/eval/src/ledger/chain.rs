//! Lines that hang together by their hashes.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Event;
use crate::rows::hex;

/// One line of a ledger.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Number of the line, from 1.
    pub line: usize,
    /// Seconds since the epoch at which it was written.
    pub time: u64,
    /// Hash of the line before; empty in line 1.
    pub previous: String,
    /// What happened.
    pub event: Event,
    /// SHA-256 over the fields above, in hex.
    pub hash: String,
}

impl Entry {
    /// The entry that follows `last`.
    pub(super) fn after(
        last: Option<&Self>,
        time: u64,
        event: Event,
    ) -> Result<Self, serde_json::Error> {
        let line = last.map_or(1, |last| last.line + 1);
        let previous = last.map_or_else(String::new, |last| last.hash.clone());
        let hash = hash(line, time, &previous, &event)?;
        Ok(Self {
            line,
            time,
            previous,
            event,
            hash,
        })
    }

    /// One line of JSON, with its line break.
    pub(super) fn to_line(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self).map(|json| json + "\n")
    }
}

fn hash(
    line: usize,
    time: u64,
    previous: &str,
    event: &Event,
) -> Result<String, serde_json::Error> {
    let bytes = serde_json::to_vec(&(line, time, previous, event))?;
    Ok(hex(&Sha256::digest(bytes)))
}

/// The entries of the complete lines of `text`, or the number of the first line that does not fit
/// and why.
pub(super) fn parse(text: &str) -> Result<Vec<Entry>, (usize, String)> {
    let mut entries: Vec<Entry> = Vec::new();
    for (number, line) in (1..).zip(text.split_inclusive('\n')) {
        let entry: Entry = serde_json::from_str(line).map_err(|error| {
            (
                number,
                format!("not an entry ({error})").replace(char::is_control, " "),
            )
        })?;
        let fits = Entry::after(entries.last(), entry.time, entry.event.clone())
            .and_then(|want| Ok((want == entry, want.to_line()? == line)))
            .map_err(|error| (number, error.to_string()))?;
        match fits {
            (true, true) => entries.push(entry),
            (false, _) => {
                return Err((
                    number,
                    "its hash does not fit it and the line before".to_owned(),
                ));
            }
            (true, false) => return Err((number, "its text was edited".to_owned())),
        }
    }
    Ok(entries)
}
