//! The repeated sections of a study file: modalities, strategies, search spaces, the conclusion.

use std::collections::BTreeMap;

use midfuse_base::options;
pub use midfuse_base::search::{Interval, Range, Scale};
use serde::{Deserialize, Serialize};

/// One modality and the encoder that reads it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModalitySection {
    /// Name of the modality in the cohort.
    pub name: String,
    /// Registered name of the encoder: `conv-net`, `gru`, `mlp`, or one of your own worker's.
    pub encoder: String,
    /// Fields of the encoder's config; the worker knows and checks them.
    #[serde(default)]
    pub config: serde_json::Map<String, serde_json::Value>,
}

/// One strategy, or with `fusion = "single"` one per modality.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StrategySection {
    /// Registered name of the fusion: `single`, `early`, `concat`, `attention`, `late`, or one of
    /// your own worker's.
    pub fusion: String,
    /// Name in the report. Default: the name of the fusion.
    #[serde(default)]
    pub name: Option<String>,
    /// Modalities that take part. Default: all.
    #[serde(default)]
    pub modalities: Option<Vec<String>>,
    /// Fields of the fusion's config; the worker knows and checks them.
    #[serde(default)]
    pub config: serde_json::Map<String, serde_json::Value>,
    /// Search space of this strategy, on top of the shared one.
    #[serde(default)]
    pub search: SearchSpace,
}

/// Values to try, by dotted key: `training.lr`, `modalities.pixels.dropout_p`, `fusion.n_heads`.
pub type SearchSpace = BTreeMap<String, Range>;

/// What `midfuse conclude` tests on the sealed rows.
#[options]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conclude {
    /// Strategies that are compared with the best single modality.
    #[option(unset = "every fusion")]
    pub strategies: Option<Vec<String>>,
    /// Smallest improvement that matters, in the unit of the metric.
    #[option(default = 0.0, range = non_negative)]
    pub margin: f64,
}
