//! Whether the jobs of a study fit into the memory of the machine, before any of them runs.

use midfuse_base::size;
use midfuse_plan::file::StopRule;
use midfuse_wire::{BatchMemory, JobSpec, Memory, Reply};
use serde_json::Value;

use super::checked::CheckedStudy;
use super::options::Options;
use super::workers::Handshake;
use crate::pool::Process;
use crate::{Result, StudyFileError};

/// Fewest rows of a training batch that are proposed before another way is.
const FEW: u64 = 8;
/// Fewest rows of a training batch: batch statistics need two.
const FEWEST: u64 = 2;
/// The device whose memory is known.
const CPU: &str = "cpu";

/// What a worker has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// Of the machine, for all workers.
    pub available: u64,
    /// How many they are.
    pub workers: usize,
}

impl Share {
    /// For each worker.
    pub fn bytes(self) -> u64 {
        self.available / self.workers.max(1) as u64
    }
}

/// What the largest job of each arm takes, where the worker can tell; none where it cannot.
#[derive(Debug, Clone, Default)]
pub(crate) struct Memories {
    /// `[arm][trial]`.
    of_trials: Vec<Vec<Option<Memory>>>,
}

impl Memories {
    /// Of the trials of the next arm.
    pub(crate) fn push(&mut self, of_arm: Vec<Option<Memory>>) {
        self.of_trials.push(of_arm);
    }

    /// Bytes of the largest job of each arm.
    pub(crate) fn largest(&self) -> Vec<Option<u64>> {
        let of_arms = self.of_trials.iter();
        of_arms
            .map(|trials| trials.iter().flatten().map(Memory::total).max())
            .collect()
    }

    /// What a worker has, as the first reply told it.
    pub(crate) fn share(&self, workers: usize) -> Option<Share> {
        let mut all = self.of_trials.iter().flatten().flatten();
        let available = all.find_map(|memory| memory.available)?;
        Some(Share { available, workers })
    }
}

/// Rows that a job predicts at once: as the file says, or as many as stopping rows are judged at once.
pub(crate) fn predict_batch(study: &CheckedStudy) -> usize {
    let written = study.file.budget.predict_batch;
    match study.file.protocol.stop {
        StopRule::Rows => written.max(JobSpec::PREDICT_BATCH),
        StopRule::Inner | StopRule::None => written,
    }
}

/// A trial, and what the largest job of it takes.
pub(crate) struct Trial<'a> {
    pub(crate) study: &'a CheckedStudy,
    pub(crate) options: &'a Options,
    pub(crate) strategy: &'a str,
    pub(crate) model: &'a Value,
    pub(crate) memory: &'a Memory,
}

impl Trial<'_> {
    /// Refuses a job that does not fit into its worker's share of the memory, and says which key makes
    /// it fit, as `worker` tells. Nothing is refused where the worker cannot tell, or where jobs run
    /// elsewhere than on the CPU.
    ///
    /// # Errors
    /// [`StudyFileError::Memory`]; those of the worker when it is asked for other values.
    pub(crate) fn must_fit(&self, worker: &mut Process) -> Result<()> {
        let workers = self.options.workers;
        let Some(available) = self.memory.available else {
            return Ok(());
        };
        let share = Share { available, workers };
        let total = self.memory.total();
        if self.options.device != CPU || total <= share.bytes() {
            return Ok(());
        }
        Err(StudyFileError::Memory {
            strategy: self.strategy.to_owned(),
            takes: size(total),
            has: size(share.bytes()),
            available: size(available),
            workers,
            mend: self.mend(share, worker)?,
        }
        .into())
    }

    /// What makes it fit.
    fn mend(&self, share: Share, worker: &mut Process) -> Result<String> {
        if let Some(text) = batches(self.memory, share, FEW, self.fewest_predicted()) {
            return Ok(text);
        }
        if let Some(text) = self.smaller(share, worker)? {
            return Ok(text);
        }
        let total = self.memory.total();
        if let Some(workers) = share.available.checked_div(total).filter(|&n| n > 0) {
            return Ok(format!("give --workers {workers}"));
        }
        let fewest = batches(self.memory, share, FEWEST, self.fewest_predicted());
        Ok(fewest.unwrap_or_else(|| {
            "no key alone makes it fit: take this strategy out, or narrow its encoders".to_owned()
        }))
    }

    fn fewest_predicted(&self) -> u64 {
        match self.study.file.protocol.stop {
            StopRule::Rows => JobSpec::PREDICT_BATCH as u64,
            StopRule::Inner | StopRule::None => 1,
        }
    }

    /// The first value of a field of the model with which it fits, perhaps with smaller batches, as a
    /// worker says that is asked for it.
    fn smaller(&self, share: Share, worker: &mut Process) -> Result<Option<String>> {
        for smaller in &self.memory.smaller {
            for value in &smaller.values {
                let model = smaller.with(self.model.clone(), value);
                let Some(memory) = self.ask(worker, &model)? else {
                    continue;
                };
                let text = format!("set {}", smaller.said(value));
                if memory.total() <= share.bytes() {
                    return Ok(Some(text));
                }
                let also = batches(&memory, share, FEW, self.fewest_predicted());
                if let Some(also) = also {
                    return Ok(Some(format!("{text}, and {also}")));
                }
            }
        }
        Ok(None)
    }

    fn ask(&self, worker: &mut Process, model: &Value) -> Result<Option<Memory>> {
        let reply = Handshake::ask(worker, self.study, model, self.options)?;
        Ok(match reply {
            Reply::Valid { memory, .. } => memory.map(|memory| *memory),
            // A value that does not go with the others is no way out.
            Reply::Failed { .. }
            | Reply::Hello { .. }
            | Reply::Described { .. }
            | Reply::Opened { .. }
            | Reply::Done { .. } => None,
        })
    }
}

/// The keys of the batches with the largest powers of two that fit.
fn batches(memory: &Memory, share: Share, fewest: u64, predicted: u64) -> Option<String> {
    let mut fitting = memory.clone();
    // What stays whatever the batches are.
    fitting.step = BatchMemory::default();
    fitting.predict = BatchMemory::default();
    if fitting.total() > share.bytes() {
        return None;
    }
    let rest = fitting.process + fitting.parameters + fitting.data;
    let left = share.bytes().checked_sub(rest)?;
    let mut keys = Vec::new();
    for (batch, key, fewest) in [
        (memory.step, "training.batch_size", fewest),
        (memory.predict, "budget.predict_batch", predicted),
    ] {
        if batch.bytes() <= left {
            continue;
        }
        let rows = left.checked_sub(batch.fixed)? / batch.of_row.max(1);
        let rows = rows.checked_ilog2().map(|log| 1 << log)?;
        if rows < fewest {
            return None;
        }
        keys.push(format!("`{key} = {rows}` (now {})", batch.rows));
    }
    (!keys.is_empty()).then(|| format!("set {}", keys.join(" and ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn memory(step: u64, predict: u64) -> Memory {
        let batch = |rows, of_row| BatchMemory {
            rows,
            fixed: 10,
            of_row,
        };
        Memory {
            process: 100,
            step: batch(32, step),
            predict: batch(256, predict),
            ..Memory::default()
        }
    }

    fn share(bytes: u64) -> Share {
        Share {
            available: 2 * bytes,
            workers: 2,
        }
    }

    #[test]
    fn the_batch_that_is_too_large_is_named() {
        let said = |memory: &Memory, bytes| batches(memory, share(bytes), FEW, 1);
        assert_eq!(
            said(&memory(10, 1), 400).unwrap(),
            "set `training.batch_size = 16` (now 32)"
        );
        assert_eq!(
            said(&memory(1, 10), 400).unwrap(),
            "set `budget.predict_batch = 16` (now 256)"
        );
        assert_eq!(
            said(&memory(10, 2), 300).unwrap(),
            "set `training.batch_size = 16` (now 32) and `budget.predict_batch = 64` (now 256)"
        );
        // Seven rows are too few to learn from, and without any row it would not fit.
        assert_eq!(said(&memory(40, 1), 400), None);
        assert_eq!(said(&memory(10, 1), 90), None);
        assert!(batches(&memory(40, 1), share(400), FEWEST, 1).is_some());
        // Stopping rows are judged as many at once whatever the key says.
        assert_eq!(batches(&memory(1, 10), share(400), FEW, 256), None);
    }
}
