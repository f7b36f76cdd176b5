//! How strongly a feature is associated with the target on some rows, as a vector on the scale of its own
//! sampling error.

use std::collections::HashMap;

use midfuse_base::Seed;
use rand::Rng as _;
use rand::seq::SliceRandom as _;

use super::super::column::{Column, Values};
use super::super::target::Target;
use midfuse_metrics::metric::mid_ranks;

/// What features are ranked by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Measure {
    /// Pearson's correlation, the F of the analysis of variance, chi-squared of categories.
    Values,
    /// The same of ranks: Spearman, Mann & Whitney, Kruskal & Wallis.
    Ranks,
    /// Differences between class means that are not divided by a standard deviation.
    Differences,
}

impl Measure {
    pub(super) const ALL: [Self; 3] = [Self::Values, Self::Ranks, Self::Differences];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Values => "correlation or F",
            Self::Ranks => "rank correlation or AUC",
            Self::Differences => "difference of means",
        }
    }
}

/// A feature of N rows: one list for a number, an indicator per level for a category.
#[derive(Debug, Clone)]
pub(super) struct Feature {
    parts: Vec<Vec<f64>>,
    measure: Measure,
    /// Levels of a category; 2 of a number, which has as many degrees of freedom as two levels.
    pub(super) levels: usize,
    /// Whether one value is so frequent that the association can take few values only.
    pub(super) lumpy: bool,
}

impl Feature {
    /// `None` where the measure does not apply to the column.
    pub(super) fn of(column: &Column, measure: Measure) -> Option<Self> {
        match &column.values {
            Values::Numbers(values) => {
                let lumpy = is_lumpy(values);
                let part = match measure {
                    Measure::Ranks => ranks(values),
                    Measure::Values | Measure::Differences => values.clone(),
                };
                Some(Self {
                    parts: vec![part],
                    measure,
                    levels: 2,
                    lumpy,
                })
            }
            Values::Categories(codes) if measure == Measure::Values => {
                let mut levels: Vec<usize> = codes.iter().copied().flatten().collect();
                levels.sort_unstable();
                levels.dedup();
                let indicator = |level: &usize| -> Vec<f64> {
                    let is = |code: &Option<usize>| {
                        code.map_or(f64::NAN, |code| f64::from(u8::from(code == *level)))
                    };
                    codes.iter().map(is).collect()
                };
                let most = if levels.len() == 2 { 1 } else { levels.len() };
                let parts: Vec<Vec<f64>> = levels.iter().take(most).map(indicator).collect();
                (levels.len() > 1).then(|| Self {
                    lumpy: parts.iter().any(|part| is_lumpy(part)),
                    parts,
                    measure,
                    levels: levels.len(),
                })
            }
            Values::Categories(_) => None,
        }
    }

    /// Values of the first part on some rows, centred and divided by their standard deviation;
    /// zero where missing.
    pub(super) fn standardised(&self, rows: &[usize]) -> Vec<f64> {
        let Some(part) = self.parts.first() else {
            return vec![0.0; rows.len()];
        };
        let (mean, sd) = moments(part, rows);
        centred(part, rows, mean, if sd > 0.0 { sd } else { 1.0 }).collect()
    }

    /// Standard deviation of the sampling error of the association, which is 1 but for differences.
    pub(super) fn error(&self, rows: &[usize]) -> f64 {
        match (self.measure, self.parts.first()) {
            (Measure::Differences, Some(part)) => moments(part, rows).1,
            _ => 1.0,
        }
    }

    /// Association with the target on the rows of the sample: under independence each entry, and the
    /// length along any direction, has mean 0 and variance 1 (times that of the feature for differences).
    pub(super) fn association(&self, sample: &Sample) -> Vec<f64> {
        let n = sample.rows.len() as f64;
        let mut vector = Vec::with_capacity(self.parts.len() * sample.n_entries());
        for part in &self.parts {
            let (mean, sd) = moments(part, &sample.rows);
            let scale = match self.measure {
                Measure::Differences => 1.0,
                _ if sd <= 0.0 => f64::INFINITY,
                // An indicator by the root of its frequency, so that the squares add up to chi-squared.
                _ if self.parts.len() > 1 => mean.sqrt(),
                _ => sd,
            };
            let start = vector.len();
            vector.resize(start + sample.n_entries(), 0.0);
            let values = centred(part, &sample.rows, mean, scale);
            for (value, &(entry, weight)) in values.zip(&sample.weights) {
                if let Some(sum) = vector.get_mut(start + entry) {
                    *sum += value * weight;
                }
            }
        }
        let root = ((n - 1.0).max(0.0) / n.max(1.0)).sqrt();
        for entry in &mut vector {
            *entry *= root;
        }
        vector
    }
}

/// Length of a vector.
pub(super) fn norm(vector: &[f64]) -> f64 {
    vector.iter().map(|entry| entry * entry).sum::<f64>().sqrt()
}

/// Rows with their targets, as weights: the entry of the vector that a row adds to, and how much.
#[derive(Debug, Clone)]
pub(super) struct Sample {
    pub(super) rows: Vec<usize>,
    weights: Vec<(usize, f64)>,
    /// Class of each row, or the place of its target in ascending order.
    strata: Vec<usize>,
    n_classes: Option<usize>,
}

impl Sample {
    pub(super) fn new(rows: Vec<usize>, target: &Target<'_>) -> Self {
        match target {
            Target::Classes(labels) => {
                let of = |&row: &usize| labels.get(row).copied().unwrap_or(0);
                let strata: Vec<usize> = rows.iter().map(of).collect();
                let mut counts: HashMap<usize, f64> = HashMap::new();
                for &label in &strata {
                    *counts.entry(label).or_default() += 1.0;
                }
                let weight =
                    |&label: &usize| (label, 1.0 / counts.get(&label).unwrap_or(&1.0).sqrt());
                Self {
                    weights: strata.iter().map(weight).collect(),
                    rows,
                    strata,
                    n_classes: Some(target.n_strata()),
                }
            }
            Target::Numbers(numbers) => {
                let of = |&row: &usize| numbers.get(row).copied().unwrap_or(0.0);
                let values: Vec<f64> = rows.iter().map(of).collect();
                let mean = values.iter().sum::<f64>() / values.len().max(1) as f64;
                let length = values
                    .iter()
                    .map(|value| (value - mean).powi(2))
                    .sum::<f64>()
                    .sqrt();
                let scale = if length > 0.0 { length } else { 1.0 };
                let mut order: Vec<usize> = (0..values.len()).collect();
                order.sort_by(|a, b| match (values.get(*a), values.get(*b)) {
                    (Some(a), Some(b)) => a.total_cmp(b),
                    _ => a.cmp(b),
                });
                let mut strata = vec![0; values.len()];
                for (place, at) in order.into_iter().enumerate() {
                    if let Some(stratum) = strata.get_mut(at) {
                        *stratum = place;
                    }
                }
                Self {
                    weights: values
                        .iter()
                        .map(|value| (0, (value - mean) / scale))
                        .collect(),
                    rows,
                    strata,
                    n_classes: None,
                }
            }
        }
    }

    fn n_entries(&self) -> usize {
        self.n_classes.unwrap_or(1)
    }

    /// Two random halves with like targets: alternate rows of each class in random order, or one of
    /// each two neighbours by the target.
    pub(super) fn halves(&self, target: &Target<'_>, seed: Seed) -> [Self; 2] {
        let mut rng = seed.rng();
        let mut order: Vec<usize> = (0..self.rows.len()).collect();
        order.shuffle(&mut rng);
        order.sort_by_key(|&at| self.strata.get(at).copied());
        let mut sides: [Vec<usize>; 2] = Default::default();
        let mut flip: bool = rng.random();
        for pair in order.chunks(2) {
            if self.n_classes.is_none() {
                flip = rng.random();
            }
            for (at, side) in pair.iter().zip([usize::from(flip), usize::from(!flip)]) {
                if let (Some(side), Some(&row)) = (sides.get_mut(side), self.rows.get(*at)) {
                    side.push(row);
                }
            }
        }
        sides.map(|rows| Self::new(rows, target))
    }
}

/// Mean and standard deviation of the values that are there.
fn moments(values: &[f64], rows: &[usize]) -> (f64, f64) {
    let there = || {
        rows.iter()
            .filter_map(|&row| values.get(row).copied())
            .filter(|value| value.is_finite())
    };
    let n = there().count().max(1) as f64;
    let mean = there().sum::<f64>() / n;
    let variance = there().map(|value| (value - mean).powi(2)).sum::<f64>() / n;
    // Rounding leaves something of a constant.
    let sd = variance.sqrt();
    (mean, if sd > 1e-9 * mean.abs() { sd } else { 0.0 })
}

fn centred<'a>(
    values: &'a [f64],
    rows: &'a [usize],
    mean: f64,
    scale: f64,
) -> impl Iterator<Item = f64> + 'a {
    rows.iter().map(move |&row| match values.get(row) {
        Some(value) if value.is_finite() => (value - mean) / scale,
        _ => 0.0,
    })
}

/// Mid-ranks of the values that are there.
fn ranks(values: &[f64]) -> Vec<f64> {
    let there: Vec<f64> = values
        .iter()
        .copied()
        .filter(|value| value.is_finite())
        .collect();
    let mut ranks = mid_ranks(&there).into_iter();
    values
        .iter()
        .map(|value| {
            if value.is_finite() {
                ranks.next().unwrap_or(f64::NAN)
            } else {
                f64::NAN
            }
        })
        .collect()
}

/// Whether fewer than five rows, or a tenth of them, have another value than the most frequent one.
fn is_lumpy(values: &[f64]) -> bool {
    let mut counts: HashMap<u64, usize> = HashMap::new();
    let mut there = 0;
    for value in values.iter().filter(|value| value.is_finite()) {
        *counts.entry(value.to_bits()).or_default() += 1;
        there += 1;
    }
    let most = counts.values().copied().max().unwrap_or(0);
    there - most < 5.max(there / 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_is_the_root_of_the_test_statistic() {
        let rows: Vec<usize> = (0..6).collect();
        let column = Column {
            name: String::new(),
            values: Values::Numbers(vec![1.0, 2.0, 3.0, 2.0, 4.0, 6.0]),
        };
        let labels = [0, 0, 0, 1, 1, 1];
        let classes = Sample::new(rows.clone(), &Target::Classes(&labels));
        let feature = Feature::of(&column, Measure::Values).unwrap();
        // (n - 1) r^2 with r^2 = 6/16, the explained share of the variance.
        let length = norm(&feature.association(&classes));
        assert!((length * length - 5.0 * 6.0 / 16.0).abs() < 1e-12);
        let numbers = Sample::new(
            rows.clone(),
            &Target::Numbers(&[0.0, 0.0, 0.0, 1.0, 1.0, 1.0]),
        );
        assert!((norm(&feature.association(&numbers)) - length).abs() < 1e-12);
        // Chi-squared of the table [[2, 1, 0], [0, 1, 2]] is 4; the factor is (n - 1) / n.
        let levels = Column {
            name: String::new(),
            values: Values::Categories([0, 0, 1, 1, 2, 2].map(Some).to_vec()),
        };
        let feature = Feature::of(&levels, Measure::Values).unwrap();
        let length = norm(&feature.association(&classes));
        assert!(
            (length * length - 4.0 * 5.0 / 6.0).abs() < 1e-12,
            "{length}"
        );
    }

    #[test]
    fn halves_have_like_targets() {
        let labels: Vec<usize> = (0..40).map(|row| row % 2).collect();
        let target = Target::Classes(&labels);
        let [a, b] = Sample::new((0..40).collect(), &target).halves(&target, Seed(1));
        let ill = |half: &Sample| half.rows.iter().filter(|&&row| row % 2 == 1).count();
        assert_eq!((a.rows.len(), ill(&a), ill(&b)), (20, 10, 10));
        let numbers: Vec<f64> = (0..41).map(f64::from).collect();
        let target = Target::Numbers(&numbers);
        let [a, b] = Sample::new((0..41).collect(), &target).halves(&target, Seed(1));
        assert_eq!(a.rows.len() + b.rows.len(), 41);
        assert!(a.rows.len().abs_diff(b.rows.len()) == 1);
    }
}
