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

/// The bytes of an entry of an archive.
pub(super) struct EntryBytes<R>(pub(super) R);

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
    /// An `.npy` file, or the entry `key` of an `.npz` archive.
    pub(super) fn of(path: &Path, key: Option<&str>) -> Result<Self> {
        let length = std::fs::metadata(path)
            .map_err(|e| DataError::read(path, &e))?
            .len();
        if length == 0 {
            let mend = "save an array into it with numpy.save";
            return Err(DataError::new(Defect::EmptyFile, path, "is empty", mend));
        }
        let extension = path
            .extension()
            .and_then(|e| e.to_str())
            .unwrap_or_default();
        match extension.to_ascii_lowercase().as_str() {
            "npy" if key.is_some() => {
                let reason = "is a single array and `key` is given";
                let mend = "remove `key`";
                Err(DataError::new(Defect::Manifest, path, reason, mend))
            }
            "npy" => Ok(Self::File),
            "npz" => Self::entry(path, key),
            _ => Err(DataError::new(
                Defect::WrongDtype,
                path,
                format!(
                    "is not an array: the extension {} is not known",
                    quoted(extension)
                ),
                "use an .npy or .npz file",
            )),
        }
    }

    /// The entry `key` (`key.npy`) of the archive, or its only one.
    fn entry(path: &Path, key: Option<&str>) -> Result<Self> {
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
        match self {
            Self::File => {
                let about = std::fs::metadata(path).map_err(|e| DataError::read(path, &e))?;
                check_length(path, about.len(), expected)
            }
            Self::Entry(name) => {
                let mut archive = open(path)?;
                let entry = archive.by_name(name).map_err(|e| convert(path, &e))?;
                check_entry(path, (entry.size(), entry.compressed_size()), expected)
            }
        }
    }
}

/// An error unless an entry is as long as its header says, and expands no more than honest data does.
pub(super) fn check_entry(path: &Path, (size, packed): (u64, u64), expected: u64) -> Result<()> {
    let limits = Limits::STANDARD;
    if size > limits.expansion_from && size / packed.max(1) > limits.expansion {
        return Err(DataError::new(
            Defect::Hostile,
            path,
            format!("expands {packed} bytes to {size}"),
            "store the array as .npy if it is meant to be so uniform",
        ));
    }
    check_length(path, size, expected)
}

fn check_length(path: &Path, actual: u64, expected: u64) -> Result<()> {
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

pub(super) fn open(path: &Path) -> Result<ZipArchive<BufReader<File>>> {
    let file = File::open(path).map_err(|e| DataError::read(path, &e))?;
    ZipArchive::new(BufReader::new(file)).map_err(|e| convert(path, &e))
}

pub(super) fn convert(path: &Path, error: &ZipError) -> DataError {
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
