//! The study file: what is compared, on which rows, under which protocol and budget.
//!
//! Every key is documented in `docs/study-file.md`; a test holds the two together.

mod baseline;
mod budget;
mod check;
mod check_protocol;
mod clinical;
mod models;
mod parse;
mod protocol;
mod section;
mod size;
mod splitter;
mod suggested;
mod survival;
mod template;
mod unit;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub use baseline::BaselineSection;
pub use budget::{Budget, Draw};
pub use clinical::ClinicalSection;
#[cfg(test)]
pub(crate) use models::tests::catalogue;
pub use protocol::{Protocol, StopRule};
pub use section::{
    Conclude, Interval, ModalitySection, Range, Scale, SearchSpace, StrategySection,
};
pub use size::{Length, Size};
pub use splitter::{SplitterName, StructureName};
pub use survival::SurvivalSection;
pub use template::template;
pub use unit::UnitRule;

/// A whole study, as its TOML file says it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StudyFile {
    /// Name of the study: letters, digits, `-`, `_` and `.`; names the folder of the results.
    pub name: String,
    /// Folder of the cohort, relative to the study file.
    pub cohort: PathBuf,
    /// Name of the target; its kind is the task.
    pub target: String,
    /// What strategies are held against besides single modalities: `linear`, `trees`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub baselines: Vec<BaselineSection>,
    /// How rows are split, scored and compared.
    #[serde(default)]
    pub protocol: Protocol,
    /// What every strategy may spend; the same for all.
    #[serde(default)]
    pub budget: Budget,
    /// Settings of the training loop, handed to the worker as they are.
    #[serde(default)]
    pub training: serde_json::Map<String, serde_json::Value>,
    /// Options of the head of every strategy, handed to the worker as they are.
    #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
    pub head: serde_json::Map<String, serde_json::Value>,
    /// Search space that all strategies share.
    #[serde(default)]
    pub search: SearchSpace,
    /// One encoder per modality.
    pub modalities: Vec<ModalitySection>,
    /// What is compared.
    pub strategies: Vec<StrategySection>,
    /// What `midfuse conclude` will test on the sealed rows; declared before they are opened.
    #[serde(default)]
    pub conclude: Conclude,
    /// What the clinical figures show.
    #[serde(default)]
    pub clinical: ClinicalSection,
    /// What is stated of a censored outcome.
    #[serde(default)]
    pub survival: SurvivalSection,
}

impl StudyFile {
    /// Folder of the cohort, given the path of the study file.
    pub fn cohort_dir(&self, study_file: &Path) -> PathBuf {
        match study_file.parent() {
            Some(folder) => folder.join(&self.cohort),
            None => self.cohort.clone(),
        }
    }
}
