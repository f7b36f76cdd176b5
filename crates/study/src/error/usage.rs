//! Commands that make no sense.

use std::path::PathBuf;

use midfuse_base::SettingError;
use midfuse_data::Row;
use midfuse_eval::cluster::ClusterError;
use midfuse_eval::split::SplitError;
use midfuse_eval::split::split_file::SplitFileError;

/// A command that was used in a way that makes no sense.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UsageError {
    /// An option that cannot be.
    #[error(transparent)]
    Option(#[from] SettingError),
    /// The rows cannot be split as `--splitter` says.
    #[error("--splitter: {source}; {mend}")]
    Splitter {
        /// Why.
        source: SplitError,
        /// Which splitter or option to name instead.
        mend: String,
    },
    /// A split file that cannot be read.
    #[error("{}: {source}", file.display())]
    SplitFile {
        /// The file.
        file: PathBuf,
        /// Why.
        source: SplitFileError,
    },
    /// Rows that cannot be joined into groups.
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    /// A row without coordinates.
    #[error("--place {column}: row {row:?} has no number; leave such rows out of the table")]
    NoPlace {
        /// The column.
        column: String,
        /// Id of the row.
        row: String,
    },
    /// A line of `--similar` that is no pair.
    #[error("--similar {}, {row}: expected two row ids in the first two columns", file.display())]
    NoPair {
        /// The table.
        file: PathBuf,
        /// The line.
        row: Row,
    },
    /// Another process works in the output folder.
    #[error("{}: another midfuse works in this folder; wait for it, or choose another --out", out.display())]
    InUse {
        /// The output folder.
        out: PathBuf,
    },
    /// The study has not been run to its end.
    #[error("{}: no results yet; run `midfuse study` to its end first", results.display())]
    NoResults {
        /// Where the results would be.
        results: PathBuf,
    },
    /// The results are those of another study.
    #[error("{}: is of another study file, split file or cohort; run `midfuse study` again first", results.display())]
    OtherStudy {
        /// The results.
        results: PathBuf,
    },
    /// There is nothing to compare with.
    #[error("no single modality ran without failures; nothing can be compared")]
    NoSingle,
    /// A strategy that is to be concluded on has failed jobs.
    #[error("strategy `{strategy}` has failed jobs; mend them and run `midfuse study` again")]
    FailedJobs {
        /// The strategy.
        strategy: String,
    },
    /// No setting of a strategy succeeded everywhere.
    #[error("strategy `{strategy}` has no setting that succeeded in every fold")]
    NoSetting {
        /// The strategy.
        strategy: String,
    },
    /// A strategy that the study does not have.
    #[error("{0}")]
    NoStrategy(midfuse_base::Problem),
    /// There are no sealed rows.
    #[error(
        "nothing is sealed: the split file (protocol.splits) names every row; set protocol.test_fraction and run the study again to have rows to conclude on"
    )]
    NothingSealed,
    /// The plan was changed after the rows were sealed.
    #[error(
        "the plan in the study file is not the one that was frozen when the rows were sealed; restore [conclude], protocol.metric and the strategies"
    )]
    OtherPlan,
}
