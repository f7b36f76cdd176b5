//! The file: locked, verified, appended to and synced.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use fs4::FileExt;
use serde::{Deserialize, Serialize};

use super::LedgerError;
use super::chain::{self, Entry};

/// Beside the ledger: how many lines it has and the hash of the last, so that lines removed from
/// its end are missed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    lines: usize,
    hash: String,
}

/// A ledger that this process holds locked, verified.
#[derive(Debug)]
pub(super) struct Locked<'a> {
    path: &'a Path,
    file: File,
    pub(super) entries: Vec<Entry>,
}

impl<'a> Locked<'a> {
    /// Waits for the lock, reads and verifies.
    pub(super) fn open(path: &'a Path) -> Result<Self, LedgerError> {
        let io = |source| LedgerError::Io {
            path: path.to_owned(),
            source,
        };
        let mut file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .open(path)
            .map_err(io)?;
        FileExt::lock(&file).map_err(io)?;
        let mut text = String::new();
        file.seek(SeekFrom::Start(0)).map_err(io)?;
        file.read_to_string(&mut text).map_err(io)?;
        let whole = text.rfind('\n').map_or(0, |at| at + 1);
        let tampered = |line, why| LedgerError::Tampered {
            path: path.to_owned(),
            line,
            why,
        };
        let entries = chain::parse(text.get(..whole).unwrap_or_default())
            .map_err(|(line, why)| tampered(line, why))?;
        check_head(&entries, read_head(path).map_err(io)?.as_ref())
            .map_err(|why| tampered(entries.len() + 1, why))?;
        if whole < text.len() {
            // A write that was cut off by a crash: it was never acknowledged.
            file.set_len(whole as u64).map_err(io)?;
        }
        Ok(Self {
            path,
            file,
            entries,
        })
    }

    /// Appends an entry, synced to the disk before this returns.
    pub(super) fn append(&mut self, entry: Entry) -> Result<(), LedgerError> {
        let path = self.path;
        let io = |source| LedgerError::Io {
            path: path.to_owned(),
            source,
        };
        self.file
            .write_all(entry.to_line()?.as_bytes())
            .map_err(io)?;
        self.file.sync_all().map_err(io)?;
        let head = Head {
            lines: entry.line,
            hash: entry.hash.clone(),
        };
        write_head(path, &head).map_err(io)?;
        self.entries.push(entry);
        Ok(())
    }
}

/// The head may be one line behind: a crash came between the line and its head.
fn check_head(entries: &[Entry], head: Option<&Head>) -> Result<(), String> {
    let Some(head) = head else {
        return match entries.len() {
            0 | 1 => Ok(()),
            n => Err(format!("the head file beside {n} lines is missing")),
        };
    };
    if entries.len() < head.lines || entries.len() > head.lines + 1 {
        return Err(format!(
            "expected {} lines, got {}",
            head.lines,
            entries.len()
        ));
    }
    let at_head = head.lines.checked_sub(1).and_then(|last| entries.get(last));
    match at_head {
        Some(entry) if entry.hash == head.hash => Ok(()),
        _ => Err("the hash in the head file is another".to_owned()),
    }
}

fn head_path(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".head");
    path.with_file_name(name)
}

fn read_head(path: &Path) -> io::Result<Option<Head>> {
    match fs::read_to_string(head_path(path)) {
        Ok(text) => serde_json::from_str(&text)
            .map(Some)
            .map_err(io::Error::from),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn write_head(path: &Path, head: &Head) -> io::Result<()> {
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(&serde_json::to_vec(head)?)?;
    file.as_file().sync_all()?;
    file.persist(head_path(path)).map_err(|error| error.error)?;
    Ok(())
}
