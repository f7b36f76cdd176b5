//! `--name value` arguments of the example programs.

use std::collections::BTreeMap;

/// The arguments of a program: `--name value`, each at most once.
#[derive(Debug)]
pub struct Arguments {
    values: BTreeMap<String, String>,
}

/// An argument that is not understood.
#[derive(Debug, PartialEq, Eq)]
pub struct UsageError(String);

impl std::fmt::Display for UsageError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for UsageError {}

impl Arguments {
    /// Reads the arguments of this process; `names` are those that the program knows.
    ///
    /// # Errors
    /// [`UsageError`] for an unknown name, a name twice, or a name without a value.
    pub fn from_env(names: &[&str]) -> Result<Self, UsageError> {
        Self::parse(std::env::args().skip(1), names)
    }

    fn parse(
        mut arguments: impl Iterator<Item = String>,
        names: &[&str],
    ) -> Result<Self, UsageError> {
        let mut values = BTreeMap::new();
        while let Some(argument) = arguments.next() {
            let known = argument
                .strip_prefix("--")
                .filter(|name| names.contains(name));
            let value = known.and_then(|name| Some((name.to_owned(), arguments.next()?)));
            let fits = value.is_some_and(|(name, value)| values.insert(name, value).is_none());
            if !fits {
                let usage: Vec<_> = names
                    .iter()
                    .map(|name| format!("[--{name} VALUE]"))
                    .collect();
                return Err(UsageError(format!(
                    "{argument}: expected {}, each once",
                    usage.join(" ")
                )));
            }
        }
        Ok(Self { values })
    }

    /// The value of `--name`, or the default.
    pub fn text<'a>(&'a self, name: &str, default: &'a str) -> &'a str {
        self.values.get(name).map_or(default, String::as_str)
    }

    /// The value of `--name` as a whole number of at least 1, or the default.
    ///
    /// # Errors
    /// [`UsageError`] if it is something else.
    pub fn number(&self, name: &str, default: usize) -> Result<usize, UsageError> {
        let Some(value) = self.values.get(name) else {
            return Ok(default);
        };
        match value.parse() {
            Ok(number) if number >= 1 => Ok(number),
            _ => Err(UsageError(format!(
                "--{name}: expected a whole number of at least 1, got {value:?}"
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Arguments, UsageError> {
        let arguments = arguments.iter().map(|&argument| argument.to_owned());
        Arguments::parse(arguments, &["epochs", "cohort"])
    }

    #[test]
    fn values_and_defaults() {
        let arguments = parse(&["--epochs", "3"]).unwrap();
        assert_eq!(arguments.number("epochs", 9), Ok(3));
        assert_eq!(arguments.text("cohort", "digits"), "digits");
    }

    #[test]
    fn each_mistake_is_named() {
        for wrong in [
            &["--epoch", "3"][..],
            &["--epochs"],
            &["epochs", "3"],
            &["--epochs", "3", "--epochs", "3"],
        ] {
            let error = parse(wrong).unwrap_err().to_string();
            assert!(error.contains("[--epochs VALUE]"), "{error}");
        }
        for wrong in ["0", "-1", "many"] {
            let error = parse(&["--epochs", wrong]).unwrap().number("epochs", 9);
            assert!(error.unwrap_err().to_string().contains(wrong));
        }
    }
}
