//! Batch normalisation over the rows that are present.
//!
//! **Paper**: Ioffe and Szegedy 2015, "Batch Normalization".
//! **Reference implementation**: `torch.nn.BatchNorm1d`, `torch.nn.BatchNorm2d`.
//!
//! NOTE[DIFF] from PyTorch: rows whose modality is absent are left out of the statistics and come
//! back as zeros; fewer than two present rows in train mode is a typed error (PyTorch refuses one
//! value per channel, and tch lets the running variance become NaN); there is no
//! `num_batches_tracked`, which PyTorch needs for a cumulative average only.
//! NOTE[DIFF] from tch: weights start at 1 and not from U(0, 1); buffers follow an f64 store.

use std::borrow::Borrow;

use midfuse_core::{Error, Mode, Result};
use tch::{Kind, Tensor, nn};

/// Weight of the newest batch in the running statistics (PyTorch's default).
const MOMENTUM: f64 = 0.1;
/// Added to the variance (PyTorch's default).
const EPS: f64 = 1e-5;

/// Normalises each channel over the present rows. Parameters `weight [C]`, `bias [C]`; buffers
/// `running_mean [C]`, `running_var [C]`.
#[derive(Debug)]
pub struct BatchNorm {
    module: &'static str,
    /// Scale per channel, from 1.
    pub weight: Tensor,
    /// Shift per channel, from 0.
    pub bias: Tensor,
    /// Running mean per channel, from 0.
    pub running_mean: Tensor,
    /// Running unbiased variance per channel, from 1.
    pub running_var: Tensor,
}

/// For `[B, C]` or `[B, C, T]`, as `torch.nn.BatchNorm1d(c)`.
pub fn batch_norm1d<'a>(vs: impl Borrow<nn::Path<'a>>, c: i64) -> BatchNorm {
    BatchNorm::new("BatchNorm1d", vs.borrow(), c)
}

/// For `[B, C, H, W]`, as `torch.nn.BatchNorm2d(c)`.
pub fn batch_norm2d<'a>(vs: impl Borrow<nn::Path<'a>>, c: i64) -> BatchNorm {
    BatchNorm::new("BatchNorm2d", vs.borrow(), c)
}

impl BatchNorm {
    fn new(module: &'static str, vs: &nn::Path, c: i64) -> Self {
        // Statistics of half-precision models stay in f32: they are sums over many rows.
        let kind = match vs.kind() {
            Kind::Double => Kind::Double,
            _ => Kind::Float,
        };
        let buffer = (kind, vs.device());
        Self {
            module,
            weight: vs.ones("weight", &[c]),
            bias: vs.zeros("bias", &[c]),
            running_mean: vs.add("running_mean", Tensor::zeros([c], buffer), false),
            running_var: vs.add("running_var", Tensor::ones([c], buffer), false),
        }
    }

    /// Normalises `x [B, C, ..]` to the same shape. `present_rows [B]` bool, true = present,
    /// `None` = all. Train mode uses the batch's statistics and updates the running ones
    /// (momentum 0.1, unbiased variance); eval mode uses the running ones. What stands in an
    /// absent row, even NaN, changes nothing; its output is zero.
    ///
    /// # Errors
    /// [`Error::TooFewRows`] in train mode with fewer than two present rows.
    pub fn forward(&self, x: &Tensor, present_rows: Option<&Tensor>, mode: Mode) -> Result<Tensor> {
        let Some(present) = present_rows else {
            let rows = x.size().first().copied().unwrap_or_default();
            self.enough(rows, mode)?;
            return Ok(self.normalise(x, mode));
        };
        let rows = present.nonzero().squeeze_dim(1);
        let n_present = rows.size().first().copied().unwrap_or_default();
        self.enough(n_present, mode)?;
        let zeros = x.zeros_like();
        if n_present == 0 {
            return Ok(zeros);
        }
        let normal = self.normalise(&x.index_select(0, &rows), mode);
        Ok(zeros.index_copy(0, &rows, &normal))
    }

    fn enough(&self, got: i64, mode: Mode) -> Result<()> {
        if mode.is_train() && got < 2 {
            return Err(Error::TooFewRows {
                module: self.module,
                needed: 2,
                got,
                mode: "train",
            });
        }
        Ok(())
    }

    fn normalise(&self, x: &Tensor, mode: Mode) -> Tensor {
        x.batch_norm(
            Some(&self.weight),
            Some(&self.bias),
            Some(&self.running_mean),
            Some(&self.running_var),
            mode.is_train(),
            MOMENTUM,
            EPS,
            true,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tch::Device;

    fn values(x: &Tensor) -> Vec<f32> {
        Vec::try_from(x.view([-1])).unwrap()
    }

    #[test]
    fn running_statistics_by_hand() {
        let vs = nn::VarStore::new(Device::Cpu);
        let norm = batch_norm1d(vs.root(), 1);
        let x = Tensor::from_slice(&[1.0_f32, 3.0]).view([2, 1]);
        let y = norm.forward(&x, None, Mode::Train).unwrap();
        assert!((y.double_value(&[1, 0]) - 0.999_995).abs() < 1e-6);
        // mean: .9 * 0 + .1 * 2; unbiased variance of (1, 3) is 2: .9 * 1 + .1 * 2
        assert!((values(&norm.running_mean)[0] - 0.2).abs() < 1e-6);
        assert!((values(&norm.running_var)[0] - 1.1).abs() < 1e-6);
    }

    #[test]
    fn nan_in_an_absent_row_changes_nothing() {
        let run = |content: f32| {
            let vs = nn::VarStore::new(Device::Cpu);
            let norm = batch_norm1d(vs.root(), 1);
            let x = Tensor::from_slice(&[1.0, content, 4.0]).view([3, 1]);
            let x = x.set_requires_grad(true);
            let present = Tensor::from_slice(&[true, false, true]);
            let mut seen = Vec::new();
            for mode in [Mode::Train, Mode::Eval] {
                let y = norm.forward(&x, Some(&present), mode).unwrap();
                (&y * &y * &x.detach().nan_to_num(0.0, 0.0, 0.0))
                    .sum(Kind::Float)
                    .backward();
                seen.extend(values(&y));
            }
            for t in [&x.grad(), &norm.weight.grad(), &norm.bias.grad()] {
                seen.extend(values(t));
            }
            seen.extend(values(&norm.running_mean));
            seen.extend(values(&norm.running_var));
            seen
        };
        let (nan, zero) = (run(f32::NAN), run(0.0));
        assert!(nan.iter().all(|v| v.is_finite()), "{nan:?}");
        assert_eq!(nan, zero);
        assert_eq!(nan[1].to_bits(), 0.0_f32.to_bits());
    }

    #[test]
    fn one_present_row_is_refused_in_train_mode_only() {
        let vs = nn::VarStore::new(Device::Cpu);
        let norm = batch_norm2d(vs.root(), 2);
        let x = Tensor::ones([2, 2, 3, 3], (Kind::Float, Device::Cpu));
        let one = Tensor::from_slice(&[true, false]);
        let error = norm.forward(&x, Some(&one), Mode::Train).unwrap_err();
        assert!(
            matches!(
                error,
                Error::TooFewRows {
                    needed: 2,
                    got: 1,
                    ..
                }
            ),
            "{error}"
        );
        assert!(norm.forward(&x.narrow(0, 0, 1), None, Mode::Train).is_err());
        assert_eq!(values(&norm.running_var), [1.0, 1.0]);
        assert!(norm.forward(&x, Some(&one), Mode::Eval).is_ok());
        let none = Tensor::from_slice(&[false, false]);
        let y = norm.forward(&x, Some(&none), Mode::Eval).unwrap();
        assert_eq!(y, x.zeros_like());
    }
}
