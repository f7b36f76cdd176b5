//! Training, prediction and importance.

use std::fmt;

use midfuse_base::Seed;
use ndarray::{Array2, ArrayView2};

use crate::error::ensure;
use crate::ffi::{self, Model, Output};
use crate::rows::Matrix;
use crate::text::ModelText;
use crate::{Error, Library, LightGbmConfig, Number, Objective, Result, TrainingRows};

/// Boosted trees that have learned.
pub struct Booster {
    model: Model,
    text: ModelText,
}

impl Booster {
    /// Grows trees; the same rows, config and seed give the same bits.
    ///
    /// Of the seed the lowest 31 bits count. A booster whose trees find no split that is worth it
    /// predicts the mean of the targets.
    ///
    /// # Errors
    /// [`Error::Config`] and [`Error::Argument`] for
    /// what is out of range, [`Error::LightGbm`] for what LightGBM refuses.
    pub fn train<T: Number>(
        library: &Library,
        rows: &TrainingRows<'_, T>,
        config: &LightGbmConfig,
        seed: Seed,
    ) -> Result<Self> {
        config.validate()?;
        let objective = rows.labels().objective();
        let parameters = config.parameters(objective, rows.categorical(), seed);
        let text = ffi::train(
            library.api(),
            &rows.checked()?,
            &parameters,
            config.n_rounds,
        )?;
        // As the Python package does: what predicts is read from the text, and the rows are freed.
        Self::from_text(library, &text)
    }

    /// The booster that [`Self::to_text`] wrote, or the Python package.
    ///
    /// # Errors
    /// [`Error::Text`] if the text is no model of LightGBM 4 with an objective
    /// of this crate, or if an index in it is out of its range.
    pub fn from_text(library: &Library, text: &str) -> Result<Self> {
        let text = ModelText::read(text)?;
        Ok(Self {
            model: Model::new(library.api(), &text)?,
            text,
        })
    }

    /// The trees in LightGBM's own format, which the Python package reads, too.
    pub fn to_text(&self) -> String {
        self.text.text.to_string_lossy().into_owned()
    }

    /// What it has learned.
    pub fn objective(&self) -> Objective {
        self.text.objective
    }

    /// How many columns it reads.
    pub fn n_columns(&self) -> usize {
        self.text.n_columns
    }

    /// How many rounds it has: fewer than were asked for where some found no split.
    pub fn n_rounds(&self) -> usize {
        self.text.n_rounds
    }

    /// Number of trees: rounds, times classes where there are more than two.
    pub fn n_trees(&self) -> usize {
        self.n_rounds() * self.objective().n_trees()
    }

    /// Number of leaves of all trees together.
    pub fn n_leaves(&self) -> usize {
        self.text.n_leaves
    }

    /// `x` `[N, P]` -> probabilities of the classes `[N, C]`, or values `[N, 1]`.
    ///
    /// A category that was never seen goes the way of a missing one.
    ///
    /// # Errors
    /// [`Error::Argument`] for another number of columns, and for categories
    /// that are none.
    pub fn predict<T: Number>(&self, x: &ArrayView2<'_, T>) -> Result<Array2<f64>> {
        self.predict_rounds(x, self.n_rounds())
    }

    /// The same with the first rounds alone: what a training of so many rounds predicts, so that
    /// their number can be chosen. More rounds than there are predict as all of them.
    ///
    /// # Errors
    /// Those of [`Self::predict`]; [`Error::Argument`] for no round at all.
    pub fn predict_rounds<T: Number>(
        &self,
        x: &ArrayView2<'_, T>,
        n_rounds: usize,
    ) -> Result<Array2<f64>> {
        let n_rounds = self.rounds(n_rounds)?;
        let x = self.matrix(x)?;
        let n_trees = self.objective().n_trees();
        let predicted = self
            .model
            .predict(&x, &(0..n_rounds), Output::Normal, n_trees)?;
        self.outputs(predicted)
    }

    /// What [`Self::predict_rounds`] gives for 1 round, for 2, and so on to all of them, in the time
    /// of one prediction.
    ///
    /// # Errors
    /// Those of [`Self::predict`].
    pub fn predict_each_round<T: Number>(
        &self,
        x: &ArrayView2<'_, T>,
    ) -> Result<impl Iterator<Item = Result<Array2<f64>>>> {
        let x = self.matrix(x)?;
        let n_trees = self.objective().n_trees();
        let mut scores = vec![0.0; x.shape().0 as usize * n_trees];
        let rounds = 0..self.rounds(self.n_rounds())?;
        Ok(rounds.map(move |round| {
            let added = round..round + 1;
            let added = self.model.predict(&x, &added, Output::Score, n_trees)?;
            for (score, added) in scores.iter_mut().zip(added) {
                *score += added;
            }
            let mut predicted = scores.clone();
            self.objective().link(&mut predicted);
            self.outputs(predicted)
        }))
    }

    /// `[P]`: the total gain of the splits on each column.
    ///
    /// # Errors
    /// [`Error::LightGbm`] for what LightGBM refuses.
    pub fn gains(&self) -> Result<Vec<f64>> {
        let n_rounds = self.rounds(self.n_rounds())?;
        self.model.gains(self.n_columns(), n_rounds)
    }

    /// Rows of as many columns as it has learned from.
    fn matrix<'a, T: Number>(&self, x: &ArrayView2<'a, T>) -> Result<Matrix<'a, T>> {
        let (expected, got) = (self.n_columns(), x.ncols());
        ensure(
            got == expected,
            "number of columns",
            format!("{expected}"),
            got,
        )?;
        Matrix::new(*x, &self.text.categorical)
    }

    /// What LightGBM predicts, row after row, as `[N, n_outputs]`: of two classes it gives the
    /// second alone.
    fn outputs(&self, predicted: Vec<f64>) -> Result<Array2<f64>> {
        let objective = self.objective();
        let n_rows = predicted.len() / objective.n_trees();
        let outputs = match objective {
            Objective::Binary => predicted.iter().flat_map(|&p| [1.0 - p, p]).collect(),
            Objective::Multiclass(_) | Objective::Regression => predicted,
        };
        let outputs = Array2::from_shape_vec((n_rows, objective.n_outputs()), outputs);
        outputs.map_err(|error| Error::LightGbm {
            what: "predicting",
            message: error.to_string(),
        })
    }

    /// A number of rounds as LightGBM takes it, to which 0 would be all of them.
    fn rounds(&self, n_rounds: usize) -> Result<i32> {
        ensure(n_rounds > 0, "number of rounds", "at least 1", n_rounds)?;
        Ok(i32::try_from(n_rounds.min(self.n_rounds())).unwrap_or(i32::MAX))
    }
}

impl fmt::Debug for Booster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Booster")
            .field("objective", &self.objective())
            .field("n_columns", &self.n_columns())
            .field("n_rounds", &self.n_rounds())
            .finish_non_exhaustive()
    }
}
