//! The input of every sequence encoder: a batch of right-padded rows.

use midfuse_core::check::{self, Dim};
use midfuse_core::{Error, Result};
use tch::{Device, Kind, Tensor};

const MODULE: &str = "SequenceInput";

/// What a step is.
#[derive(Debug)]
pub enum Steps {
    /// Token ids `[B, T]`, i64, counted from 0.
    Ids(Tensor),
    /// Vectors of real numbers `[B, T, F]`.
    Values(Tensor),
}

/// A batch of sequences that begin at step 0 and are padded on the right.
///
/// A row without a valid step is a row whose modality is absent. Construction checks the values
/// and overwrites what lies in the padding, so the content of padding (even NaN) reaches no
/// encoder.
#[derive(Debug)]
pub struct SequenceInput {
    steps: Steps,
    valid: Option<Tensor>,
    /// The largest id at a valid step, -1 where there is none or for values: encoders compare it
    /// with their vocabulary without waiting for the device.
    max_id: i64,
}

impl SequenceInput {
    /// A batch with a mask `valid: [B, T]` bool, true = a real step; `None` = all steps are real.
    ///
    /// # Errors
    /// [`Error::Shape`], [`Error::Kind`] or [`Error::Device`] where the tensors do not fit one
    /// another; [`Error::Input`] for a mask that is not right-padded, a negative id, or a value
    /// that is not finite at a valid step.
    pub fn new(steps: Steps, valid: Option<Tensor>) -> Result<Self> {
        let tensor = match &steps {
            Steps::Ids(ids) => {
                check::shape(MODULE, ids, &[Dim::Any("B"), Dim::Any("T")])?;
                check::kind(MODULE, ids, Kind::Int64)?;
                ids
            }
            Steps::Values(values) => {
                let dims = [Dim::Any("B"), Dim::Any("T"), Dim::Any("F")];
                check::shape(MODULE, values, &dims)?;
                values
            }
        };
        if let Some(valid) = &valid {
            let dims: Vec<Dim> = tensor.size().into_iter().take(2).map(Dim::Is).collect();
            check::shape(MODULE, valid, &dims)?;
            check::kind(MODULE, valid, Kind::Bool)?;
            check::device(MODULE, valid, tensor.device())?;
            check_right_padded(valid)?;
        }
        let steps = clean(steps, valid.as_ref());
        let max_id = check_values(&steps)?;
        Ok(Self {
            steps,
            valid,
            max_id,
        })
    }

    /// Token ids `[B, T]` with the number of real steps of each row; 0 = the row is absent.
    ///
    /// # Errors
    /// As [`new`](Self::new), and [`Error::Input`] for lengths that do not fit the batch.
    pub fn ids(ids: Tensor, lengths: &[i64]) -> Result<Self> {
        let valid = valid_from_lengths(&ids, lengths)?;
        Self::new(Steps::Ids(ids), Some(valid))
    }

    /// Values `[B, T, F]` with the number of real steps of each row; 0 = the row is absent.
    ///
    /// # Errors
    /// As [`new`](Self::new), and [`Error::Input`] for lengths that do not fit the batch.
    pub fn values(values: Tensor, lengths: &[i64]) -> Result<Self> {
        let valid = valid_from_lengths(&values, lengths)?;
        Self::new(Steps::Values(values), Some(valid))
    }

    /// The rows of these indices, `rows: [N]` i64 on the same device. Repeats no check.
    #[must_use]
    pub fn select(&self, rows: &Tensor) -> Self {
        self.map(|tensor| tensor.index_select(0, rows))
    }

    /// The same batch on another device.
    #[must_use]
    pub fn to_device(&self, device: Device) -> Self {
        self.map(|tensor| tensor.to_device(device))
    }

    /// The batch with `f` applied to each of its tensors. `f` may move, copy or pick rows; it must
    /// keep the steps of a row as they are, since no check is repeated.
    #[must_use]
    pub fn map(&self, f: impl Fn(&Tensor) -> Tensor) -> Self {
        Self {
            steps: match &self.steps {
                Steps::Ids(ids) => Steps::Ids(f(ids)),
                Steps::Values(values) => Steps::Values(f(values)),
            },
            valid: self.valid.as_ref().map(&f),
            max_id: self.max_id,
        }
    }

    /// The same batch with Gaussian noise of this standard deviation on every value of a real step,
    /// drawn from libtorch's generator; ids stay as they are.
    #[must_use]
    pub fn with_noise(&self, std: f64) -> Self {
        let mut noisy = self.map(Tensor::shallow_clone);
        if let Steps::Values(values) = &self.steps {
            let mut noise = values.randn_like() * std;
            if let Some(valid) = &self.valid {
                noise *= valid.unsqueeze(-1);
            }
            noisy.steps = Steps::Values(values + noise);
        }
        noisy
    }

    /// The steps; zeros where they are not valid.
    pub fn steps(&self) -> &Steps {
        &self.steps
    }

    /// `[B, T]` bool, true = a real step; `None` = all are real.
    pub fn valid(&self) -> Option<&Tensor> {
        self.valid.as_ref()
    }

    /// The largest id at a valid step; -1 where there is none.
    pub(crate) fn max_id(&self) -> i64 {
        self.max_id
    }

    /// `(B, T)`.
    pub fn size(&self) -> (i64, i64) {
        let (Steps::Ids(tensor) | Steps::Values(tensor)) = &self.steps;
        match *tensor.size() {
            [b, t, ..] => (b, t),
            _ => (0, 0),
        }
    }
}

fn valid_from_lengths(steps: &Tensor, lengths: &[i64]) -> Result<Tensor> {
    let [b, t, ..] = *steps.size() else {
        return Err(Error::Shape {
            module: MODULE,
            expected: "[B, T] or [B, T, F]".to_owned(),
            got: steps.size(),
        });
    };
    let fits = lengths.len() as i64 == b && lengths.iter().all(|length| (0..=t).contains(length));
    if !fits {
        return Err(Error::Input {
            module: MODULE,
            expected: format!("{b} lengths from 0 to {t}"),
            got: format!("{lengths:?}"),
        });
    }
    let lengths = Tensor::from_slice(lengths).unsqueeze(1);
    let positions = Tensor::arange(t, (Kind::Int64, Device::Cpu)).unsqueeze(0);
    Ok(positions.lt_tensor(&lengths).to_device(steps.device()))
}

fn check_right_padded(valid: &Tensor) -> Result<()> {
    let t = valid.size().get(1).copied().unwrap_or_default();
    let resumes = valid
        .narrow(1, 1, t - 1)
        .logical_and(&valid.narrow(1, 0, t - 1).logical_not())
        .any_dim(1, false);
    if t > 1 && is_true(&resumes.any()) {
        let row = resumes.to_kind(Kind::Int64).argmax(0, false);
        return Err(Error::Input {
            module: MODULE,
            expected: "a right-padded mask: real steps first, then padding".to_owned(),
            got: format!("a real step after padding in row {}", row.int64_value(&[])),
        });
    }
    Ok(())
}

/// Zeros in the padding: multiplying NaN by a mask would leave NaN.
fn clean(steps: Steps, valid: Option<&Tensor>) -> Steps {
    let Some(valid) = valid else { return steps };
    let padding = valid.logical_not();
    match steps {
        Steps::Ids(ids) => Steps::Ids(ids.masked_fill(&padding, 0)),
        Steps::Values(values) => Steps::Values(values.masked_fill(&padding.unsqueeze(-1), 0)),
    }
}

fn check_values(steps: &Steps) -> Result<i64> {
    match steps {
        Steps::Ids(ids) => {
            let least = ids.min().int64_value(&[]);
            if least < 0 {
                return Err(Error::Input {
                    module: MODULE,
                    expected: "token ids of at least 0 at valid steps".to_owned(),
                    got: least.to_string(),
                });
            }
            Ok(ids.max().int64_value(&[]))
        }
        Steps::Values(values) => {
            if is_true(&values.isfinite().all()) {
                return Ok(-1);
            }
            Err(Error::Input {
                module: MODULE,
                expected: "finite values at valid steps; impute missing ones".to_owned(),
                got: "NaN or infinity".to_owned(),
            })
        }
    }
}

fn is_true(scalar: &Tensor) -> bool {
    scalar.int64_value(&[]) != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(rows: &[f32], t: i64) -> Tensor {
        Tensor::from_slice(rows).view([-1, t, 1])
    }

    #[test]
    fn padding_is_overwritten() {
        let x = values(&[1.0, f32::NAN, f32::NAN, f32::NAN], 2);
        let input = SequenceInput::values(x, &[1, 0]).unwrap();
        let Steps::Values(clean) = input.steps() else {
            panic!("values")
        };
        let flat: Vec<f32> = clean.flatten(0, -1).try_into().unwrap();
        assert_eq!(flat, [1.0, 0.0, 0.0, 0.0]);
        let ids = Tensor::from_slice(&[3_i64, -9, 1 << 40, 7]).view([2, 2]);
        assert_eq!(SequenceInput::ids(ids, &[1, 0]).unwrap().max_id(), 3);
    }

    #[test]
    fn noise_falls_on_the_values_of_real_steps() {
        let input = SequenceInput::values(values(&[1.0, 2.0, 3.0, 4.0], 2), &[1, 0]).unwrap();
        let noisy = input.with_noise(0.5);
        let Steps::Values(noisy) = noisy.steps() else {
            panic!("values")
        };
        let flat: Vec<f32> = noisy.flatten(0, -1).try_into().unwrap();
        assert!((flat[0] - 1.0).abs() > 1e-9 && (flat[0] - 1.0).abs() < 5.0);
        assert_eq!(flat[1..], [0.0, 0.0, 0.0]);
    }

    #[test]
    fn each_defect_is_named() {
        let message = |result: Result<SequenceInput>| result.unwrap_err().to_string();
        let x = || values(&[1.0, 2.0], 2);
        assert!(message(SequenceInput::values(x(), &[3])).contains("1 lengths from 0 to 2"));
        assert!(message(SequenceInput::values(x(), &[1, 1])).contains("got [1, 1]"));
        let nan = values(&[1.0, f32::NAN], 2);
        assert!(message(SequenceInput::values(nan, &[2])).contains("finite values"));
        let ids = Tensor::from_slice(&[0_i64, -1]).view([1, 2]);
        assert!(message(SequenceInput::ids(ids, &[2])).contains("at least 0"));
        let holes = Tensor::from_slice(&[true, true, false, true]).view([2, 2]);
        let x = values(&[1.0, 2.0, 3.0, 4.0], 2);
        let error = message(SequenceInput::new(Steps::Values(x), Some(holes)));
        assert!(error.contains("row 1"), "{error}");
        let flat = Tensor::from_slice(&[1.0_f32]);
        assert!(matches!(
            SequenceInput::values(flat, &[1]),
            Err(Error::Shape { .. })
        ));
    }

    #[test]
    fn select_takes_rows_in_order() {
        let input = SequenceInput::values(values(&[1.0, 2.0, 3.0], 1), &[1, 0, 1]).unwrap();
        let picked = input.select(&Tensor::from_slice(&[2_i64, 1]));
        let valid: Vec<bool> = picked.valid().unwrap().view([-1]).try_into().unwrap();
        assert_eq!(valid, [true, false]);
        assert_eq!(picked.size(), (2, 1));
    }
}
