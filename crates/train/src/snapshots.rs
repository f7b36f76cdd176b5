//! The mean of the weights that a run had at the ends of its last epochs.
//!
//! Paper: Izmailov et al. 2018, *Averaging Weights Leads to Wider Optima and Better Generalization*
//! (UAI); the window of the last snapshots is that of Kaddour 2022, *Stop Wasting My Time! Saving Days
//! of `ImageNet` and BERT Training with Latest Weight Averaging*. Reference implementation:
//! `torch.optim.swa_utils.AveragedModel`.
//!
//! NOTE[DIFF]: running statistics of batch normalisation are averaged like weights, not computed anew
//! by one more pass over the rows (`update_bn`): a traced run would need that pass after every epoch.
//! NOTE[DIFF]: the schedule stays that of the run; the paper's is constant or cyclic.

use midfuse_torch::optim::copy_all;
use tch::{Kind, Tensor, no_grad};

use crate::Result;

/// Copies of a run's variables at the ends of its last epochs, and what they had before their mean took
/// their place. Without a window of at least two there are none, and nothing is changed.
pub(crate) struct Snapshots {
    /// `[slot][variable]`; the slot of an epoch is its number modulo the window.
    copies: Vec<Vec<Tensor>>,
    aside: Vec<Tensor>,
}

impl Snapshots {
    pub(crate) fn new(window: usize, variables: &[Tensor]) -> Self {
        let window = if window > 1 { window } else { 0 };
        let copy = || variables.iter().map(|v| v.detach().copy()).collect();
        Self {
            copies: (0..window).map(|_| copy()).collect(),
            aside: if window > 0 { copy() } else { Vec::new() },
        }
    }

    /// Keeps the weights at the end of this epoch, counted from 0.
    pub(crate) fn take(&mut self, epoch: usize, variables: &[Tensor]) -> Result<()> {
        let window = self.copies.len().max(1);
        match self.copies.get(epoch % window) {
            Some(copy) => Ok(copy_all(copy, variables)?),
            None => Ok(()),
        }
    }

    /// Puts the mean of what was taken in so many epochs in the place of the weights.
    pub(crate) fn put(&self, epochs: usize, variables: &[Tensor]) -> Result<()> {
        let taken = self.copies.get(..epochs.min(self.copies.len()));
        let Some(taken @ [_, ..]) = taken else {
            return Ok(());
        };
        copy_all(&self.aside, variables)?;
        for (i, variable) in variables.iter().enumerate() {
            // Counts of batches stay those of the last epoch.
            if !is_float(variable) {
                continue;
            }
            let of_variable: Vec<&Tensor> = taken.iter().filter_map(|copy| copy.get(i)).collect();
            let mean = Tensor::stack(&of_variable, 0).mean_dim(0_i64, false, None::<Kind>);
            no_grad(|| variable.shallow_clone().copy_(&mean));
        }
        Ok(())
    }

    /// Gives the weights back that [`put`](Self::put) set aside after so many epochs.
    pub(crate) fn give_back(&self, epochs: usize, variables: &[Tensor]) -> Result<()> {
        if self.copies.is_empty() || epochs == 0 {
            return Ok(());
        }
        Ok(copy_all(variables, &self.aside)?)
    }

    /// All copies, slot by slot.
    pub(crate) fn tensors(&self) -> impl Iterator<Item = &Tensor> {
        self.copies.iter().flatten()
    }

    /// Slots.
    pub(crate) fn len(&self) -> usize {
        self.copies.len()
    }
}

fn is_float(variable: &Tensor) -> bool {
    match variable.kind() {
        Kind::Half | Kind::Float | Kind::Double | Kind::BFloat16 => true,
        Kind::Uint8
        | Kind::Int8
        | Kind::Int16
        | Kind::Int
        | Kind::Int64
        | Kind::ComplexHalf
        | Kind::ComplexFloat
        | Kind::ComplexDouble
        | Kind::Bool
        | Kind::QInt8
        | Kind::QUInt8
        | Kind::QInt32
        | Kind::Float8e5m2
        | Kind::Float8e4m3fn
        | Kind::Float8e5m2fnuz
        | Kind::Float8e4m3fnuz => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(variables: &[Tensor]) -> (f64, i64) {
        let [weight, count] = variables else {
            panic!("two variables");
        };
        (weight.double_value(&[0]), count.int64_value(&[0]))
    }

    #[test]
    fn the_mean_of_the_last_two_and_back() {
        let of =
            |weight: f32, count: i64| [Tensor::from_slice(&[weight]), Tensor::from_slice(&[count])];
        let variables = of(0.0, 0);
        let mut snapshots = Snapshots::new(2, &variables);
        snapshots.put(0, &variables).unwrap();
        snapshots.give_back(0, &variables).unwrap();
        for (epoch, (weight, mean)) in [(1.0, 1.0), (3.0, 2.0), (7.0, 5.0)].into_iter().enumerate()
        {
            copy_all(&variables, &of(weight, epoch as i64)).unwrap();
            snapshots.take(epoch, &variables).unwrap();
            snapshots.put(epoch + 1, &variables).unwrap();
            assert_eq!(values(&variables), (mean, epoch as i64));
            snapshots.give_back(epoch + 1, &variables).unwrap();
            assert_eq!(values(&variables), (f64::from(weight), epoch as i64));
        }
    }

    #[test]
    fn a_window_of_one_changes_nothing() {
        let variables = [Tensor::from_slice(&[2.0_f32])];
        let mut snapshots = Snapshots::new(1, &variables);
        snapshots.take(0, &variables).unwrap();
        snapshots.put(1, &variables).unwrap();
        snapshots.give_back(1, &variables).unwrap();
        assert_eq!(snapshots.len(), 0);
        assert!((variables[0].double_value(&[0]) - 2.0).abs() < 1e-9);
    }
}
