//! Everything about a study that is known before a worker starts.

mod calibration;
mod horizons;
mod metrics;
mod plan;
mod seal;
mod sealing;
mod unit;
mod whole_groups;

use std::collections::BTreeSet;
use std::path::Path;

use midfuse_eval::fold::Dev;
use midfuse_eval::ledger::{Ledger, Plan};
use midfuse_eval::structure::Structure;
use midfuse_metrics::metric::Metric;
use sha2::{Digest, Sha256};

use calibration::calibration;
use metrics::{metric, reported};
pub use plan::BEST_SINGLE;
use plan::plan;
use sealing::{FoldsFile, Sealing, sealing};
use unit::{CountedRows, counted_rows};
pub(crate) use whole_groups::GroupedRow;

use super::cohort::StudyCohort;
use super::nested::BaselineColumns;
use super::options::Options;
use super::splits::{FoldSource, Splits};
use crate::pool::describe;
use crate::{Error, Result};
use midfuse_base::{Problem, RecalibrationMethod, hex};
use midfuse_plan::file::{SplitterName, StudyFile};
use midfuse_plan::{Arm, JobCount, arms};
use midfuse_report::clinical::{Evidence, check_columns};
use midfuse_report::results::Counted;

/// A study file with its cohort, checked against one another; nothing is written yet.
#[derive(Debug)]
pub(crate) struct CheckedStudy {
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
    pub(crate) recalibration: RecalibrationMethod,
    pub(crate) counted: CountedRows,
    /// What the clinic already knows of each row.
    pub(crate) columns: Option<BaselineColumns>,
    pub(crate) plan: Plan,
}

impl CheckedStudy {
    /// Reads a study file and opens its cohort; the worker says what the file can name.
    ///
    /// # Errors
    /// [`Error::StudyFile`], [`Error::Worker`] and [`Error::Data`].
    pub(crate) fn new(path: &Path, options: &Options) -> Result<Self> {
        let mut file = StudyFile::read(path)?;
        let bytes = std::fs::read(path).map_err(Error::io(path))?;
        let in_file = |error: Error| error.in_file(path);
        let catalogue = describe(&options.worker, &options.stop)?;
        let dir = file.cohort_dir(path);
        let cohort = StudyCohort::open(&file, &dir).map_err(in_file)?;
        let kind_of = |name: &str| Some(cohort.cohort.modality(name).ok()?.kind.name());
        let arms = arms(&file, &catalogue, kind_of).map_err(|error| in_file(error.into()))?;
        let known = file.check_options_of(&catalogue, kind_of);
        known.map_err(|error| in_file(Error::key(error)))?;
        let tasks = file.check_baseline_tasks(&catalogue, cohort.task.kind());
        tasks.map_err(|error| in_file(Error::key(error)))?;
        let event = file.clinical.event(&cohort.task);
        event.map_err(|error| in_file(Error::key(error)))?;
        check_columns(&file.clinical, &cohort.cohort).map_err(|error| in_file(error.into()))?;
        let columns = BaselineColumns::read(&file.clinical, &cohort.cohort).map_err(in_file)?;
        file.protocol.structure = Some(cohort.structure);
        let has_strata = cohort.task.has_strata() || file.protocol.stratify.is_some();
        let usual = SplitterName::usual(cohort.structure, has_strata);
        let folds_file = FoldsFile::of(&file, path)?;
        let splitter = file.protocol.splitter.unwrap_or(usual);
        if folds_file.is_none() {
            file.protocol.splitter = Some(splitter);
            let checked = file.protocol.check_splitter(splitter);
            checked.map_err(|misfit| in_file(Error::key(misfit.into())))?;
        } else if file.protocol.stratify.is_some() && cohort.structure.has_times() {
            let reason = "strata cannot be kept across a cut in time";
            let problem = Problem::conflict(reason, "remove it");
            return Err(in_file(Error::key(problem.of("protocol.stratify"))));
        }
        let sealing = sealing(&file, &cohort, folds_file.as_ref()).map_err(in_file)?;
        if let Sealing::Share(share) = sealing {
            file.protocol.test_fraction = Some(share);
        }
        let metric = metric(&file, &cohort.task).map_err(in_file)?;
        file.protocol.metric = Some(metric);
        let recalibration = calibration(&file, &cohort.task).map_err(in_file)?;
        file.protocol.calibration = Some(recalibration);
        let counted = counted_rows(&file, &cohort, metric).map_err(in_file)?;
        let cohort = cohort.with_units(counted.units.as_deref())?;
        file.protocol.unit = Some(counted.rule);
        let plan = plan(&file, &arms, metric).map_err(in_file)?;
        let metrics = reported(&cohort.task, metric);
        let study = Self {
            file_sha256: hex(&Sha256::digest(bytes)),
            file,
            splitter,
            folds_file,
            sealing,
            cohort,
            arms,
            metric,
            metrics,
            recalibration,
            counted,
            columns,
            plan,
        };
        study.with_horizons().map_err(in_file)
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
            source: match &self.folds_file {
                Some(file) => FoldSource::File(&file.folds),
                None => FoldSource::Splitter(self.splitter),
            },
            has_strata: self.cohort.task.has_strata() || self.file.protocol.stratify.is_some(),
            resolution: self.cohort.resolution,
        }
    }

    /// What one score counts among these rows.
    pub(crate) fn counted<'a>(&self, ids: impl Iterator<Item = &'a str>) -> Counted {
        let cohort = &self.cohort.cohort;
        let counted = &self.counted;
        let names = match (&counted.column, &counted.units) {
            (None, _) => Some(cohort.ids()),
            (Some(_), Some(units)) => Some(units.as_slice()),
            (Some(_), None) => cohort.groups(),
        };
        let of_row = |id| names?.get(cohort.position(id)?);
        Counted {
            rows: counted.rule,
            units: ids.filter_map(of_row).collect::<BTreeSet<_>>().len(),
            unit_column: counted.column.clone(),
            group_column: cohort.group_column().map(str::to_owned),
            reason: counted.reason,
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

    /// The jobs of the study.
    ///
    /// # Errors
    /// As [`Splits::count`].
    pub(crate) fn job_count<S: Structure>(&self, dev: &Dev<S>) -> Result<JobCount> {
        let outer = self.splits().count(dev)? * self.file.protocol.repeats;
        Ok(JobCount::of(&self.file, &self.arms, outer))
    }

    /// The ledger: it lies with the cohort, so deleting results does not reset it.
    pub(crate) fn ledger(&self) -> Result<Ledger> {
        Ok(Ledger::open(self.cohort.cohort.dir().join("ledger.jsonl"))?)
    }
}
