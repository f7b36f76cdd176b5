//! From an inner fold to the outer one.

use crate::fold::Inner;
use crate::structure::Structure;

use super::Fitted;

impl<'out, 'id, S: Structure> Inner<'out, 'id, S> {
    /// Takes a model out of its inner fold into the outer one, as one that has also seen the
    /// validation rows: early stopping and calibration look at them.
    pub fn lift<M>(&self, model: Fitted<'id, M>) -> Fitted<'out, M> {
        model.lifted(&self.valid.rows, self.up)
    }
}
