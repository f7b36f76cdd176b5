//! Arguments that say what the columns of a cohort or a table are.

use midfuse_data::source::SourceOptions;

use super::reading::ReadingArgs;

/// What the columns of a source are.
#[derive(Debug, clap::Args)]
pub(crate) struct SourceArgs {
    /// Column to predict [default: the first target of a cohort, none for a table]
    #[arg(long, value_name = "COLUMN")]
    target: Option<String>,
    /// Column of groups that must not be on both sides; may be repeated
    #[arg(long, value_name = "COLUMN")]
    group: Vec<String>,
    /// Table: column of row ids [default: `id` where there is one, else rows are numbered from 1]
    #[arg(long, value_name = "COLUMN")]
    id: Option<String>,
    /// Table: column of the time at which a row begins, a number or YYYY-MM-DD
    #[arg(long, value_name = "COLUMN")]
    time: Option<String>,
    /// Table: column of the time at which its target is known
    #[arg(long, value_name = "COLUMN", requires = "time")]
    time_end: Option<String>,
    /// Table: column of text, or of sequences of letters; may be repeated
    #[arg(long, value_name = "COLUMN")]
    text: Vec<String>,
    /// Table: column of categories that look like numbers; may be repeated
    #[arg(long, value_name = "COLUMN")]
    categorical: Vec<String>,
    /// Table: column to leave out; may be repeated
    #[arg(long, value_name = "COLUMN")]
    exclude: Vec<String>,
    #[command(flatten)]
    reading: ReadingArgs,
}

impl SourceArgs {
    pub(crate) fn options(&self) -> SourceOptions {
        SourceOptions {
            target: self.target.clone(),
            groups: self.group.clone(),
            id: self.id.clone(),
            time: self.time.clone(),
            time_end: self.time_end.clone(),
            text: self.text.clone(),
            categorical: self.categorical.clone(),
            exclude: self.exclude.clone(),
            reading: self.reading.reading(),
        }
    }
}
