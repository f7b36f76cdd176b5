//! What a study found: the types behind `results.json`, whose keys `docs/results-schema.md` explains.
//!
//! Nothing here depends on the time that something took, on the number of workers or on the order
//! of jobs: two runs of one study write the same bytes.

mod arm;
mod clinical;
mod clinical_baseline;
mod comparison;
mod conclusion;
mod context;
mod counted;
mod population;
mod recalibrated;
mod timing;
mod verdict;

use serde::{Deserialize, Serialize};

pub use arm::{ArmResult, Drawn, Failed, FoldResult, ScoreSummary};
pub use clinical::{
    ArmClinical, CalibrationBin, CalibrationResult, Clinical, DecisionRow, Estimate, Flip,
    Heterogeneity, Instability, Level, LevelTable, OperatingRow, UnitKind,
};
pub use clinical_baseline::{Added, ClinicalBaseline};
pub use comparison::{BestSingle, FusionComparison, Reference};
pub use conclusion::{Compared, Concluded, Conclusion, SealedAdded, SealedBaseline, SealedScores};
pub use context::{Environment, FAR, StudyRecord, sealed_share};
pub use counted::Counted;
pub use population::{Population, Presence, ValueSummary};
pub use timing::{ArmTiming, Timings};
pub use verdict::{
    BaselineFinding, Beaten, Effect, Finding, FusionFinding, Gain, Skill, Unknown, Verdict,
};

/// Version of the schema of `results.json`.
pub const SCHEMA_VERSION: u32 = 2;

/// Everything that a study found on the rows that are not sealed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Results {
    /// [`SCHEMA_VERSION`].
    pub schema: u32,
    /// What was asked: study, cohort, protocol, budget.
    pub study: StudyRecord,
    /// With what it was answered: versions, processor.
    pub environment: Environment,
    /// One entry per strategy, in the order of the study file, then one per baseline.
    pub arms: Vec<ArmResult>,
    /// The best single modality, chosen on inner scores fold by fold; `None` where a fold has no
    /// single that succeeded.
    pub best_single: Option<BestSingle>,
    /// Each fusion against the best single modality, then against each baseline of several; empty with
    /// one modality.
    pub comparisons: Vec<FusionComparison>,
    /// Loss of predicting the training prior (class shares, the mean, the Kaplan-Meier curve), one per
    /// outer fold.
    pub prior_loss: Vec<f64>,
    /// Who was studied: counts of the rows that are not sealed.
    pub population: Population,
    /// Calibration, decision curves, subgroups, sites, missingness.
    pub clinical: Clinical,
    /// What the columns that the study file names as known say, and what each strategy adds to them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clinical_baseline: Option<ClinicalBaseline>,
    /// What all this says, as far as the protocol allows; its methods put it into words.
    pub verdict: Verdict,
}

impl Results {
    /// An arm against the best single modality.
    pub fn against_best_single(&self, arm: &str) -> Option<&FusionComparison> {
        let mut all = self.comparisons.iter();
        all.find(|one| one.arm == arm && one.reference == Reference::BestSingle)
    }

    /// Each fusion against each baseline of several modalities, with the baseline's name.
    pub fn against_baselines(&self) -> impl Iterator<Item = (&FusionComparison, &str)> {
        self.comparisons
            .iter()
            .filter_map(|one| match &one.reference {
                Reference::BestSingle => None,
                Reference::Arm(baseline) => Some((one, baseline.as_str())),
            })
    }

    /// True where a baseline was held against.
    pub fn has_baselines(&self) -> bool {
        self.arms.iter().any(|arm| arm.baseline)
    }

    /// What was found about the strategy or baseline of this name.
    pub fn arm(&self, name: &str) -> Option<&ArmResult> {
        self.arms.iter().find(|arm| arm.name == name)
    }

    /// Strategies with a failed job.
    pub fn failed_arms(&self) -> impl Iterator<Item = &ArmResult> {
        self.arms.iter().filter(|arm| arm.jobs_failed > 0)
    }
}
