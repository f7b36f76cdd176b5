//! Pairs of modalities that do not belong to one another.

use std::collections::BTreeMap;

use midfuse_base::Seed;
use midfuse_page::number::p_equals;
use rand::seq::SliceRandom as _;

use super::finding::{Code, Finding, Severity};
use super::target::Target;

/// Shufflings of the pairing.
const SHUFFLINGS: usize = 199;
/// p from which pairs show no sign of belonging together.
const UNRELATED: f64 = 0.1;
/// p below which two modalities go together over all rows.
const RELATED: f64 = 0.01;

/// Compares how two modalities go together with what they do when the pairing is shuffled within each
/// class: [`Code::UnalignedPairs`], a warning.
///
/// Modalities of one thing usually go together beyond what the class explains. Where they do so over all
/// rows (p < .01 against shuffling all rows) but not within classes (p >= .1), the rows may have been paired
/// by their label, or sorted by it in one of the files: a fusion then reads the label from the pairing.
/// It is not a proof: the class may be all that they share. `a` and `b` are columns of numbers `[columns][N]`;
/// NaN counts as the mean. `None` for numeric targets, since there is no class to shuffle within.
pub fn unaligned_pairs(
    names: [&str; 2],
    a: &[Vec<f64>],
    b: &[Vec<f64>],
    target: &Target<'_>,
    seed: Seed,
) -> Option<Finding> {
    let Target::Classes(labels) = target else {
        return None;
    };
    let all: Vec<usize> = vec![0; labels.len()];
    let over_all = p_of_shuffling(&centred(a, &all), &centred(b, &all), &all, seed);
    let within = p_of_shuffling(&centred(a, labels), &centred(b, labels), labels, seed);
    (over_all < RELATED && within >= UNRELATED).then(|| Finding {
        code: Code::UnalignedPairs,
        severity: Severity::Warning,
        subject: names.join(", "),
        what: format!(
            "`{}` and `{}` are associated over all rows ({}) but not within classes ({}): \
             nothing but the class ties a pair together",
            names[0],
            names[1],
            p_equals(over_all),
            p_equals(within)
        ),
        rows: Vec::new(),
        measure: "p of the pairing within classes".to_owned(),
        strength: within,
        p: Some(over_all),
        mend: "check that both modalities of a row come from the same thing, by ids and not by their order in the files"
            .to_owned(),
    })
}

/// Columns less their mean in each stratum, over their length.
fn centred(columns: &[Vec<f64>], strata: &[usize]) -> Vec<Vec<f64>> {
    let centre = |column: &Vec<f64>| {
        let mut sums: BTreeMap<usize, (f64, f64)> = BTreeMap::new();
        for (&value, &stratum) in column.iter().zip(strata) {
            if value.is_finite() {
                let sum = sums.entry(stratum).or_default();
                *sum = (sum.0 + value, sum.1 + 1.0);
            }
        }
        let mut centred: Vec<f64> = column
            .iter()
            .zip(strata)
            .map(|(&value, stratum)| match sums.get(stratum) {
                Some((sum, count)) if value.is_finite() => value - sum / count,
                _ => 0.0,
            })
            .collect();
        let length = centred
            .iter()
            .map(|value| value * value)
            .sum::<f64>()
            .sqrt();
        if length > 0.0 {
            for value in &mut centred {
                *value /= length;
            }
        }
        centred
    };
    columns.iter().map(centre).collect()
}

/// Share of shufflings within strata that give as large a sum of squared correlations.
fn p_of_shuffling(a: &[Vec<f64>], b: &[Vec<f64>], strata: &[usize], seed: Seed) -> f64 {
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (row, &stratum) in strata.iter().enumerate() {
        members.entry(stratum).or_default().push(row);
    }
    let together = |partner: &[usize]| -> f64 {
        let product = |one: &Vec<f64>, other: &Vec<f64>| -> f64 {
            let paired = partner
                .iter()
                .map(|&row| other.get(row).copied().unwrap_or(0.0));
            one.iter().zip(paired).map(|(a, b)| a * b).sum()
        };
        let squares = a
            .iter()
            .flat_map(|one| b.iter().map(move |other| (one, other)));
        squares
            .map(|(one, other)| product(one, other).powi(2))
            .sum()
    };
    let observed = together(&(0..strata.len()).collect::<Vec<_>>());
    let mut rng = seed.rng();
    let mut partner = vec![0; strata.len()];
    let mut reached = 0;
    for _ in 0..SHUFFLINGS {
        for rows in members.values() {
            let mut shuffled = rows.clone();
            shuffled.shuffle(&mut rng);
            for (&row, other) in rows.iter().zip(shuffled) {
                if let Some(slot) = partner.get_mut(row) {
                    *slot = other;
                }
            }
        }
        reached += usize::from(together(&partner) >= observed);
    }
    (reached + 1) as f64 / (SHUFFLINGS + 1) as f64
}
