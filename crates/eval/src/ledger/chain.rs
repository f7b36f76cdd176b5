//! Lines that hang together by their hashes.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Event;
use super::entry::KNOWN;
use midfuse_base::hex;

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

/// Why a line does not fit.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Misfit {
    /// It was changed.
    Tampered(String),
    /// It records an event that this version does not know.
    Unknown(String),
}

impl Entry {
    /// The entry that follows `last`.
    pub(super) fn after(
        last: Option<&Self>,
        time: u64,
        event: Event,
    ) -> Result<Self, serde_json::Error> {
        let line = last.map_or(1, |last| last.line.saturating_add(1));
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

/// Appends the entries of the complete lines of `text` to those before; or the number of the first
/// line that does not fit, and why. Trusts nothing in the text.
pub(super) fn extend(entries: &mut Vec<Entry>, text: &[u8]) -> Result<(), (usize, Misfit)> {
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        let number = entries.len() + 1;
        match next(entries.last(), line) {
            Ok(entry) => entries.push(entry),
            Err(why) => return Err((number, why)),
        }
    }
    Ok(())
}

fn next(last: Option<&Entry>, line: &[u8]) -> Result<Entry, Misfit> {
    // The message names what the line holds, which may break it.
    let broken = |error: serde_json::Error| {
        Misfit::Tampered(format!("not an entry ({error})").replace(char::is_control, " "))
    };
    let entry: Entry = serde_json::from_slice(line)
        .map_err(|error| unknown(line).map_or_else(|| broken(error), Misfit::Unknown))?;
    let want = Entry::after(last, entry.time, entry.event.clone()).map_err(broken)?;
    if want != entry {
        let why = "its hash does not fit it and the line before";
        return Err(Misfit::Tampered(why.to_owned()));
    }
    if want.to_line().map_err(broken)?.as_bytes() != line {
        return Err(Misfit::Tampered("its text was edited".to_owned()));
    }
    Ok(entry)
}

/// Name of the event of a line that is whole but records what this version does not know.
fn unknown(line: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Named {
        event: String,
    }
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "the fields are asked for, not looked at")]
    struct Any {
        line: usize,
        time: u64,
        previous: String,
        event: Named,
        hash: String,
    }
    let any: Any = serde_json::from_slice(line).ok()?;
    (!KNOWN.contains(&any.event.event.as_str())).then_some(any.event.event)
}
