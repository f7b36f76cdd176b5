//! A folder that appears under its name when it is whole.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::error::{DataError, Defect, Result};

/// A folder beside its target; it is removed unless it is committed.
#[derive(Debug)]
pub(crate) struct PendingFolder {
    target: PathBuf,
    pending: TempDir,
}

impl PendingFolder {
    /// Starts a folder for `target`, which must not exist, or be an empty folder.
    pub(crate) fn create(target: &Path) -> Result<Self> {
        match std::fs::read_dir(target) {
            Ok(mut entries) => {
                if entries.next().is_some() {
                    return Err(exists(target, "exists and is not empty"));
                }
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(_) => return Err(exists(target, "exists and is not a folder")),
        }
        let Some(name) = target
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
        else {
            return Err(exists(target, "has no name"));
        };
        let parent = match target.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        std::fs::create_dir_all(parent).map_err(|e| DataError::write(parent, &e))?;
        let prefix = format!(".{name}-");
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix).suffix(".partial");
        // The folder keeps these permissions when it is renamed; the user's umask narrows them.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777));
        let pending = builder
            .tempdir_in(parent)
            .map_err(|e| DataError::write(target, &e))?;
        Ok(Self {
            target: target.to_path_buf(),
            pending,
        })
    }

    /// The folder as it will be named.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// Where a file of the folder is written.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.pending.path().join(name)
    }

    /// Gives the folder its name.
    pub(crate) fn commit(self) -> Result<PathBuf> {
        std::fs::rename(self.pending.path(), &self.target)
            .map_err(|e| DataError::write(&self.target, &e))?;
        // What was renamed is no longer there to be removed.
        let _ = self.pending.keep();
        Ok(self.target)
    }
}

fn exists(target: &Path, reason: &str) -> DataError {
    DataError::new(
        Defect::Output,
        target,
        reason,
        "name a folder that does not exist yet",
    )
}
