//! What a worker may not learn from names and order: rows get neutral ids, in random order.
//!
//! Ids often carry the target (`cat_017`), and so does their order: cohorts are sorted by class.

use std::collections::BTreeMap;

use midfuse_base::Seed;
use midfuse_wire::JobSpec;

use crate::{Error, EvaluationError, Result};

/// Neutral ids of the rows that workers may see.
#[derive(Debug, Clone)]
pub(crate) struct Blind {
    /// Real ids in the order of their neutral ids.
    order: Vec<String>,
    neutral: BTreeMap<String, usize>,
}

/// A job with neutral ids, and the way back for its scores.
#[derive(Debug, Clone)]
pub(crate) struct Blinded {
    /// What the worker is sent.
    pub(crate) spec: JobSpec,
    /// `positions[i]`: place in the worker's list of the job's i-th row to predict.
    positions: Vec<usize>,
}

impl Blind {
    /// Neutral ids for these rows: their rank in an order that depends on the seed only.
    pub(crate) fn new<'a>(ids: impl Iterator<Item = &'a str>, seed: Seed) -> Self {
        let seed = seed.derive("neutral-ids");
        let mut order: Vec<String> = ids.map(str::to_owned).collect();
        order.sort_by_key(|id| (seed.hash(id.as_bytes()), id.clone()));
        let neutral = order
            .iter()
            .enumerate()
            .map(|(rank, id)| (id.clone(), rank))
            .collect();
        Self { order, neutral }
    }

    /// Real ids in the order of their neutral ids.
    pub(crate) fn order(&self) -> &[String] {
        &self.order
    }

    /// The neutral id of a row; empty for a row that workers may not see.
    pub(crate) fn name_of(&self, id: &str) -> String {
        self.neutral
            .get(id)
            .map_or_else(String::new, |&rank| name(rank))
    }

    /// The job with neutral ids; its rows are sorted by them.
    ///
    /// # Errors
    /// [`EvaluationError::HiddenRow`] if the job names a row that workers may not see.
    pub(crate) fn hide(&self, spec: &JobSpec) -> Result<Blinded> {
        let (fit, fit_order) = self.sorted(&spec.fit)?;
        let (predict, predict_order) = self.sorted(&spec.predict)?;
        let moved_to = inverse(&fit_order);
        let mut stop: Vec<usize> = spec
            .stop
            .iter()
            .filter_map(|&position| moved_to.get(position).copied())
            .collect();
        stop.sort_unstable();
        let targets = spec.targets.select(fit_order.iter().copied());
        let mut hidden = spec.clone();
        (hidden.fit, hidden.targets, hidden.stop, hidden.predict) = (fit, targets, stop, predict);
        Ok(Blinded {
            spec: hidden,
            positions: inverse(&predict_order),
        })
    }

    /// Neutral ids in their order, and for each the position that it had.
    fn sorted(&self, ids: &[String]) -> Result<(Vec<String>, Vec<usize>)> {
        let mut ranked = ids
            .iter()
            .enumerate()
            .map(|(position, id)| {
                let rank = self.neutral.get(id).copied();
                rank.map(|rank| (rank, position))
                    .ok_or_else(|| Error::from(EvaluationError::HiddenRow { row: id.clone() }))
            })
            .collect::<Result<Vec<_>>>()?;
        ranked.sort_unstable();
        Ok((
            ranked.iter().map(|&(rank, _)| name(rank)).collect(),
            ranked.iter().map(|&(_, position)| position).collect(),
        ))
    }
}

impl Blinded {
    /// The worker's scores in the order of the job's rows.
    pub(crate) fn reorder(&self, scores: &[Vec<f64>]) -> Vec<Vec<f64>> {
        permute(scores, &self.positions)
    }
}

fn name(rank: usize) -> String {
    format!("r{rank:08}")
}

fn permute<T: Clone>(values: &[T], order: &[usize]) -> Vec<T> {
    order
        .iter()
        .filter_map(|&position| values.get(position).cloned())
        .collect()
}

fn inverse(order: &[usize]) -> Vec<usize> {
    let mut inverse = vec![0; order.len()];
    for (to, &from) in order.iter().enumerate() {
        if let Some(slot) = inverse.get_mut(from) {
            *slot = to;
        }
    }
    inverse
}

#[cfg(test)]
mod tests {
    use midfuse_base::Targets;
    use serde_json::json;

    use super::*;

    fn spec(fit: &[&str], predict: &[&str]) -> JobSpec {
        let values: Vec<f64> = (0..fit.len()).map(|i| i as f64).collect();
        let spec = json!({
            "task": {"kind": "regression"}, "data": "0".repeat(64), "model": null, "seed": 0,
            "fit": fit, "targets": {"kind": "value", "values": values}, "stop": [0, 2],
            "predict": predict, "threads": 1, "predict_batch": 1, "device": "cpu", "keep_model": false,
        });
        serde_json::from_value(spec).unwrap()
    }

    #[test]
    fn rows_keep_their_targets_stops_and_scores() {
        let ids = ["a", "b", "c", "d", "e", "f"];
        let blind = Blind::new(ids.into_iter(), Seed(3));
        let real = |neutral: &str| blind.order[neutral[1..].parse::<usize>().unwrap()].clone();
        let job = spec(&["a", "b", "c", "d"], &["e", "f"]);
        let hidden = blind.hide(&job).unwrap();
        let Targets::Value(targets) = &hidden.spec.targets else {
            panic!("numbers stay numbers")
        };
        for (neutral, target) in hidden.spec.fit.iter().zip(targets) {
            assert_eq!(job.fit[*target as usize], real(neutral));
        }
        let mut stopped: Vec<String> = hidden
            .spec
            .stop
            .iter()
            .map(|&position| real(&hidden.spec.fit[position]))
            .collect();
        stopped.sort();
        assert_eq!(stopped, ["a", "c"]);
        let scores: Vec<Vec<f64>> = hidden
            .spec
            .predict
            .iter()
            .map(|n| vec![if real(n) == "e" { 1.0 } else { 2.0 }])
            .collect();
        assert_eq!(hidden.reorder(&scores), [vec![1.0], vec![2.0]]);
        assert!(hidden.spec.fit.is_sorted() && hidden.spec.predict.is_sorted());
    }

    #[test]
    fn a_row_that_is_not_to_be_seen_is_refused() {
        let blind = Blind::new(["a"].into_iter(), Seed(0));
        assert!(blind.hide(&spec(&["a"], &["sealed"])).is_err());
    }

    #[test]
    fn order_says_nothing_about_the_names() {
        let ids: Vec<String> = (0..100).map(|i| format!("{i:03}")).collect();
        let blind = Blind::new(ids.iter().map(String::as_str), Seed(1));
        let neighbours = blind
            .order()
            .windows(2)
            .filter(|w| w[0].parse::<i32>().unwrap() + 1 == w[1].parse::<i32>().unwrap());
        assert!(neighbours.count() < 8);
        let again = Blind::new(ids.iter().rev().map(String::as_str), Seed(1));
        assert_eq!(
            blind.order(),
            again.order(),
            "the order in which rows come does not matter"
        );
    }
}
