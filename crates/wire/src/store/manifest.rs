//! The list of a tree's files, whose hash names the tree.

use serde::{Deserialize, Serialize};

use super::name;
use crate::ContentHash;

/// Version of the layout of a manifest.
const FORMAT: u32 = 1;
/// Bytes of a manifest: 65,536 files with long names.
pub(crate) const MAX_BYTES: u64 = 64 << 20;
/// Files of a tree.
const MAX_FILES: usize = 1 << 16;
/// Bytes of all files of a tree together: 16 TiB.
const MAX_TOTAL: u64 = 1 << 44;

/// A file of a tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileEntry {
    /// Its name below the tree's folder, parts separated by `/`.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// Its content.
    pub sha256: ContentHash,
}

/// The files of a tree, in the order of their names.
///
/// As bytes it is JSON without spaces, and one list of files has one spelling, whose hash names the
/// tree: the same files have the same name wherever they lie.
///
/// ```
/// use midfuse_wire::store::Manifest;
/// let text = r#"{"format":1,"files":[{"name":"a.csv","bytes":0,"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}]}"#;
/// let manifest = Manifest::parse(text.as_bytes())?;
/// assert_eq!(manifest.files()[0].name, "a.csv");
/// assert!(Manifest::parse(text.replace("a.csv", "../a.csv").as_bytes()).is_err());
/// # Ok::<(), midfuse_wire::store::ManifestError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    files: Vec<FileEntry>,
    bytes: Vec<u8>,
}

/// A manifest as it is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Layout {
    format: u32,
    files: Vec<FileEntry>,
}

/// Bytes that are not a manifest, or files that make none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("manifest: {0}")]
pub struct ManifestError(String);

impl Manifest {
    /// The manifest of these files, in any order.
    ///
    /// # Errors
    /// If a name leaves the folder, is there twice or is also that of a folder, or there are too
    /// many files or bytes.
    pub fn new(mut files: Vec<FileEntry>) -> Result<Self, ManifestError> {
        files.sort_by(|a, b| a.name.cmp(&b.name));
        check(&files)?;
        let layout = Layout {
            format: FORMAT,
            files,
        };
        let bytes =
            serde_json::to_vec(&layout).map_err(|error| ManifestError(error.to_string()))?;
        Ok(Self {
            files: layout.files,
            bytes,
        })
    }

    /// Reads a manifest of whatever origin.
    ///
    /// # Errors
    /// As [`new`](Self::new); if the bytes are another spelling than ours.
    pub fn parse(bytes: &[u8]) -> Result<Self, ManifestError> {
        if bytes.len() as u64 > MAX_BYTES {
            return Err(ManifestError(format!(
                "{} bytes are more than {MAX_BYTES}",
                bytes.len()
            )));
        }
        let Layout { format, files } = serde_json::from_slice(bytes)
            .map_err(|error| ManifestError(format!("not as expected: {error}")))?;
        if format != FORMAT {
            return Err(ManifestError(format!(
                "expected format {FORMAT}, got {format}; use programs of one version"
            )));
        }
        let manifest = Self::new(files)?;
        if manifest.bytes != bytes {
            return Err(ManifestError(
                "another spelling than the one that names the tree".to_owned(),
            ));
        }
        Ok(manifest)
    }

    /// The files, in the order of their names.
    pub fn files(&self) -> &[FileEntry] {
        &self.files
    }

    /// The bytes whose hash names the tree.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The name of the tree.
    pub fn hash(&self) -> ContentHash {
        ContentHash::of(&self.bytes)
    }

    /// The file of this name.
    pub(crate) fn find(&self, name: &str) -> Option<&FileEntry> {
        find(&self.files, name)
    }
}

fn find<'a>(files: &'a [FileEntry], name: &str) -> Option<&'a FileEntry> {
    let at = files.binary_search_by(|file| file.name.as_str().cmp(name));
    files.get(at.ok()?)
}

/// That sorted files can be those of a folder.
fn check(files: &[FileEntry]) -> Result<(), ManifestError> {
    let refuse = |reason: String| Err(ManifestError(reason));
    if files.len() > MAX_FILES {
        return refuse(format!("{} files are more than {MAX_FILES}", files.len()));
    }
    let mut total = 0_u64;
    for file in files {
        name::check(&file.name).map_err(|error| ManifestError(error.to_string()))?;
        total = total.saturating_add(file.bytes);
    }
    if total > MAX_TOTAL {
        return refuse(format!("{total} bytes are more than {MAX_TOTAL}"));
    }
    for (a, b) in files.iter().zip(files.iter().skip(1)) {
        if a.name == b.name {
            return refuse(format!("{:?} is there twice", a.name));
        }
    }
    for file in files {
        for (at, _) in file.name.match_indices('/') {
            let folder = file.name.get(..at).unwrap_or_default();
            if find(files, folder).is_some() {
                return refuse(format!("{folder:?} is a file and a folder"));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, bytes: u64) -> FileEntry {
        FileEntry {
            name: name.to_owned(),
            bytes,
            sha256: ContentHash::of(name.as_bytes()),
        }
    }

    #[test]
    fn one_list_of_files_has_one_name() {
        let files = vec![file("b", 1), file("a/c", 2), file("a/b", 3)];
        let manifest = Manifest::new(files.clone()).unwrap();
        let names: Vec<&str> = manifest.files().iter().map(|f| f.name.as_str()).collect();
        assert_eq!(names, ["a/b", "a/c", "b"]);
        let reversed = Manifest::new(files.into_iter().rev().collect()).unwrap();
        assert_eq!(reversed.hash(), manifest.hash());
        let bytes = manifest.as_bytes().to_vec();
        assert_eq!(Manifest::parse(&bytes), Ok(manifest));
        let spaced = [bytes.as_slice(), b"\n"].concat();
        let error = Manifest::parse(&spaced).unwrap_err().to_string();
        assert!(error.contains("another spelling"), "{error}");
    }

    #[test]
    fn what_no_folder_can_hold_is_refused() {
        for (files, what) in [
            (vec![file("a", 1), file("a", 1)], "there twice"),
            (vec![file("a", 1), file("a/b", 1)], "a file and a folder"),
            // Sorted, `a.` lies between `a` and `a/`.
            (
                vec![file("a", 1), file("a.", 1), file("a/b/c", 1)],
                "a file and a folder",
            ),
            (vec![file("../a", 1)], "`..`"),
            (vec![file("a", u64::MAX), file("b", 2)], "bytes are more"),
        ] {
            let error = Manifest::new(files).unwrap_err().to_string();
            assert!(error.contains(what), "{error}");
        }
        let many = (0..=MAX_FILES).map(|i| file(&format!("{i:06}"), 0));
        assert!(Manifest::new(many.collect()).is_err());
        for text in [
            "",
            "[]",
            r#"{"format":2,"files":[]}"#,
            r#"{"format":1,"files":[],"more":1}"#,
            r#"{"format":1,"files":[{"name":"a","bytes":-1,"sha256":"00"}]}"#,
        ] {
            let error = Manifest::parse(text.as_bytes()).unwrap_err();
            assert_eq!(error.to_string().lines().count(), 1, "{error}");
        }
    }
}
