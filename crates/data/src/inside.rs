//! Paths that stay inside the cohort folder.

use std::path::{Component, Path, PathBuf};

use crate::error::{DataError, Defect, Result, quoted};

/// A cohort folder, and the only way from a name in a file to a path.
#[derive(Debug, Clone)]
pub(crate) struct Folder {
    /// As the caller named it, for messages.
    shown: PathBuf,
    /// Absolute, without symbolic links.
    real: PathBuf,
}

impl Folder {
    /// The folder at `path`.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let real = path.canonicalize().map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => DataError::new(
                Defect::MissingFile,
                path,
                "there is no such folder",
                "name the folder that holds cohort.toml",
            ),
            _ => DataError::read(path, &error),
        })?;
        if !real.is_dir() {
            return Err(DataError::new(
                Defect::MissingFile,
                path,
                "is not a folder",
                "name the folder that holds cohort.toml",
            ));
        }
        Ok(Self {
            shown: path.to_path_buf(),
            real,
        })
    }

    /// The path as the caller would name it.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.shown.join(name)
    }

    /// The folder itself, as the caller named it.
    pub(crate) fn root(&self) -> &Path {
        &self.shown
    }

    /// The path of a regular file inside the folder.
    pub(crate) fn file(&self, name: &str) -> Result<PathBuf> {
        let path = self.resolve(name)?;
        // A pipe or device would block or never end.
        if path.is_file() {
            Ok(path)
        } else {
            Err(self.not_a(name, "regular file"))
        }
    }

    /// The path of a folder inside the folder.
    pub(crate) fn folder(&self, name: &str) -> Result<PathBuf> {
        let path = self.resolve(name)?;
        if path.is_dir() {
            Ok(path)
        } else {
            Err(self.not_a(name, "folder"))
        }
    }

    fn not_a(&self, name: &str, what: &str) -> DataError {
        let reason = format!("is not a {what}");
        DataError::new(
            Defect::MissingFile,
            &self.path(name),
            reason,
            format!("name a {what}"),
        )
    }

    fn resolve(&self, name: &str) -> Result<PathBuf> {
        let relative = Path::new(name);
        let plain = relative
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
        if name.is_empty() || !plain || name.contains('\0') {
            return Err(self.leaves(name, "is empty, absolute, or has a `.` or `..`"));
        }
        let path = self.path(name);
        let real = path
            .canonicalize()
            .map_err(|error| DataError::read(&path, &error))?;
        if !real.starts_with(&self.real) {
            return Err(self.leaves(name, "is a symbolic link that leaves the folder"));
        }
        Ok(path)
    }

    fn leaves(&self, name: &str, how: &str) -> DataError {
        DataError::new(
            Defect::Hostile,
            &self.shown,
            format!("the path {} {how}", quoted(name)),
            "keep every file of a cohort inside its folder and name it relative to the folder",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_inside() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("in")).unwrap();
        std::fs::write(dir.path().join("secret"), "x").unwrap();
        std::fs::write(dir.path().join("in/a.csv"), "x").unwrap();
        let folder = Folder::open(&dir.path().join("in")).unwrap();
        assert!(folder.file("a.csv").is_ok());
        let absolute = dir.path().join("secret");
        for name in [
            "../secret",
            "./a.csv",
            "",
            "/etc/passwd",
            absolute.to_str().unwrap(),
        ] {
            assert_eq!(
                folder.file(name).unwrap_err().defect,
                Defect::Hostile,
                "{name}"
            );
        }
        assert_eq!(
            folder.file("b.csv").unwrap_err().defect,
            Defect::MissingFile
        );
        assert_eq!(
            folder.folder("a.csv").unwrap_err().defect,
            Defect::MissingFile
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_link_may_not_leave() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("in")).unwrap();
        std::fs::write(dir.path().join("secret"), "x").unwrap();
        std::fs::write(dir.path().join("in/a.csv"), "x").unwrap();
        std::os::unix::fs::symlink("../secret", dir.path().join("in/out.csv")).unwrap();
        std::os::unix::fs::symlink("a.csv", dir.path().join("in/same.csv")).unwrap();
        let folder = Folder::open(&dir.path().join("in")).unwrap();
        assert_eq!(folder.file("out.csv").unwrap_err().defect, Defect::Hostile);
        assert!(folder.file("same.csv").is_ok());
    }
}
