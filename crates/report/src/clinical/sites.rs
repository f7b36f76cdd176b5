//! How the sites of a cohort differ.

use std::collections::{BTreeMap, BTreeSet};

use midfuse_metrics::metric::{IntervalScale, Metric};
use midfuse_metrics::stats::{Interval, random_effects};

use super::level_column::LevelColumn;
use super::levels::MeasuredLevel;
use super::resample::Measured;
use crate::predictions::{PredictionRow, PredictionTable};
use crate::results::Heterogeneity;

/// An estimate and its variance on a scale; `None` at the ends, where it has none.
fn on_scale(scale: IntervalScale, measured: Measured) -> Option<(f64, f64)> {
    let (effect, se) = scale.to(measured.estimate.value, measured.standard_error?)?;
    (se > 0.0).then_some((effect, se * se))
}

/// One measure of a level.
type Of = fn(&MeasuredLevel) -> Option<Measured>;

/// A random-effects summary of each measure over the sites that have an interval, on the scale on which
/// estimates of sites are about normal (Debray et al. 2017).
pub(super) fn heterogeneity(metric: Metric, sites: &[MeasuredLevel]) -> Vec<Heterogeneity> {
    let measures: [(&str, IntervalScale, Of); 4] = [
        (metric.name(), metric.scale(), |site| site.metric),
        ("auc", IntervalScale::SHARE, |site| site.auc),
        ("observed-expected", IntervalScale::RATIO, |site| {
            site.observed_expected
        }),
        ("mean-error", IntervalScale::Identity, |site| {
            site.mean_error
        }),
    ];
    measures
        .into_iter()
        .filter_map(|(measure, scale, of)| {
            let (effects, variances): (Vec<f64>, Vec<f64>) = sites
                .iter()
                .filter(|site| site.level.level != super::level_column::MISSING)
                .filter_map(|site| on_scale(scale, of(site)?))
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
        let (logit, ratio) = (IntervalScale::SHARE, IntervalScale::RATIO);
        for scale in [logit, ratio, IntervalScale::Identity] {
            let (effect, variance) = on_scale(scale, measured).unwrap();
            assert!((scale.back(effect) - 0.8).abs() < 1e-12);
            assert!(variance > 0.0);
        }
        assert!((on_scale(logit, measured).unwrap().1.sqrt() - 0.125).abs() < 1e-12);
        let perfect = Measured {
            estimate: Estimate {
                value: 1.0,
                ..measured.estimate
            },
            ..measured
        };
        assert!(on_scale(logit, perfect).is_none());
    }
}
