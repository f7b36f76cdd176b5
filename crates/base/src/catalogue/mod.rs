//! Everything that a study file can name, as a worker describes it: encoders, strategies, baselines,
//! heads, tasks, and how models are trained.
//!
//! A worker builds it from its registry, so that a researcher's own modules are in it like those
//! that midfuse brings. The coordinator checks study files against it, `midfuse models` prints it,
//! and the page of the study file takes its lists from it.

mod baseline;
mod find;
mod needs;
mod option;

use serde::{Deserialize, Serialize};

pub use baseline::{ArmKind, BaselineEntry, cannot_predict};
pub use needs::{Needs, Takes};
pub use option::{Choice, OptionEntry};

/// Everything that a study file can name.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    /// Encoders by kind of modality; one that reads two kinds is there twice.
    pub encoders: Vec<KindEntry>,
    /// Strategies: values of `fusion` in the study file.
    pub strategies: Vec<StrategyEntry>,
    /// Baselines: values of `baselines` in the study file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub baselines: Vec<BaselineEntry>,
    /// What turns a vector into predictions.
    pub heads: Vec<Entry>,
    /// What can be predicted.
    pub tasks: Vec<Entry>,
    /// Fields of the section `training`.
    pub training: Vec<OptionEntry>,
    /// What updates the weights: values of `training.optimizer`.
    pub optimizers: Vec<Entry>,
    /// How the learning rate goes after the warm-up: values of `training.schedule`.
    pub schedules: Vec<Entry>,
}

/// The encoders of one kind of modality.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KindEntry {
    /// Kind of modality, as a cohort spells it: `"image"`.
    pub kind: String,
    /// Its encoders.
    pub encoders: Vec<Entry>,
}

/// One thing that has a name, with its options.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// What a study file calls it.
    pub name: String,
    /// What it is, in one line; empty where its author said nothing.
    pub summary: String,
    /// What can be set; also the keys that a search may name.
    pub options: Vec<OptionEntry>,
    /// Fields of its config that come from the data and are never written.
    #[serde(default)]
    pub from_data: Vec<String>,
}

/// A strategy, and what it needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StrategyEntry {
    /// Name, summary and options.
    #[serde(flatten)]
    pub entry: Entry,
    /// What it needs.
    pub needs: Needs,
}
