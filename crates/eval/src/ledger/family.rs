//! Holm's correction over the comparisons that were frozen at sealing.

use std::collections::BTreeSet;

use midfuse_metrics::stats::Family;

use super::{Plan, PlannedComparison};

/// A comparison after the correction.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// What is compared.
    pub comparison: PlannedComparison,
    /// Its p; `None` for a comparison of the plan that was not made.
    pub p: Option<f64>,
    /// The p after Holm's correction over the whole family; `None` for exploratory comparisons and for
    /// those that were not made.
    pub p_holm: Option<f64>,
    /// Whether the plan stated it before the test set was opened; others are exploratory.
    pub confirmatory: bool,
}

/// Results that a plan cannot judge.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FamilyError {
    /// A comparison came twice, so that the better one could be chosen.
    #[error("plan: {better} > {than} came twice; give each comparison once")]
    Twice {
        /// The model that is claimed to be better.
        better: String,
        /// The model that it is compared with.
        than: String,
    },
    /// A p that is none.
    #[error("plan: {better} > {than} has the p {p}; it has to lie between 0 and 1")]
    P {
        /// The model that is claimed to be better.
        better: String,
        /// The model that it is compared with.
        than: String,
        /// What came.
        p: f64,
    },
}

impl Plan {
    /// Judges what was found on the sealed rows: the comparisons of the plan in its order, with Holm's
    /// correction over all of them, then the others, which are exploratory.
    ///
    /// A comparison of the plan that is missing counts as one that showed nothing (p = 1), so leaving
    /// it out helps no other.
    ///
    /// ```
    /// use midfuse_eval::ledger::{PlannedComparison, Plan};
    /// use midfuse_metrics::metric::Metric;
    /// let of = |better: &str| PlannedComparison { better: better.into(), than: "image".into() };
    /// let plan = Plan::new(Metric::Auc, vec![of("early"), of("late")]);
    /// let judged = plan.judge(&[(of("early"), 0.02), (of("gated"), 0.001)])?;
    /// assert_eq!(judged[0].p_holm, Some(0.04)); // of two, although `late` is missing
    /// assert!(!judged[2].confirmatory && judged[2].p_holm.is_none());
    /// # Ok::<(), midfuse_eval::ledger::FamilyError>(())
    /// ```
    ///
    /// # Errors
    /// [`FamilyError`].
    pub fn judge(&self, found: &[(PlannedComparison, f64)]) -> Result<Vec<Judged>, FamilyError> {
        let judged = judge_family(&[(self, found)])?;
        Ok(judged.into_iter().flatten().collect())
    }
}

/// Judges several sealed test sets as one family (cohorts x endpoints x levels): Holm's correction
/// runs over the comparisons of all plans together. One list per plan, as of [`Plan::judge`].
///
/// Hand in every plan that was sealed for the question, also one whose comparisons were not made:
/// which plans belong together is not in a ledger.
///
/// # Errors
/// [`FamilyError`].
pub fn judge_family(
    sets: &[(&Plan, &[(PlannedComparison, f64)])],
) -> Result<Vec<Vec<Judged>>, FamilyError> {
    let mut judged = Vec::new();
    for (plan, found) in sets {
        judged.push(of_one(plan, found)?);
    }
    let p_values: Vec<Option<f64>> = judged
        .iter()
        .flatten()
        .filter(|one| one.confirmatory)
        .map(|one| one.p)
        .collect();
    // Every p was checked to be one.
    let adjusted = Family::Planned.holm(&p_values).unwrap_or_default();
    let members = judged.iter_mut().flatten().filter(|one| one.confirmatory);
    for (one, p) in members.zip(adjusted) {
        one.p_holm = p;
    }
    Ok(judged)
}

/// The comparisons of one plan, then the exploratory ones, without the correction.
fn of_one(plan: &Plan, found: &[(PlannedComparison, f64)]) -> Result<Vec<Judged>, FamilyError> {
    let mut seen = BTreeSet::new();
    for (comparison, p) in found {
        let (better, than) = (comparison.better.clone(), comparison.than.clone());
        if !(0.0..=1.0).contains(p) {
            return Err(FamilyError::P {
                better,
                than,
                p: *p,
            });
        }
        if !seen.insert(comparison) {
            return Err(FamilyError::Twice { better, than });
        }
    }
    let p_of = |wanted: &PlannedComparison| {
        let mut all = found.iter();
        all.find(|(comparison, _)| comparison == wanted)
            .map(|&(_, p)| p)
    };
    let mut planned = BTreeSet::new();
    let stated = plan
        .comparisons
        .iter()
        .filter(|one| planned.insert(*one))
        .map(|comparison| (comparison.clone(), true))
        .collect::<Vec<_>>();
    let others = found
        .iter()
        .filter(|(comparison, _)| !plan.is_confirmatory(comparison))
        .map(|(comparison, _)| (comparison.clone(), false));
    Ok(stated
        .into_iter()
        .chain(others)
        .map(|(comparison, confirmatory)| Judged {
            p: p_of(&comparison),
            p_holm: None,
            comparison,
            confirmatory,
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use midfuse_metrics::metric::Metric;

    fn of(better: &str) -> PlannedComparison {
        PlannedComparison {
            better: better.to_owned(),
            than: "single".to_owned(),
        }
    }

    fn plan(names: &[&str]) -> Plan {
        Plan::new(Metric::Auc, names.iter().map(|name| of(name)).collect())
    }

    fn holm_of(judged: &[Judged]) -> Vec<Option<f64>> {
        judged.iter().map(|one| one.p_holm).collect()
    }

    #[test]
    fn holm_runs_over_what_was_planned_whatever_was_found() {
        let plan = plan(&["a", "b", "c"]);
        let all = plan
            .judge(&[(of("c"), 0.5), (of("a"), 0.015_625), (of("b"), 0.031_25)])
            .unwrap();
        // .015625 * 3, .03125 * 2, .5 * 1; exact in binary.
        assert_eq!(holm_of(&all), [Some(0.046_875), Some(0.0625), Some(0.5)]);
        // Leaving the weakest out changes nothing for the others.
        let without = plan
            .judge(&[(of("a"), 0.015_625), (of("b"), 0.031_25)])
            .unwrap();
        assert_eq!(holm_of(&without), [Some(0.046_875), Some(0.0625), None]);
        assert_eq!(without[2].p, None);
    }

    #[test]
    fn what_was_not_planned_is_exploratory_and_costs_the_others_nothing() {
        let judged = plan(&["a"])
            .judge(&[(of("later"), 0.0001), (of("a"), 0.04)])
            .unwrap();
        assert_eq!(holm_of(&judged), [Some(0.04), None]);
        assert_eq!(
            judged.iter().map(|j| j.confirmatory).collect::<Vec<_>>(),
            [true, false]
        );
        assert_eq!(judged[1].p, Some(0.0001));
        // Another reference is another comparison.
        let turned = PlannedComparison {
            better: "single".to_owned(),
            than: "a".to_owned(),
        };
        let judged = plan(&["a"]).judge(&[(turned, 0.01)]).unwrap();
        assert_eq!((judged[0].p, judged[1].confirmatory), (None, false));
    }

    #[test]
    fn a_family_of_several_sets_is_corrected_as_one() {
        let (one, two) = (plan(&["a"]), plan(&["a", "b"]));
        let found_one = [(of("a"), 0.015_625)];
        let found_two = [(of("a"), 0.25)];
        let judged = judge_family(&[(&one, &found_one[..]), (&two, &found_two[..])]).unwrap();
        assert_eq!(holm_of(&judged[0]), [Some(0.046_875)]);
        assert_eq!(holm_of(&judged[1]), [Some(0.5), None]);
    }

    #[test]
    fn a_choice_among_two_p_values_is_refused() {
        let plan = plan(&["a"]);
        let error = plan.judge(&[(of("a"), 0.2), (of("a"), 0.01)]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "plan: a > single came twice; give each comparison once"
        );
        for p in [f64::NAN, -0.1, 1.5] {
            assert!(matches!(
                plan.judge(&[(of("a"), p)]),
                Err(FamilyError::P { .. })
            ));
        }
        assert_eq!(
            Plan::new(Metric::Auc, Vec::new()).judge(&[]),
            Ok(Vec::new())
        );
        // A plan that states a comparison twice states it once.
        let twice = Plan::new(Metric::Auc, vec![of("a"), of("a")]);
        assert_eq!(twice.judge(&[(of("a"), 0.5)]).unwrap().len(), 1);
    }
}
