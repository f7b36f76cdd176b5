//! Walking, copying and verifying the files of a tree.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::manifest::{FileEntry, MAX_BYTES, Manifest};
use super::{FILES, MANIFEST, StoreError, name};
use crate::ContentHash;

/// Bytes that are read at a time.
const CHUNK: usize = 1 << 16;
/// Entries of a folder and all in it: more than a tree may have.
const MAX_ENTRIES: usize = 1 << 18;

/// What is wrong with a tree.
#[derive(Debug)]
pub(super) enum Wrong {
    /// It is another one: which file, and how.
    Differs(String),
    /// It cannot be read.
    Io(StoreError),
}

/// Paths of all files below a folder, relative to it.
///
/// Links, pipes and devices are in the list as `Err`: nothing follows or opens them.
fn walk(folder: &Path) -> Result<Vec<Result<PathBuf, PathBuf>>, StoreError> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::new()];
    let mut entries = 0;
    while let Some(inside) = folders.pop() {
        let path = folder.join(&inside);
        for entry in fs::read_dir(&path).map_err(StoreError::at(&path))? {
            let entry = entry.map_err(StoreError::at(&path))?;
            let relative = inside.join(entry.file_name());
            let kind = entry.file_type().map_err(StoreError::at(&entry.path()))?;
            if kind.is_dir() {
                folders.push(relative);
            } else if kind.is_file() {
                found.push(Ok(relative));
            } else {
                found.push(Err(relative));
            }
            entries += 1;
            if entries > MAX_ENTRIES {
                let error = std::io::Error::other(format!("more than {MAX_ENTRIES} files"));
                return Err(StoreError::at(folder)(error));
            }
        }
    }
    Ok(found)
}

/// The files below a folder, which must be regular ones.
fn regular(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let found = walk(folder)?.into_iter().map(|path| {
        path.map_err(|path| {
            let path = folder.join(path);
            StoreError::at(&path)(std::io::Error::other(
                "is not a regular file; a store holds none",
            ))
        })
    });
    found.collect()
}

/// Copies the files of a folder into another one.
pub(super) fn copy(from: &Path, to: &Path) -> Result<(), StoreError> {
    for relative in regular(from)? {
        let name = name::of(&relative)?;
        let (source, target) = (from.join(&relative), name::below(to, &name));
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent).map_err(StoreError::at(parent))?;
        }
        fs::copy(&source, &target).map_err(StoreError::at(&source))?;
    }
    Ok(())
}

/// Hashes the files of a folder.
pub(super) fn list(folder: &Path) -> Result<Manifest, StoreError> {
    let entry = |relative: PathBuf| -> Result<FileEntry, StoreError> {
        let name = name::of(&relative)?;
        let (bytes, sha256) = hash(&folder.join(relative), u64::MAX)?;
        Ok(FileEntry {
            name,
            bytes,
            sha256,
        })
    };
    let entries = regular(folder)?.into_iter().map(entry);
    Manifest::new(entries.collect::<Result<_, _>>()?)
        .map_err(|error| StoreError::at(folder)(std::io::Error::other(error)))
}

/// Length and hash of a file; reading ends one byte behind `most`.
fn hash(path: &Path, most: u64) -> Result<(u64, ContentHash), StoreError> {
    let file = File::open(path).map_err(StoreError::at(path))?;
    let mut file = file.take(most.saturating_add(1));
    let (mut hash, mut length) = (Sha256::new(), 0_u64);
    let mut chunk = vec![0; CHUNK];
    loop {
        let read = file.read(&mut chunk).map_err(StoreError::at(path))?;
        let Some(bytes) = chunk.get(..read).filter(|bytes| !bytes.is_empty()) else {
            return Ok((length, ContentHash::finish(hash)));
        };
        hash.update(bytes);
        length += read as u64;
    }
}

/// That the folder `place` is the tree of this name.
pub(super) fn verify(place: &Path, expected: ContentHash) -> Result<(), Wrong> {
    let differs = |reason: String| Err(Wrong::Differs(reason));
    let is = |name: &str, kind: fn(&fs::Metadata) -> bool| {
        fs::symlink_metadata(place.join(name)).is_ok_and(|about| kind(&about))
    };
    if !is(MANIFEST, fs::Metadata::is_file) || !is(FILES, fs::Metadata::is_dir) {
        return differs(format!("it has no {MANIFEST} or no {FILES}"));
    }
    let manifest = match read_manifest(&place.join(MANIFEST), expected)? {
        Ok(manifest) => manifest,
        Err(reason) => return differs(reason),
    };
    let folder = place.join(FILES);
    let mut found = 0;
    for path in walk(&folder).map_err(Wrong::Io)? {
        let relative = match path {
            Ok(relative) => relative,
            Err(path) => return differs(format!("{} is not a regular file", path.display())),
        };
        let name = match name::of(&relative) {
            Ok(name) => name,
            Err(error) => return differs(error.to_string()),
        };
        let Some(entry) = manifest.find(&name) else {
            return differs(format!("{name:?} is not in its manifest"));
        };
        let (bytes, sha256) = hash(&folder.join(&relative), entry.bytes).map_err(Wrong::Io)?;
        if bytes != entry.bytes || sha256 != entry.sha256 {
            return differs(format!("{name:?} is not the file that its manifest names"));
        }
        found += 1;
    }
    if found < manifest.files().len() {
        return differs(format!(
            "{} of its {} files are there",
            found,
            manifest.files().len()
        ));
    }
    Ok(())
}

fn read_manifest(path: &Path, expected: ContentHash) -> Result<Result<Manifest, String>, Wrong> {
    let file = File::open(path)
        .map_err(StoreError::at(path))
        .map_err(Wrong::Io)?;
    let mut bytes = Vec::new();
    file.take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(StoreError::at(path))
        .map_err(Wrong::Io)?;
    if ContentHash::of(&bytes) != expected {
        return Ok(Err(format!("{MANIFEST} has another hash")));
    }
    Ok(Manifest::parse(&bytes).map_err(|error| error.to_string()))
}
