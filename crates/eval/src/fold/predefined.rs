//! Folds of rows as a split file holds them.

use crate::split::{FileFold, Predefined, SplitError, Splitter};
use crate::structure::Structure;

use super::Dev;

impl Predefined {
    /// The folds that a splitter makes of some rows, to be written to a file.
    ///
    /// # Errors
    /// [`SplitError`] if the rows cannot be split so.
    pub fn of<S: Structure>(dev: &Dev<S>, by: &impl Splitter<S>) -> Result<Self, SplitError> {
        let folds = dev.cross_validate(by, |fold| FileFold {
            train: fold.train.ids().map(String::from).collect(),
            test: fold.test.ids().map(String::from).collect(),
        })?;
        Ok(Self::new(folds))
    }
}
