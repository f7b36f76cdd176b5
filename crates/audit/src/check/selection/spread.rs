//! The spread of the associations of the chosen features, which a cut-off list lacks.

use midfuse_base::Seed;
use statrs::distribution::{ChiSquared, ContinuousCDF as _};

use super::super::target::Target;
use super::association::{Feature, Sample, norm};

/// Fewest features that have a spread.
const FEWEST: usize = 10;
/// Most features that are looked at.
const MOST: usize = 400;
/// Random halvings of the rows.
const HALVINGS: u64 = 100;
/// What nine of ten features must reach, in standard errors: a list that was cut off far out.
const CUT: f64 = 1.5;

/// How much less the associations of a list are spread than their sampling error allows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spread {
    /// Variance over the features, as a share of what is expected.
    pub(super) ratio: f64,
    /// Probability of one so small.
    pub(super) p: f64,
}

/// What the list may have been made from.
pub(super) enum Fresh<'a> {
    /// From none of the rows.
    All,
    /// From the training rows, but not from the test rows.
    Test {
        /// The training rows.
        train: &'a Sample,
        /// The test rows.
        test: &'a Sample,
    },
}

/// Compares the variance, over the features of a list, of their association on all rows with what
/// the sampling error of the fresh rows alone would give if all features had one true effect.
///
/// A list that was made without these rows has at least that variance, whatever the effects. A list that
/// was cut off at a threshold on all rows piles up just above it. Sampling errors come from the difference
/// between random halves of the rows, which keeps how the features go together and is free of
/// the effects; the p is from a chi-squared distribution with their mean and variance.
pub(super) fn spread(
    features: &[&Feature],
    sample: &Sample,
    fresh: &Fresh<'_>,
    target: &Target<'_>,
) -> Option<Spread> {
    let usable: Vec<&Feature> = features
        .iter()
        .filter(|feature| !feature.lumpy)
        .copied()
        .collect();
    let step = usable.len().div_ceil(MOST).max(1);
    let usable: Vec<&Feature> = usable.into_iter().step_by(step).collect();
    if usable.len() < FEWEST {
        return None;
    }
    let vectors = |sample: &Sample| -> Vec<Vec<f64>> {
        usable
            .iter()
            .map(|feature| feature.association(sample))
            .collect()
    };
    let observed: Vec<f64> = vectors(sample).iter().map(|vector| norm(vector)).collect();
    let mut in_errors: Vec<f64> = usable
        .iter()
        .zip(&observed)
        .map(|(feature, length)| length / feature.error(&sample.rows))
        .collect();
    in_errors.sort_by(f64::total_cmp);
    if in_errors
        .get(in_errors.len() / 10)
        .is_none_or(|&low| low.is_nan() || low < CUT)
    {
        return None;
    }
    let errors: Vec<Vec<Vec<f64>>> = (0..HALVINGS)
        .map(|draw| {
            let [one, other] = sample.halves(target, Seed(draw));
            let differ = |(a, b): (Vec<f64>, Vec<f64>)| {
                let half = std::f64::consts::FRAC_1_SQRT_2;
                a.iter().zip(&b).map(|(a, b)| (a - b) * half).collect()
            };
            vectors(&one)
                .into_iter()
                .zip(vectors(&other))
                .map(differ)
                .collect()
        })
        .collect();
    let (fixed, direction, share, effect) = match fresh {
        Fresh::All => {
            let size = mean(
                &errors
                    .iter()
                    .map(|draw| mean_square(draw))
                    .collect::<Vec<_>>(),
            );
            let squares: Vec<f64> = observed.iter().map(|length| length * length).collect();
            let effect = (mean(&squares) - size).max(0.0).sqrt();
            let none: Vec<Vec<f64>> = Vec::new();
            (none, directions(&vectors(sample)), 1.0, effect)
        }
        Fresh::Test { train, test } => {
            let (fitted, tested) = (vectors(train), vectors(test));
            let direction = directions(&fitted);
            let along: Vec<f64> = direction.iter().zip(&tested).map(dot).collect();
            let n = sample.rows.len().max(1) as f64;
            let share = test.rows.len() as f64 / n;
            let kept = (1.0 - share).max(0.0).sqrt();
            let fixed = fitted
                .into_iter()
                .map(|vector| vector.into_iter().map(|entry| entry * kept).collect())
                .collect();
            (fixed, direction, share, mean(&along).max(0.0))
        }
    };
    let expected: Vec<f64> = errors
        .iter()
        .map(|draw| {
            let lengths = draw.iter().enumerate().map(|(at, error)| {
                let (known, way) = (fixed.get(at), direction.get(at));
                let entry = |(k, error): (usize, &f64)| {
                    let known = known.and_then(|known| known.get(k)).unwrap_or(&0.0);
                    let way = way.and_then(|way| way.get(k)).unwrap_or(&0.0);
                    known + share.sqrt() * (effect * way + error)
                };
                norm(&error.iter().enumerate().map(entry).collect::<Vec<_>>())
            });
            variance(&lengths.collect::<Vec<_>>())
        })
        .collect();
    let (centre, around) = (mean(&expected), variance(&expected));
    if [centre, around].iter().any(|&v| v.is_nan() || v <= 0.0) {
        return None;
    }
    let freedom = 2.0 * centre * centre / around;
    let ratio = variance(&observed) / centre;
    let p = ChiSquared::new(freedom).ok()?.cdf(freedom * ratio);
    Some(Spread { ratio, p })
}

fn dot((a, b): (&Vec<f64>, &Vec<f64>)) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn directions(vectors: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let unit = |vector: &Vec<f64>| {
        let length = norm(vector).max(f64::MIN_POSITIVE);
        vector.iter().map(|entry| entry / length).collect()
    };
    vectors.iter().map(unit).collect()
}

fn mean_square(vectors: &[Vec<f64>]) -> f64 {
    let squares: Vec<f64> = vectors.iter().map(|vector| norm(vector).powi(2)).collect();
    mean(&squares)
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

fn variance(values: &[f64]) -> f64 {
    let centre = mean(values);
    let squares = values.iter().map(|value| (value - centre).powi(2));
    squares.sum::<f64>() / (values.len().saturating_sub(1)).max(1) as f64
}
