//! What stands beside strategies: models that need no encoder and no epochs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Entry;
use crate::TaskKind;

/// A baseline: a model of raw features that fits itself, what it can predict, and the settings that
/// are tried where a study file names none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BaselineEntry {
    /// Name, summary and options.
    #[serde(flatten)]
    pub entry: Entry,
    /// What it can predict.
    pub tasks: Vec<TaskKind>,
    /// The values that are tried of each option, all of them against each other.
    pub grid: BTreeMap<String, Vec<Value>>,
    /// Why it cannot be used on this machine, and how to mend it; none where it can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unavailable: Option<String>,
}

/// Why a baseline that predicts `tasks` cannot predict `task`; `None` where it can.
pub fn cannot_predict(name: &str, tasks: &[TaskKind], task: TaskKind) -> Option<String> {
    let shape = |kind: &TaskKind| kind.target_shape().to_string();
    let takes: Vec<String> = tasks.iter().map(shape).collect();
    (!tasks.contains(&task)).then(|| {
        let (takes, has) = (takes.join(" or "), shape(&task));
        format!("`{name}` predicts {takes}, and the target has {has}")
    })
}

/// What one arm of a study is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ArmKind {
    /// Several modalities in one network.
    Fusion,
    /// A network of one modality.
    Single,
    /// A baseline, of one modality or of all.
    Baseline,
}

impl ArmKind {
    /// As people read it: `"fusion"`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fusion => "fusion",
            Self::Single => "single",
            Self::Baseline => "baseline",
        }
    }

    /// Of an arm of this many modalities.
    pub fn of(baseline: bool, modalities: usize) -> Self {
        match (baseline, modalities) {
            (true, _) => Self::Baseline,
            (false, 1) => Self::Single,
            (false, _) => Self::Fusion,
        }
    }
}
