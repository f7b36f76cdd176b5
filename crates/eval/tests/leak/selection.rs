//! Choosing by the folds that are reported.

use super::nearest::{compare, mean, rows_of, uniform};
use midfuse_base::Seed;
use midfuse_base::Targets;
use midfuse_eval::ledger::Ledger;
use midfuse_eval::predict::{Learner, Predict, fit};
use midfuse_eval::rows::Data;
use midfuse_eval::split::KFold;
use midfuse_eval::view::FitRows;
use midfuse_metrics::metric::{Metric, Unit};

/// Taxonomy 12: the best of a hundred coin flippers. Reference: .587 and .501. Chosen on inner
/// folds and scored on outer ones, it is at chance.
#[test]
fn selection_on_the_reported_folds() {
    struct Coin(u64);
    impl Learner for Coin {
        type Model = Self;

        fn learn(&self, _: &FitRows<'_>, _: &Targets) -> Self {
            Self(self.0)
        }
    }
    impl Predict for Coin {
        fn predict(&self, id: &str) -> Vec<f64> {
            let (a, b) = (0.9_f64.ln(), 0.1_f64.ln());
            if uniform(self.0, id) < 0.5 {
                vec![a, b]
            } else {
                vec![b, a]
            }
        }
    }
    let (leaky, honest) = compare(|seed| {
        let rows: Vec<(String, usize)> = (0..200)
            .map(|row| {
                (
                    format!("row-{row}"),
                    usize::from(uniform(seed, &format!("y{row}")) < 0.5),
                )
            })
            .collect();
        let coin = |n: u64| Coin(1000 * seed + n);
        let accuracy = |coin: &Coin| {
            let hit = |row: &&(String, usize)| usize::from(uniform(coin.0, &row.0) >= 0.5) == row.1;
            rows.iter().filter(hit).count() as f64 / 200.0
        };
        let best = (0..100).map(|n| accuracy(&coin(n))).fold(0.0, f64::max);

        let ledger = Ledger::in_memory();
        let by = KFold::new(5, Seed(1));
        let dev = Data::iid(rows_of(&rows)).unwrap().develop();
        let scores = dev.cross_validate(&by, |fold| {
            // Ranked by the pooled inner score: only `Score<Valid>` has an order.
            let hold_out = |n: u64| {
                let scores = fold.train.cross_validate(&KFold::new(2, Seed(2)), |inner| {
                    let predictions = fit(&coin(n), &inner.train).predict(&inner.valid).unwrap();
                    predictions
                        .score(&inner.valid, Metric::Accuracy, Unit::Row)
                        .unwrap()
                });
                scores.unwrap().remove(0)
            };
            let mut best = (hold_out(0), 0);
            for n in 1..100 {
                let score = hold_out(n);
                if score > best.0 {
                    best = (score, n);
                }
            }
            let predictions = fit(&coin(best.1), &fold.train).predict(&fold.test).unwrap();
            let score = predictions
                .score(&fold.test, Metric::Accuracy, Unit::Row)
                .unwrap();
            score.disclose(&ledger, "coin").unwrap()
        });
        (best, mean(&scores.unwrap()))
    });
    assert!(leaky > 0.56, "{leaky}");
    assert!((honest - 0.5).abs() < 0.05, "{honest}");
}
