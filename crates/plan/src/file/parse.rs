//! Reading a study file: every complaint names the file, the line, the column and the mend.

use std::path::Path;

use super::StudyFile;
use crate::{Error, Result};
use midfuse_base::with_nearest;

/// Larger files are no study files.
const MAX_BYTES: u64 = 1 << 20;

impl StudyFile {
    /// Reads and checks a study file.
    ///
    /// # Errors
    /// [`Error::Read`], [`Error::Folder`], [`Error::Size`] and [`Error::Utf8`] if there is no text to be
    /// read; [`Error::Syntax`] with line and column if it is no TOML, or has an unknown or missing key;
    /// [`Error::Key`] for a value out of its range.
    pub fn read(path: &Path) -> Result<Self> {
        let file = path.display().to_string();
        let size = match std::fs::metadata(path) {
            Ok(size) => size,
            Err(source) => {
                let mend = "; `midfuse init` writes one";
                return Err(Error::Read { file, source, mend });
            }
        };
        if size.is_dir() {
            return Err(Error::Folder { file });
        }
        if size.len() > MAX_BYTES {
            let bytes = size.len();
            return Err(Error::Size { file, bytes });
        }
        let bytes = match std::fs::read(path) {
            Ok(bytes) => bytes,
            Err(source) => {
                let mend = "";
                return Err(Error::Read { file, source, mend });
            }
        };
        match String::from_utf8(bytes) {
            Ok(text) => Self::parse(&text, &file),
            Err(error) => Err(Error::Utf8 {
                file,
                byte: error.utf8_error().valid_up_to(),
            }),
        }
    }

    /// Parses and checks the text of a study file; `shown` names it in messages.
    ///
    /// # Errors
    /// [`Error::Syntax`] and [`Error::Key`].
    pub fn parse(text: &str, shown: &str) -> Result<Self> {
        let file: Self = toml::from_str(text).map_err(|error| Error::Syntax {
            file: shown.to_owned(),
            place: error.span().map(|span| place(text, span.start)),
            message: with_nearest(&error.message().replace('\n', " ")),
        })?;
        file.check().map_err(|source| Error::Key {
            file: shown.to_owned(),
            source,
        })?;
        Ok(file)
    }
}

/// Line and column of a byte, both from 1.
fn place(text: &str, byte: usize) -> (usize, usize) {
    let before = text.get(..byte).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .map_or(0, |last| last.chars().count())
        + 1;
    (line, column)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = r#"
name = "small"
cohort = "c"
target = "y"
[[modalities]]
name = "a"
encoder = "mlp"
[[strategies]]
fusion = "single"
"#;

    fn error(text: &str) -> String {
        StudyFile::parse(text, "s.toml").unwrap_err().to_string()
    }

    #[test]
    fn the_smallest_file_has_defaults() {
        let file = StudyFile::parse(SMALL, "s.toml").unwrap();
        assert_eq!(file.protocol.outer_folds, 5);
        assert_eq!(file.budget.trials, 3);
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_place_and_the_nearest() {
        let text = format!("{SMALL}\n[protocol]\nouter_fold = 5\n");
        let message = error(&text);
        assert!(
            message
                .starts_with("s.toml:12:1: unknown key `outer_fold`: did you mean `outer_folds`?"),
            "{message}"
        );
    }

    #[test]
    fn a_share_of_stopping_rows_needs_rows_that_stop() {
        let stop = |lines: &str| {
            let text = format!("{SMALL}\n[protocol]\n{lines}\n");
            StudyFile::parse(&text, "s.toml").map(|file| file.protocol.stop_share())
        };
        assert_eq!(stop("").unwrap().to_bits(), 0.0_f64.to_bits());
        assert_eq!(
            stop("stop = \"rows\"").unwrap().to_bits(),
            0.15_f64.to_bits()
        );
        assert_eq!(
            stop("stop = \"rows\"\nstop_fraction = 0.3")
                .unwrap()
                .to_bits(),
            0.3_f64.to_bits()
        );
        for (lines, mend) in [
            ("stop_fraction = 0.3", "write `stop = \"rows\"`"),
            ("stop_fraction = 0", "write `stop = \"none\"`"),
            (
                "stop = \"rows\"\nstop_fraction = 0.6",
                "a number in (0, 0.5]",
            ),
        ] {
            let message = stop(lines).unwrap_err().to_string();
            assert!(message.contains("protocol.stop_fraction: "), "{message}");
            assert!(message.contains(mend), "{message}");
        }
    }

    #[test]
    fn messages_are_one_line() {
        for text in [
            "",
            "name = ",
            "name = 3",
            "[[strategies]\n",
            "name = \"a\"\nname = \"b\"\n",
            "\u{0}",
        ] {
            let message = error(text);
            assert!(!message.contains('\n'), "{message}");
            assert!(message.starts_with("s.toml"), "{message}");
        }
    }
}
