//! What every fold of a running study shares.

use midfuse_base::Seed;
use midfuse_eval::fold::StopRows;
use midfuse_eval::job::{Job, Recipe};
use midfuse_eval::metric::{Metric, Unit};
use midfuse_eval::predict::Predictions;
use midfuse_eval::split::{
    AnySplitter, GroupKFold, KFold, StratifiedGroupKFold, StratifiedKFold,
};
use midfuse_eval::structure::Structure;
use midfuse_eval::view::{Role, Train, View};

use super::blind::Blind;
use super::execute::Execute;
use crate::file::{SplitterName, StudyFile};
use crate::plan::Arm;
use crate::store::Stored;
use crate::{Error, Result};

/// What every fold of a running study shares.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) file: &'a StudyFile,
    pub(crate) arms: &'a [Arm],
    pub(crate) metric: Metric,
    /// Every metric that is reported.
    pub(crate) metrics: &'a [Metric],
    pub(crate) unit: Unit,
    /// 0 for a regression.
    pub(crate) n_classes: usize,
    pub(crate) device: &'a str,
    pub(crate) blind: &'a Blind,
    pub(crate) executor: &'a dyn Execute,
}

/// A job with its name for people.
pub(crate) struct Named<'id, R: Role> {
    pub(crate) label: String,
    pub(crate) job: Job<'id, R>,
}

/// A finished job: its predictions, and what the store holds about it.
pub(crate) type Finished<'id, R> = std::result::Result<(Predictions<'id, R>, Stored), String>;

impl Context<'_> {
    /// The splitter of the study with `k` folds.
    pub(crate) fn splitter<S: Structure>(&self, k: usize, seed: Seed) -> AnySplitter {
        splitter::<S>(self.file.protocol.splitter, k, self.n_classes > 0, seed)
    }

    /// Rows of `train` that decide when to stop; `None` where the study has none.
    ///
    /// Where the rows or groups are too few for the wanted share, the nearest larger one is taken.
    ///
    /// # Errors
    /// [`Error::Evaluation`] if they cannot even be halved.
    pub(crate) fn stop_rows<'id, S: Structure>(
        &self,
        train: &View<'id, Train, S>,
        seed: Seed,
    ) -> Result<Option<StopRows<'id>>> {
        let fraction = self.file.protocol.stop_fraction;
        if fraction == 0.0 {
            return Ok(None);
        }
        let mut k = folds_for(fraction);
        loop {
            match train.stop_rows(&self.splitter::<S>(k, seed.derive("stop"))) {
                Ok(rows) => return Ok(Some(rows)),
                Err(_) if k > 2 => k -= 1,
                Err(error) => {
                    return Err(Error::Evaluation(format!(
                        "stopping rows: {error}; or set protocol.stop_fraction = 0"
                    )));
                }
            }
        }
    }

    /// A job of one trial.
    ///
    /// # Errors
    /// [`Error::Evaluation`] if the views do not make a job.
    pub(crate) fn job<'id, R: Role, S: Structure>(
        &self,
        (arm, trial): (&Arm, usize),
        train: &View<'id, Train, S>,
        stop: Option<&StopRows<'id>>,
        predict: &View<'id, R, S>,
        seed: Seed,
        keep_model: bool,
    ) -> Result<Job<'id, R>> {
        let model = arm
            .trials
            .get(trial)
            .map(|t| t.model.clone())
            .unwrap_or_default();
        let budget = &self.file.budget;
        let recipe = Recipe::new(model, seed.derive("job"))
            .with_threads(budget.threads)
            .with_predict_batch(budget.predict_batch)
            .with_device(self.device)
            .with_keep_model(keep_model);
        let job = Job::new(train, &[predict], &recipe)
            .map_err(|error| Error::Evaluation(error.to_string()))?;
        Ok(match stop {
            Some(stop) => job.with_stop(stop),
            None => job,
        })
    }

    /// Runs jobs under neutral ids and takes their predictions back.
    ///
    /// # Errors
    /// As [`Execute::execute`]; a job that fails is an `Err` of its own in the list.
    pub(crate) fn run<'id, R: Role>(
        &self,
        jobs: &[Named<'id, R>],
    ) -> Result<Vec<Finished<'id, R>>> {
        let hidden = jobs
            .iter()
            .map(|named| self.blind.hide(named.job.spec()))
            .collect::<Result<Vec<_>>>()?;
        let specs = jobs
            .iter()
            .zip(&hidden)
            .map(|(named, hidden)| (named.label.clone(), hidden.spec.clone()))
            .collect();
        let ran = self.executor.execute(specs)?;
        Ok(jobs
            .iter()
            .zip(&hidden)
            .zip(ran)
            .map(|((named, hidden), ran)| {
                let mut stored = ran?;
                stored.outcome.scores = hidden.reorder(&stored.outcome.scores);
                let predictions = named
                    .job
                    .receive(&stored.outcome)
                    .map_err(|error| error.to_string())?;
                Ok((predictions, stored))
            })
            .collect())
    }
}

/// A splitter by name, or the usual one for the structure.
pub(crate) fn splitter<S: Structure>(
    name: Option<SplitterName>,
    k: usize,
    has_classes: bool,
    seed: Seed,
) -> AnySplitter {
    match name {
        None => AnySplitter::usual::<S>(k, has_classes, seed),
        Some(SplitterName::KFold) => AnySplitter::KFold(KFold::new(k, seed)),
        Some(SplitterName::StratifiedKFold) => {
            AnySplitter::StratifiedKFold(StratifiedKFold::new(k, seed))
        }
        Some(SplitterName::GroupKFold) => AnySplitter::GroupKFold(GroupKFold::new(k, seed)),
        Some(SplitterName::StratifiedGroupKFold) => {
            AnySplitter::StratifiedGroupKFold(StratifiedGroupKFold::new(k, seed))
        }
    }
}

/// Folds whose one test part is nearest to this share of the rows.
pub(crate) fn folds_for(fraction: f64) -> usize {
    (1.0 / fraction).round().max(2.0) as usize
}
