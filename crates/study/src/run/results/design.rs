//! Mean, interval and p over outer folds, corrected for how the folds came about.

use std::collections::BTreeMap;

use midfuse_metrics::metric::Metric;
use midfuse_metrics::stats::{Resampling, corrected_resampled_t};
use midfuse_report::results::ScoreSummary;

/// How the outer folds of a study came about: decides the correction of the t test.
#[derive(Debug, Clone, Copy)]
pub(in crate::run) struct ResamplingDesign(Resampling);

impl ResamplingDesign {
    /// K folds, each row tested once per repeat.
    pub(in crate::run) fn folds(folds: usize, repeats: usize) -> Self {
        Self(Resampling::Folds { folds, repeats })
    }

    /// Folds of these numbers of training and test rows, or groups where rows are grouped: windows in time, purged blocks, drawn or
    /// published folds. `n_test / n_train` is taken over all folds together, as `midfuse compare`
    /// takes it.
    pub(in crate::run) fn sizes(folds: impl Iterator<Item = (usize, usize)>) -> Self {
        let (train, test) = folds.fold((0, 0), |sum, (train, test)| (sum.0 + train, sum.1 + test));
        Self(Resampling::Sizes { train, test })
    }

    /// Mean and interval at `level` of one difference per outer fold, on its plain scale; no interval
    /// where it is undefined.
    pub(in crate::run) fn summary(
        self,
        values: &[f64],
        level: f64,
    ) -> (f64, Option<f64>, Option<f64>, Option<f64>) {
        let mean = values.iter().sum::<f64>() / values.len().max(1) as f64;
        match corrected_resampled_t(values, self.0, level) {
            Ok(test) => {
                let interval = test.interval;
                (
                    mean,
                    interval.map(|i| i.low),
                    interval.map(|i| i.high),
                    Some(test.p_value),
                )
            }
            // Equal scores in every fold: no difference is no evidence for one.
            Err(_) if values.iter().all(|&value| value == 0.0) && !values.is_empty() => {
                (mean, None, None, Some(1.0))
            }
            Err(_) => (mean, None, None, None),
        }
    }

    /// Mean and 95 % interval of scores, on the scale of the metric: an AUC stays below 1.
    pub(in crate::run) fn score(self, metric: Metric, values: &[f64]) -> ScoreSummary {
        const LEVEL: f64 = 0.95;
        let mean = values.iter().sum::<f64>() / values.len().max(1) as f64;
        let test = corrected_resampled_t(values, self.0, LEVEL).ok();
        let interval = test.and_then(|test| metric.scale().interval(&test, LEVEL));
        ScoreSummary {
            mean,
            lower: interval.map(|interval| interval.low),
            upper: interval.map(|interval| interval.high),
        }
    }

    /// Every metric that all folds have.
    pub(in crate::run) fn scores(
        self,
        folds: &[&BTreeMap<Metric, f64>],
    ) -> BTreeMap<String, ScoreSummary> {
        let Some(first) = folds.first() else {
            return BTreeMap::new();
        };
        first
            .keys()
            .filter_map(|metric| {
                let values: Option<Vec<f64>> = folds
                    .iter()
                    .map(|scores| scores.get(metric).copied())
                    .collect();
                let summary = self.score(*metric, &values?);
                Some((metric.name().to_owned(), summary))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vector_of_nadeau_and_bengio() {
        // Two models over 10 folds; reference values made with scikit-learn's example and baycomp.
        let differences = [0.03, 0.02, 0.01, 0.04, 0.01, 0.02, 0.01, 0.04, 0.04, 0.01];
        let (mean, lower, upper, p) = ResamplingDesign::folds(10, 1).summary(&differences, 0.95);
        assert!((mean - 0.023).abs() < 1e-12);
        assert!((lower.unwrap() - 0.009_098_233_066).abs() < 1e-9);
        assert!((upper.unwrap() - 0.036_901_766_934).abs() < 1e-9);
        assert!((p.unwrap() - 0.004_606_529_4).abs() < 1e-9);
    }

    #[test]
    fn folds_of_given_sizes_are_corrected_by_them() {
        let differences = [0.03, 0.02, 0.01, 0.04, 0.01, 0.02, 0.01, 0.04, 0.04, 0.01];
        let equal = ResamplingDesign::sizes((0..10).map(|_| (90, 10)));
        let p = |design: ResamplingDesign| design.summary(&differences, 0.95).3.unwrap();
        assert!((p(equal) - p(ResamplingDesign::folds(10, 1))).abs() < 1e-15);
        // Windows of 10 rows after 10, 20, .., 100: 100 tested on 550, the ratio is 2 / 11.
        let windows = ResamplingDesign::sizes((1..=10).map(|window| (10 * window, 10)));
        let variance: f64 = 1.788_888_888_9e-4;
        let t = 0.023 / (variance * (0.1 + 2.0 / 11.0)).sqrt();
        let (_, lower, ..) = windows.summary(&differences, 0.95);
        // 2.262157 is the .975 quantile of t with 9 degrees of freedom.
        assert!((lower.unwrap() - 0.023 * (1.0 - 2.262_157 / t)).abs() < 1e-7);
    }

    #[test]
    fn the_interval_of_a_score_stays_in_its_range() {
        let design = ResamplingDesign::folds(2, 1);
        let wide = design.score(Metric::Auc, &[0.4, 0.7]);
        let (lower, upper) = (wide.lower.unwrap(), wide.upper.unwrap());
        assert!(0.0 < lower && lower < 0.55 && 0.55 < upper && upper < 1.0);
        assert!((wide.mean - 0.55).abs() < 1e-12);
        let perfect = design.score(Metric::Auc, &[1.0, 1.0]);
        assert_eq!((perfect.mean, perfect.lower), (1.0, None));
    }

    #[test]
    fn no_variation_gives_no_interval() {
        let design = ResamplingDesign::folds(2, 1);
        assert_eq!(
            design.summary(&[0.0, 0.0], 0.95),
            (0.0, None, None, Some(1.0))
        );
        assert_eq!(design.summary(&[0.5, 0.5], 0.95), (0.5, None, None, None));
    }
}
