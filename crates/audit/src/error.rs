//! What can go wrong with an audit, and the exit code that each kind carries.

use std::path::{Path, PathBuf};

use midfuse_base::SettingError;
use midfuse_eval::split::split_file::SplitFileError;

use crate::features::FeaturesError;

/// Result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// What can go wrong with an audit. Every message is one line: what, where, and how to mend it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An option that makes no sense, or does not fit the data.
    #[error(transparent)]
    Option(#[from] SettingError),
    /// A split file that cannot be read.
    #[error("{}: {source}", file.display())]
    SplitFile {
        /// The file.
        file: PathBuf,
        /// Why.
        source: SplitFileError,
    },
    /// A split file of other data.
    #[error(
        "{}: names row {row:?}, which the data lacks; for a table, name its id column with --id",
        file.display()
    )]
    UnknownRow {
        /// The split file.
        file: PathBuf,
        /// The row that it names.
        row: String,
    },
    /// A cell that names a file which is not there.
    #[error(
        "{}, row {row}, column `{column}`: there is no file {}; correct the path, leave the cell empty \
         if the row has none, or name the folder that the paths start from with --folder",
        table.display(),
        file.display()
    )]
    NoFile {
        /// The table.
        table: PathBuf,
        /// Id of the row.
        row: String,
        /// The column.
        column: String,
        /// The file that is named.
        file: PathBuf,
    },
    /// A list of chosen features that cannot be read.
    #[error("{}: {source}", file.display())]
    Features {
        /// The list.
        file: PathBuf,
        /// Why.
        source: FeaturesError,
    },
    /// The data is wrong.
    #[error(transparent)]
    Data(#[from] midfuse_data::DataError),
    /// The source cannot be opened with these options.
    #[error(transparent)]
    Source(#[from] midfuse_data::source::SourceError),
    /// A file could not be read.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// The audit cannot be put into JSON.
    #[error("audit: {0}")]
    Json(#[from] serde_json::Error),
}

impl Error {
    /// Exit code of the program: 2 for usage, 1 for data and files.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Option(_)
            | Self::UnknownRow { .. }
            | Self::NoFile { .. }
            | Self::Features { .. } => 2,
            // A file that is not there is data, one that is no split file is usage.
            Self::SplitFile { source, .. } => 2 - u8::from(matches!(source, SplitFileError::Io(_))),
            Self::Source(error) => error.exit_code(),
            Self::Data(_) | Self::Io { .. } | Self::Json(_) => 1,
        }
    }

    /// An [`Error::Io`] about `path`.
    pub(crate) fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Self + use<> {
        let path = path.to_path_buf();
        move |source| Self::Io { path, source }
    }
}
