//! The control: a leak that does next to nothing.

use super::nearest::{Inputs, NearestModel, compare, mean, normal, rows_of};
use midfuse_base::Seed;
use midfuse_base::Targets;
use midfuse_eval::ledger::Ledger;
use midfuse_eval::predict::{Learner, Predict, fit};
use midfuse_eval::rows::Data;
use midfuse_eval::split::KFold;
use midfuse_eval::transform::Standardiser;
use midfuse_eval::view::FitRows;
use midfuse_metrics::metric::{Metric, Unit};
use std::collections::BTreeMap;

/// Taxonomy 21, the control: a scaler that was fitted on all rows changes next to nothing, so nothing
/// may be concluded from its presence alone. Reference: .822 and .821.
#[test]
fn a_scaler_outside_the_folds_is_a_weak_leak() {
    struct Scaled<'a>(&'a Inputs, Option<Standardiser>);
    struct ScaledModel(BTreeMap<String, Vec<f64>>, Vec<(String, usize)>);
    impl Learner for Scaled<'_> {
        type Model = ScaledModel;

        fn learn(&self, rows: &FitRows<'_>, targets: &Targets) -> ScaledModel {
            let Targets::Class(classes) = targets else {
                panic!("classes")
            };
            let ids: Vec<String> = self.0.keys().cloned().collect();
            let train = rows.take(&ids, |row| self.0[&ids[row]].clone()).unwrap();
            let scaler = self
                .1
                .clone()
                .unwrap_or_else(|| Standardiser::fit(&train).unwrap());
            let mut scaled = self.0.clone();
            for row in scaled.values_mut() {
                scaler.apply(row).unwrap();
            }
            ScaledModel(
                scaled,
                rows.ids()
                    .iter()
                    .cloned()
                    .zip(classes.iter().copied())
                    .collect(),
            )
        }
    }
    impl Predict for ScaledModel {
        fn predict(&self, id: &str) -> Vec<f64> {
            let features = (0..self.0[id].len()).collect();
            NearestModel {
                inputs: &self.0,
                features,
                train: self.1.clone(),
            }
            .predict(id)
        }
    }
    let (outside, inside) = compare(|seed| {
        let mut inputs = Inputs::new();
        let mut rows = Vec::new();
        for row in 0..100 {
            let id = format!("row-{row:03}");
            let x: Vec<f64> = [1.0, 10.0, 100.0]
                .iter()
                .enumerate()
                .map(|(f, scale)| scale * normal(seed, &format!("{row}-{f}")))
                .collect();
            rows.push((
                id.clone(),
                usize::from(x[0] + 0.5 * normal(seed, &id) > 0.0),
            ));
            inputs.insert(id, x);
        }
        let columns: Vec<Vec<f64>> = (0..3)
            .map(|f| inputs.values().map(|x| x[f]).collect())
            .collect();
        let means: Vec<f64> = columns.iter().map(|c| mean(c)).collect();
        let spread = |c: &Vec<f64>, m: f64| {
            mean(&c.iter().map(|x| (x - m).powi(2)).collect::<Vec<_>>()).sqrt()
        };
        let scale = columns
            .iter()
            .zip(&means)
            .map(|(c, &m)| spread(c, m))
            .collect();
        let on_all = Standardiser {
            mean: means.clone(),
            scale,
        };
        let dev = Data::iid(rows_of(&rows)).unwrap().develop();
        let ledger = Ledger::in_memory();
        let accuracy = |learner: &Scaled<'_>| {
            let scores = dev.cross_validate(&KFold::new(5, Seed(1)), |fold| {
                let predictions = fit(learner, &fold.train).predict(&fold.test).unwrap();
                let score = predictions
                    .score(&fold.test, Metric::Accuracy, Unit::Row)
                    .unwrap();
                score.disclose(&ledger, "scaled").unwrap()
            });
            mean(&scores.unwrap())
        };
        (
            accuracy(&Scaled(&inputs, Some(on_all))),
            accuracy(&Scaled(&inputs, None)),
        )
    });
    assert!(inside > 0.65, "{inside}");
    assert!((outside - inside).abs() < 0.02, "{outside} and {inside}");
}
