//! Text into tokens.

use midfuse_base::{Choices, ConfigError, Validate};
use serde::{Deserialize, Serialize};

/// How text is cut into tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Choices)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Tokeniser {
    /// Words between white space, in lower case.
    Words,
    /// Characters (Unicode scalar values).
    Characters,
    /// Overlapping runs of characters, for DNA and protein sequences. A text shorter than `k` is
    /// one token.
    KMers {
        /// Characters per token, at least 1.
        k: usize,
        /// Characters from the start of one token to the start of the next, at least 1.
        stride: usize,
    },
}

impl Tokeniser {
    /// Checks the options.
    ///
    /// # Errors
    /// [`ConfigError`] for a `k` or `stride` of 0.
    pub fn validate(&self) -> Result<(), ConfigError> {
        match *self {
            Self::Words | Self::Characters => Ok(()),
            Self::KMers { k, stride } => {
                let check = Validate::new("Tokeniser");
                check.ensure(k >= 1, "k", "an integer of at least 1", k)?;
                check.ensure(stride >= 1, "stride", "an integer of at least 1", stride)
            }
        }
    }

    /// The tokens of a text, in order.
    pub fn tokens(&self, text: &str) -> Vec<String> {
        match *self {
            Self::Words => text.split_whitespace().map(str::to_lowercase).collect(),
            Self::Characters => text.chars().map(String::from).collect(),
            Self::KMers { k, stride } => {
                let letters: Vec<char> = text.chars().collect();
                if letters.is_empty() {
                    return Vec::new();
                }
                if letters.len() < k {
                    return vec![letters.into_iter().collect()];
                }
                let windows = letters.windows(k.max(1)).step_by(stride.max(1));
                windows.map(|window| window.iter().collect()).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut() {
        assert_eq!(
            Tokeniser::Words.tokens("  A cat\tsat "),
            ["a", "cat", "sat"]
        );
        assert_eq!(Tokeniser::Characters.tokens("aé"), ["a", "é"]);
        let k_mers = |k, stride| Tokeniser::KMers { k, stride };
        assert_eq!(k_mers(3, 1).tokens("ACGTA"), ["ACG", "CGT", "GTA"]);
        assert_eq!(k_mers(3, 2).tokens("ACGTA"), ["ACG", "GTA"]);
        assert_eq!(k_mers(3, 1).tokens("AC"), ["AC"]);
        assert!(k_mers(3, 1).tokens("").is_empty());
        assert!(k_mers(0, 1).validate().is_err());
        assert!(k_mers(1, 0).validate().is_err());
    }
}
