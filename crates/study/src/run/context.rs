//! What every fold of a running study shares.

use midfuse_base::{Recalibration, RecalibrationMethod, Seed, Task};
use midfuse_eval::fold::StopRows;
use midfuse_eval::job::{Job, Recipe};
use midfuse_eval::predict::ViewPredictions;
use midfuse_eval::structure::Structure;
use midfuse_eval::view::{Role, Train, View};
use midfuse_metrics::metric::{Metric, Unit};
use midfuse_wire::ContentHash;

use super::blind::Blind;
use super::checked::CheckedStudy;
use super::execute::Execute;
use super::nested::BaselineColumns;
use super::options::Options;
use super::splits::Splits;
use crate::Result;
use crate::store::Stored;
use midfuse_plan::Arm;
use midfuse_plan::file::{Budget, StopRule, StudyFile};
use serde_json::Value;

/// What every fold of a running study shares.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) file: &'a StudyFile,
    pub(crate) arms: &'a [Arm],
    pub(crate) metric: Metric,
    /// Every metric that is reported.
    pub(crate) metrics: &'a [Metric],
    pub(crate) unit: Unit,
    /// The map that is fitted on inner predictions.
    pub(crate) recalibration: RecalibrationMethod,
    pub(crate) splits: Splits<'a>,
    pub(crate) task: &'a Task,
    pub(crate) device: &'a str,
    /// What the clinic already knows of each row, where the study names columns.
    pub(crate) columns: Option<&'a BaselineColumns>,
    pub(crate) blind: &'a Blind,
    /// Names the stripped cohort.
    pub(crate) data: ContentHash,
    pub(crate) executor: &'a dyn Execute,
}

/// What a job is for.
#[derive(Debug, Clone)]
pub(crate) enum Purpose {
    /// Inner rows score a trial that trains for so many epochs, or those of the budget, and say how
    /// long to train.
    Choose { epochs: Option<usize> },
    /// The chosen trial, for as many epochs as were chosen, if any were, with predictions through
    /// the map that inner rows decided; its model is kept.
    Keep {
        epochs: Option<usize>,
        recalibration: Option<Recalibration>,
    },
}

/// Says in a model how often its setting is trained once it is chosen. A baseline is fitted once: it
/// would come out the same.
pub(crate) fn set_refits(model: &mut Value, arm: &Arm, budget: &Budget) {
    if budget.refits > 1
        && !arm.is_baseline()
        && let Some(training) = model.pointer_mut("/training")
    {
        training["refits"] = Value::from(budget.refits);
    }
}

/// A job with its name for people.
pub(crate) struct LabelledJob<'id, R: Role> {
    pub(crate) label: String,
    pub(crate) job: Job<'id, R>,
}

/// A finished job: its predictions, and what the store holds about it.
pub(crate) type JobOutcome<'id, R> = std::result::Result<(ViewPredictions<'id, R>, Stored), String>;

impl<'a> Context<'a> {
    /// Of a checked study, with the neutral ids, the stripped cohort and the executor of one run of it.
    pub(crate) fn new(
        study: &'a CheckedStudy,
        options: &'a Options,
        (blind, data): (&'a Blind, ContentHash),
        executor: &'a dyn Execute,
    ) -> Self {
        Self {
            file: &study.file,
            arms: &study.arms,
            metric: study.metric,
            metrics: &study.metrics,
            unit: study.counted.unit,
            recalibration: study.recalibration,
            splits: study.splits(),
            task: &study.cohort.task,
            device: &options.device,
            columns: study.columns.as_ref(),
            blind,
            data,
            executor,
        }
    }

    /// A job of one trial.
    ///
    /// # Errors
    /// [`crate::EvaluationError::Job`] if the views do not make a job.
    pub(crate) fn job<'id, R: Role, S: Structure>(
        &self,
        (arm, trial): (&Arm, usize),
        train: &View<'id, Train, S>,
        stop: Option<&StopRows<'id>>,
        predict: &View<'id, R, S>,
        seed: Seed,
        purpose: Purpose,
    ) -> Result<Job<'id, R>> {
        let mut model = arm
            .trials
            .get(trial)
            .map(|t| t.model.clone())
            .unwrap_or_default();
        if matches!(purpose, Purpose::Keep { .. }) {
            set_refits(&mut model, arm, &self.file.budget);
        }
        let (epochs, keeps, traces, recalibration) = match purpose {
            Purpose::Choose { epochs } => {
                let traces = self.file.protocol.stop == StopRule::Inner;
                (epochs, false, traces, None)
            }
            Purpose::Keep {
                epochs,
                recalibration,
            } => (epochs, true, false, recalibration),
        };
        if let Some(training) = model.pointer_mut("/training")
            && let Some(epochs) = epochs
        {
            // Nothing learns within no epoch; what says so is the chosen length.
            training["epochs"] = Value::from(epochs.max(1));
        }
        let budget = &self.file.budget;
        let recipe = Recipe::new(self.data, model, seed.derive("job"))
            .with_threads(budget.threads)
            .with_predict_batch(budget.predict_batch)
            .with_device(self.device)
            .with_keep_model(keeps)
            .with_trace(traces)
            .with_recalibration(recalibration);
        let job = Job::new(train, &[predict], &recipe)?;
        // A baseline has no epochs to stop after: it fits every row.
        Ok(match stop {
            Some(stop) if !arm.is_baseline() => job.with_stop(stop),
            Some(_) | None => job,
        })
    }

    /// Runs jobs under neutral ids and takes their predictions back.
    ///
    /// # Errors
    /// As [`Execute::execute`]; a job that fails is an `Err` of its own in the list.
    pub(crate) fn run<'id, R: Role>(
        &self,
        jobs: &[LabelledJob<'id, R>],
    ) -> Result<Vec<JobOutcome<'id, R>>> {
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
                for traced in &mut stored.outcome.trace {
                    traced.scores = hidden.reorder(&traced.scores);
                }
                let predictions = named
                    .job
                    .receive(&stored.outcome)
                    .map_err(|error| error.to_string())?;
                Ok((predictions, stored))
            })
            .collect())
    }
}
