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
    /// [`Error::StudyFile`] with file, line and column if the file cannot be read, is no TOML, has
    /// an unknown or missing key, or holds a value out of its range.
    pub fn read(path: &Path) -> Result<Self> {
        let shown = path.display();
        let wrong = |what: String| Error::StudyFile(format!("{shown}: {what}"));
        let size = std::fs::metadata(path).map_err(|error| {
            wrong(format!(
                "cannot be read ({error}); `midfuse init` writes one"
            ))
        })?;
        if size.is_dir() {
            return Err(wrong("is a folder; name the study file in it".to_owned()));
        }
        if size.len() > MAX_BYTES {
            return Err(wrong(format!(
                "{} bytes are too many for a study file",
                size.len()
            )));
        }
        let bytes =
            std::fs::read(path).map_err(|error| wrong(format!("cannot be read ({error})")))?;
        let text = String::from_utf8(bytes).map_err(|error| {
            wrong(format!(
                "byte {} is no UTF-8; save the file as UTF-8",
                error.utf8_error().valid_up_to()
            ))
        })?;
        Self::parse(&text, &shown.to_string())
    }

    /// Parses and checks the text of a study file; `shown` names it in messages.
    ///
    /// # Errors
    /// As [`StudyFile::read`].
    pub fn parse(text: &str, shown: &str) -> Result<Self> {
        let file: Self = toml::from_str(text).map_err(|error| {
            let message = with_nearest(&error.message().replace('\n', " "));
            let place = error
                .span()
                .map_or(String::new(), |span| place(text, span.start));
            Error::StudyFile(format!("{shown}{place}: {message}"))
        })?;
        file.check()
            .map_err(|message| Error::StudyFile(format!("{shown}: {message}")))?;
        Ok(file)
    }
}

/// `:line:column` of a byte, both from 1.
fn place(text: &str, byte: usize) -> String {
    let before = text.get(..byte).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .map_or(0, |last| last.chars().count())
        + 1;
    format!(":{line}:{column}")
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
