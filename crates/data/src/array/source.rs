//! Where the bytes of an array come from: a file, or an entry of a zip archive.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use zip::ZipArchive;
use zip::result::ZipError;

use crate::error::{DataError, Defect, Result, listed, quoted};
use crate::limits::Limits;

/// Bytes from the start of the array on.
pub(super) trait Bytes: Read {
    /// Passes over `n` bytes.
    fn skip(&mut self, n: u64) -> io::Result<()>;
    /// Checks what can only be checked at the end: there is none left, the checksum is right.
    fn finish(&mut self) -> io::Result<()>;
}

struct FileBytes(BufReader<File>);

impl Read for FileBytes {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl Bytes for FileBytes {
    fn skip(&mut self, n: u64) -> io::Result<()> {
        self.0
            .seek_relative(i64::try_from(n).map_err(io::Error::other)?)
    }
    fn finish(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct EntryBytes<R>(R);

impl<R: Read> Read for EntryBytes<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl<R: Read> Bytes for EntryBytes<R> {
    fn skip(&mut self, n: u64) -> io::Result<()> {
        let passed = io::copy(&mut self.0.by_ref().take(n), &mut io::sink())?;
        if passed == n {
            Ok(())
        } else {
            Err(io::ErrorKind::UnexpectedEof.into())
        }
    }
    fn finish(&mut self) -> io::Result<()> {
        // The checksum is compared when the end is read.
        match io::copy(&mut self.0, &mut io::sink())? {
            0 => Ok(()),
            more => Err(io::Error::other(format!("{more} bytes follow the array"))),
        }
    }
}

/// A file, or the entry of this name in an archive.
#[derive(Debug)]
pub(super) enum Source {
    File,
    Entry(String),
}

impl Source {
    /// The entry `key` (`key.npy`) of the archive, or its only one.
    pub(super) fn entry(path: &Path, key: Option<&str>) -> Result<Self> {
        let archive = open(path)?;
        let names: Vec<&str> = archive.file_names().collect();
        let shown = || {
            listed(
                names
                    .iter()
                    .map(|name| name.strip_suffix(".npy").unwrap_or(name)),
            )
        };
        let missing = |reason: String| {
            let mend = format!("name one of its arrays with `key`: {}", shown());
            Err(DataError::new(Defect::MissingColumn, path, reason, mend))
        };
        match (key, names.as_slice()) {
            (Some(key), _) => {
                let name = format!("{key}.npy");
                if names.contains(&name.as_str()) {
                    Ok(Self::Entry(name))
                } else {
                    missing(format!("has no array {}", quoted(key)))
                }
            }
            (None, [only]) => Ok(Self::Entry((*only).to_owned())),
            (None, []) => {
                let mend = "save an array into it with numpy.savez";
                Err(DataError::new(
                    Defect::EmptyFile,
                    path,
                    "is an empty archive",
                    mend,
                ))
            }
            (None, _) => missing(format!("holds {} arrays", names.len())),
        }
    }

    /// Calls `read` with the bytes from the start of the array.
    pub(super) fn with<T>(
        &self,
        path: &Path,
        read: impl FnOnce(&mut dyn Bytes) -> Result<T>,
    ) -> Result<T> {
        match self {
            Self::File => {
                let file = File::open(path).map_err(|e| DataError::read(path, &e))?;
                read(&mut FileBytes(BufReader::with_capacity(1 << 16, file)))
            }
            Self::Entry(name) => {
                let mut archive = open(path)?;
                let entry = archive.by_name(name).map_err(|e| convert(path, &e))?;
                read(&mut EntryBytes(BufReader::with_capacity(1 << 16, entry)))
            }
        }
    }

    /// An error unless the array is as long as its header says.
    pub(super) fn check_size(&self, path: &Path, expected: u64) -> Result<()> {
        let actual = match self {
            Self::File => std::fs::metadata(path)
                .map_err(|e| DataError::read(path, &e))?
                .len(),
            Self::Entry(name) => {
                let mut archive = open(path)?;
                let entry = archive.by_name(name).map_err(|e| convert(path, &e))?;
                let (size, packed) = (entry.size(), entry.compressed_size());
                let limits = Limits::STANDARD;
                if size > limits.expansion_from && size / packed.max(1) > limits.expansion {
                    return Err(DataError::new(
                        Defect::Hostile,
                        path,
                        format!("expands {packed} bytes to {size}"),
                        "store the array as .npy if it is meant to be so uniform",
                    ));
                }
                size
            }
        };
        let mend = "copy or write the file again";
        match actual.cmp(&expected) {
            std::cmp::Ordering::Equal => Ok(()),
            std::cmp::Ordering::Less => {
                let reason = format!("has {actual} bytes, its header promises {expected}");
                Err(DataError::new(Defect::Truncated, path, reason, mend))
            }
            std::cmp::Ordering::Greater => {
                let reason = format!("has {} bytes after the array", actual - expected);
                Err(DataError::new(Defect::Hostile, path, reason, mend))
            }
        }
    }
}

fn open(path: &Path) -> Result<ZipArchive<BufReader<File>>> {
    let file = File::open(path).map_err(|e| DataError::read(path, &e))?;
    ZipArchive::new(BufReader::new(file)).map_err(|e| convert(path, &e))
}

fn convert(path: &Path, error: &ZipError) -> DataError {
    let (defect, mend) = match error {
        ZipError::UnsupportedArchive(_) => (
            Defect::WrongDtype,
            "write it with numpy.savez or numpy.savez_compressed",
        ),
        _ => (Defect::Truncated, "copy or write the file again"),
    };
    DataError::new(
        defect,
        path,
        format!("is not a readable npz archive: {error}"),
        mend,
    )
}
