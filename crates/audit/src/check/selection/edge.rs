//! The edge between features that were chosen and features that were not.

use super::association::{Feature, Sample, norm};

/// Half width of the window around the edge, in standard deviations of what blurs it.
const WINDOW: f64 = 0.5;
/// Steepest change of the log odds of being chosen per standard deviation of the blur. A smooth
/// population of effects gives 1.7 at most.
const STEEPEST: f64 = 3.0;
/// Features nearest to the edge that are looked at.
const NEAREST: usize = 120;
/// Least share of the list that the ranking must give: another list has no edge in it.
const LEAST_SHARE: f64 = 0.75;
/// Features that correlate more than this are one.
const CORRELATED: f64 = 0.5;

/// What the ranking of all candidates says about the list.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Edge {
    /// Share of the list among as many best-ranked candidates.
    pub(super) share: f64,
    /// Probability that so many features near the edge are on the right side of it.
    pub(super) p: f64,
}

/// Ranks the candidates by their association on the rows of `sample` and looks at those near the
/// edge of a list of this length.
///
/// A list that was made without some of the rows cannot end sharply in a statistic of all rows: what
/// these rows add is noise to it, of standard deviation `blur` (the root of their share; 1 for a list
/// that was made from none of the rows). `None` where nothing or everything is chosen, or where the
/// ranking does not give three quarters of the list.
pub(super) fn edge(
    features: &[&Feature],
    chosen: &[bool],
    sample: &Sample,
    blur: f64,
) -> Option<Edge> {
    let ranked = Ranked::new(features, chosen, sample)?;
    if ranked.share < LEAST_SHARE {
        return None;
    }
    let mut near: Vec<(f64, bool, &Feature)> = features
        .iter()
        .zip(&ranked.strengths)
        .zip(chosen)
        .filter_map(|((feature, strength), &chosen)| {
            let distance = (strength - ranked.cut) / (blur * feature.error(&sample.rows));
            (distance.abs() <= WINDOW).then_some((distance, chosen, *feature))
        })
        .collect();
    near.sort_by(|a, b| a.0.abs().total_cmp(&b.0.abs()));
    near.truncate(NEAREST);
    let distinct = distinct(&near, sample);
    let right = distinct
        .iter()
        .filter(|&&(distance, chosen)| chosen == (distance > 0.0))
        .count();
    let odds: Vec<f64> = distinct
        .iter()
        .map(|(distance, _)| 1.0 / (1.0 + (-STEEPEST * distance.abs()).exp()))
        .collect();
    Some(Edge {
        share: ranked.share,
        p: at_least(right, &odds),
    })
}

/// Share of the list among as many best-ranked candidates on the rows of `sample`.
pub(super) fn share(features: &[&Feature], chosen: &[bool], sample: &Sample) -> Option<f64> {
    Ranked::new(features, chosen, sample).map(|ranked| ranked.share)
}

struct Ranked {
    strengths: Vec<f64>,
    /// Half way between the last of as many as were chosen and the next one.
    cut: f64,
    share: f64,
}

impl Ranked {
    fn new(features: &[&Feature], chosen: &[bool], sample: &Sample) -> Option<Self> {
        let strengths: Vec<f64> = features
            .iter()
            .map(|feature| norm(&feature.association(sample)))
            .collect();
        let k = chosen.iter().filter(|&&chosen| chosen).count();
        let mut sorted = strengths.clone();
        sorted.sort_by(|a, b| b.total_cmp(a));
        let (last, next) = (sorted.get(k.checked_sub(1)?)?, sorted.get(k)?);
        let cut = f64::midpoint(*last, *next);
        let inside = strengths
            .iter()
            .zip(chosen)
            .filter(|&(&strength, &chosen)| chosen && strength >= cut)
            .count();
        Some(Self {
            share: inside as f64 / k as f64,
            strengths,
            cut,
        })
    }
}

/// Distance and choice of features of which no two go together.
fn distinct(near: &[(f64, bool, &Feature)], sample: &Sample) -> Vec<(f64, bool)> {
    let n = sample.rows.len().max(1) as f64;
    let mut kept: Vec<(Vec<f64>, (f64, bool))> = Vec::new();
    for &(distance, chosen, feature) in near {
        let values = feature.standardised(&sample.rows);
        let alike = kept.iter().any(|(other, _)| {
            let product: f64 = values.iter().zip(other).map(|(a, b)| a * b).sum();
            (product / n).abs() >= CORRELATED
        });
        if !alike {
            kept.push((values, (distance, chosen)));
        }
    }
    kept.into_iter().map(|(_, seen)| seen).collect()
}

/// Probability of at least `hits` successes of independent trials.
fn at_least(hits: usize, odds: &[f64]) -> f64 {
    let mut mass = vec![1.0];
    for p in odds {
        let stay = mass.iter().map(|m| m * (1.0 - p)).chain([0.0]);
        let rise = [0.0].into_iter().chain(mass.iter().map(|m| m * p));
        mass = stay.zip(rise).map(|(stay, rise)| stay + rise).collect();
    }
    mass.iter().skip(hits).sum::<f64>().min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_of_unequal_trials() {
        assert!((at_least(2, &[0.5, 0.8]) - 0.4).abs() < 1e-12);
        assert!((at_least(1, &[0.5, 0.8]) - 0.9).abs() < 1e-12);
        assert!((at_least(0, &[0.5]) - 1.0).abs() < 1e-12);
    }
}
