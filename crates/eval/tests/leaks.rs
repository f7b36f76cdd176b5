//! Planted leaks: a cohort in which the leaky protocol scores high and the honest one at chance.
//!
//! Each leaky number is computed on bare indices, as a script would; each honest one through the
//! typed loops. Margins are three standard deviations or more over the seeds.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests say what they expect in the shortest way"
)]

use std::collections::BTreeMap;

use midfuse_base::Seed;
use midfuse_eval::job::{Targets, Task};
use midfuse_eval::ledger::Ledger;
use midfuse_eval::metric::{Metric, Unit};
use midfuse_eval::predict::{Learner, Predict, fit};
use midfuse_eval::rows::{AnyData, Data, OnData, Rows, Span};
use midfuse_eval::split::{AnySplitter, KFold, PurgedKFold, StratifiedKFold};
use midfuse_eval::structure::Structure;
use midfuse_eval::view::FitRows;

const SEEDS: u64 = 8;

/// Random numbers by key, in `[0, 1)`.
fn uniform(seed: u64, key: &str) -> f64 {
    (Seed(seed).hash(key.as_bytes()) >> 11) as f64 / (1_u64 << 53) as f64
}

/// A normal number: the sum of twelve uniform ones, less six.
fn normal(seed: u64, key: &str) -> f64 {
    (0..12)
        .map(|draw| uniform(seed, &format!("{key}/{draw}")))
        .sum::<f64>()
        - 6.0
}

/// Inputs by row id.
type Inputs = BTreeMap<String, Vec<f64>>;

/// The nearest train row decides; `n_features` of them are chosen by their class difference first.
struct Nearest<'a> {
    inputs: &'a Inputs,
    n_features: Option<usize>,
}

struct NearestModel<'a> {
    inputs: &'a Inputs,
    features: Vec<usize>,
    train: Vec<(String, usize)>,
}

/// The features whose class means differ most.
fn select(inputs: &Inputs, rows: &[(String, usize)], n: usize) -> Vec<usize> {
    let width = inputs[&rows[0].0].len();
    let difference = |feature: usize| {
        let mean = |class: usize| {
            let of: Vec<f64> = rows
                .iter()
                .filter(|r| r.1 == class)
                .map(|r| inputs[&r.0][feature])
                .collect();
            of.iter().sum::<f64>() / of.len() as f64
        };
        (mean(0) - mean(1)).abs()
    };
    let mut features: Vec<usize> = (0..width).collect();
    features.sort_by(|&a, &b| difference(b).total_cmp(&difference(a)));
    features.truncate(n);
    features
}

impl<'a> Learner for Nearest<'a> {
    type Model = NearestModel<'a>;

    fn learn(&self, rows: &FitRows<'_>, targets: &Targets) -> NearestModel<'a> {
        let Targets::Class(classes) = targets else {
            panic!("classes")
        };
        let train: Vec<(String, usize)> = rows
            .ids()
            .iter()
            .cloned()
            .zip(classes.iter().copied())
            .collect();
        let features = match self.n_features {
            Some(n) => select(self.inputs, &train, n),
            None => (0..self.inputs[&train[0].0].len()).collect(),
        };
        NearestModel {
            inputs: self.inputs,
            features,
            train,
        }
    }
}

impl NearestModel<'_> {
    fn class(&self, id: &str) -> usize {
        let x = &self.inputs[id];
        let distance = |other: &str| {
            let y = &self.inputs[other];
            self.features
                .iter()
                .map(|&f| (x[f] - y[f]).powi(2))
                .sum::<f64>()
        };
        let nearest = self
            .train
            .iter()
            .min_by(|a, b| distance(&a.0).total_cmp(&distance(&b.0)));
        nearest.unwrap().1
    }
}

impl Predict for NearestModel<'_> {
    fn predict(&self, id: &str) -> Vec<f64> {
        let sure = [0.99_f64.ln(), 0.01_f64.ln()];
        if self.class(id) == 0 {
            sure.to_vec()
        } else {
            vec![sure[1], sure[0]]
        }
    }
}

/// Honest accuracy: typed folds of the structure that the rows declare.
struct Honest<'a> {
    by: Option<AnySplitter>,
    learner: Nearest<'a>,
}

impl OnData for Honest<'_> {
    type Output = f64;

    fn call<S: Structure>(self, data: Data<S>) -> f64 {
        let unit = if data.structure() == "Grouped" {
            Unit::RowsIgnoringGroups
        } else {
            Unit::Row
        };
        let by = self
            .by
            .unwrap_or(AnySplitter::usual::<S>(5, false, Seed(1)));
        let ledger = Ledger::in_memory();
        let scores = data.develop().cross_validate(&by, |fold| {
            let predictions = fit(&self.learner, &fold.train).predict(&fold.test).unwrap();
            let score = predictions
                .score(&fold.test, Metric::Accuracy, unit)
                .unwrap();
            score.disclose(&ledger, "nearest").unwrap()
        });
        mean(&scores.unwrap())
    }
}

/// The same by shuffled rows, whatever the structure, with features chosen on all rows.
fn leaky(inputs: &Inputs, rows: &[(String, usize)], n_features: Option<usize>, seed: u64) -> f64 {
    let features = match n_features {
        Some(n) => select(inputs, rows, n),
        None => (0..inputs[&rows[0].0].len()).collect(),
    };
    let fold_of = |id: &str| Seed(seed).hash(id.as_bytes()) % 5;
    let mut hits = 0;
    for fold in 0..5 {
        let train = rows
            .iter()
            .filter(|row| fold_of(&row.0) != fold)
            .cloned()
            .collect();
        let model = NearestModel {
            inputs,
            features: features.clone(),
            train,
        };
        hits += rows
            .iter()
            .filter(|r| fold_of(&r.0) == fold && model.class(&r.0) == r.1)
            .count();
    }
    hits as f64 / rows.len() as f64
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn rows_of(rows: &[(String, usize)]) -> Rows {
    let task = Task::Classification {
        classes: vec!["no".into(), "yes".into()],
    };
    let classes = Targets::Class(rows.iter().map(|row| row.1).collect());
    Rows::new(
        rows.iter().map(|row| row.0.clone()).collect(),
        task,
        classes,
    )
    .unwrap()
}

/// Leaky and honest accuracy, means over seeds.
fn compare(one: impl Fn(u64) -> (f64, f64)) -> (f64, f64) {
    let pairs: Vec<(f64, f64)> = (0..SEEDS).map(one).collect();
    let leaky: Vec<f64> = pairs.iter().map(|pair| pair.0).collect();
    let honest: Vec<f64> = pairs.iter().map(|pair| pair.1).collect();
    (mean(&leaky), mean(&honest))
}

/// Taxonomy 6: labels at random per patient, rows of a patient alike. Reference: 1.000 and .503.
#[test]
fn patients_on_both_sides() {
    let (leaky, honest) = compare(|seed| {
        let mut inputs = Inputs::new();
        let mut rows = Vec::new();
        let mut patients = Vec::new();
        for row in 0..200 {
            let (id, patient) = (format!("row-{row}"), row / 10);
            let x = |f| {
                normal(seed, &format!("p{patient}-{f}")) + 0.3 * normal(seed, &format!("{id}-{f}"))
            };
            inputs.insert(id.clone(), (0..20).map(x).collect());
            // Half of the patients are ill, which ones is chance.
            let mut order: Vec<usize> = (0..20).collect();
            order.sort_by_key(|p| Seed(seed).hash(format!("ill-{p}").as_bytes()));
            rows.push((
                id,
                usize::from(order.iter().position(|&p| p == patient).unwrap() < 10),
            ));
            patients.push(format!("patient-{patient}"));
        }
        let data = AnyData::new(rows_of(&rows).with_groups("patient", &patients).unwrap()).unwrap();
        let learner = Nearest {
            inputs: &inputs,
            n_features: None,
        };
        (
            leaky(&inputs, &rows, None, seed),
            data.visit(Honest { by: None, learner }),
        )
    });
    assert!(leaky > 0.97, "{leaky}");
    assert!((honest - 0.5).abs() < 0.12, "{honest}");
}

/// Taxonomy 5: half of the rows have a jittered copy; the copies are one group. Reference: .781 and
/// .510.
#[test]
fn near_duplicates() {
    let (leaky, honest) = compare(|seed| {
        let mut inputs = Inputs::new();
        let mut rows = Vec::new();
        let mut clusters = Vec::new();
        for row in 0..120 {
            let x: Vec<f64> = (0..20)
                .map(|f| normal(seed, &format!("{row}-{f}")))
                .collect();
            let class = usize::from(uniform(seed, &format!("y{row}")) < 0.5);
            let copies = if row % 2 == 0 { 2 } else { 1 };
            for copy in 0..copies {
                let id = format!("row-{row}-{copy}");
                let jitter = |f: usize| 0.01 * normal(seed, &format!("{id}-{f}"));
                let near = x.iter().enumerate().map(|(f, x)| x + jitter(f)).collect();
                inputs.insert(id.clone(), near);
                rows.push((id, class));
                clusters.push(format!("cluster-{row}"));
            }
        }
        let data = AnyData::new(rows_of(&rows).with_groups("cluster", &clusters).unwrap()).unwrap();
        let learner = Nearest {
            inputs: &inputs,
            n_features: None,
        };
        (
            leaky(&inputs, &rows, None, seed),
            data.visit(Honest { by: None, learner }),
        )
    });
    assert!(leaky > 0.70, "{leaky}");
    assert!((honest - 0.5).abs() < 0.08, "{honest}");
}

/// Taxonomy 3: features chosen by class on all rows, pure noise. Reference: .929 and .472.
#[test]
fn features_chosen_outside_the_folds() {
    let (leaky, honest) = compare(|seed| {
        let mut inputs = Inputs::new();
        let mut rows = Vec::new();
        for row in 0..50 {
            let id = format!("row-{row}");
            let x = (0..1000)
                .map(|f| uniform(seed, &format!("{row}/{f}")))
                .collect();
            inputs.insert(id.clone(), x);
            rows.push((id, row % 2));
        }
        let data = AnyData::new(rows_of(&rows)).unwrap();
        let by = AnySplitter::StratifiedKFold(StratifiedKFold::new(5, Seed(1)));
        let learner = Nearest {
            inputs: &inputs,
            n_features: Some(30),
        };
        (
            leaky(&inputs, &rows, Some(30), seed),
            data.visit(Honest {
                by: Some(by),
                learner,
            }),
        )
    });
    assert!(leaky > 0.75, "{leaky}");
    assert!((honest - 0.5).abs() < 0.1, "{honest}");
}

/// Taxonomy 9: labels over 20 steps that overlap, time as the feature. Reference: .904 and .565.
#[test]
fn labels_that_overlap_in_time() {
    let (leaky, honest) = compare(|seed| {
        let step = |t: i64| normal(seed, &format!("step-{t}"));
        let label = |t: i64| usize::from((t..=t + 20).map(step).sum::<f64>() > 0.0);
        let rows: Vec<(String, usize)> = (0..400).map(|t| (format!("row-{t}"), label(t))).collect();
        let inputs: Inputs = rows
            .iter()
            .enumerate()
            .map(|(t, row)| (row.0.clone(), vec![t as f64]))
            .collect();
        let spans: Vec<Span> = (0..400).map(|t| Span::new(t, t + 20)).collect();
        let data = AnyData::new(rows_of(&rows).with_spans(&spans).unwrap()).unwrap();
        let by = Some(AnySplitter::PurgedKFold(PurgedKFold::new(5)));
        let learner = Nearest {
            inputs: &inputs,
            n_features: None,
        };
        (
            leaky(&inputs, &rows, None, seed),
            data.visit(Honest { by, learner }),
        )
    });
    assert!(leaky > 0.83, "{leaky}");
    assert!((honest - 0.5).abs() < 0.13, "{honest}");
}

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
