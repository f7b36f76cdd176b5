//! Statistics of comparisons: each gives effect, interval, p and what it assumed, and refuses what
//! it is not made for.
//!
//! Which one to use:
//!
//! | Data | Method |
//! | --- | --- |
//! | scores per fold of (repeated) cross-validation, two models | [`corrected_resampled_t`], [`bayesian_correlated_t`] |
//! | five repeats of two folds | [`five_by_two_f`], [`five_by_two_t`] |
//! | right or wrong on the same held-out rows | [`PairedTable::test`] (McNemar) |
//! | scores of the same held-out rows, AUC | [`delong_paired`]; rows in groups: [`delong_clustered`] |
//! | any metric on held-out rows, with or without groups | [`bootstrap_metric`], [`bootstrap_difference`] |
//! | differences per row in fewer than 20 groups | [`cluster_jackknife_t`], [`cluster_sign_flip`] |
//! | scores over many data sets | [`wilcoxon`] for two models, [`friedman`] for more |
//! | a metric against labels that mean nothing | [`permutation_test_metric`] |
//! | the error of one procedure | [`nested_cv_interval`], [`e632_plus_interval`] |
//! | a share of rows | [`wilson`], [`clopper_pearson`], [`jeffreys`] |
//! | outputs of a fused model for all pairs of partners | [`additive_projection`] |
//! | one estimate per site | [`random_effects`] |
//! | several comparisons | [`holm`] and its relatives |
//!
//! A difference that is passed in keeps its sign: the effect is its mean. Of two models `a` and `b`,
//! McNemar and the bootstrap give `b` less `a`; the AUC tests give `a` less `b`, as pROC does.

mod additive_projection;
mod bayesian_t;
mod bootstrap;
mod bootstrap_metric;
mod cluster_jackknife;
mod corrected_t;
mod corrections;
mod delong;
mod delong_clustered;
mod distribution;
mod e632;
mod error;
mod family;
mod five_by_two;
mod friedman;
mod mcnemar;
mod nested_cv;
mod permutation;
mod placement;
mod proportion;
mod random_effects;
mod result;
mod studentized_range;
mod wilcoxon;

pub use additive_projection::additive_projection;
pub use bayesian_t::{BayesianT, bayesian_correlated_t};
pub use bootstrap::{
    BootstrapEstimate, BootstrapInterval, BootstrapResult, BootstrapSettings, bootstrap,
};
pub use bootstrap_metric::{bootstrap_difference, bootstrap_metric};
pub use cluster_jackknife::{cluster_jackknife_t, cluster_sign_flip};
pub use corrected_t::{Resampling, corrected_resampled_t, naive_t};
pub use corrections::{
    benjamini_hochberg, benjamini_yekutieli, bonferroni, hochberg, holm, hommel,
};
pub use delong::{AucComparison, auc_interval, auc_standard_error, delong_paired, delong_unpaired};
pub use delong_clustered::{auc_interval_clustered, delong_clustered};
pub use e632::{E632Interval, E632Plus, e632_plus, e632_plus_interval};
pub use error::StatsError;
pub use family::Family;
pub use five_by_two::{five_by_two_f, five_by_two_t};
pub use friedman::{Blocks, Friedman, friedman};
pub use mcnemar::{McNemar, PairedTable};
pub use nested_cv::{NestedCv, NestedFold, nested_cv_interval};
pub use permutation::{
    PermutationResult, PermutationSettings, Permuted, permutation_p, permutation_test,
    permutation_test_metric,
};
pub use proportion::{clopper_pearson, jeffreys, wilson};
pub use random_effects::{RandomEffects, random_effects};
pub(crate) use result::half_width;
pub use result::{Interval, TestResult};
pub use wilcoxon::{ZeroDifferences, wilcoxon};
