//! Predictions of a model under training.

use midfuse_wire::JobSpec;

/// Most numbers of a trace: it travels and is stored as one document.
const MOST: usize = 4_000_000;

/// After which epochs a job that is traced predicts.
#[derive(Debug, Clone, Copy)]
pub(super) struct TracedEpochs {
    /// Every so many; 0: never.
    step: usize,
    last: usize,
}

impl TracedEpochs {
    /// All of them, or as many as the size of a trace allows; the first and the last always.
    pub(super) fn of(spec: &JobSpec, epochs: usize) -> Self {
        let numbers = spec.predict.len() * spec.task.n_scores() * (epochs + 1);
        Self {
            step: if spec.trace {
                numbers.div_ceil(MOST).max(1)
            } else {
                0
            },
            last: epochs,
        }
    }

    pub(super) fn contains(self, epochs: usize) -> bool {
        self.step > 0 && (epochs.is_multiple_of(self.step) || epochs == self.last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_trace_is_thinned_out_and_keeps_its_ends() {
        let chosen = |step, last| -> Vec<usize> {
            let traced = TracedEpochs { step, last };
            (0..=last)
                .filter(|&epochs| traced.contains(epochs))
                .collect()
        };
        assert_eq!(chosen(1, 3), [0, 1, 2, 3]);
        assert_eq!(chosen(2, 5), [0, 2, 4, 5]);
        assert!(chosen(0, 3).is_empty());
    }
}
