//! Texts: cut into tokens, numbered by a vocabulary of the train rows.

use std::sync::Arc;

use midfuse_base::catalogue::OptionEntry;
use midfuse_base::{Options, Targets};
use midfuse_data::{ModalityData, TextData, TextShape};
use midfuse_eval::transform::{Tokeniser, Vocabulary, VocabularyConfig};
use midfuse_eval::view::FitRows;
use midfuse_sequence::{SequenceInput, Steps};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tch::{Device, Tensor};

use super::sequence::FEWEST_STEPS;
use super::sizes::{FieldValues, codes, levels, ones};
use super::{AnyInput, RowSizes, Sizes, Transform};
use crate::{Error, Result};

/// Most tokens per text, unless the study file says otherwise.
const MAX_LEN: usize = 256;

/// Fewest tokens of a text that are proposed.
const LEAST_TOKENS: i64 = 8;

/// How text is read; keys `vocabulary` and `max_len` of the encoder's section.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TextOptions {
    vocabulary: VocabularyConfig,
    max_len: usize,
}

impl TextOptions {
    /// Takes its keys out of an encoder's section.
    fn take(section: &mut Map<String, Value>, path: &str) -> Result<Self> {
        let mut options = Self::default();
        if let Some(value) = section.remove("vocabulary") {
            options.vocabulary = serde_json::from_value(value)
                .map_err(|error| Error::section(format!("{path}.vocabulary"), error.to_string()))?;
        }
        if let Some(value) = section.remove("max_len") {
            options.max_len = value
                .as_u64()
                .filter(|&n| (1..=1 << 20).contains(&n))
                .map(|n| n as usize)
                .ok_or_else(|| {
                    Error::section(
                        format!("{path}.max_len"),
                        format!("expected a number of tokens of at least 1, got {value}"),
                    )
                })?;
        }
        Ok(options)
    }

    /// Its keys, as lists show them.
    fn listed() -> Vec<OptionEntry> {
        let default = Self::default();
        let fields = json!({"vocabulary": default.vocabulary, "max_len": default.max_len});
        let of_vocabulary = VocabularyConfig::options();
        let vocabulary = OptionEntry {
            name: "vocabulary".to_owned(),
            meaning: "How text is cut into tokens, and how many are kept".to_owned(),
            options: of_vocabulary.iter().map(OptionEntry::from).collect(),
            ..OptionEntry::default()
        };
        let max_len = OptionEntry {
            name: "max_len".to_owned(),
            meaning: "Most tokens of a text; longer ones are cut".to_owned(),
            range: "at least 1".to_owned(),
            ..OptionEntry::default()
        };
        let fields = fields.as_object().cloned().unwrap_or_default();
        OptionEntry::of_config(&[vocabulary, max_len], &fields)
    }

    /// Ids and steps that a vocabulary of all these texts would have: for checking a model before
    /// there are train rows.
    fn sizes_of(&self, texts: &[Option<String>]) -> Sizes {
        let mut tokens = std::collections::BTreeSet::new();
        let mut longest = 1;
        for text in texts.iter().flatten() {
            let of_text = self.vocabulary.tokeniser.tokens(text);
            longest = longest.max(of_text.len());
            tokens.extend(of_text);
        }
        let known = tokens.len().min(self.vocabulary.max_tokens) as i64;
        Sizes::new(TextSizes {
            max_len: longest.min(self.max_len) as i64,
            n_ids: known + Vocabulary::UNKNOWN + 1,
        })
    }
}

impl Default for TextOptions {
    fn default() -> Self {
        Self {
            vocabulary: VocabularyConfig::new(Tokeniser::Words),
            max_len: MAX_LEN,
        }
    }
}

/// The vocabulary of the train texts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FittedText {
    /// Steps of every input: those of the longest train text, but no more than the limit. Shorter
    /// texts are padded, longer ones cut.
    max_len: usize,
    vocabulary: Vocabulary,
}

impl Transform for FittedText {
    type Data = TextData;
    type Shape = TextShape;
    type Input = SequenceInput;
    type Options = TextOptions;
    type Sizes = TextSizes;

    fn listed() -> Vec<OptionEntry> {
        TextOptions::listed()
    }

    fn options(encoder: &mut Map<String, Value>, path: &str) -> Result<TextOptions> {
        TextOptions::take(encoder, path)
    }

    fn fit(
        TextData { texts }: &TextData,
        ids: &[String],
        fit_rows: &FitRows<'_>,
        _targets: &Targets,
        options: &TextOptions,
    ) -> Result<Self> {
        let train = fit_rows.take(ids, |row| texts.get(row).and_then(Option::as_deref))?;
        let vocabulary = options.vocabulary.fit(&train)?;
        let lengths = train
            .rows()
            .iter()
            .flatten()
            .map(|text| vocabulary.encode(text).len());
        let longest = lengths.max().unwrap_or(1).max(1);
        Ok(Self {
            max_len: longest.min(options.max_len),
            vocabulary,
        })
    }

    fn apply(&self, TextData { texts }: &TextData, _modality: &str) -> Result<SequenceInput> {
        let mut ids = Vec::with_capacity(texts.len() * self.max_len);
        let mut lengths = Vec::with_capacity(texts.len());
        for text in texts {
            let mut of_text = match text {
                None => Vec::new(),
                // A text without a token is there, and says nothing.
                Some(text) => match self.vocabulary.encode(text) {
                    empty if empty.is_empty() => vec![Vocabulary::UNKNOWN],
                    tokens => tokens,
                },
            };
            of_text.truncate(self.max_len);
            lengths.push(of_text.len() as i64);
            of_text.resize(self.max_len, Vocabulary::PADDING);
            ids.append(&mut of_text);
        }
        let ids = Tensor::from_slice(&ids).view([texts.len() as i64, self.max_len as i64]);
        Ok(SequenceInput::ids(ids, &lengths)?)
    }

    fn sizes(&self) -> Sizes {
        Sizes::new(TextSizes {
            max_len: self.max_len as i64,
            n_ids: self.vocabulary.size(),
        })
    }

    fn sizes_of(
        _shape: &TextShape,
        options: &TextOptions,
        whole: impl FnOnce() -> Result<Arc<ModalityData>>,
    ) -> Result<Sizes> {
        Ok(match whole()?.as_ref() {
            ModalityData::Text(TextData { texts }) => options.sizes_of(texts),
            _ => options.sizes_of(&[]),
        })
    }
}

#[derive(Debug, Default)]
pub(super) struct TextSizes {
    max_len: i64,
    n_ids: i64,
}

impl RowSizes for TextSizes {
    fn kind(&self) -> &'static str {
        TextShape::KIND
    }

    fn fields(&self) -> Value {
        json!({"steps": {"ids": {"n_ids": self.n_ids}}, "max_len": self.max_len})
    }

    fn n_raw(&self) -> i64 {
        self.n_ids
    }

    fn n_codes(&self) -> Vec<i64> {
        vec![self.n_ids]
    }

    fn levels(&self) -> u32 {
        levels(self.max_len, 4, FEWEST_STEPS)
    }

    fn quartered(&self, level: u32) -> Option<Sizes> {
        Some(Sizes::new(Self {
            max_len: (self.max_len >> (2 * level)).max(1),
            n_ids: self.n_ids,
        }))
    }

    fn smaller(&self) -> Option<FieldValues> {
        let shorter = [1, 2, 3, 4].map(|times| self.max_len >> times);
        let enough = |&n: &i64| n >= LEAST_TOKENS;
        Some(("max_len", shorter.into_iter().filter(enough).collect()))
    }

    fn rows_of_zeros(&self, b: i64, device: Device) -> midfuse_core::Result<AnyInput> {
        let steps = Steps::Ids(codes(&[b, self.max_len], device));
        let valid = ones(&[b, self.max_len], device);
        Ok(AnyInput::new(SequenceInput::new(steps, Some(valid))?))
    }
}
