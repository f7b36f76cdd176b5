//! Penalised linear models with exact, deterministic solvers. Builds without libtorch.
//!
//! | Model | Config | Targets | Fitted |
//! |---|---|---|---|
//! | logistic regression, two or more classes | [`LogisticConfig`] | classes | [`LogisticRegression`] |
//! | ridge regression | [`RidgeConfig`] | numbers | [`LinearRegression`] |
//! | lasso and elastic net | [`ElasticNetConfig`] | numbers | [`LinearRegression`] |
//! | Cox's proportional hazards | [`CoxConfig`] | times and events | [`CoxRegression`] |
//!
//! [`Breslow`] is the baseline hazard that makes survival of log-risks.
//!
//! Each minimises a weighted **mean** loss over rows plus
//! `penalty * ((1 - l1_ratio) / 2 * |b|^2 + l1_ratio * |b|_1)`, so that a penalty means the same for
//! any number of rows. Intercepts are not penalised. Columns are centred inside, and not scaled:
//! standardise them first, or a penalty weighs units.
//!
//! `path` fits a decreasing list of penalties, each from the optimum of the last.
//!
//! # What the solvers promise
//!
//! The optimum of the objective, to about 1e-9 relative to the largest coefficient, or an error:
//! `NotUnique` where it does not exist or is not the only one (no penalty with collinear columns, with
//! as many columns as rows, or with classes that the columns separate), `NotConverged` otherwise. A
//! constant column has the coefficient 0. Collinear columns share their effect under an L2 penalty;
//! under L1 alone, which of them carries it is not determined, and the predictions are.
//!
//! Fits of 500 rows by 20,000 columns, or of 500,000 by 50, take seconds (`examples/scale.rs`). An L1
//! share so small that thousands of columns keep a coefficient takes minutes: use `l1_ratio = 0` there,
//! which is solved in the space of the rows.
//!
//! One thread, no random choice: the same machine gives the same bits. Across machines the last bits
//! differ with the vector instructions of the processor.
//!
//! ```
//! use midfuse_linear::LogisticConfig;
//! use ndarray::array;
//!
//! let x = array![[0.0, 1.0], [1.0, 0.5], [2.0, 2.0], [3.0, 0.0]];
//! let model = LogisticConfig::new(0.1).fit(&x.view(), &[0, 0, 1, 1], 2, None)?;
//! let p = model.predict(&x.view())?;
//! assert!(p[[0, 0]] > 0.5 && p[[3, 1]] > 0.5);
//! # Ok::<(), midfuse_linear::LinearError>(())
//! ```
#![deny(missing_docs)]
#![cfg_attr(test, allow(clippy::float_cmp, reason = "values by hand are exact"))]

mod breslow;
mod column_space;
mod columns;
mod cox;
mod design;
mod elastic_net;
mod error;
mod factor;
mod logistic;
mod loss;
mod path;
mod predictor;
mod regression;
mod ridge;
mod row_space;
mod solver;

pub use breslow::Breslow;
pub use cox::{CoxConfig, CoxRegression};
pub use elastic_net::ElasticNetConfig;
pub use error::{LinearError, Result};
pub use logistic::{LogisticConfig, LogisticRegression};
pub use regression::LinearRegression;
pub use ridge::RidgeConfig;
