//! Where LightGBM's library is, and opening it.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::ffi::Api;
use crate::{Error, Result};

/// The version whose trees the tests compare with, and which `cargo xtask setup` installs.
pub const VERSION: &str = "4.7.0";

/// The variable that names the library, as a path.
pub const VARIABLE: &str = "MIDFUSE_LIGHTGBM";

/// The name of the library's file.
pub const FILE: &str = if cfg!(target_os = "macos") {
    "lib_lightgbm.dylib"
} else if cfg!(windows) {
    "lib_lightgbm.dll"
} else {
    "lib_lightgbm.so"
};

/// The folder that `cargo xtask setup` makes.
const FOLDER: &str = ".lightgbm";

/// An open LightGBM, for as long as the program runs; clones share it.
#[derive(Clone)]
pub struct Library {
    api: Arc<Api>,
    path: PathBuf,
}

impl Library {
    /// Opens the library that [`VARIABLE`] names, else the one beside the running program, else that
    /// of `cargo xtask setup`: `.lightgbm` in a folder above the program.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is none, with the line that mends it; those of [`Self::open`].
    pub fn find() -> Result<Self> {
        let named = std::env::var_os(VARIABLE).map(PathBuf::from);
        let program = std::env::current_exe().ok();
        Self::open(&locate(named, program.as_deref())?)
    }

    /// Opens the library in this file. Its code runs in this process, so whoever names a file trusts
    /// it.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such file, [`Error::Open`] if it is no library,
    /// [`Error::Function`] if it is another library or a LightGBM that is too old.
    pub fn open(path: &Path) -> Result<Self> {
        if !path.is_file() {
            return Err(Error::NotFound {
                looked: format!("{} is not there", path.display()),
            });
        }
        Ok(Self {
            api: Api::open(path)?,
            path: path.to_owned(),
        })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn api(&self) -> &Arc<Api> {
        &self.api
    }
}

impl fmt::Debug for Library {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Library").field(&self.path).finish()
    }
}

fn locate(named: Option<PathBuf>, program: Option<&Path>) -> Result<PathBuf> {
    if let Some(path) = named {
        if path.is_file() {
            return Ok(path);
        }
        return Err(Error::NotFound {
            looked: format!("{VARIABLE} is {}, which is no file", path.display()),
        });
    }
    let folders = program.into_iter().flat_map(Path::ancestors).skip(1);
    let beside = folders.clone().take(1).map(|folder| folder.join(FILE));
    let of_setup = folders.map(|folder| folder.join(FOLDER).join(FILE));
    let found = beside.chain(of_setup).find(|path| path.is_file());
    found.ok_or_else(|| Error::NotFound {
        looked: match program {
            Some(program) => format!(
                "no {FILE} beside {}, and no {FOLDER} in the folders above",
                program.display()
            ),
            None => format!("{VARIABLE} is not set"),
        },
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn put(path: &Path) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "not a library").unwrap();
    }

    #[test]
    fn the_variable_wins_then_beside_then_above() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        let program = root.join("checkout/target/debug/midfuse-worker");
        let named = root.join("own.so");
        let beside = root.join("checkout/target/debug").join(FILE);
        let of_setup = root.join("checkout").join(FOLDER).join(FILE);
        for path in [&of_setup, &beside, &named] {
            put(path);
        }
        let found = |named: Option<&PathBuf>| locate(named.cloned(), Some(&program)).unwrap();
        assert_eq!(found(Some(&named)), named);
        assert_eq!(found(None), beside);
        fs::remove_file(&beside).unwrap();
        assert_eq!(found(None), of_setup);
    }

    #[test]
    fn its_absence_takes_one_line_to_mend() {
        let root = tempfile::tempdir().unwrap();
        let program = root.path().join("bin/midfuse-worker");
        let absent = root.path().join("absent.so");
        let errors = [
            locate(None, Some(&program)).unwrap_err(),
            locate(None, None).unwrap_err(),
            locate(Some(absent.clone()), Some(&program)).unwrap_err(),
            Library::open(&absent).unwrap_err(),
        ];
        for error in errors {
            assert!(matches!(error, Error::NotFound { .. }), "{error:?}");
            let text = error.to_string();
            assert!(text.contains("cargo xtask setup"), "{text}");
            assert!(text.contains("set MIDFUSE_LIGHTGBM"), "{text}");
            assert!(!text.contains('\n'), "{text}");
        }
    }

    #[test]
    fn a_file_that_is_no_library_is_an_error() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join(FILE);
        put(&path);
        let error = Library::open(&path).unwrap_err();
        assert!(matches!(error, Error::Open { .. }), "{error:?}");
        let text = error.to_string();
        assert!(text.contains("cargo xtask setup"), "{text}");
        assert!(!text.contains('\n'), "{text}");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn another_library_lacks_the_functions() {
        let maps = fs::read_to_string("/proc/self/maps").unwrap();
        let libraries = maps
            .lines()
            .filter_map(|line| line.find('/').map(|at| &line[at..]));
        let libc = libraries
            .clone()
            .find(|path| path.contains("/libc.so"))
            .unwrap();
        let error = Library::open(Path::new(libc)).unwrap_err();
        assert!(
            matches!(
                error,
                Error::Function {
                    function: "LGBM_GetLastError",
                    ..
                }
            ),
            "{error:?}"
        );
        assert!(
            error.to_string().contains("is no LightGBM of version 4"),
            "{error}"
        );
    }
}
