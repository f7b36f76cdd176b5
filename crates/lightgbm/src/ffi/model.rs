//! Boosters that predict.

use std::ffi::c_int;
use std::ops::Range;
use std::sync::Arc;

use super::owned::Owned;
use super::{Api, GAIN, ROW_MAJOR, c_text};
use crate::config::ALWAYS;
use crate::number::sealed::Number;
use crate::rows::Matrix;
use crate::text::ModelText;
use crate::{Error, Result};

/// What a prediction is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Output {
    /// Probabilities and values.
    Normal = 0,
    /// What the trees add up to.
    Score = 1,
}

/// A booster that predicts.
pub(crate) struct Model(Owned);

// SAFETY: LightGBM binds a booster to no thread; what it keeps for each thread is the last error and
// the log's callback. It is not `Sync`: a prediction writes the rounds that it uses into the booster.
unsafe impl Send for Model {}

impl Model {
    /// The booster of a checked text.
    pub(crate) fn new(api: &Arc<Api>, text: &ModelText) -> Result<Self> {
        const WHAT: &str = "reading a model";
        let mut n_rounds = 0;
        let owned = Owned::new(api, WHAT, api.booster_free, |out| {
            // SAFETY: a C string whose every index is in its range: `ModelText::read` checks it.
            unsafe { (api.booster_from_text)(text.text.as_ptr(), &raw mut n_rounds, out) }
        })?;
        let model = Self(owned);
        let mut n_columns = 0;
        // SAFETY: the booster is alive.
        let status = unsafe { (api.booster_n_columns)(model.0.handle, &raw mut n_columns) };
        api.check(WHAT, status)?;
        let read = (usize::try_from(n_rounds), usize::try_from(n_columns));
        if read == (Ok(text.n_rounds), Ok(text.n_columns)) {
            return Ok(model);
        }
        Err(Error::LightGbm {
            what: WHAT,
            message: format!("it read {n_rounds} rounds and {n_columns} columns"),
        })
    }

    /// `[N * n_outputs]` of these rounds; `x` has as many columns as the model.
    pub(crate) fn predict<T: Number + crate::Number>(
        &self,
        x: &Matrix<'_, T>,
        rounds: &Range<i32>,
        output: Output,
        n_outputs: usize,
    ) -> Result<Vec<f64>> {
        const WHAT: &str = "predicting";
        let Owned { api, handle, .. } = &self.0;
        api.silence()?;
        let (n_rows, n_columns) = x.shape();
        let (first, count) = (rounds.start, rounds.end - rounds.start);
        let output = output as c_int;
        let mut n = 0;
        // SAFETY: the booster is alive.
        let status =
            unsafe { (api.booster_n_predicted)(*handle, n_rows, output, first, count, &raw mut n) };
        api.check(WHAT, status)?;
        let mut predicted = vec![0.0; n_outputs.saturating_mul(n_rows as usize)];
        if usize::try_from(n) != Ok(predicted.len()) {
            return Err(Error::LightGbm {
                what: WHAT,
                message: format!("{} numbers were expected, and it has {n}", predicted.len()),
            });
        }
        let parameters = c_text(ALWAYS);
        // SAFETY: `Matrix` holds as many values as its shape says, row after row; the booster has
        // just said that it writes as many numbers as `predicted` has.
        let status = unsafe {
            (api.booster_predict)(
                *handle,
                x.values().as_ptr().cast(),
                <T as Number>::DTYPE,
                n_rows,
                n_columns,
                ROW_MAJOR,
                output,
                first,
                count,
                parameters.as_ptr(),
                &raw mut n,
                predicted.as_mut_ptr(),
            )
        };
        api.check(WHAT, status)?;
        Ok(predicted)
    }

    /// `[P]`: total gain of the splits on each column in the first rounds.
    pub(crate) fn gains(&self, n_columns: usize, n_rounds: i32) -> Result<Vec<f64>> {
        let Owned { api, handle, .. } = &self.0;
        api.silence()?;
        let mut gains = vec![0.0; n_columns];
        // SAFETY: a number for each column is written, and `Model::new` has compared their number.
        let status =
            unsafe { (api.booster_importance)(*handle, n_rounds, GAIN, gains.as_mut_ptr()) };
        api.check("importance", status)?;
        Ok(gains)
    }
}
