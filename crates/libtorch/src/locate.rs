//! Where libtorch is, by the same rules as torch-sys: shared by the build script and its tests.

use std::fmt;
use std::path::{Path, PathBuf};

/// The version that tch 0.24 is written against.
pub(crate) const VERSION: &str = "2.11.0";

/// A libtorch that can be compiled and linked against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Libtorch {
    /// The folder with `libtorch_cpu.so`.
    pub(crate) lib: PathBuf,
    /// The folders for the compiler's `-I`.
    pub(crate) include: Vec<PathBuf>,
}

/// Why there is no usable libtorch; the message says how to mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Missing {
    /// No variable says where it is, and the system has none.
    Unset,
    /// `LIBTORCH` is not an absolute path.
    Relative(PathBuf),
    /// The folder lacks a file that a libtorch has.
    NoFile { root: PathBuf, file: &'static str },
    /// Another version than [`VERSION`].
    Version { root: PathBuf, got: String },
    /// `LIBTORCH_USE_PYTORCH` is set, but Python could not import torch.
    Python(String),
}

const INSTALL: &str = "run `cargo xtask setup` in the midfuse checkout, \
     or set LIBTORCH to the absolute path of an unpacked libtorch 2.11.0 (the folder with `lib` \
     and `include`), or set LIBTORCH_USE_PYTORCH=1 where `python3` can import torch 2.11.0";

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unset => write!(f, "LIBTORCH is not set: {INSTALL}"),
            Self::Relative(root) => write!(
                f,
                "LIBTORCH is the relative path {}, expected an absolute one: {INSTALL}",
                root.display()
            ),
            Self::NoFile { root, file } => {
                write!(
                    f,
                    "no libtorch in {}: {file} is missing: {INSTALL}",
                    root.display()
                )
            }
            Self::Version { root, got } => write!(
                f,
                "libtorch in {} has version {got}, expected {VERSION}: {INSTALL}",
                root.display()
            ),
            Self::Python(why) => {
                write!(f, "LIBTORCH_USE_PYTORCH is set, but {why}: {INSTALL}")
            }
        }
    }
}

/// Reads an environment variable.
pub(crate) type Env<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The variables that [`locate`] reads.
pub(crate) const VARIABLES: [&str; 5] = [
    "LIBTORCH",
    "LIBTORCH_USE_PYTORCH",
    "LIBTORCH_LIB",
    "LIBTORCH_INCLUDE",
    "LIBTORCH_BYPASS_VERSION_CHECK",
];

/// Finds libtorch: `LIBTORCH_USE_PYTORCH` first, then `LIBTORCH`, then `system` (`/usr`).
///
/// `python` returns the output of [`PYTHON`].
pub(crate) fn locate(
    env: Env<'_>,
    python: &dyn Fn() -> Result<String, String>,
    system: &Path,
) -> Result<Libtorch, Missing> {
    let (root, found) = if env("LIBTORCH_USE_PYTORCH").is_some() {
        let found = from_python(&python().map_err(Missing::Python)?)?;
        (found.lib.clone(), found)
    } else {
        let root = root(env, system)?;
        let under = |variable: &str| env(variable).map_or_else(|| root.clone(), PathBuf::from);
        let include = under("LIBTORCH_INCLUDE").join("include");
        let found = Libtorch {
            lib: under("LIBTORCH_LIB").join("lib"),
            include: vec![include.join("torch/csrc/api/include"), include],
        };
        (root, found)
    };
    check(
        &root,
        &found,
        env("LIBTORCH_BYPASS_VERSION_CHECK").is_some(),
    )?;
    Ok(found)
}

fn root(env: Env<'_>, system: &Path) -> Result<PathBuf, Missing> {
    match env("LIBTORCH").map(PathBuf::from) {
        Some(root) if root.is_relative() => Err(Missing::Relative(root)),
        Some(root) => Ok(root),
        None if system.join("lib/libtorch.so").exists() => Ok(system.to_owned()),
        None => Err(Missing::Unset),
    }
}

/// Prints what [`locate`] reads of an installed PyTorch.
pub(crate) const PYTHON: &str = "
from torch.utils import cpp_extension
for path in cpp_extension.include_paths(): print('INCLUDE', path)
for path in cpp_extension.library_paths(): print('LIB', path)
";

fn from_python(output: &str) -> Result<Libtorch, Missing> {
    let paths = |key: &str| -> Vec<PathBuf> {
        let lines = output.lines().filter_map(|line| line.split_once(' '));
        lines
            .filter(|(k, _)| *k == key)
            .map(|(_, path)| PathBuf::from(path))
            .collect()
    };
    let lib = paths("LIB").into_iter().next();
    Ok(Libtorch {
        lib: lib.ok_or_else(|| Missing::Python("torch names no library folder".to_owned()))?,
        include: paths("INCLUDE"),
    })
}

fn check(root: &Path, found: &Libtorch, any_version: bool) -> Result<(), Missing> {
    let no_file = |file| Missing::NoFile {
        root: root.to_owned(),
        file,
    };
    if !found.lib.join("libtorch_cpu.so").exists() {
        return Err(no_file("lib/libtorch_cpu.so"));
    }
    let header = "torch/headeronly/version.h";
    let header = found
        .include
        .iter()
        .map(|folder| folder.join(header))
        .find(|path| path.exists());
    // torch 2.9 and older have no such header: another version, not a broken folder.
    let text = header.and_then(|path| std::fs::read_to_string(path).ok());
    let stated = std::fs::read_to_string(root.join("build-version")).ok();
    let got = match (&stated, &text) {
        (Some(version), _) => version.split('+').next().map(str::trim).map(str::to_owned),
        (None, Some(text)) => text.lines().find_map(quoted),
        (None, None) => return Err(no_file("include/torch/headeronly/version.h")),
    };
    match got.unwrap_or_default() {
        got if got == VERSION || any_version => Ok(()),
        got => Err(Missing::Version {
            root: root.to_owned(),
            got,
        }),
    }
}

/// `2.11.0` of the line `  "2.11.0"`.
fn quoted(line: &str) -> Option<String> {
    let inner = line.trim().strip_prefix('"')?.strip_suffix('"')?;
    Some(inner.to_owned())
}
