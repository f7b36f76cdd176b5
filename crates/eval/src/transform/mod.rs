//! Transforms that are fitted on train rows, and on nothing else.
//!
//! Each `fit` takes a [`TrainTable`](crate::view::TrainTable), which comes from a view of train rows
//! or from the fitting rows of a job. What is fitted is plain data that a saved model bundles.

mod association;
mod error;
mod impute;
mod number;
mod one_hot;
mod ordinal;
mod standardise;
pub mod step;
mod tokenise;
mod vocabulary;

pub use error::TransformError;
pub use impute::{Fill, Imputer, ImputerConfig};
pub use number::Number;
pub use one_hot::OneHotEncoder;
pub use ordinal::OrdinalEncoder;
pub use standardise::Standardiser;
pub use tokenise::Tokeniser;
pub use vocabulary::{Vocabulary, VocabularyConfig};
