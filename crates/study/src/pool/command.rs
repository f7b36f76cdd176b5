//! Which program is the worker, and how it is started.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::{Result, WorkerError};

/// Name of the worker program.
const PROGRAM: &str = "midfuse-worker";

/// How a worker is started.
#[derive(Debug, Clone)]
pub struct WorkerCommand {
    /// The program.
    pub program: PathBuf,
    /// Its arguments.
    pub args: Vec<OsString>,
    /// Variables added to its environment.
    pub env: Vec<(OsString, OsString)>,
}

impl WorkerCommand {
    /// A program without arguments.
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Self {
            program: program.into(),
            args: Vec::new(),
            env: Vec::new(),
        }
    }

    /// Adds an argument.
    #[must_use]
    pub fn with_arg(mut self, arg: impl Into<OsString>) -> Self {
        self.args.push(arg.into());
        self
    }

    /// Adds a variable to the environment.
    #[must_use]
    pub fn with_env(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.env.push((name.into(), value.into()));
        self
    }
}

/// The worker program: `given` if there is one, else the one beside this program, else on PATH.
///
/// # Errors
/// [`WorkerError`] that says where it was looked for.
pub fn find_worker(given: Option<&Path>) -> Result<WorkerCommand> {
    if let Some(given) = given {
        return locate(given).map(WorkerCommand::new).ok_or_else(|| {
            WorkerError::NoSuchProgram {
                program: given.to_path_buf(),
            }
            .into()
        });
    }
    let beside = std::env::current_exe()
        .ok()
        .and_then(|exe| Some(exe.parent()?.join(PROGRAM)));
    beside
        .filter(|path| path.is_file())
        .or_else(|| locate(Path::new(PROGRAM)))
        .map(WorkerCommand::new)
        .ok_or_else(|| WorkerError::NotFound { program: PROGRAM }.into())
}

/// A path as it is, a bare name on PATH.
fn locate(program: &Path) -> Option<PathBuf> {
    if program.components().count() > 1 {
        // Absolute, because workers run in a folder of their own.
        return program
            .is_file()
            .then(|| std::path::absolute(program).ok())
            .flatten();
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|found| found.is_file())
}
