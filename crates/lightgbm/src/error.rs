//! What is missing, what was refused, and what LightGBM said.

use std::path::PathBuf;

use midfuse_base::ConfigError;

/// How to get a library that can be opened.
const MEND: &str = "run `cargo xtask setup` in the midfuse checkout, or install the Python package \
     lightgbm 4.7.0 and set MIDFUSE_LIGHTGBM to the path of its lib_lightgbm.so";

/// An error of this crate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no LightGBM where it is looked for.
    #[error("LightGBM is not installed ({looked}): {mend}", mend = MEND)]
    NotFound {
        /// Where it was looked for, `"no lib_lightgbm.so beside /usr/bin/midfuse-worker"`.
        looked: String,
    },
    /// A file is there, and the dynamic linker cannot open it.
    #[error("LightGBM in {path} cannot be opened ({message}): {mend}", path = path.display(), mend = MEND)]
    Open {
        /// The file.
        path: PathBuf,
        /// What the dynamic linker said.
        message: String,
    },
    /// A library is there, but it is no LightGBM, or one that is too old.
    #[error("{path} is no LightGBM of version 4: it has no function {function}: {mend}", path = path.display(), mend = MEND)]
    Function {
        /// The library.
        path: PathBuf,
        /// The function that it lacks.
        function: &'static str,
    },
    /// LightGBM refused; it has also written the message to standard error.
    #[error("LightGBM, {what}: {message}")]
    LightGbm {
        /// What was being done, `"training"`.
        what: &'static str,
        /// What it said.
        message: String,
    },
    /// Rows, targets or weights that LightGBM would refuse or misunderstand.
    #[error("LightGBM, {what}: expected {expected}, got {got}")]
    Argument {
        /// What was wrong, `"weights"`.
        what: &'static str,
        /// What is taken.
        expected: String,
        /// What came.
        got: String,
    },
    /// A text that is no model of version 4.
    #[error("model of LightGBM, line {line}: expected {expected}, got {got:?}")]
    Text {
        /// The line, from 1.
        line: usize,
        /// What is expected there.
        expected: String,
        /// What is there, cut to 80 characters.
        got: String,
    },
    /// A config with an option that is out of its range.
    #[error(transparent)]
    Config(#[from] ConfigError),
}

/// `Result` with [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

/// An [`Error::Argument`], unless `ok`.
pub(crate) fn ensure(
    ok: bool,
    what: &'static str,
    expected: impl Into<String>,
    got: impl ToString,
) -> Result<()> {
    if ok {
        return Ok(());
    }
    Err(Error::Argument {
        what,
        expected: expected.into(),
        got: got.to_string(),
    })
}
