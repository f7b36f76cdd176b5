//! The file: locked, verified, appended to and synced.

use std::ffi::OsStr;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use fs4::{FileExt, TryLockError};

use super::LedgerError;
use super::chain::{self, Entry, Misfit};
use super::head::Head;

/// Bytes of the largest ledger that is read: 20 million rows, or as many disclosures as nobody makes.
const LIMIT: u64 = 1 << 30;

/// What of a ledger was verified: its first `bytes` bytes hold `entries`.
#[derive(Debug, Default)]
pub(super) struct Verified {
    pub(super) entries: Vec<Entry>,
    bytes: u64,
}

/// A ledger that this process holds locked.
#[derive(Debug)]
pub(super) struct Locked<'a> {
    path: &'a Path,
    file: File,
    known: &'a mut Verified,
}

impl<'a> Locked<'a> {
    /// Waits for the lock, reads and verifies everything.
    pub(super) fn open(path: &'a Path, known: &'a mut Verified) -> Result<Self, LedgerError> {
        *known = Verified::default();
        Self::reopen(path, known)
    }

    /// Waits for the lock, reads and verifies what was added to `known`. That a line of `known` is
    /// edited meanwhile is found when the ledger is opened next; that lines are missing, at once.
    pub(super) fn reopen(path: &'a Path, known: &'a mut Verified) -> Result<Self, LedgerError> {
        let io = |source| LedgerError::Io {
            path: path.to_owned(),
            source,
        };
        let file = open_file(path)?;
        FileExt::lock(&file).map_err(io)?;
        let mut locked = Self { path, file, known };
        if let Err(error) = locked.catch_up() {
            *locked.known = Verified::default();
            return Err(error);
        }
        Ok(locked)
    }

    fn io(&self) -> impl Fn(io::Error) -> LedgerError + use<> {
        let path = self.path.to_owned();
        move |source| LedgerError::Io {
            path: path.clone(),
            source,
        }
    }

    fn catch_up(&mut self) -> Result<(), LedgerError> {
        let tampered = |line, why| LedgerError::Tampered {
            path: self.path.to_owned(),
            line,
            why,
        };
        let length = self.file.metadata().map_err(self.io())?.len();
        if length > LIMIT {
            return Err(not_a_ledger(self.path, format!("{length} bytes")));
        }
        if length < self.known.bytes {
            let line = self.known.entries.len();
            return Err(tampered(line, "lines were removed".to_owned()));
        }
        let mut text = Vec::new();
        self.file
            .seek(SeekFrom::Start(self.known.bytes))
            .map_err(self.io())?;
        (&self.file)
            .take(LIMIT)
            .read_to_end(&mut text)
            .map_err(self.io())?;
        let whole = text
            .iter()
            .rposition(|&byte| byte == b'\n')
            .map_or(0, |at| at + 1);
        let added = text.get(..whole).unwrap_or_default();
        chain::extend(&mut self.known.entries, added).map_err(|(line, why)| match why {
            Misfit::Tampered(why) => tampered(line, why),
            Misfit::Unknown(event) => LedgerError::UnknownEvent {
                path: self.path.to_owned(),
                line,
                event,
            },
        })?;
        let head = Head::read(self.path).map_err(self.io())?;
        head.transpose()
            .and_then(|head| Head::check(head.as_ref(), &self.known.entries))
            .map_err(|why| tampered(self.known.entries.len() + 1, why))?;
        self.known.bytes += whole as u64;
        if whole < text.len() {
            // A write that was cut off by a crash: it was never acknowledged.
            self.file.set_len(self.known.bytes).map_err(self.io())?;
        }
        Ok(())
    }

    pub(super) fn entries(&self) -> &[Entry] {
        &self.known.entries
    }

    /// Appends an entry, synced to the disk before this returns. If it fails (the disk is full), the
    /// line is taken back, so that what was not acknowledged did not happen.
    pub(super) fn append(&mut self, entry: Entry) -> Result<(), LedgerError> {
        let line = entry.to_line()?;
        if let Err(error) = self.write(&entry, line.as_bytes()) {
            let _ = self.file.set_len(self.known.bytes);
            let _ = self.file.sync_all();
            return Err(self.io()(error));
        }
        self.known.bytes += line.len() as u64;
        self.known.entries.push(entry);
        Ok(())
    }

    fn write(&mut self, entry: &Entry, line: &[u8]) -> io::Result<()> {
        if self.known.entries.is_empty() {
            // From the first line on there is a head, so a ledger without one was tampered with.
            Head::default().write(self.path)?;
        }
        self.file.write_all(line)?;
        self.file.sync_all()?;
        Head::of(entry).write(self.path)
    }
}

/// Makes the ledger if there is none, and gives its path without symbolic links.
pub(super) fn settle(path: &Path) -> Result<PathBuf, LedgerError> {
    open_file(path)?;
    path.canonicalize().map_err(|source| LedgerError::Io {
        path: path.to_owned(),
        source,
    })
}

fn open_file(path: &Path) -> Result<File, LedgerError> {
    let io = |source| LedgerError::Io {
        path: path.to_owned(),
        source,
    };
    // A pipe would be waited for.
    match path.metadata() {
        Ok(what) if !what.is_file() => return Err(not_a_ledger(path, "no file".to_owned())),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    options.open(path).map_err(io)
}

fn not_a_ledger(path: &Path, got: String) -> LedgerError {
    LedgerError::NotALedger {
        path: path.to_owned(),
        limit: LIMIT,
        got,
    }
}

/// The file of that name with `suffix`.
pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path
        .file_name()
        .unwrap_or_else(|| OsStr::new("ledger"))
        .to_owned();
    name.push(suffix);
    path.with_file_name(name)
}

/// Held while a conclusion runs; the system lets go of it when the process ends, however it does.
#[derive(Debug)]
pub(crate) struct Running {
    _file: File,
}

impl Running {
    /// The one that may conclude now.
    pub(super) fn claim(path: &Path) -> Result<Self, LedgerError> {
        let lock = beside(path, ".concluding");
        let io = |source| LedgerError::Io {
            path: lock.clone(),
            source,
        };
        let mut options = OpenOptions::new();
        let file = options
            .write(true)
            .create(true)
            .truncate(false)
            .open(&lock)
            .map_err(io)?;
        match FileExt::try_lock(&file) {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(LedgerError::Busy {
                path: path.to_owned(),
            }),
            Err(TryLockError::Error(source)) => Err(io(source)),
        }
    }
}
