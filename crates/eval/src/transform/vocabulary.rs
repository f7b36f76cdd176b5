//! Tokens as numbers.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use midfuse_base::{Options, Validate, options};
use serde::{Deserialize, Serialize};

use crate::view::TrainTable;

use super::{Tokeniser, TransformError};

/// How a vocabulary is made.
#[options(new = "A vocabulary with the defaults.")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VocabularyConfig {
    /// How text is cut into tokens.
    pub tokeniser: Tokeniser,
    /// Most tokens that are kept, the commonest.
    #[option(default = 30_000, range = 1..)]
    pub max_tokens: usize,
    /// Fewest occurrences in train of a token that is kept.
    #[option(default = 1, range = 1..)]
    pub min_count: usize,
}

impl VocabularyConfig {
    /// Fits on train rows; `None` is an absent text. Tokens are numbered by decreasing count, then
    /// by name.
    ///
    /// # Errors
    /// [`TransformError::NoRows`]; [`TransformError::Config`] for an option out of its range.
    pub fn fit<T: AsRef<str>>(
        &self,
        train: &TrainTable<'_, Option<T>>,
    ) -> Result<Vocabulary, TransformError> {
        self.check_options(Validate::new("VocabularyConfig"))?;
        self.tokeniser.validate()?;
        if train.is_empty() {
            return Err(TransformError::NoRows {
                transform: "Vocabulary",
            });
        }
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for text in train.rows().iter().flatten() {
            for token in self.tokeniser.tokens(text.as_ref()) {
                *counts.entry(token).or_default() += 1;
            }
        }
        let mut tokens: Vec<_> = counts
            .into_iter()
            .filter(|&(_, count)| count >= self.min_count)
            .collect();
        tokens.sort_by_key(|(_, count)| Reverse(*count));
        tokens.truncate(self.max_tokens);
        let tokens: Vec<String> = tokens.into_iter().map(|(token, _)| token).collect();
        Ok(Vocabulary::new(self.tokeniser, tokens))
    }
}

/// Numbers tokens: 0 is padding, 1 a token that was not in train, 2 and up are known ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct Vocabulary {
    tokeniser: Tokeniser,
    tokens: Vec<String>,
    id_of: BTreeMap<String, i64>,
}

/// What is written to a file.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    tokeniser: Tokeniser,
    tokens: Vec<String>,
}

impl TryFrom<Stored> for Vocabulary {
    type Error = TransformError;

    fn try_from(stored: Stored) -> Result<Self, TransformError> {
        stored.tokeniser.validate()?;
        let vocabulary = Self::new(stored.tokeniser, stored.tokens);
        if vocabulary.id_of.len() == vocabulary.tokens.len() {
            return Ok(vocabulary);
        }
        Err(TransformError::Stored {
            transform: "Vocabulary",
            why: "a token occurs twice",
        })
    }
}

impl From<Vocabulary> for Stored {
    fn from(vocabulary: Vocabulary) -> Self {
        Self {
            tokeniser: vocabulary.tokeniser,
            tokens: vocabulary.tokens,
        }
    }
}

impl Vocabulary {
    /// Id of padding.
    pub const PADDING: i64 = 0;
    /// Id of a token that was not in train.
    pub const UNKNOWN: i64 = 1;

    fn new(tokeniser: Tokeniser, tokens: Vec<String>) -> Self {
        let id_of = tokens.iter().cloned().zip(Self::UNKNOWN + 1..).collect();
        Self {
            tokeniser,
            tokens,
            id_of,
        }
    }

    /// Number of ids, padding and unknown included: what an embedding table needs.
    pub fn size(&self) -> i64 {
        self.tokens.len() as i64 + Self::UNKNOWN + 1
    }

    /// Known tokens; the first has id 2.
    pub fn tokens(&self) -> &[String] {
        &self.tokens
    }

    /// Ids of the tokens of a text, without padding.
    pub fn encode(&self, text: &str) -> Vec<i64> {
        let tokens = self.tokeniser.tokens(text);
        tokens
            .iter()
            .map(|token| self.id_of.get(token).copied().unwrap_or(Self::UNKNOWN))
            .collect()
    }
}
