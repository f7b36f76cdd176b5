//! The arguments of a worker program.

use std::ffi::OsString;
use std::path::PathBuf;

/// What `--help` prints.
pub(crate) const HELP: &str = "\
midfuse-worker: trains and predicts the models of a study. `midfuse study` and `midfuse predict`
start it; by hand it is rarely needed.

Usage:
  midfuse-worker                     answer the requests of a study on standard input
  midfuse-worker predict --model DIR --cohort DIR --out FILE [--device cpu|cuda:0]
                                     predict every row of a cohort with a saved model;
                                     FILE ends in .csv or .parquet
  midfuse-worker --help | --version
";

/// What to do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Serve,
    Predict {
        model: PathBuf,
        cohort: PathBuf,
        out: PathBuf,
        device: String,
    },
    Help,
    Version,
}

/// Reads the arguments behind the program's name.
///
/// # Errors
/// One line that says what is wrong.
pub(crate) fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Command, String> {
    let mut args = args.into_iter();
    let Some(first) = args.next() else {
        return Ok(Command::Serve);
    };
    match first.to_str() {
        Some("--help" | "-h") => return Ok(Command::Help),
        Some("--version" | "-V") => return Ok(Command::Version),
        Some("predict") => {}
        _ => {
            return Err(format!(
                "unknown argument `{}`; see --help",
                first.display()
            ));
        }
    }
    let (mut model, mut cohort, mut out, mut device) = (None, None, None, None);
    while let Some(flag) = args.next() {
        let slot = match flag.to_str() {
            Some("--help" | "-h") => return Ok(Command::Help),
            Some("--model") => &mut model,
            Some("--cohort") => &mut cohort,
            Some("--out") => &mut out,
            Some("--device") => &mut device,
            _ => {
                return Err(format!(
                    "predict: unknown argument `{}`; see --help",
                    flag.display()
                ));
            }
        };
        let value = args
            .next()
            .ok_or_else(|| format!("predict: {} takes a value", flag.display()))?;
        if slot.replace(value).is_some() {
            return Err(format!("predict: {} is there twice", flag.display()));
        }
    }
    let path = |value: Option<OsString>, flag: &str| {
        value
            .map(PathBuf::from)
            .ok_or_else(|| format!("predict: {flag} is missing; see --help"))
    };
    Ok(Command::Predict {
        model: path(model, "--model")?,
        cohort: path(cohort, "--cohort")?,
        out: path(out, "--out")?,
        device: match device {
            None => "cpu".to_owned(),
            Some(device) => device.to_string_lossy().into_owned(),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(args: &[&str]) -> Result<Command, String> {
        parse(args.iter().map(OsString::from))
    }

    #[test]
    fn commands() {
        assert_eq!(of(&[]), Ok(Command::Serve));
        assert_eq!(of(&["predict", "-h"]), Ok(Command::Help));
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
            (vec!["predict", "--model"], "takes a value"),
            (vec!["predict", "--model", "m"], "--cohort is missing"),
            (vec!["predict", "--model", "m", "--model", "n"], "twice"),
            (
                vec!["predict", "--modle", "m"],
                "unknown argument `--modle`",
            ),
        ] {
            let message = of(&args).unwrap_err();
            assert!(message.contains(part), "{message}");
        }
    }
}
