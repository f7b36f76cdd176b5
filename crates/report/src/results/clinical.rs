//! The clinical figures as numbers: calibration, decision curves, operating points, subgroups.

use midfuse_metrics::metric::SmoothedPoint;
use serde::{Deserialize, Serialize};

use midfuse_plan::file::ClinicalSection;

/// The clinical figures of every strategy that ran without failures.
///
/// They are made of all predictions of test rows together, one per unit, repeat and fold. Those of
/// different folds come from different models.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clinical {
    /// What one entry is.
    pub unit: UnitKind,
    /// Number of units.
    pub units: usize,
    /// Independent groups among them, which intervals resample.
    pub clusters: usize,
    /// Predictions per strategy: units times repeats.
    pub predictions: usize,
    /// The class that is an event; `None` for a regression, or of more than two classes if the study
    /// file names none.
    pub positive: Option<String>,
    /// Units of that class.
    pub events: Option<usize>,
    /// Share of events for which predictive values are given.
    pub prevalence: Option<f64>,
    /// What the study file asked for, with its defaults.
    pub settings: ClinicalSection,
    /// What the data do not allow, for all strategies.
    pub notes: Vec<String>,
    /// One entry per strategy.
    pub arms: Vec<ArmClinical>,
}

/// What one entry of the clinical figures is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UnitKind {
    /// A row.
    Row,
    /// A unit of several rows, with their mean prediction: the one that is declared, or a group.
    Unit,
    /// A row of a group, because rows are what counts or the target varies within units; intervals resample
    /// groups.
    RowOfGroup,
}

impl UnitKind {
    /// Its name for a count of `n`.
    pub fn noun(self, n: usize) -> &'static str {
        match (self, n) {
            (Self::Unit, 1) => "unit",
            (Self::Unit, _) => "units",
            (_, 1) => "row",
            _ => "rows",
        }
    }
}

/// An estimate with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Estimate {
    /// The estimate.
    pub value: f64,
    /// Lower end (bootstrap of groups, `BCa`); `None` under 20 groups or where it is undefined.
    pub lower: Option<f64>,
    /// Upper end.
    pub upper: Option<f64>,
}

/// The clinical figures of one strategy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArmClinical {
    /// Name of the strategy.
    pub arm: String,
    /// Calibration: of the event, of each class where none is named, or of the numbers.
    pub calibration: Vec<CalibrationResult>,
    /// Net benefit by threshold; empty without an event.
    pub decision: Vec<DecisionRow>,
    /// What the stated thresholds do; empty where none is stated.
    pub thresholds: Vec<OperatingRow>,
    /// What the stated specificities allow.
    pub specificities: Vec<OperatingRow>,
    /// One table per subgroup column.
    pub subgroups: Vec<LevelTable>,
    /// By site; `None` where the study file names no column.
    pub sites: Option<LevelTable>,
    /// How sites differ: one entry per measure.
    pub heterogeneity: Vec<Heterogeneity>,
    /// By the modalities that are there; `None` where all units have the same.
    pub missingness: Option<LevelTable>,
    /// How single predictions move from repeat to repeat; `None` with one repeat.
    pub instability: Option<Instability>,
    /// What the data do not allow for this strategy.
    pub notes: Vec<String>,
}

/// Calibration of the probability of one class, or of predicted numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalibrationResult {
    /// The class; `None` for numbers.
    pub class: Option<String>,
    /// Observed over expected events; `None` for numbers.
    pub observed_expected: Option<Estimate>,
    /// Calibration in the large of a class; for numbers the intercept of true on predicted values.
    pub intercept: Option<Estimate>,
    /// Slope of the logistic fit; for numbers of the line of true on predicted values.
    pub slope: Option<Estimate>,
    /// Mean of true less predicted values; `None` for classes.
    pub mean_error: Option<Estimate>,
    /// Bins of about equal numbers of predictions.
    pub bins: Vec<CalibrationBin>,
    /// Loess curve; empty for numbers.
    pub curve: Vec<SmoothedPoint>,
}

/// One bin of predictions.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalibrationBin {
    /// Mean prediction.
    pub predicted: f64,
    /// Share of events, or mean true value.
    pub observed: f64,
    /// Predictions in it.
    pub predictions: usize,
}

/// Net benefit at a threshold, in true positives per unit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecisionRow {
    /// Probability from which one acts.
    pub threshold: f64,
    /// Net benefit of acting on the model; acting on none has 0.
    pub net_benefit: f64,
    /// Net benefit of acting on all.
    pub treat_all: f64,
}

/// What acting from a threshold on does.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OperatingRow {
    /// The specificity that was asked for; `None` for a stated threshold.
    pub asked: Option<f64>,
    /// The threshold; `None` where no prediction reaches it.
    pub threshold: Option<f64>,
    /// Share of events that are found.
    pub sensitivity: Option<Estimate>,
    /// Share of the others that are left alone.
    pub specificity: Option<Estimate>,
    /// Net benefit of acting on the model; `None` for a specificity.
    pub net_benefit: Option<Estimate>,
    /// Positive predictive value at the stated prevalence.
    pub ppv: Option<f64>,
    /// Negative predictive value at the stated prevalence.
    pub npv: Option<f64>,
}

/// Performance by level of a column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevelTable {
    /// The column; `modalities present` for missingness.
    pub column: String,
    /// One entry per level.
    pub levels: Vec<Level>,
}

/// One level of a column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// Its name.
    pub level: String,
    /// Units; `None` where they are too few to be shown.
    pub units: Option<usize>,
    /// Units with an event; `None` without one, or where they or the others are too few.
    pub events: Option<usize>,
    /// Whether something was held back because it counts too few.
    pub suppressed: bool,
    /// The metric of the study.
    pub metric: Option<Estimate>,
    /// Area under the ROC curve; `None` without an event, or where it is the metric.
    pub auc: Option<Estimate>,
    /// Observed over expected events.
    pub observed_expected: Option<Estimate>,
    /// Mean of true less predicted values, of a regression.
    pub mean_error: Option<Estimate>,
    /// For a site: whether no model that predicted it had been fitted on any of its rows.
    pub held_out: Option<bool>,
}

/// How a measure differs between sites: a random-effects summary of the sites with an interval.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Heterogeneity {
    /// The measure: a metric, `auc`, `observed-expected` or `mean-error`.
    pub measure: String,
    /// Scale on which sites were averaged: `logit`, `log` or `identity`.
    pub scale: String,
    /// Sites that take part.
    pub sites: usize,
    /// Mean over sites, on the scale of the measure.
    pub mean: f64,
    /// Its 95 % interval (Hartung, Knapp, Sidik and Jonkman).
    pub lower: f64,
    /// Upper end.
    pub upper: f64,
    /// Variance between sites on `scale` (`DerSimonian` and Laird).
    pub tau2: f64,
    /// Share of the variation that is between sites.
    pub i2: f64,
    /// p of Cochran's Q.
    pub q_p: f64,
    /// 95 % prediction interval for one more site; `None` under three sites.
    pub prediction_lower: Option<f64>,
    /// Upper end.
    pub prediction_upper: Option<f64>,
}

/// How the prediction of one unit moves from repeat to repeat, as splits and seeds change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instability {
    /// Repeats.
    pub repeats: usize,
    /// Units with a prediction in two or more of them.
    pub units: usize,
    /// Mean distance of a prediction from the mean of its unit.
    pub mean_distance: f64,
    /// Median over units of the standard deviation.
    pub median_sd: f64,
    /// 95th percentile over units of largest less smallest prediction.
    pub range_95: f64,
    /// Per threshold, the share of units that lie on both sides of it.
    pub flips: Vec<Flip>,
}

/// Units whose predictions lie on both sides of a threshold.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flip {
    /// The threshold: a stated one, or one half.
    pub threshold: f64,
    /// Share of units.
    pub share: f64,
}
