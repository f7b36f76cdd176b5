//! Estimates with the interval of a bootstrap over independent groups.

use midfuse_base::Seed;
use midfuse_metrics::metric::MetricError;
use midfuse_metrics::stats::{BootstrapInterval, BootstrapSettings, bootstrap};

use crate::results::Estimate;

/// Under this many groups an interval would be too short, so there is none.
pub(super) const MIN_CLUSTERS: usize = 20;

/// Above this many predictions resamples are thinned out.
const MANY: usize = 5000;

/// An estimate, and the standard deviation of its resamples.
#[derive(Debug, Clone, Copy)]
pub(super) struct Measured {
    pub(super) estimate: Estimate,
    pub(super) standard_error: Option<f64>,
}

/// The statistic on all predictions, with its interval; `None` where it is undefined.
///
/// `members` lists the predictions of each independent group. `BCa` with 1,000 resamples; above
/// [`MANY`] predictions, where its corrections vanish, percentiles of fewer (at least 200).
pub(super) fn measure(
    members: &[Vec<usize>],
    seed: Seed,
    statistic: impl Fn(&[usize]) -> Result<f64, MetricError>,
) -> Option<Measured> {
    let all: Vec<usize> = members.iter().flatten().copied().collect();
    if all.is_empty() {
        return None;
    }
    let value = statistic(&all).ok().filter(|value| value.is_finite())?;
    let kind = if all.len() > MANY {
        BootstrapInterval::Percentile
    } else {
        BootstrapInterval::Bca
    };
    let settings = BootstrapSettings::new(seed)
        .with_resamples((1000 * MANY / all.len()).clamp(200, 1000))
        .with_interval(kind);
    let drawn = (members.len() >= MIN_CLUSTERS)
        .then(|| bootstrap(members, &settings, statistic).ok())
        .flatten();
    let end = |end: f64| end.is_finite().then_some(end);
    Some(Measured {
        estimate: Estimate {
            value,
            lower: drawn.as_ref().and_then(|drawn| end(drawn.interval.low)),
            upper: drawn.as_ref().and_then(|drawn| end(drawn.interval.high)),
        },
        standard_error: drawn
            .map(|drawn| drawn.standard_error)
            .filter(|se| se.is_finite() && *se > 0.0),
    })
}

/// [`measure`] without the standard error.
pub(super) fn estimate(
    members: &[Vec<usize>],
    seed: Seed,
    statistic: impl Fn(&[usize]) -> Result<f64, MetricError>,
) -> Option<Estimate> {
    measure(members, seed, statistic).map(|measured| measured.estimate)
}

/// The values at these positions.
pub(super) fn pick<T: Copy>(values: &[T], rows: &[usize]) -> Vec<T> {
    rows.iter()
        .filter_map(|&row| values.get(row).copied())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_groups_have_an_estimate_and_no_interval() {
        let of = |n: usize| {
            let members: Vec<Vec<usize>> = (0..n).map(|row| vec![row]).collect();
            measure(&members, Seed(1), |rows| {
                Ok(rows.iter().map(|&row| row as f64).sum::<f64>() / rows.len() as f64)
            })
        };
        let few = of(MIN_CLUSTERS - 1).unwrap();
        assert_eq!((few.estimate.value, few.estimate.lower), (9.0, None));
        let enough = of(MIN_CLUSTERS).unwrap();
        assert!(enough.estimate.lower.unwrap() < 9.5 && enough.estimate.upper.unwrap() > 9.5);
        assert!(enough.standard_error.unwrap() > 0.0);
        assert!(of(0).is_none());
    }
}
