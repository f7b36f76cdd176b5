//! The arguments of a worker program.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Parser, Subcommand};

const ABOUT: &str = "\
midfuse-worker: trains and predicts the models of a study. `midfuse study` and `midfuse predict`
start it; by hand it is rarely needed.";

const AFTER: &str = "\
Without a command it answers the requests of a study on standard input. Requests name data by their
content, and --store says where the content lies, as this machine sees it: a worker on another
machine is a script that runs, say, `ssh there midfuse-worker --store /mnt/store`.";

/// The arguments of a worker program.
#[derive(Debug, Parser)]
#[command(name = "midfuse-worker", version, about = ABOUT, after_help = AFTER, max_term_width = 100)]
#[command(args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
struct Args {
    /// Folder of the store of content that the study writes to
    #[arg(long, value_name = "DIR")]
    store: Option<PathBuf>,
    #[command(subcommand)]
    predict: Option<Predict>,
}

#[derive(Debug, Subcommand)]
enum Predict {
    /// Predict every row of a cohort with a saved model
    Predict {
        /// Folder of the saved model
        #[arg(long, value_name = "DIR")]
        model: PathBuf,
        /// Folder of the cohort
        #[arg(long, value_name = "DIR")]
        cohort: PathBuf,
        /// File of the predictions; its name ends in .csv or .parquet
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// Where to compute: cpu or cuda:0
        #[arg(long, default_value = "cpu")]
        device: String,
    },
}

/// What to do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Serve {
        store: Option<PathBuf>,
    },
    Predict {
        model: PathBuf,
        cohort: PathBuf,
        out: PathBuf,
        device: String,
    },
    /// Print this.
    Help(String),
    Version,
}

/// Reads the arguments behind the program's name.
///
/// # Errors
/// One line that says what is wrong.
pub(crate) fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Command, String> {
    let args: Vec<OsString> = std::iter::once("midfuse-worker".into())
        .chain(args)
        .collect();
    let of_predict = args.get(1).is_some_and(|first| first == "predict");
    match Args::try_parse_from(args) {
        Ok(Args {
            store,
            predict: None,
        }) => Ok(Command::Serve { store }),
        Ok(Args {
            predict:
                Some(Predict::Predict {
                    model,
                    cohort,
                    out,
                    device,
                }),
            ..
        }) => Ok(Command::Predict {
            model,
            cohort,
            out,
            device,
        }),
        Err(error) => match error.kind() {
            ErrorKind::DisplayHelp => Ok(Command::Help(error.to_string())),
            ErrorKind::DisplayVersion => Ok(Command::Version),
            _ if of_predict => Err(format!("predict: {}", one_line(&error))),
            _ => Err(one_line(&error)),
        },
    }
}

/// A mistake in one line, as everything is that a worker says.
fn one_line(error: &clap::Error) -> String {
    let of = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.first().cloned().unwrap_or_default(),
        _ => String::new(),
    };
    let flag = of(ContextKind::InvalidArg);
    // `--model <DIR>`
    let flag = flag.split(' ').next().unwrap_or_default();
    match error.kind() {
        ErrorKind::UnknownArgument => format!("unknown argument `{flag}`; see --help"),
        ErrorKind::InvalidSubcommand => {
            let name = of(ContextKind::InvalidSubcommand);
            format!("unknown argument `{name}`; see --help")
        }
        ErrorKind::MissingRequiredArgument => format!("{flag} is missing; see --help"),
        ErrorKind::InvalidValue if of(ContextKind::InvalidValue).is_empty() => {
            format!("{flag} takes a value")
        }
        ErrorKind::ArgumentConflict if error.get(ContextKind::PriorArg).is_some_and(
            |prior| matches!(prior, ContextValue::String(prior) if *prior == of(ContextKind::InvalidArg)),
        ) =>
        {
            format!("{flag} is there twice")
        }
        _ => {
            let text = error.to_string();
            let line = text.lines().next().unwrap_or_default();
            format!("{}; see --help", line.trim_start_matches("error: "))
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    fn of(args: &[&str]) -> Result<Command, String> {
        parse(args.iter().map(OsString::from))
    }

    #[test]
    fn commands() {
        Args::command().debug_assert();
        assert_eq!(of(&[]), Ok(Command::Serve { store: None }));
        let serve = Command::Serve {
            store: Some("s".into()),
        };
        assert_eq!(of(&["--store", "s"]), Ok(serve));
        assert_eq!(of(&["-V"]), Ok(Command::Version));
        for help in [vec!["--help"], vec!["predict", "-h"]] {
            let Ok(Command::Help(text)) = of(&help) else {
                panic!("{help:?}")
            };
            assert!(text.contains("Usage:"), "{text}");
        }
        let predict = of(&["predict", "--out", "o.csv", "--model", "m", "--cohort", "c"]);
        let expected = Command::Predict {
            model: "m".into(),
            cohort: "c".into(),
            out: "o.csv".into(),
            device: "cpu".into(),
        };
        assert_eq!(predict, Ok(expected));
    }

    #[test]
    fn mistakes_are_named() {
        for (args, part) in [
            (vec!["serve"], "unknown argument `serve`"),
            (vec!["--stroe", "s"], "unknown argument `--stroe`"),
            (vec!["--store"], "--store takes a value"),
            (
                vec!["--store", "s", "--store", "t"],
                "--store is there twice",
            ),
            (vec!["predict", "--model"], "takes a value"),
            (vec!["predict", "--model", "m"], "--cohort is missing"),
            (vec!["predict", "--model", "m", "--model", "n"], "twice"),
            (
                vec!["predict", "--modle", "m"],
                "unknown argument `--modle`",
            ),
            (vec!["--store", "s", "predict"], "see --help"),
        ] {
            let message = of(&args).unwrap_err();
            assert!(message.contains(part), "{message}");
            assert_eq!(message.lines().count(), 1, "{message}");
        }
    }
}
