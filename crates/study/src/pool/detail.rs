//! What a library said beside the message of a failure: in a file, because nobody reads a stack of
//! frames on a terminal.

use std::path::{Path, PathBuf};

use midfuse_base::{hex, write_atomic};
use sha2::{Digest, Sha256};

/// Folder of an output folder that holds what workers said at length.
const FOLDER: &str = "worker-errors";
/// Characters of a file's name: enough to tell the messages of one study apart.
const NAME: usize = 12;

/// Where the details of a run's failures lie.
pub(crate) fn errors_of(out: &Path) -> PathBuf {
    out.join(FOLDER)
}

/// Writes the detail into `folder` and names the file behind the message. Failures of one message share
/// a file, so that they are one message still; it holds the first of them.
pub(crate) fn with_file(folder: &Path, message: String, detail: Option<&str>) -> String {
    let Some(detail) = detail else { return message };
    let digest = hex(&Sha256::digest(message.as_bytes()));
    let name: String = digest.chars().take(NAME).chain(".txt".chars()).collect();
    let path = folder.join(&name);
    let written = path.is_file() || {
        let made = std::fs::create_dir_all(folder);
        made.is_ok() && write_atomic(&path, detail.as_bytes()).is_ok()
    };
    if written {
        format!("{message}; the worker's whole message is in {FOLDER}/{name} of the output folder")
    } else {
        // The message says what happened; the rest is lost.
        message
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_message_is_one_file() {
        let out = tempfile::tempdir().unwrap();
        let errors = errors_of(out.path());
        let told = |detail| with_file(&errors, "too large".to_owned(), detail);
        assert_eq!(told(None), "too large");
        assert!(!errors.exists());
        let first = told(Some("too large\nframe #0"));
        assert!(first.starts_with("too large; the worker's whole message is in worker-errors/"));
        assert_eq!(told(Some("too large\nframe #1")), first);
        let files: Vec<PathBuf> = std::fs::read_dir(&errors)
            .unwrap()
            .map(|file| file.unwrap().path())
            .collect();
        assert_eq!(files.len(), 1);
        let text = std::fs::read_to_string(&files[0]).unwrap();
        assert_eq!(text, "too large\nframe #0");
    }
}
