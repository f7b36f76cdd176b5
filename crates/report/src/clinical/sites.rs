//! How the sites of a cohort differ.

use std::collections::{BTreeMap, BTreeSet};

use midfuse_metrics::metric::Metric;
use midfuse_metrics::stats::{Interval, random_effects};

use super::level_column::LevelColumn;
use super::levels::MeasuredLevel;
use super::resample::Measured;
use crate::predictions::{PredictionRow, PredictionTable};
use crate::results::Heterogeneity;

/// Scale on which estimates of sites are about normal (Debray et al. 2017).
#[derive(Clone, Copy)]
enum Scale {
    Logit,
    Log,
    Identity,
}

impl Scale {
    fn name(self) -> &'static str {
        match self {
            Self::Logit => "logit",
            Self::Log => "log",
            Self::Identity => "identity",
        }
    }

    /// The estimate and its variance on this scale; `None` at the ends, where it has none.
    fn to(self, measured: Measured) -> Option<(f64, f64)> {
        let (value, se) = (measured.estimate.value, measured.standard_error?);
        let (effect, se) = match self {
            Self::Logit => ((value / (1.0 - value)).ln(), se / (value * (1.0 - value))),
            Self::Log => (value.ln(), se / value),
            Self::Identity => (value, se),
        };
        (effect.is_finite() && se.is_finite() && se > 0.0).then_some((effect, se * se))
    }

    fn back(self, effect: f64) -> f64 {
        match self {
            Self::Logit => 1.0 / (1.0 + (-effect).exp()),
            Self::Log => effect.exp(),
            Self::Identity => effect,
        }
    }
}

/// One measure of a level.
type Of = fn(&MeasuredLevel) -> Option<Measured>;

/// A random-effects summary of each measure over the sites that have an interval.
pub(super) fn heterogeneity(metric: Metric, sites: &[MeasuredLevel]) -> Vec<Heterogeneity> {
    let of_metric = if metric == Metric::Auc {
        Scale::Logit
    } else {
        Scale::Identity
    };
    let measures: [(&str, Scale, Of); 4] = [
        (metric.name(), of_metric, |site| site.metric),
        ("auc", Scale::Logit, |site| site.auc),
        ("observed-expected", Scale::Log, |site| {
            site.observed_expected
        }),
        ("mean-error", Scale::Identity, |site| site.mean_error),
    ];
    measures
        .into_iter()
        .filter_map(|(measure, scale, of)| {
            let (effects, variances): (Vec<f64>, Vec<f64>) = sites
                .iter()
                .filter(|site| site.level.level != super::level_column::MISSING)
                .filter_map(|site| scale.to(of(site)?))
                .unzip();
            let summary = random_effects(&effects, &variances, 0.95).ok()?;
            let ends = |interval: Interval| [scale.back(interval.low), scale.back(interval.high)];
            let finite = |ends: &[f64; 2]| ends.iter().all(|end| end.is_finite());
            let [lower, upper] = Some(ends(summary.interval)).filter(finite)?;
            // A logarithm may be too wide to come back from.
            let prediction = summary.prediction.map(ends).filter(finite);
            Some(Heterogeneity {
                measure: measure.to_owned(),
                scale: scale.name().to_owned(),
                sites: summary.sites,
                mean: scale.back(summary.mean),
                lower,
                upper,
                tau2: summary.tau2,
                i2: summary.i2,
                q_p: summary.q_p,
                prediction_lower: prediction.map(|[low, _]| low),
                prediction_upper: prediction.map(|[_, high]| high),
            })
        })
        .collect()
}

/// Whether no model that predicted a site had been fitted on any of its rows.
///
/// `development`: rows of each site that are not sealed. A fold leaves a site out if it predicts every
/// one of them; the models of sealed rows were fitted on all of them.
pub(super) fn held_out(
    table: &PredictionTable,
    arm: &str,
    column: &LevelColumn,
    development: &BTreeMap<usize, usize>,
    sealed: bool,
) -> BTreeMap<String, bool> {
    let mut predicted: BTreeMap<usize, BTreeMap<(usize, usize), BTreeSet<&str>>> = BTreeMap::new();
    let site = |row: &PredictionRow| column.of_row.get(&row.id).copied();
    for (row, site) in table.of(arm).filter_map(|row| Some((row, site(row)?))) {
        let folds = predicted.entry(site).or_default();
        folds
            .entry((row.repeat, row.fold))
            .or_default()
            .insert(&row.id);
    }
    predicted
        .into_iter()
        .filter_map(|(site, folds)| {
            let all = development.get(&site).copied().unwrap_or(0);
            let held_out = if sealed {
                all == 0
            } else {
                folds.values().all(|rows| rows.len() == all)
            };
            Some((column.levels.get(site)?.clone(), held_out))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::Estimate;

    #[test]
    fn a_scale_and_its_inverse() {
        let measured = Measured {
            estimate: Estimate {
                value: 0.8,
                lower: None,
                upper: None,
            },
            standard_error: Some(0.02),
        };
        for scale in [Scale::Logit, Scale::Log, Scale::Identity] {
            let (effect, variance) = scale.to(measured).unwrap();
            assert!((scale.back(effect) - 0.8).abs() < 1e-12);
            assert!(variance > 0.0);
        }
        assert!((Scale::Logit.to(measured).unwrap().1.sqrt() - 0.125).abs() < 1e-12);
        let perfect = Measured {
            estimate: Estimate {
                value: 1.0,
                ..measured.estimate
            },
            ..measured
        };
        assert!(Scale::Logit.to(perfect).is_none());
    }
}
