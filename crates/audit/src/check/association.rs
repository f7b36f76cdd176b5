//! How well one column alone tells the target.

use std::collections::HashMap;

use statrs::distribution::{ContinuousCDF as _, Normal, StudentsT};

use super::target::Target;
use midfuse_metrics::metric::mid_ranks;

/// Fewest rows that a column is judged on.
pub(super) const FEWEST_ROWS: usize = 50;
/// Fewest rows on either side of a comparison.
const FEWEST_EACH: usize = 10;
/// Most values of a column that are taken for classes of their own.
const MOST_LEVELS: usize = 10;

/// The strength of the best fair predictors.
const FAIR: f64 = 0.95;
/// The strength of a perfect column, but for rounding.
const PERFECT: f64 = 1.0 - 1e-9;

/// Strength of an association, and its p-value over the comparisons made within the column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Association {
    /// AUC in [.5, 1], or the absolute rank correlation.
    pub(super) strength: f64,
    /// `"AUC"` or `"rank correlation"`.
    pub(super) measure: &'static str,
    /// Two-sided; Bonferroni over the classes.
    pub(super) p: f64,
    /// What a column of true strength [`FAIR`] reaches by chance: three standard errors above it
    /// (Hanley & McNeil 1982; Fisher's z for correlations), at most 1.
    pub(super) reach: f64,
}

/// A column of numbers (NaN: missing) against the target; `None` where there are too few rows.
pub(super) fn of_numbers(column: &[f64], target: &Target<'_>) -> Option<Association> {
    let there: Vec<usize> = (0..column.len())
        .filter(|&row| column.get(row).is_some_and(|value| value.is_finite()))
        .collect();
    let values: Vec<f64> = there
        .iter()
        .filter_map(|&row| column.get(row).copied())
        .collect();
    if values.len() < FEWEST_ROWS {
        return None;
    }
    match target {
        Target::Classes(labels) => {
            let labels: Vec<usize> = there
                .iter()
                .filter_map(|&row| labels.get(row).copied())
                .collect();
            between_classes(&mid_ranks(&values), &labels)
        }
        Target::Numbers(numbers) => {
            let numbers: Vec<f64> = there
                .iter()
                .filter_map(|&row| numbers.get(row).copied())
                .collect();
            let levels = levels_of(&values);
            let by_level = levels.and_then(|levels| between_classes(&mid_ranks(&numbers), &levels));
            stronger(by_level, rank_correlation(&values, &numbers))
        }
    }
}

/// A column of categories against the target: each row is predicted from the other rows of its
/// category, so that a category of one row tells nothing.
pub(super) fn of_categories(column: &[Option<usize>], target: &Target<'_>) -> Option<Association> {
    let there: Vec<(usize, usize)> = column
        .iter()
        .enumerate()
        .filter_map(|(row, value)| Some((row, (*value)?)))
        .collect();
    if there.len() < FEWEST_ROWS {
        return None;
    }
    let own_row = |of: &dyn Fn(usize) -> f64, leave_out: bool| -> Vec<f64> {
        let mut sums: HashMap<usize, (f64, f64)> = HashMap::new();
        let mut total = 0.0;
        for &(row, value) in &there {
            let sum = sums.entry(value).or_default();
            *sum = (sum.0 + of(row), sum.1 + 1.0);
            total += of(row);
        }
        let mean = total / there.len() as f64;
        let encode = |&(row, value): &(usize, usize)| match sums.get(&value) {
            Some(&(sum, count)) if count > 1.0 && leave_out => (sum - of(row)) / (count - 1.0),
            Some(&(sum, count)) if count > 1.0 => sum / count,
            _ => mean,
        };
        there.iter().map(encode).collect()
    };
    let codes: Vec<f64> = there.iter().map(|&(_, value)| value as f64).collect();
    let levels = levels_of(&codes);
    match target {
        Target::Classes(labels) => {
            let labels_there: Vec<usize> = there
                .iter()
                .filter_map(|&(row, _)| labels.get(row).copied())
                .collect();
            let classes = labels_there.iter().max().map_or(0, |most| most + 1);
            let mut found: Vec<Association> = Vec::new();
            for class in 0..classes {
                let is = |row: usize| f64::from(u8::from(labels.get(row) == Some(&class)));
                let ranks = mid_ranks(&own_row(&is, true));
                let binary: Vec<usize> = labels_there
                    .iter()
                    .map(|&label| usize::from(label == class))
                    .collect();
                // Rows of one category differ by their own target only: where categories are few,
                // the rates themselves say how strong they are, and p stays that of the others.
                let plain = levels
                    .is_some()
                    .then(|| auc(&mid_ranks(&own_row(&is, false)), &binary, 1, true))
                    .flatten();
                found.extend(auc(&ranks, &binary, 1, true).map(|found| Association {
                    p: (found.p * classes as f64).min(1.0),
                    strength: plain.map_or(found.strength, |plain| plain.strength),
                    ..found
                }));
            }
            // The mean over classes, with the p of the one that is told best.
            let best = found.iter().copied().map(Some).fold(None, stronger)?;
            let strength = found.iter().map(|one| one.strength).sum::<f64>() / found.len() as f64;
            Some(Association { strength, ..best })
        }
        Target::Numbers(numbers) => {
            let own: Vec<f64> = there
                .iter()
                .filter_map(|&(row, _)| numbers.get(row).copied())
                .collect();
            let value = |row: usize| numbers.get(row).copied().unwrap_or(0.0);
            let encoded = own_row(&value, true);
            let correlated = signed_rank_correlation(&encoded, &own).filter(|&(rho, _)| rho > 0.0);
            let by_level = levels.and_then(|levels| between_classes(&mid_ranks(&own), &levels));
            stronger(
                by_level,
                correlated.map(|(strength, p)| Association {
                    strength,
                    measure: RHO,
                    p,
                    reach: reach(own.len()),
                }),
            )
        }
    }
}

const RHO: &str = "rank correlation";

fn stronger(a: Option<Association>, b: Option<Association>) -> Option<Association> {
    match (a, b) {
        (Some(a), Some(b)) if b.strength > a.strength => Some(b),
        (Some(a), _) => Some(a),
        (None, b) => b,
    }
}

/// Values as classes where there are two to ten of them.
fn levels_of(values: &[f64]) -> Option<Vec<usize>> {
    let mut levels: HashMap<u64, usize> = HashMap::new();
    let mut codes = Vec::with_capacity(values.len());
    for value in values {
        let next = levels.len();
        codes.push(*levels.entry(value.to_bits()).or_insert(next));
        if levels.len() > MOST_LEVELS {
            return None;
        }
    }
    (levels.len() > 1).then_some(codes)
}

/// How well ranks tell classes: the AUC of two, the mean over all pairs of more, because a fair
/// column may well tell one class of ten. The p is that of the class that is told best.
fn between_classes(ranks: &[f64], labels: &[usize]) -> Option<Association> {
    let classes = labels.iter().max().map_or(0, |most| most + 1);
    let best = (0..classes)
        .map(|class| auc(ranks, labels, class, false))
        .fold(None, stronger)?;
    let pair = |one: usize, other: usize| {
        let (ranks, labels): (Vec<f64>, Vec<usize>) = ranks
            .iter()
            .zip(labels)
            .filter(|&(_, &label)| label == one || label == other)
            .unzip();
        auc(&mid_ranks(&ranks), &labels, one, false)
    };
    let strength = if classes > 2 {
        let pairs = (0..classes).flat_map(|one| (one + 1..classes).map(move |other| (one, other)));
        let areas: Vec<f64> = pairs
            .filter_map(|(one, other)| Some(pair(one, other)?.strength))
            .collect();
        areas.iter().sum::<f64>() / areas.len().max(1) as f64
    } else {
        best.strength
    };
    let p = (best.p * classes as f64).min(1.0);
    Some(Association {
        strength,
        p,
        ..best
    })
}

/// AUC of the ranks for one class against the rest; the p of Mann & Whitney with the correction for
/// ties, by the normal distribution.
fn auc(ranks: &[f64], labels: &[usize], class: usize, directed: bool) -> Option<Association> {
    let n = ranks.len() as f64;
    let (sum, inside) = ranks
        .iter()
        .zip(labels)
        .filter(|&(_, &label)| label == class)
        .fold((0.0, 0_usize), |(sum, count), (rank, _)| {
            (sum + rank, count + 1)
        });
    let outside = ranks.len().checked_sub(inside)?;
    if inside < FEWEST_EACH || outside < FEWEST_EACH {
        return None;
    }
    let (inside, outside) = (inside as f64, outside as f64);
    let area = (sum - inside * (inside + 1.0) / 2.0) / (inside * outside);
    let centre = 0.5 * (n + 1.0);
    let spread: f64 = ranks.iter().map(|rank| (rank - centre).powi(2)).sum();
    let variance = spread / (n * (n - 1.0) * inside * outside);
    if variance <= 0.0 {
        return None;
    }
    let z = (area - 0.5) / variance.sqrt();
    let strength = if directed { area } else { area.max(1.0 - area) };
    let p = if directed && z < 0.0 {
        1.0
    } else {
        two_sided(z)
    };
    let wrong = (FAIR / (2.0 - FAIR) - FAIR * FAIR) * (inside - 1.0)
        + (2.0 * FAIR * FAIR / (1.0 + FAIR) - FAIR * FAIR) * (outside - 1.0);
    let error = ((FAIR * (1.0 - FAIR) + wrong) / (inside * outside)).sqrt();
    Some(Association {
        strength,
        measure: "AUC",
        p,
        reach: (FAIR + 3.0 * error).min(PERFECT),
    })
}

fn two_sided(z: f64) -> f64 {
    2.0 * Normal::standard().sf(z.abs())
}

fn rank_correlation(a: &[f64], b: &[f64]) -> Option<Association> {
    let (rho, p) = signed_rank_correlation(a, b)?;
    Some(Association {
        strength: rho.abs(),
        measure: RHO,
        p,
        reach: reach(a.len()),
    })
}

/// Three standard errors above a fair correlation of `n` rows, by Fisher's z.
fn reach(n: usize) -> f64 {
    let z = FAIR.atanh() + 3.0 / (n as f64 - 3.0).max(1.0).sqrt();
    z.tanh().min(PERFECT)
}

/// Spearman's correlation and the two-sided p of its t.
fn signed_rank_correlation(a: &[f64], b: &[f64]) -> Option<(f64, f64)> {
    let rho = midfuse_metrics::metric::spearman(a, b).ok()?;
    let df = a.len() as f64 - 2.0;
    let t = rho * (df / (1.0 - rho * rho).max(1e-15)).sqrt();
    let p = 2.0 * StudentsT::new(0.0, 1.0, df).ok()?.sf(t.abs());
    Some((rho, p))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_perfect_column_and_a_useless_one() {
        let labels: Vec<usize> = (0..60).map(|row| row % 2).collect();
        let target = Target::Classes(&labels);
        let perfect: Vec<f64> = labels.iter().map(|&label| label as f64).collect();
        let found = of_numbers(&perfect, &target).unwrap();
        assert!((found.strength - 1.0).abs() < 1e-12);
        assert!(found.p < 1e-9);
        let useless: Vec<f64> = (0..60).map(|row| f64::from(row / 2)).collect();
        assert_eq!(
            of_numbers(&useless, &target).map(|found| found.strength),
            Some(0.5)
        );
        assert_eq!(of_numbers(&perfect[..40], &target), None);
    }

    #[test]
    fn a_column_that_tells_one_class_of_three_is_no_name_of_the_target() {
        let labels: Vec<usize> = (0..90).map(|row| row % 3).collect();
        let target = Target::Classes(&labels);
        let one: Vec<f64> = (0..90_u32)
            .map(|row| {
                if row % 3 == 0 {
                    500.0
                } else {
                    f64::from(row / 3)
                }
            })
            .collect();
        assert!(of_numbers(&one, &target).unwrap().strength < 0.9);
        let all: Vec<f64> = labels.iter().map(|&label| label as f64).collect();
        assert_eq!(
            of_numbers(&all, &target).map(|found| found.strength),
            Some(1.0)
        );
    }

    #[test]
    fn a_category_of_one_row_tells_nothing() {
        let labels: Vec<usize> = (0..60).map(|row| row % 2).collect();
        let target = Target::Classes(&labels);
        let ids: Vec<Option<usize>> = (0..60).map(Some).collect();
        assert_eq!(
            of_categories(&ids, &target).map(|found| found.strength),
            None
        );
        let named: Vec<Option<usize>> = labels.iter().map(|&label| Some(label + 3)).collect();
        assert_eq!(
            of_categories(&named, &target).map(|found| found.strength),
            Some(1.0)
        );
    }

    #[test]
    fn a_number_cut_in_two_is_told_by_its_halves() {
        let numbers: Vec<f64> = (0..60).map(f64::from).collect();
        let target = Target::Numbers(&numbers);
        let cut: Vec<f64> = (0..60).map(|row| f64::from(u8::from(row >= 45))).collect();
        let found = of_numbers(&cut, &target).unwrap();
        assert_eq!((found.strength, found.measure), (1.0, "AUC"));
    }
}
