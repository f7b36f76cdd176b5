//! Training, prediction and importance.

use std::fmt;

use midfuse_base::Seed;
use ndarray::{Array2, ArrayView2};

use crate::error::ensure;
use crate::ffi::{self, Model};
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
        let n_columns = self.n_columns();
        let expected = format!("{n_columns}");
        ensure(
            x.ncols() == n_columns,
            "number of columns",
            expected,
            x.ncols(),
        )?;
        let n_rounds = self.rounds(n_rounds)?;
        let n_trees = self.objective().n_trees();
        if x.nrows() == 0 {
            return Ok(Array2::zeros((0, self.objective().n_outputs())));
        }
        let matrix = Matrix::new(*x, &self.text.categorical)?;
        let predicted = self.model.predict(&matrix, n_rounds, n_trees)?;
        let outputs = match self.objective() {
            Objective::Binary => predicted.iter().flat_map(|&p| [1.0 - p, p]).collect(),
            Objective::Multiclass(_) | Objective::Regression => predicted,
        };
        let shape = (x.nrows(), self.objective().n_outputs());
        Array2::from_shape_vec(shape, outputs).map_err(|error| Error::LightGbm {
            what: "predicting",
            message: error.to_string(),
        })
    }

    /// `[P]`: the total gain of the splits on each column.
    ///
    /// # Errors
    /// [`Error::LightGbm`] for what LightGBM refuses.
    pub fn gains(&self) -> Result<Vec<f64>> {
        let n_rounds = self.rounds(self.n_rounds())?;
        self.model.gains(self.n_columns(), n_rounds)
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
