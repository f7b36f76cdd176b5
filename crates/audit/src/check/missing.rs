//! Missingness that tells the target.

use statrs::distribution::{ContinuousCDF as _, DiscreteCDF as _, Hypergeometric, Normal};

use super::adjusted::adjusted;
use super::finding::{Code, Finding, Severity};
use super::target::Target;
use crate::detector::Detector;
use midfuse_metrics::metric::mid_ranks;

/// What is missing against the target of the units.
pub(crate) const DETECTOR: Detector = |evidence| match &evidence.units {
    Some(units) => target_bearing_missingness(&units.absences, &units.target()),
    None => Vec::new(),
};

/// Where a column or a whole modality is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absence {
    /// Name of the column or modality.
    pub name: String,
    /// Whether each row lacks it, `[N]`.
    pub missing: Vec<bool>,
}

/// Fewest rows with and without a value.
const FEWEST_EACH: u64 = 5;
/// Strength from which it blocks, as for columns.
const BLOCKS: f64 = 0.98;
/// Strength from which it is worth a warning.
const WARNS: f64 = 0.6;

/// Finds columns and modalities whose missingness is associated with the target:
/// [`Code::MissingnessTellsTarget`].
///
/// For classes by Fisher's exact test of each class against the rest, for numbers by the test of
/// Mann & Whitney; Holm over all columns. A warning from AUC .6 and p < 1e-5, blocking from AUC .98
/// and p < .001 in 50 rows or more. Informative missingness can be legitimate; a study compares with a
/// model that sees nothing else.
pub fn target_bearing_missingness(absences: &[Absence], target: &Target<'_>) -> Vec<Finding> {
    let found: Vec<(&Absence, f64, f64)> = absences
        .iter()
        .filter_map(|absence| {
            let (strength, p) = association(&absence.missing, target)?;
            Some((absence, strength, p))
        })
        .collect();
    let mut findings = Vec::new();
    for ((absence, strength, _), p) in adjusted(found, |&(_, _, p)| p) {
        let blocking = strength >= BLOCKS && p < 1e-3 && absence.missing.len() >= 50;
        if !blocking && (strength < WARNS || p >= 1e-5) {
            continue;
        }
        let missing = absence.missing.iter().filter(|&&missing| missing).count();
        findings.push(Finding {
            code: Code::MissingnessTellsTarget,
            severity: if blocking { Severity::Blocking } else { Severity::Warning },
            subject: absence.name.clone(),
            what: format!("whether `{}` is missing ({missing} rows) is associated with the target (AUC {strength:.3})", absence.name),
            rows: Vec::new(),
            measure: "AUC".to_owned(),
            strength,
            p: Some(p),
            mend: "find out why it is missing; if the reason comes with or after the outcome, leave it out; \
                   compare with a model that sees only what is missing"
                .to_owned(),
        });
    }
    findings
}

/// AUC in [.5, 1] of the indicator, and its p.
fn association(missing: &[bool], target: &Target<'_>) -> Option<(f64, f64)> {
    let n = missing.len() as u64;
    let absent = missing.iter().filter(|&&missing| missing).count() as u64;
    if absent < FEWEST_EACH || n - absent < FEWEST_EACH {
        return None;
    }
    match target {
        Target::Classes(labels) => {
            let classes = target.n_strata();
            let mut best: Option<(f64, f64)> = None;
            for class in 0..classes {
                let inside = labels.iter().filter(|&&label| label == class).count() as u64;
                if inside < FEWEST_EACH || n - inside < FEWEST_EACH {
                    continue;
                }
                let both = missing
                    .iter()
                    .zip(*labels)
                    .filter(|&(&gone, &label)| gone && label == class)
                    .count() as u64;
                let hit = both as f64 / inside as f64;
                let false_hit = (absent - both) as f64 / (n - inside) as f64;
                let area = 0.5 + (hit - false_hit).abs() / 2.0;
                let p = (fisher(n, inside, absent, both)? * classes as f64).min(1.0);
                if best.is_none_or(|(strength, _)| area > strength) {
                    best = Some((area, p));
                }
            }
            best
        }
        Target::Numbers(values) => {
            let ranks = mid_ranks(values);
            let sum: f64 = ranks
                .iter()
                .zip(missing)
                .filter(|&(_, &gone)| gone)
                .map(|(rank, _)| rank)
                .sum();
            let (a, b, n) = (absent as f64, (n - absent) as f64, n as f64);
            let area = (sum - a * (a + 1.0) / 2.0) / (a * b);
            let z = (area - 0.5) / ((n + 1.0) / (12.0 * a * b)).sqrt();
            let enough = a >= 10.0 && b >= 10.0;
            enough.then(|| (area.max(1.0 - area), 2.0 * Normal::standard().sf(z.abs())))
        }
    }
}

/// Twice the smaller tail of the hypergeometric distribution.
fn fisher(n: u64, inside: u64, absent: u64, both: u64) -> Option<f64> {
    let draws = Hypergeometric::new(n, inside, absent).ok()?;
    let lower = draws.cdf(both);
    let upper = both.checked_sub(1).map_or(1.0, |below| draws.sf(below));
    Some((2.0 * lower.min(upper)).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_written_in_missingness_blocks() {
        let labels: Vec<usize> = (0..80).map(|row| row % 2).collect();
        let absence = Absence {
            name: "scan".to_owned(),
            missing: labels.iter().map(|&label| label == 1).collect(),
        };
        let found = target_bearing_missingness(&[absence], &Target::Classes(&labels));
        assert_eq!(
            found.first().map(|f| (f.severity, f.strength)),
            Some((Severity::Blocking, 1.0))
        );
    }

    #[test]
    fn missingness_that_has_nothing_to_do_with_it_is_silent() {
        let labels: Vec<usize> = (0..80).map(|row| row % 2).collect();
        let absence = Absence {
            name: "scan".to_owned(),
            missing: (0..80).map(|row| row % 5 == 0).collect(),
        };
        assert!(
            target_bearing_missingness(std::slice::from_ref(&absence), &Target::Classes(&labels))
                .is_empty()
        );
        let values: Vec<f64> = (0..80).map(f64::from).collect();
        assert!(target_bearing_missingness(&[absence], &Target::Numbers(&values)).is_empty());
    }

    #[test]
    fn fisher_of_the_tea_lady() {
        // R: 2 * phyper(2, 4, 4, 4, lower.tail = FALSE) = 34/70.
        assert!((fisher(8, 4, 4, 3).unwrap() - 34.0 / 70.0).abs() < 1e-12);
    }
}
