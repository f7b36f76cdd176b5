//! The command line. What is written here is what `--help` teaches.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::command::audit::AuditArgs;
use crate::command::compare::CompareArgs;
use crate::command::reading::ReadingArgs;
use crate::command::split::SplitArgs;

const ABOUT: &str = "Compare ways of fusing modalities, honestly: same rows, same splits, same budget, a test set that opens once";

const START: &str = "\
To begin with your own table:
  midfuse cohort import patients.csv --target diagnosis --out my-cohort
  midfuse init --cohort my-cohort            writes study.toml, with every key explained
  midfuse study study.toml --dry-run         how many jobs, how long
  midfuse study study.toml --workers 2       runs it; Ctrl-C stops it, the same command goes on
  midfuse conclude study.toml                opens the sealed rows, once, at the very end

Exit codes: 0 done, 1 wrong data or file, 2 wrong command or study file, 3 done but jobs failed,
or a blocking leak was found by an audit; 130 stopped.";

/// The command line.
#[derive(Debug, Parser)]
#[command(name = "midfuse", version, about = ABOUT, after_help = START, max_term_width = 100)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run a study: nested cross-validation of every strategy, then a report
    Study(StudyArgs),
    /// Open the sealed rows of a finished study, once, and test its plan on them
    Conclude(ConcludeArgs),
    /// Predict every row of a cohort with a saved model
    Predict(PredictArgs),
    /// Check a cohort, or make one out of a table
    Cohort(CohortArgs),
    /// Split a cohort or a table: a file of folds that every tool can share
    Split(SplitArgs),
    /// Look for leaks in a cohort or a table, and in anyone's split of it
    Audit(AuditArgs),
    /// Compare anyone's models: fold scores or row predictions in, paired tests out
    Compare(CompareArgs),
    /// Write a study file with every key explained
    Init(InitArgs),
    /// List what a study file can name: encoders, strategies, their options, how models are trained
    Models(ModelsArgs),
}

const STUDY_HELP: &str = "\
The results lie in the output folder: report.html to read, results.json and predictions.parquet to
work on, models/ with one saved model per strategy and outer fold, ledger.jsonl, timings.json.
Results do not depend on --workers, on the order of jobs, or on stops in between.

Examples:
  midfuse study examples/digits.toml --workers 2
  midfuse study my.toml --dry-run            trains each strategy for a few epochs to estimate
  midfuse study my.toml --status             how many jobs are done; also while it runs
  midfuse study my.toml --worker ./my-worker with your own encoders and fusions

Study files are explained in docs/study-file.md; `midfuse init` writes one.";

/// Arguments of `midfuse study`.
#[derive(Debug, clap::Args)]
#[command(after_help = STUDY_HELP)]
pub(crate) struct StudyArgs {
    /// The study file
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) run: RunArgs,
    /// Say how many jobs there are and how long they will take; run none of them
    #[arg(long, conflicts_with = "status")]
    pub(crate) dry_run: bool,
    /// Say how many jobs are done
    #[arg(long)]
    pub(crate) status: bool,
}

/// How jobs are run.
#[derive(Debug, clap::Args)]
pub(crate) struct RunArgs {
    /// Worker processes; each needs about 200 MB and one core
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) workers: u16,
    /// Where jobs compute: cpu, cuda:0, ...
    #[arg(long, default_value = "cpu", value_parser = device)]
    pub(crate) device: String,
    /// Folder of the results [default: NAME-results, after the name in the study file]
    #[arg(long)]
    pub(crate) out: Option<PathBuf>,
    /// The worker program [default: midfuse-worker beside this program, then on PATH]
    #[arg(long)]
    pub(crate) worker: Option<PathBuf>,
    /// Folder through which data and models go to and from workers, for workers on other machines; of its
    /// own, empty at first [default: one below the results, removed at the end]
    #[arg(long, value_name = "DIR")]
    pub(crate) store: Option<PathBuf>,
}

const CONCLUDE_HELP: &str = "\
Every strategy of the plan is fitted anew on all rows but the sealed ones, with the setting that did
best on inner folds, and scored on the sealed rows. The plan ([conclude] in the study file) was frozen
when the study first ran; strategies named here in addition are reported as exploratory.

The sealed rows open once, so it asks first: type `open`. Where nobody can answer (a script, a batch
job) it refuses, unless --yes says so beforehand. A ledger beside the cohort remembers it: deleting results does not help,
and later studies that would seal any of these rows are refused. If it is killed or fails on the way,
run the same command again: it goes on, as long as nothing was changed.

Example:
  midfuse conclude my.toml --yes --also late";

/// Arguments of `midfuse conclude`.
#[derive(Debug, clap::Args)]
#[command(after_help = CONCLUDE_HELP)]
pub(crate) struct ConcludeArgs {
    /// The study file
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) run: RunArgs,
    /// Further strategies to score, as exploratory ones; may be repeated
    #[arg(long, value_name = "STRATEGY")]
    pub(crate) also: Vec<String>,
    /// Open the sealed rows without asking; needed where no terminal can answer
    #[arg(long)]
    pub(crate) yes: bool,
}

const PREDICT_HELP: &str = "\
MODEL is a folder with model.json and what was fitted: models/STRATEGY/repeat-1-fold-1 of a study,
or final/STRATEGY of a conclusion. The model's transforms and vocabulary are applied as they were
fitted; the cohort needs no target.

Example:
  midfuse predict digits-results/models/concat/repeat-1-fold-1 examples/data/digits --out scores.csv";

/// Arguments of `midfuse predict`.
#[derive(Debug, clap::Args)]
#[command(after_help = PREDICT_HELP)]
pub(crate) struct PredictArgs {
    /// Folder of the saved model
    pub(crate) model: PathBuf,
    /// Folder of the cohort
    pub(crate) cohort: PathBuf,
    /// File of the predictions; its name ends in .csv or .parquet
    #[arg(long, default_value = "predictions.csv")]
    pub(crate) out: PathBuf,
    /// Where to compute: cpu, cuda:0, ...
    #[arg(long, default_value = "cpu", value_parser = device)]
    pub(crate) device: String,
    /// The worker program [default: midfuse-worker beside this program, then on PATH]
    #[arg(long)]
    pub(crate) worker: Option<PathBuf>,
}

/// Arguments of `midfuse cohort`.
#[derive(Debug, clap::Args)]
pub(crate) struct CohortArgs {
    #[command(subcommand)]
    pub(crate) command: CohortCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum CohortCommand {
    /// Read every value of a cohort and say what it holds, or what is wrong and where
    Check {
        /// Folder of the cohort
        dir: PathBuf,
    },
    /// Make a cohort out of a CSV, TSV or Parquet file with a header
    Import(Box<ImportArgs>),
}

const IMPORT_HELP: &str = "\
Columns that are not named become inputs: numbers, or categories where few cells are numbers; what
lies between is refused with the option that reads it.

Examples:
  midfuse cohort import patients.csv --target diagnosis --group patient --out my-cohort
  midfuse cohort import scans.csv --target tumour --unit patient --group site --keep sex
  midfuse cohort import visits.csv --target cost --group patient --time admitted --time-end settled
  midfuse cohort import houses.csv --target price --exclude address --text description
  midfuse cohort import tcga.csv --event OS --event-time OS.time --event-time-unit days --id sample";

/// Arguments of `midfuse cohort import`.
#[derive(Debug, clap::Args)]
#[command(after_help = IMPORT_HELP)]
pub(crate) struct ImportArgs {
    /// The table
    pub(crate) file: PathBuf,
    /// Column to predict; may be repeated. Without one the cohort serves prediction only: a target that is not named
    /// is an input
    #[arg(long, value_name = "COLUMN")]
    pub(crate) target: Vec<String>,
    #[command(flatten)]
    pub(crate) survival: SurvivalArgs,
    /// Folder of the cohort; must not exist [default: the name of the file without its ending]
    #[arg(long)]
    pub(crate) out: Option<PathBuf>,
    /// Column of row ids [default: `id` where there is one, else rows are numbered]
    #[arg(long, value_name = "COLUMN")]
    pub(crate) id: Option<String>,
    /// Column of what one score counts, such as patients; the id column if every row counts
    /// [default: --group if each of its groups has one target, else every row]
    #[arg(long, value_name = "COLUMN")]
    pub(crate) unit: Option<String>,
    /// Column of groups: rows of one patient, family or site stay together in every split
    /// [default: --unit]
    #[arg(long, value_name = "COLUMN")]
    pub(crate) group: Option<String>,
    /// Column of the time at which a row begins, a number or YYYY-MM-DD: splits go forward in time
    #[arg(long, value_name = "COLUMN")]
    pub(crate) time: Option<String>,
    /// Column of the time at which its target is known [default: that of --time]
    #[arg(long, value_name = "COLUMN", requires = "time")]
    pub(crate) time_end: Option<String>,
    /// Column of text; may be repeated
    #[arg(long, value_name = "COLUMN")]
    pub(crate) text: Vec<String>,
    /// Column of categories that look like numbers; may be repeated
    #[arg(long, value_name = "COLUMN")]
    pub(crate) categorical: Vec<String>,
    /// Column to leave out; may be repeated
    #[arg(long, value_name = "COLUMN")]
    pub(crate) exclude: Vec<String>,
    /// Column that is no input and stays in the cohort, for subgroups, sites and strata; may be repeated
    #[arg(long, value_name = "COLUMN")]
    pub(crate) keep: Vec<String>,
    #[command(flatten)]
    pub(crate) reading: ReadingArgs,
}

/// A censored outcome: who had the event, and when or until when they were followed.
#[derive(Debug, clap::Args)]
pub(crate) struct SurvivalArgs {
    /// Column that says who had the event of a censored outcome: 1 and 0, true and false
    #[arg(long, value_name = "COLUMN", requires = "event_time")]
    pub(crate) event: Option<String>,
    /// Column of the time of that event, or of the end of follow-up
    #[arg(long, value_name = "COLUMN", requires = "event")]
    pub(crate) event_time: Option<String>,
    /// What those times are counted in, for reports: months
    #[arg(long, value_name = "TEXT", requires = "event")]
    pub(crate) event_time_unit: Option<String>,
    /// Name of the censored outcome in study files
    #[arg(long, value_name = "NAME", default_value = "survival")]
    pub(crate) event_name: String,
    /// Word of the event column that means the event was seen; may be repeated
    #[arg(long, value_name = "WORD", requires_all = ["event", "censored_values"])]
    pub(crate) event_values: Vec<String>,
    /// Word of the event column that means the row was censored; may be repeated
    #[arg(long, value_name = "WORD", requires_all = ["event", "event_values"])]
    pub(crate) censored_values: Vec<String>,
    /// Take a --target as a class or a number although it looks like a censored outcome
    #[arg(long)]
    pub(crate) uncensored: bool,
}

/// Arguments of `midfuse init`.
#[derive(Debug, clap::Args)]
pub(crate) struct InitArgs {
    /// The file to write; must not exist
    #[arg(default_value = "study.toml")]
    pub(crate) file: PathBuf,
    /// Cohort to write it for: its target, and an encoder for each of its modalities
    #[arg(long)]
    pub(crate) cohort: Option<PathBuf>,
}

const MODELS_HELP: &str = "\
The list comes from the worker program, so modules of your own are in it.

Examples:
  midfuse models                        everything, one line each
  midfuse models mlp                    one encoder with its options, defaults and ranges
  midfuse models training               the options of [training]
  midfuse models --json                 everything, for programs
  midfuse models --worker ./my-worker   with your own encoders, fusions and strategies";

/// Arguments of `midfuse models`.
#[derive(Debug, clap::Args)]
#[command(after_help = MODELS_HELP)]
pub(crate) struct ModelsArgs {
    /// Show this one with all its options
    pub(crate) name: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Write the lists into the generated block of a Markdown page
    #[arg(long, value_name = "PAGE", conflicts_with_all = ["name", "json"])]
    pub(crate) into: Option<PathBuf>,
    /// The worker program [default: midfuse-worker beside this program, then on PATH]
    #[arg(long)]
    pub(crate) worker: Option<PathBuf>,
}

/// `cpu`, `cuda` or `cuda:N`.
fn device(text: &str) -> Result<String, String> {
    match text.split_once(':') {
        None if text == "cpu" => Ok(text.to_owned()),
        None if text == "cuda" => Ok("cuda:0".to_owned()),
        Some(("cuda", number)) if number.parse::<u8>().is_ok() => Ok(text.to_owned()),
        _ => Err("expected cpu, cuda or cuda:N".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn devices() {
        assert_eq!(device("cuda"), Ok("cuda:0".to_owned()));
        assert!(device("gpu").is_err() && device("cuda:x").is_err());
    }
}
