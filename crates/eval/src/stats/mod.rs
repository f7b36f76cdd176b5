//! Statistics of comparisons: each gives effect, interval, p and what it assumed, and refuses what
//! it is not made for.
//!
//! Which one to use:
//!
//! | Data | Method |
//! | --- | --- |
//! | scores per fold of (repeated) cross-validation, two models | [`corrected_resampled_t`] |
//! | scores of the same held-out rows, AUC | [`delong_paired`]; rows in groups: [`delong_clustered`] |
//! | any metric on held-out rows, with or without groups | [`bootstrap_metric`], [`bootstrap_difference`] |
//! | differences per row in fewer than 20 groups | [`cluster_jackknife_t`], [`cluster_sign_flip`] |
//! | several comparisons | [`holm`] and its relatives |
//!
//! Differences are always "second minus first" as the caller passes them; a positive effect of a
//! score speaks for the second.

mod bootstrap;
mod bootstrap_metric;
mod cluster_jackknife;
mod corrected_t;
mod corrections;
mod delong;
mod delong_clustered;
mod distribution;
mod error;
mod placement;
mod result;

pub use bootstrap::{BootstrapInterval, BootstrapResult, BootstrapSettings, bootstrap};
pub use bootstrap_metric::{bootstrap_difference, bootstrap_metric};
pub use cluster_jackknife::{cluster_jackknife_t, cluster_sign_flip};
pub use corrected_t::{Resampling, corrected_resampled_t, naive_t};
pub use corrections::{
    benjamini_hochberg, benjamini_yekutieli, bonferroni, hochberg, holm, hommel,
};
pub use delong::{AucComparison, auc_interval, delong_paired, delong_unpaired};
pub use delong_clustered::{auc_interval_clustered, delong_clustered};
pub use error::StatsError;
pub use result::{Interval, TestResult};
