//! Where a run is and what it has gone through.

use midfuse_base::{Epoch, Stopped};

use crate::history::History;
use crate::{Error, Result};

/// Everything of a run that is not a weight, a moment or a generator.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Progress {
    /// Steps done in the epoch that is under way.
    pub(crate) step: usize,
    /// Losses and gradient norms of those steps, as far as they were read from the device.
    pub(crate) losses: Vec<f64>,
    pub(crate) norms: Vec<f64>,
    /// The epochs that are done.
    pub(crate) epochs: Vec<Epoch>,
    /// The epoch with the lowest loss on the stopping rows.
    pub(crate) best_epoch: usize,
}

impl Progress {
    /// Whether the loss on the stopping rows has not improved for `patience` epochs.
    pub(crate) fn is_out_of_patience(&self, patience: Option<usize>) -> bool {
        let waited = self.epochs.len().saturating_sub(self.best_epoch + 1);
        let stops = self
            .epochs
            .last()
            .is_some_and(|epoch| epoch.stop_loss.is_some());
        stops && patience.is_some_and(|patience| waited >= patience)
    }

    /// Takes in what was read from the device.
    pub(crate) fn read(&mut self, losses: &[f64], norms: &[f64]) -> Result<()> {
        let epoch = self.epochs.len();
        finite("training loss", epoch, self.losses.len(), losses)?;
        finite("gradient norm", epoch, self.norms.len(), norms)?;
        self.losses.extend(losses);
        self.norms.extend(norms);
        Ok(())
    }

    /// Ends an epoch; `sizes` are those of its batches. Returns whether it is the best so far.
    pub(crate) fn close(&mut self, sizes: &[i64], stop: Option<(&[f64], &[i64])>) -> Result<bool> {
        let epoch = self.epochs.len();
        let stop_loss = match stop {
            Some((losses, sizes)) => {
                finite("loss on the stopping rows", epoch, 0, losses)?;
                Some(weighted_mean(losses, sizes))
            }
            None => None,
        };
        let best = self
            .epochs
            .get(self.best_epoch)
            .and_then(|epoch| epoch.stop_loss);
        let is_best = match (stop_loss, best) {
            (Some(new), Some(best)) => new < best,
            _ => true,
        };
        if is_best {
            self.best_epoch = epoch;
        }
        let train_loss = weighted_mean(&self.losses, sizes);
        self.epochs.push(Epoch {
            train_loss,
            stop_loss,
        });
        self.losses.clear();
        self.norms.clear();
        self.step = 0;
        Ok(is_best)
    }

    pub(crate) fn history(&self, patience: Option<usize>) -> History {
        History {
            epochs: self.epochs.clone(),
            best_epoch: self.best_epoch,
            stopped: if self.is_out_of_patience(patience) {
                Stopped::Early
            } else {
                Stopped::EpochLimit
            },
        }
    }
}

fn weighted_mean(values: &[f64], sizes: &[i64]) -> f64 {
    let sum: f64 = values
        .iter()
        .zip(sizes)
        .map(|(value, &size)| value * size as f64)
        .sum();
    sum / sizes.iter().sum::<i64>() as f64
}

fn finite(what: &'static str, epoch: usize, first_step: usize, values: &[f64]) -> Result<()> {
    let mut steps = (first_step..).zip(values);
    match steps.find(|(_, value)| !value.is_finite()) {
        Some((step, &value)) => Err(Error::NonFinite {
            what,
            epoch,
            step,
            value,
        }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(stop_losses: &[f64]) -> Progress {
        let mut progress = Progress::default();
        for &loss in stop_losses {
            progress.read(&[1.0], &[]).unwrap();
            progress.close(&[1], Some((&[loss], &[1]))).unwrap();
        }
        progress
    }

    #[test]
    fn patience_counts_epochs_since_the_first_lowest() {
        assert_eq!(after(&[3.0, 1.0, 1.0]).best_epoch, 1);
        assert!(after(&[3.0, 1.0, 1.0]).is_out_of_patience(Some(1)));
        assert!(!after(&[3.0, 1.0, 1.0]).is_out_of_patience(Some(2)));
        assert!(!after(&[3.0, 4.0, 5.0]).is_out_of_patience(None));
        assert!(!after(&[]).is_out_of_patience(Some(1)));
    }

    #[test]
    fn means_are_by_row() {
        let mut progress = Progress::default();
        progress.read(&[1.0, 4.0], &[]).unwrap();
        let is_best = progress
            .close(&[2, 1], Some((&[3.0, 6.0], &[1, 2])))
            .unwrap();
        let epoch = progress.epochs[0];
        assert!(is_best);
        assert!((epoch.train_loss - 2.0).abs() < 1e-12);
        assert!((epoch.stop_loss.unwrap() - 5.0).abs() < 1e-12);
    }

    #[test]
    fn a_number_that_is_not_finite_is_named() {
        let mut progress = after(&[1.0, 2.0]);
        progress.read(&[1.0], &[1.0]).unwrap();
        let error = progress.read(&[1.0, f64::NAN], &[1.0, 1.0]).unwrap_err();
        let text = error.to_string();
        assert!(
            text.starts_with("training loss is NaN in epoch 2, step 2"),
            "{text}"
        );
        let error = progress.read(&[], &[f64::INFINITY]).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("gradient norm is inf in epoch 2, step 1")
        );
        assert!(progress.close(&[1], Some((&[f64::NAN], &[1]))).is_err());
    }

    #[test]
    fn without_stopping_rows_the_last_epoch_is_kept() {
        let mut progress = Progress::default();
        for loss in [1.0, 2.0] {
            progress.read(&[loss], &[]).unwrap();
            assert!(progress.close(&[1], None).unwrap());
        }
        let history = progress.history(Some(1));
        assert_eq!(
            (history.best_epoch, history.stopped),
            (1, Stopped::EpochLimit)
        );
    }
}
