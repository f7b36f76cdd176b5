//! How many jobs a study takes.

use crate::file::StudyFile;

/// How many jobs a study takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobCount {
    /// Strategies, counting each single modality.
    pub arms: usize,
    /// Outer folds over all repeats.
    pub outer: usize,
    /// Trainings that choose a trial: arm x outer fold x inner fold x trial.
    pub inner_jobs: usize,
    /// Refits of the chosen trial: arm x outer fold.
    pub refits: usize,
}

impl JobCount {
    /// The count for `arms` arms and `outer` outer folds over all repeats, under a study file's
    /// protocol and budget.
    pub fn of(file: &StudyFile, arms: usize, outer: usize) -> Self {
        let inner_jobs = arms * outer * file.protocol.inner_folds * file.budget.trials;
        Self {
            arms,
            outer,
            inner_jobs,
            refits: arms * outer,
        }
    }

    /// All jobs.
    pub fn total(&self) -> usize {
        self.inner_jobs + self.refits
    }
}
