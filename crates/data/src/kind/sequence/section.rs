//! The section `kind = "sequence"` of `cohort.toml`.

use serde::{Deserialize, Serialize};

use super::SequenceReader;
use crate::cohort::Context;
use crate::error::Result;
use crate::kind::Section;
use crate::manifest::{check_shape, distinct};

/// Sequences: exactly one of `array`, `columns` (wide table), `step` (long table).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SequenceSpec {
    /// Name of the modality.
    pub name: String,
    /// Steps and features. Needed with `array`; else checked where it is given, and by default
    /// as many columns as there are with one feature, or the longest sequence of the long table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shape: Option<[usize; 2]>,
    /// An npy or npz file `[N, T, F]`, or `[N, T]` with one feature.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub array: Option<String>,
    /// The array in an npz file. Default: its only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// An npy file of integers `[N]`: valid steps of each sequence of `array`; 0 is absent.
    /// Default: all steps are valid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lengths: Option<String>,
    /// A table whose id column says to which row each sequence of `array` belongs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ids: Option<String>,
    /// The wide or long table. Default: the row table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// Columns of a wide table: all features of step 0, then those of step 1, and so on. Empty
    /// steps at the end make a shorter sequence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<Vec<String>>,
    /// Column of a long table that orders the steps of an id: numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
    /// Columns of a long table that are the features of a step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub features: Option<Vec<String>>,
    /// Id column of `ids` or `table`. Default: that of the row table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

/// Where the steps of a [`SequenceSpec`] are.
pub(super) enum SequenceSource<'a> {
    Array {
        array: &'a str,
        shape: [usize; 2],
    },
    Wide {
        columns: &'a [String],
        shape: [usize; 2],
    },
    Long {
        step: &'a str,
        features: &'a [String],
    },
}

impl SequenceSpec {
    /// Where the steps are; the error says what is missing or too much.
    pub(super) fn source(&self) -> Result<SequenceSource<'_>, String> {
        let array_keys = self.key.is_some() || self.ids.is_some() || self.lengths.is_some();
        match (&self.array, &self.columns, &self.step, &self.features) {
            (Some(array), None, None, None) if self.table.is_none() => match self.shape {
                Some(shape) => Ok(SequenceSource::Array { array, shape }),
                None => Err("`array` needs `shape = [steps, features]`".into()),
            },
            (Some(_), ..) => {
                Err("`array` goes with `shape`, `key`, `lengths`, `ids` and `id` only".into())
            }
            _ if array_keys => Err("`key`, `ids` and `lengths` go with `array` only".into()),
            (None, Some(columns), None, None) => {
                let shape = self.shape.unwrap_or([columns.len(), 1]);
                let [t, f] = shape;
                if t.checked_mul(f) == Some(columns.len()) {
                    Ok(SequenceSource::Wide { columns, shape })
                } else {
                    Err(format!(
                        "`columns` has {} names, `shape` wants {t} x {f}",
                        columns.len()
                    ))
                }
            }
            (None, None, Some(step), Some(features)) => {
                if features.is_empty() {
                    return Err("`features` is empty".into());
                }
                Ok(SequenceSource::Long { step, features })
            }
            (None, None, Some(_), None) => Err("`step` needs `features`".into()),
            (None, None, None, Some(_)) => Err("`features` needs `step`".into()),
            (None, Some(_), ..) => Err("`columns` goes with neither `step` nor `features`".into()),
            (None, None, None, None) => {
                Err("needs one of `array`, `columns` (wide table), `step` (long table)".into())
            }
        }
    }
}

impl Section for SequenceSpec {
    type Reader = SequenceReader;

    fn name(&self) -> &str {
        &self.name
    }

    fn check(&self) -> Result<(), String> {
        if let SequenceSource::Wide { columns, .. } = self.source()? {
            distinct("columns", columns)?;
        }
        distinct("features", self.features.as_deref().unwrap_or_default())?;
        self.shape.map_or(Ok(()), |shape| check_shape(&shape))
    }

    fn inputs(&self) -> (Option<&str>, Vec<&str>) {
        let columns = self.columns.iter().chain(&self.features).flatten();
        (self.table.as_deref(), columns.map(String::as_str).collect())
    }

    fn open(&self, context: &Context<'_>) -> Result<SequenceReader> {
        SequenceReader::open(context, self)
    }
}
