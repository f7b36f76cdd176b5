//! What can be set: the parameters that matter, with LightGBM's names and defaults.

use midfuse_base::{ConfigError, Options, Seed, Validate, options};
use serde::{Deserialize, Serialize};

use crate::Objective;

/// Configuration of a [`Booster`](crate::Booster); what is not listed is at LightGBM's default.
#[options]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LightGbmConfig {
    /// Number of boosting rounds: trees, times classes where there are more than two. LightGBM's
    /// `num_iterations`.
    #[option(default = 100, range = 1..=100_000, source = "LightGBM")]
    pub n_rounds: usize,
    /// What each tree is multiplied by.
    #[option(default = 0.1, range = above_zero, source = "LightGBM")]
    pub learning_rate: f64,
    /// Most leaves of a tree.
    #[option(default = 31, range = 2..=131_072, source = "LightGBM")]
    pub num_leaves: usize,
    /// Most splits on the way to a leaf.
    #[option(unset = "no limit", range = 1..=131_072, source = "LightGBM")]
    pub max_depth: Option<usize>,
    /// Fewest rows of a leaf.
    #[option(default = 20, range = 0..=16_777_216, source = "LightGBM")]
    pub min_data_in_leaf: usize,
    /// Least gain of a split.
    #[option(default = 0.0, range = non_negative, source = "LightGBM")]
    pub min_gain_to_split: f64,
    /// Share of the columns that a tree may use, drawn for each tree.
    #[option(default = 1.0, range = 0.0..=1.0, rule = "above 0", source = "LightGBM")]
    pub feature_fraction: f64,
    /// Share of the rows that a tree is grown on; takes `bagging_freq`.
    #[option(default = 1.0, range = 0.0..=1.0, rule = "above 0; below 1 only with `bagging_freq`", source = "LightGBM")]
    pub bagging_fraction: f64,
    /// Rows are drawn anew every so many rounds; 0 uses all of them.
    #[option(default = 0, range = 0..=100_000, source = "LightGBM")]
    pub bagging_freq: usize,
    /// L1 penalty of the leaves' values.
    #[option(default = 0.0, range = non_negative, source = "LightGBM")]
    pub lambda_l1: f64,
    /// L2 penalty of the leaves' values.
    #[option(default = 0.0, range = non_negative, source = "LightGBM")]
    pub lambda_l2: f64,
    /// Most bins of a numeric column.
    #[option(default = 255, range = 2..=65_535, source = "LightGBM")]
    pub max_bin: usize,
}

impl LightGbmConfig {
    /// Holds every option against its range.
    ///
    /// # Errors
    /// [`ConfigError`] about the first option that is out of its range.
    pub fn validate(&self) -> Result<(), ConfigError> {
        let check = Validate::new("LightGbmConfig");
        self.check_options(check)?;
        let shares = [
            ("feature_fraction", self.feature_fraction),
            ("bagging_fraction", self.bagging_fraction),
        ];
        for (field, share) in shares {
            check.ensure(share > 0.0, field, "a number in (0, 1]", share)?;
        }
        check.ensure(
            self.bagging_fraction >= 1.0 || self.bagging_freq > 0,
            "bagging_freq",
            "at least 1, since `bagging_fraction` is below 1",
            self.bagging_freq,
        )
    }

    /// As LightGBM reads it; numbers are written as Python writes them.
    pub(crate) fn parameters(
        &self,
        objective: Objective,
        categorical: &[usize],
        seed: Seed,
    ) -> String {
        let depth = self.max_depth.map_or("-1".to_owned(), |n| n.to_string());
        let columns: Vec<String> = categorical.iter().map(ToString::to_string).collect();
        let mut pairs = vec![
            objective.parameter(),
            format!("num_iterations={}", self.n_rounds),
            format!("learning_rate={:?}", self.learning_rate),
            format!("num_leaves={}", self.num_leaves),
            format!("max_depth={depth}"),
            format!("min_data_in_leaf={}", self.min_data_in_leaf),
            format!("min_gain_to_split={:?}", self.min_gain_to_split),
            format!("feature_fraction={:?}", self.feature_fraction),
            format!("bagging_fraction={:?}", self.bagging_fraction),
            format!("bagging_freq={}", self.bagging_freq),
            format!("lambda_l1={:?}", self.lambda_l1),
            format!("lambda_l2={:?}", self.lambda_l2),
            format!("max_bin={}", self.max_bin),
            ALWAYS.to_owned(),
            // LightGBM's seed is a C int.
            format!("seed={}", seed.0 & 0x7fff_ffff),
        ];
        if !columns.is_empty() {
            pairs.push(format!("categorical_feature={}", columns.join(",")));
        }
        pairs.join(" ")
    }
}

/// One thread and the same histograms anywhere, without a word.
pub(crate) const ALWAYS: &str = "num_threads=1 deterministic=true force_row_wise=true verbosity=-1";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_those_of_lightgbm() {
        let config: LightGbmConfig = serde_json::from_str("{}").unwrap();
        assert_eq!(config, LightGbmConfig::default());
        config.validate().unwrap();
        assert_eq!(
            config.parameters(Objective::Multiclass(3), &[0, 2], Seed((1 << 31) + 7)),
            "objective=multiclass num_class=3 num_iterations=100 learning_rate=0.1 num_leaves=31 \
             max_depth=-1 min_data_in_leaf=20 min_gain_to_split=0.0 feature_fraction=1.0 \
             bagging_fraction=1.0 bagging_freq=0 lambda_l1=0.0 lambda_l2=0.0 max_bin=255 \
             num_threads=1 deterministic=true force_row_wise=true verbosity=-1 seed=7 \
             categorical_feature=0,2"
        );
    }

    #[test]
    fn every_option_is_held_against_its_range() {
        let config = LightGbmConfig::default;
        let wrong = [
            (config().with_n_rounds(0), "n_rounds: expected"),
            (config().with_num_leaves(1), "num_leaves: expected"),
            (config().with_learning_rate(0.0), "learning_rate: expected"),
            (config().with_max_depth(0), "max_depth: expected"),
            (
                config().with_feature_fraction(0.0),
                "feature_fraction: expected a number in (0, 1], got 0.0",
            ),
            (
                config().with_bagging_fraction(1.5),
                "bagging_fraction: expected a number in [0, 1], got 1.5",
            ),
            (
                config().with_bagging_fraction(0.5),
                "bagging_freq: expected at least 1, since `bagging_fraction` is below 1, got 0",
            ),
            (config().with_lambda_l1(f64::NAN), "lambda_l1: expected"),
            (config().with_max_bin(1), "max_bin: expected"),
        ];
        for (config, expected) in wrong {
            let text = config.validate().unwrap_err().to_string();
            assert!(
                text.starts_with(&format!("LightGbmConfig.{expected}")),
                "{text}"
            );
        }
        let names: Vec<&str> = LightGbmConfig::options().iter().map(|o| o.name).collect();
        assert_eq!(names.len(), 12);
        assert!(serde_json::from_str::<LightGbmConfig>(r#"{"rounds": 3}"#).is_err());
    }
}
