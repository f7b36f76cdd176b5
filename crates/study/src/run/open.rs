//! Everything about a study that is known before a worker starts.

use std::path::Path;

use midfuse_base::Task;
use midfuse_eval::fold::Dev;
use midfuse_eval::ledger::{Ledger, Plan, PlannedComparison};
use midfuse_eval::rows::{Data, OnData};
use midfuse_eval::sealed::{SealError, Sealed};
use midfuse_eval::split::AnySplitter;
use midfuse_eval::structure::Structure;
use midfuse_metrics::metric::{Metric, Unit};
use sha2::{Digest, Sha256};

use super::blind::Blind;
use super::cohort::StudyCohort;
use super::sealing::{FoldsFile, Sealing, sealing};
use super::splits::{Outer, Splits};
use crate::{Error, Result};
use midfuse_base::hex;
use midfuse_base::nearest;
use midfuse_plan::file::{SplitterName, StudyFile};
use midfuse_plan::{Arm, arms};
use midfuse_report::clinical::{Evidence, check_columns};

/// Name of the reference in comparisons: the single modality that inner scores choose.
pub const BEST_SINGLE: &str = "best-single";

/// A study file with its cohort, checked against one another; nothing is written yet.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) file: StudyFile,
    /// What makes the outer folds, where no split file does.
    splitter: SplitterName,
    folds_file: Option<FoldsFile>,
    sealing: Sealing,
    pub(crate) file_sha256: String,
    pub(crate) cohort: StudyCohort,
    pub(crate) arms: Vec<Arm>,
    pub(crate) metric: Metric,
    pub(crate) metrics: Vec<Metric>,
    pub(crate) unit: Unit,
    pub(crate) plan: Plan,
}

impl Opened {
    /// Reads a study file and opens its cohort.
    ///
    /// # Errors
    /// [`Error::StudyFile`] and [`Error::Data`].
    pub(crate) fn new(path: &Path) -> Result<Self> {
        let mut file = StudyFile::read(path)?;
        let bytes = std::fs::read(path).map_err(Error::io(path))?;
        let in_file = |error: Error| match error {
            Error::StudyFile(what) => Error::StudyFile(format!("{}: {what}", path.display())),
            other => other,
        };
        let arms = arms(&file).map_err(|error| in_file(error.into()))?;
        let dir = file.cohort_dir(path);
        let cohort = StudyCohort::open(&file, &dir).map_err(in_file)?;
        let named = |what: String| in_file(Error::StudyFile(what));
        file.clinical.event(&cohort.task).map_err(named)?;
        check_columns(&file.clinical, &cohort.cohort).map_err(|error| in_file(error.into()))?;
        file.protocol.structure = Some(cohort.structure);
        let has_classes = matches!(cohort.task, Task::Classification { .. });
        let has_strata = has_classes || file.protocol.stratify.is_some();
        let usual = SplitterName::usual(cohort.structure, has_strata);
        let folds_file = FoldsFile::of(&file, path)?;
        let splitter = file.protocol.splitter.unwrap_or(usual);
        if folds_file.is_none() {
            file.protocol.splitter = Some(splitter);
            let checked = file.protocol.check_splitter(splitter);
            checked.map_err(|misfit| in_file(Error::StudyFile(misfit.to_string())))?;
        } else if file.protocol.stratify.is_some() && cohort.structure.has_times() {
            let what = "protocol.stratify: strata cannot be kept across a cut in time; remove it";
            return Err(in_file(Error::StudyFile(what.to_owned())));
        }
        let sealing = sealing(&file, &cohort, folds_file.as_ref()).map_err(in_file)?;
        if let Sealing::Share(share) = sealing {
            file.protocol.test_fraction = Some(share);
        }
        let metric = metric(&file, &cohort.task).map_err(in_file)?;
        file.protocol.metric = Some(metric);
        let unit = file
            .protocol
            .unit
            .unwrap_or(if cohort.structure.has_groups() {
                Unit::RowsAveragedInGroup
            } else {
                Unit::Row
            });
        file.protocol.unit = Some(unit);
        let plan = plan(&file, &arms, metric).map_err(in_file)?;
        let metrics = reported(&cohort.task, metric);
        Ok(Self {
            file_sha256: hex(&Sha256::digest(bytes)),
            file,
            splitter,
            folds_file,
            sealing,
            cohort,
            arms,
            metric,
            metrics,
            unit,
            plan,
        })
    }

    /// Classes of the task; 0 for a regression.
    pub(crate) fn n_classes(&self) -> usize {
        match &self.cohort.task {
            Task::Classification { classes } => classes.len(),
            Task::Regression => 0,
        }
    }

    /// What the clinical figures and the checklist need of the cohort; `development`: ids of the rows
    /// that are not sealed.
    ///
    /// # Errors
    /// As [`Evidence::read`].
    pub(crate) fn evidence<'a>(
        &self,
        development: impl Iterator<Item = &'a str>,
    ) -> Result<Evidence> {
        let grouped = self.cohort.groups.is_some();
        Ok(Evidence::read(
            &self.file,
            &self.cohort.cohort,
            grouped,
            development,
        )?)
    }

    /// Every split of the study.
    pub(crate) fn splits(&self) -> Splits<'_> {
        Splits {
            protocol: &self.file.protocol,
            structure: self.cohort.structure,
            outer: match &self.folds_file {
                Some(file) => Outer::File(&file.folds),
                None => Outer::Splitter(self.splitter),
            },
            has_strata: self.n_classes() > 0 || self.file.protocol.stratify.is_some(),
            clock: self.cohort.clock,
        }
    }

    /// SHA-256 of the split file, where there is one.
    pub(crate) fn splits_sha256(&self) -> Option<String> {
        self.folds_file.as_ref().map(|file| file.sha256.clone())
    }

    /// Whether every row is tested once and trains in all other folds of a repeat.
    pub(crate) fn is_partition(&self) -> bool {
        self.folds_file.is_none() && self.splitter.is_partition()
    }

    /// Splits the sealed rows off, as the ledger allows; `None` where the split file names every row.
    ///
    /// # Errors
    /// [`Error::Evaluation`] if the rows cannot be split, or the ledger refuses.
    pub(crate) fn seal<S: Structure>(
        &self,
        data: Data<S>,
        ledger: &Ledger,
    ) -> Result<(Dev<S>, Option<Sealed<S>>)> {
        self.seal_by(data, |data, by| data.seal(by, ledger, &self.plan))
    }

    /// As [`Opened::seal`], for the conclusion of that hash, which may go on with what it opened.
    ///
    /// # Errors
    /// As [`Opened::seal`].
    pub(crate) fn seal_as<S: Structure>(
        &self,
        data: Data<S>,
        ledger: &Ledger,
        conclusion: &str,
    ) -> Result<(Dev<S>, Option<Sealed<S>>)> {
        self.seal_by(data, |data, by| {
            data.seal_as(by, ledger, &self.plan, conclusion)
        })
    }

    fn seal_by<S: Structure>(
        &self,
        data: Data<S>,
        seal: impl FnOnce(Data<S>, &AnySplitter) -> std::result::Result<(Dev<S>, Sealed<S>), SealError>,
    ) -> Result<(Dev<S>, Option<Sealed<S>>)> {
        let splits = self.splits();
        let by = match &self.sealing {
            Sealing::Share(share) => splits.seal(data.len(), *share),
            Sealing::Unnamed(fold) => AnySplitter::Predefined(fold.clone()),
            Sealing::Nothing => return Ok((data.develop(), None)),
        };
        let place = self.cohort.cohort.dir().display().to_string();
        seal(data, &by)
            .map(|(dev, sealed)| (dev, Some(sealed)))
            .map_err(|error| match error {
                SealError::Split(error) => splits.wrong(&format!("{place}: sealed rows"), &error),
                other => Error::Evaluation(format!("{place}: {other}")),
            })
    }

    /// Neutral ids of the rows that will not be sealed, after a rehearsal of every split; the ledger
    /// does not hear of it.
    ///
    /// # Errors
    /// As [`Opened::seal`].
    pub(crate) fn blind(&self) -> Result<Blind> {
        self.cohort.data()?.visit(Rehearse(self))
    }

    /// The ledger: it lies with the cohort, so deleting results does not reset it.
    pub(crate) fn ledger(&self) -> Result<Ledger> {
        Ledger::open(self.cohort.cohort.dir().join("ledger.jsonl"))
            .map_err(|error| Error::Evaluation(error.to_string()))
    }
}

fn metric(file: &StudyFile, task: &Task) -> Result<Metric> {
    let metric = file.protocol.metric.unwrap_or(loss(task));
    metric
        .check_task(task)
        .map_err(|error| Error::StudyFile(format!("protocol.metric: {error}")))?;
    Ok(metric)
}

/// The proper loss of a task, in which gains are judged.
pub(crate) fn loss(task: &Task) -> Metric {
    match task {
        Task::Classification { .. } => Metric::LogLoss,
        Task::Regression => Metric::Mse,
    }
}

/// Metrics of the table: the usual ones of the task and the chosen one.
fn reported(task: &Task, chosen: Metric) -> Vec<Metric> {
    let mut metrics = match task {
        Task::Classification { classes } if classes.len() == 2 => {
            vec![
                Metric::Accuracy,
                Metric::BalancedAccuracy,
                Metric::Auc,
                Metric::F1,
                Metric::LogLoss,
            ]
        }
        Task::Classification { .. } => {
            vec![
                Metric::Accuracy,
                Metric::BalancedAccuracy,
                Metric::AucOvr,
                Metric::F1Macro,
                Metric::LogLoss,
            ]
        }
        Task::Regression => vec![Metric::Mse, Metric::Mae, Metric::R2],
    };
    if !metrics.contains(&chosen) {
        metrics.push(chosen);
    }
    metrics
}

/// What `midfuse conclude` will test: frozen in the ledger when the rows are sealed.
fn plan(file: &StudyFile, arms: &[Arm], metric: Metric) -> Result<Plan> {
    let fusions: Vec<&str> = arms
        .iter()
        .filter(|arm| !arm.is_single())
        .map(|arm| arm.name.as_str())
        .collect();
    let declared: Vec<&str> = match &file.conclude.strategies {
        None => fusions,
        Some(names) => names.iter().map(String::as_str).collect(),
    };
    let known: Vec<&str> = arms.iter().map(|arm| arm.name.as_str()).collect();
    if let Some(unknown) = declared.iter().find(|name| !known.contains(name)) {
        let hint =
            nearest(unknown, &known).map_or(String::new(), |n| format!(": did you mean `{n}`?"));
        return Err(Error::StudyFile(format!(
            "conclude.strategies: unknown strategy `{unknown}`{hint} There are {}",
            known.join(", ")
        )));
    }
    let comparisons = declared
        .into_iter()
        .map(|name| PlannedComparison {
            better: name.to_owned(),
            than: BEST_SINGLE.to_owned(),
        })
        .collect();
    Ok(Plan::new(metric, comparisons).with_margin(file.conclude.margin))
}

impl Opened {
    /// Name of the unit, as study files spell it.
    pub(crate) fn unit_name(&self) -> String {
        serde_json::to_value(self.unit)
            .ok()
            .and_then(|name| name.as_str().map(str::to_owned))
            .unwrap_or_default()
    }
}

struct Rehearse<'a>(&'a Opened);

impl OnData for Rehearse<'_> {
    type Output = Result<Blind>;

    fn call<S: Structure>(self, data: Data<S>) -> Self::Output {
        let (dev, _) = self.0.seal(data, &Ledger::in_memory())?;
        self.0.splits().rehearse(&dev)?;
        Ok(Blind::new(dev.ids(), self.0.file.protocol.seed))
    }
}
