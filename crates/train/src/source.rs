//! Where batches and losses come from.

use midfuse_core::{Output, Result, Seed};
use tch::{Device, Tensor};

/// All rows of a data set, already on the device of the model, and the loss.
///
/// Rows are named by their index. A source of rows whose targets are unknown can be predicted; only
/// [`loss`](Self::loss) needs targets.
pub trait Source {
    /// What the model takes.
    type Batch;

    /// Number of rows.
    fn n_rows(&self) -> i64;

    /// Where the data are, and where `rows` come.
    fn device(&self) -> Device;

    /// The inputs of these rows. `rows: [B]` i64.
    ///
    /// # Errors
    /// Those of the inputs' constructors.
    fn batch(&self, rows: &Tensor) -> Result<Self::Batch>;

    /// The inputs of these rows as a training step sees them: changed at random, by the seed alone,
    /// where the source does so. `rows: [B]` i64.
    ///
    /// # Errors
    /// As [`batch`](Self::batch).
    fn train_batch(&self, rows: &Tensor, _seed: Seed) -> Result<Self::Batch> {
        self.batch(rows)
    }

    /// The mean loss of these rows: a scalar to be minimised. `rows: [B]` i64, as in
    /// [`batch`](Self::batch).
    ///
    /// # Errors
    /// Those of the loss function.
    fn loss(&self, output: &Output, rows: &Tensor) -> Result<Tensor>;
}
