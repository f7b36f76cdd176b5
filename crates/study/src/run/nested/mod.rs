//! What the columns say that the clinic already has, alone and beside the predictions of a strategy.
//!
//! The two models are linear and nested: the second has the first's columns and one feature more per class,
//! the strategy's log-odds (or log-risk, or number). So what it gains is what the strategy adds to what is
//! known without it. The strategy's predictions of training rows come from the models of the inner folds,
//! which have not seen those rows: they are as good, or as bad, as those of the test rows. For the sealed rows
//! they come from the models of the outer folds.
//!
//! **Source**: Steyerberg et al. 2012, *Assessing the incremental value of diagnostic and prognostic markers:
//! a review and illustration*, Eur. J. Clin. Invest. 42; stacking: Wolpert 1992.

mod columns;
mod model;
mod task;
mod tested;

/// Name of the model of the columns alone.
pub(crate) const ALONE: &str = "clinical columns";

pub(crate) use columns::BaselineColumns;
pub(crate) use model::Scores;
pub(crate) use task::mapped;
pub(crate) use tested::tested;
