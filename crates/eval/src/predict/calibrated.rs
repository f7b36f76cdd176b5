//! Calibration on the validation rows of an inner fold.

use crate::fold::Inner;
use crate::structure::Structure;

use super::{Disclosed, Fitted, Predict, ScoreError};

/// A model whose scores pass through a map that validation rows decided.
#[derive(Debug, Clone)]
pub struct Calibrated<M, C> {
    model: M,
    map: C,
}

impl<M: Predict, C: Fn(Vec<f64>) -> Vec<f64>> Predict for Calibrated<M, C> {
    fn predict(&self, id: &str) -> Vec<f64> {
        (self.map)(self.model.predict(id))
    }
}

impl<'out, 'id, S: Structure> Inner<'out, 'id, S> {
    /// Lets the validation rows decide a map of the scores (a temperature, an isotonic fit), and lifts
    /// the model with it into the outer fold, as one that has also seen these rows.
    ///
    /// # Errors
    /// As [`Fitted::predict`].
    pub fn calibrate<M: Predict, C: Fn(Vec<f64>) -> Vec<f64>>(
        &self,
        model: Fitted<'id, M>,
        learn: impl FnOnce(&Disclosed) -> C,
    ) -> Result<Fitted<'out, Calibrated<M, C>>, ScoreError> {
        let scores = model.predict(&self.valid)?;
        let map = learn(&scores.with_targets_of(&self.valid)?);
        let model = model.mapped(|model| Calibrated { model, map });
        Ok(self.lift(model))
    }
}
