//! What can go wrong with a comparison, and the exit code that each kind carries.

use std::path::PathBuf;

use midfuse_base::SettingError;
use midfuse_metrics::metric::{Metric, MetricError};
use midfuse_metrics::stats::StatsError;

/// Result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// What can go wrong with a comparison. Every message is one line: what, where, and how to mend it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An option that makes no sense, or does not fit the files.
    #[error(transparent)]
    Option(#[from] SettingError),
    /// A metric that does not fit the targets.
    #[error("--metric {metric}: {source}")]
    OtherTask {
        /// The metric.
        metric: Metric,
        /// Why.
        source: MetricError,
    },
    /// Files of predictions of different classes.
    #[error("{}: its classes are not those of the first file", file.display())]
    Classes {
        /// The file.
        file: PathBuf,
    },
    /// A file of times and events beside files of another target.
    #[error(
        "{}: holds times and events, and another file a `target`; give predictions of one kind",
        file.display()
    )]
    OtherKind {
        /// The file.
        file: PathBuf,
    },
    /// A table with scores of one class.
    #[error("{}: has a score column for one class; give one per class", file.display())]
    OneClass {
        /// The table.
        file: PathBuf,
    },
    /// Nothing to compare.
    #[error(
        "the files hold one model, {model}; give scores of two or more, told apart by the column `model`"
    )]
    OneModel {
        /// The model; empty where there is none.
        model: String,
    },
    /// Folds whose training sets cannot be sized.
    #[error("one fold per repeat says nothing about the size of training sets; {mend}")]
    OneFold {
        /// How to mend it.
        mend: &'static str,
    },
    /// A file is wrong.
    #[error(transparent)]
    Data(#[from] midfuse_data::DataError),
    /// The models share nothing.
    #[error(
        "the models have no {what} in common, so nothing is paired; score them on the same {mend}"
    )]
    Unpaired {
        /// What they do not share.
        what: &'static str,
        /// The same, of many.
        mend: &'static str,
    },
    /// A row with two targets or two groups.
    #[error(
        "{place}, column `{column}`: row `{row}` has another {column} than at {before}; one row has one {column}"
    )]
    Contradiction {
        /// Where the second stands.
        place: String,
        /// The column.
        column: &'static str,
        /// Id of the row.
        row: String,
        /// Where the first stands.
        before: String,
    },
    /// The metric refuses the predictions.
    #[error(transparent)]
    Metric(#[from] MetricError),
    /// The p-values cannot be corrected.
    #[error(transparent)]
    Stats(#[from] StatsError),
    /// The comparison cannot be put into JSON.
    #[error("the comparison: {0}")]
    Json(#[from] serde_json::Error),
}

impl Error {
    /// Exit code of the program: 2 for usage, 1 for data.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Option(_)
            | Self::OtherTask { .. }
            | Self::Classes { .. }
            | Self::OtherKind { .. }
            | Self::OneClass { .. }
            | Self::OneModel { .. }
            | Self::OneFold { .. } => 2,
            Self::Data(_)
            | Self::Unpaired { .. }
            | Self::Contradiction { .. }
            | Self::Metric(_)
            | Self::Stats(_)
            | Self::Json(_) => 1,
        }
    }
}
