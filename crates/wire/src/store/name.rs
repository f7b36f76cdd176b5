//! Names of files in a tree: relative, and never outside it.

use std::path::{Component, Path, PathBuf};

/// Bytes of a name.
const MAX_BYTES: usize = 1024;
/// Bytes of a part of it: what file systems take.
const MAX_PART_BYTES: usize = 255;

/// A file name that no tree holds.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "file name {name:?}: {reason}; a file in a store has a relative name of plain parts, `folder/file`"
)]
pub struct NameError {
    /// The name: its first characters.
    pub name: String,
    /// What is wrong with it.
    pub reason: &'static str,
}

/// Refuses a name that is not `part/part/part`.
pub(crate) fn check(name: &str) -> Result<(), NameError> {
    let refuse = |reason| {
        let name = name.chars().take(80).collect();
        Err(NameError { name, reason })
    };
    if name.len() > MAX_BYTES {
        return refuse("is longer than 1024 bytes");
    }
    for part in name.split('/') {
        if part.is_empty() {
            return refuse("is empty, absolute, or has an empty part");
        }
        if part == "." || part == ".." {
            return refuse("has a part `.` or `..`");
        }
        if part.len() > MAX_PART_BYTES {
            return refuse("has a part longer than 255 bytes");
        }
        // On some systems these make another folder, drive or stream of it.
        if part.contains(['\\', ':']) || part.chars().any(char::is_control) {
            return refuse("has a backslash, a colon or a control character");
        }
    }
    // What the system itself thinks of it.
    let plain = |part| matches!(part, Component::Normal(_));
    if !Path::new(name).components().all(plain) {
        return refuse("is not relative");
    }
    Ok(())
}

/// The path of a checked name below a folder.
pub(crate) fn below(folder: &Path, name: &str) -> PathBuf {
    let mut path = folder.to_path_buf();
    path.extend(name.split('/'));
    path
}

/// The name of a path relative to its tree.
pub(crate) fn of(relative: &Path) -> Result<String, NameError> {
    let refuse = |reason| NameError {
        name: relative.to_string_lossy().chars().take(80).collect(),
        reason,
    };
    let mut parts = Vec::new();
    for part in relative.components() {
        match part {
            Component::Normal(part) => {
                parts.push(part.to_str().ok_or_else(|| refuse("is not UTF-8"))?);
            }
            Component::Prefix(_)
            | Component::RootDir
            | Component::CurDir
            | Component::ParentDir => return Err(refuse("is not relative")),
        }
    }
    let name = parts.join("/");
    check(&name)?;
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_inside() {
        for name in ["a", "a.npy", "m/0.png", "ü/ñ", "...", "a b"] {
            assert_eq!(check(name), Ok(()), "{name}");
            let path = below(Path::new("/tree"), name);
            assert_eq!(of(path.strip_prefix("/tree").unwrap()).as_deref(), Ok(name));
        }
        let long = "x/".repeat(600);
        for name in [
            "",
            "/",
            "/etc/passwd",
            "..",
            "../x",
            "a/../../x",
            "a/./b",
            "a//b",
            "a/",
            "C:x",
            "a\\..\\b",
            "a\0b",
            "a\nb",
            long.trim_end_matches('/'),
            &"y".repeat(256),
        ] {
            let error = check(name).unwrap_err();
            assert_eq!(error.to_string().lines().count(), 1, "{error}");
        }
    }
}
