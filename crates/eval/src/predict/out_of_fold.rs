//! Out-of-fold predictions of train rows, for stacking.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use crate::fold::Inner;
use crate::structure::Structure;
use crate::view::{Brand, Train, Valid, View};
use midfuse_base::Targets;

use super::{Disclosed, ScoreError, ViewPredictions};

/// Predictions of the validation rows of one inner fold, lifted to the outer fold.
#[derive(Debug)]
pub struct OutOfFold<'out> {
    rows: Vec<(u32, Vec<f64>)>,
    brand: Brand<'out>,
}

/// Inputs of a second-stage model: each train row of the fold `'out`, predicted by a model that had not
/// seen it. They belong to that fold and cannot leave it.
#[derive(Debug)]
pub struct StackInputs<'out> {
    rows: Disclosed,
    brand: Brand<'out>,
}

impl StackInputs<'_> {
    /// Ids of the train rows.
    pub fn ids(&self) -> &[String] {
        &self.rows.ids
    }

    /// Targets of the train rows.
    pub fn targets(&self) -> &Targets {
        &self.rows.targets
    }

    /// Scores of each row: log-probabilities in the order of the classes, or one value.
    pub fn scores(&self) -> &[Vec<f64>] {
        &self.rows.scores
    }
}

impl<'out, 'id, S: Structure> Inner<'out, 'id, S> {
    /// Takes predictions of this fold's validation rows into the outer fold, as inputs of a
    /// second-stage model.
    ///
    /// # Errors
    /// [`ScoreError::Leak`] and [`ScoreError::NotPredicted`].
    pub fn out_of_fold(
        &self,
        predictions: &ViewPredictions<'id, Valid>,
    ) -> Result<OutOfFold<'out>, ScoreError> {
        let scores = predictions
            .of(&self.valid)?
            .into_iter()
            .map(<[f64]>::to_vec);
        let rows = self.valid.rows.iter().copied().zip(scores).collect();
        Ok(OutOfFold {
            rows,
            brand: PhantomData,
        })
    }
}

impl<'out> OutOfFold<'out> {
    /// Joins the inner folds of one cross-validation of `train`: each train row, predicted by the
    /// one model that had not seen it.
    ///
    /// # Errors
    /// [`ScoreError::Coverage`] for a train row that is predicted in no fold, or in several.
    pub fn join<S: Structure>(
        folds: Vec<Self>,
        train: &View<'out, Train, S>,
    ) -> Result<StackInputs<'out>, ScoreError> {
        let mut of_row: BTreeMap<u32, (usize, Vec<f64>)> = BTreeMap::new();
        for Self {
            rows,
            brand: PhantomData,
        } in folds
        {
            for (row, scores) in rows {
                let entry = of_row.entry(row).or_default();
                *entry = (entry.0 + 1, scores);
            }
        }
        let scores = train.rows.iter().map(|row| match of_row.remove(row) {
            Some((1, scores)) => Ok(scores),
            other => Err(ScoreError::Coverage {
                id: train.table.id(*row).to_owned(),
                times: other.map_or(0, |(times, _)| times),
            }),
        });
        let scores = scores.collect::<Result<_, _>>()?;
        Ok(StackInputs {
            rows: Disclosed::of(&train.table, &train.rows, scores),
            brand: PhantomData,
        })
    }
}
