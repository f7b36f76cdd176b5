//! Jobs that are made of views, and the predictions that come back.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use midfuse_base::{Recalibration, Seed, options};
use midfuse_wire::{ContentHash, JobSpec, Outcome};

use crate::fold::StopRows;
use crate::predict::{ScoreError, ViewPredictions};
use crate::rows::table::Table;
use crate::structure::Structure;
use crate::view::{Brand, Role, Seen, Train, View};

/// Everything about a job but its rows.
#[options(new = "A recipe with the defaults.", builder)]
#[derive(Debug, Clone, PartialEq)]
pub struct Recipe {
    /// Names the cohort that the worker finds the rows in.
    pub data: ContentHash,
    /// Encoders, strategy and training section: opaque here, known to the worker.
    pub model: serde_json::Value,
    /// Seed of initial weights, dropout and shuffling.
    pub seed: Seed,
    /// Intra-op threads.
    #[option(default = 1)]
    pub threads: usize,
    /// Rows per prediction batch.
    #[option(default = 256)]
    pub predict_batch: usize,
    /// `"cpu"` or `"cuda:0"`.
    #[option(default = "cpu")]
    pub device: String,
    /// Whether the worker keeps the fitted model and returns its files.
    #[option(default = false)]
    pub keep_model: bool,
    /// Whether the worker also predicts before the first epoch and after each.
    #[option(default = false)]
    pub trace: bool,
    /// The map that predictions pass through.
    #[option(unset = "none")]
    pub recalibration: Option<Recalibration>,
}

/// A job that cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JobError {
    /// The train view is a bootstrap sample; a worker has no weights.
    #[error(
        "job: the train view carries bootstrap weights, which a worker does not know; fit it in this process or use another splitter"
    )]
    Weighted,
    /// A row is to be predicted twice.
    #[error("job: row {id:?} is to be predicted twice; pass each view once")]
    Twice {
        /// Its id.
        id: String,
    },
    /// A row is fitted on and to be predicted.
    #[error("job: row {id:?} is fitted on and to be predicted; predict views of the same fold")]
    Leak {
        /// Its id.
        id: String,
    },
}

/// A job on rows of the fold `'id`, whose predictions have role `R`.
///
/// The only way to hand train targets to a worker: they come from a view of train rows, and the
/// rows that decide the stopping are carved out of them.
pub struct Job<'id, R: Role> {
    spec: JobSpec,
    table: Arc<Table>,
    fit: Vec<u32>,
    predict: Vec<u32>,
    brand: Brand<'id>,
    role: PhantomData<fn() -> R>,
}

impl<R: Role> fmt::Debug for Job<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Job(fit {}, predict {} {})",
            self.fit.len(),
            self.predict.len(),
            R::NAME
        )
    }
}

impl<'id, R: Role> Job<'id, R> {
    /// A job that fits on train rows and predicts the rows of views of the same fold.
    ///
    /// # Errors
    /// [`JobError`].
    pub fn new<S: Structure>(
        train: &View<'id, Train, S>,
        predict: &[&View<'id, R, S>],
        recipe: &Recipe,
    ) -> Result<Self, JobError> {
        if train.weights.is_some() {
            return Err(JobError::Weighted);
        }
        let table = Arc::clone(&train.table);
        let mut rows: Vec<u32> = predict
            .iter()
            .flat_map(|view| view.rows.iter().copied())
            .collect();
        rows.sort_unstable();
        if let Some((&row, _)) = rows.iter().zip(rows.iter().skip(1)).find(|(a, b)| a == b) {
            return Err(JobError::Twice {
                id: table.id(row).to_owned(),
            });
        }
        if let Some(row) = Seen::of(&train.rows).first_of(&rows) {
            return Err(JobError::Leak {
                id: table.id(row).to_owned(),
            });
        }
        #[expect(
            clippy::disallowed_methods,
            reason = "the one place that makes jobs: ids and targets are those of a train view"
        )]
        let mut spec = JobSpec::of_views(
            table.task.clone(),
            recipe.data,
            recipe.model.clone(),
            recipe.seed,
            (table.ids_of(&train.rows), table.targets_of(&train.rows)),
            table.ids_of(&rows),
        );
        spec.threads = recipe.threads;
        spec.predict_batch = recipe.predict_batch;
        recipe.device.clone_into(&mut spec.device);
        spec.keep_model = recipe.keep_model;
        spec.trace = recipe.trace;
        spec.recalibration.clone_from(&recipe.recalibration);
        let fit = train.rows.clone();
        Ok(Self {
            spec,
            table,
            fit,
            predict: rows,
            brand: PhantomData,
            role: PhantomData,
        })
    }

    /// Lets some of the train rows decide when to stop; no optimiser step and no transform is
    /// fitted on them. Rows that were dropped beside them leave the job.
    #[must_use]
    pub fn with_stop(mut self, stop: &StopRows<'id>) -> Self {
        let dropped = Seen::of(&stop.dropped);
        self.fit.retain(|&row| !dropped.has(row));
        self.spec.fit = self.table.ids_of(&self.fit);
        self.spec.targets = self.table.targets_of(&self.fit);
        let stop = Seen::of(&stop.rows);
        let rows = self
            .fit
            .iter()
            .enumerate()
            .filter(|&(_, &row)| stop.has(row));
        self.spec.stop = rows.map(|(position, _)| position).collect();
        self
    }

    /// What the worker is sent.
    pub fn spec(&self) -> &JobSpec {
        &self.spec
    }

    /// Takes what the worker sent back.
    ///
    /// # Errors
    /// [`ScoreError::Rows`] and [`ScoreError::Scores`] if it does not fit the job.
    pub fn receive(&self, outcome: &Outcome) -> Result<ViewPredictions<'id, R>, ScoreError> {
        self.receive_scores(outcome.scores.clone())
    }

    /// Takes scores of the rows to predict: those of an epoch.
    ///
    /// # Errors
    /// As [`receive`](Self::receive).
    pub fn receive_scores(
        &self,
        scores: Vec<Vec<f64>>,
    ) -> Result<ViewPredictions<'id, R>, ScoreError> {
        let (table, seen) = (Arc::clone(&self.table), Seen::of(&self.fit));
        ViewPredictions::new(table, &self.predict, scores, seen)
    }
}
