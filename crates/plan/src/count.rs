//! How many jobs a study takes.

use crate::Arm;
use crate::file::StudyFile;

/// How many jobs a study takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobCount {
    /// Strategies and baselines, counting each single modality.
    pub arms: usize,
    /// Outer folds over all repeats.
    pub outer: usize,
    /// Trainings that choose a trial: arm x outer fold x inner fold x trial; of halved trials once for
    /// each round that one takes part in.
    pub inner_jobs: usize,
    /// Refits of the chosen trial: arm x outer fold.
    pub refits: usize,
}

impl JobCount {
    /// The count for these arms and `outer` outer folds over all repeats, under a study file's
    /// protocol.
    pub fn of<'a>(file: &StudyFile, arms: impl IntoIterator<Item = &'a Arm>, outer: usize) -> Self {
        let (mut count, mut trials) = (0, 0);
        for arm in arms {
            count += 1;
            let rounds = arm.rounds(&file.budget);
            trials += rounds.iter().map(|round| round.trials).sum::<usize>();
        }
        Self {
            arms: count,
            outer,
            inner_jobs: trials * outer * file.protocol.inner_folds,
            refits: count * outer,
        }
    }

    /// All jobs.
    pub fn total(&self) -> usize {
        self.inner_jobs + self.refits
    }
}
