//! What can be wrong with a study file.

use midfuse_base::SettingError;

/// Result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// What can be wrong with a study file. Every message is one line: what, where, and how to mend it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file cannot be read.
    #[error("{file}: cannot be read ({source}){mend}")]
    Read {
        /// The file.
        file: String,
        /// What the operating system says.
        source: std::io::Error,
        /// How to get one, after `; `.
        mend: &'static str,
    },
    /// The path is that of a folder.
    #[error("{file}: is a folder; name the study file in it")]
    Folder {
        /// The folder.
        file: String,
    },
    /// The file is larger than any study file.
    #[error("{file}: {bytes} bytes are too many for a study file")]
    Size {
        /// The file.
        file: String,
        /// Its size.
        bytes: u64,
    },
    /// The file is no text.
    #[error("{file}: byte {byte} is no UTF-8; save the file as UTF-8")]
    Utf8 {
        /// The file.
        file: String,
        /// Where it stops to be text.
        byte: usize,
    },
    /// The text is no TOML, lacks a key, or has one that is unknown or of another type.
    #[error("{file}{}: {message}", line_and_column(*.place))]
    Syntax {
        /// The file.
        file: String,
        /// Line and column, from 1.
        place: Option<(usize, usize)>,
        /// What the reader of TOML says, with the nearest key.
        message: String,
    },
    /// A key holds what it cannot.
    #[error("{file}: {source}")]
    Key {
        /// The file.
        file: String,
        /// The key.
        source: SettingError,
    },
    /// A key names what the worker does not have, or lacks what it needs.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// The settings of a strategy cannot be made.
    #[error("strategy `{strategy}`: {source}")]
    Strategy {
        /// The strategy.
        strategy: String,
        /// Why.
        source: SpaceError,
    },
}

/// Why the settings of a strategy cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SpaceError {
    /// A key of the search space is wrong.
    #[error(transparent)]
    Key(#[from] SettingError),
    /// A grid of another size.
    #[error(
        "its grid holds {points} points, but every strategy gets {trials} trials; make them equal"
    )]
    GridSize {
        /// Points of the grid.
        points: usize,
        /// Trials that the budget asks for.
        trials: usize,
    },
    /// A grid of an interval.
    #[error("a grid takes lists, no intervals")]
    GridInterval,
}

/// `:line:column`.
fn line_and_column(place: Option<(usize, usize)>) -> String {
    place.map_or_else(String::new, |(line, column)| format!(":{line}:{column}"))
}
