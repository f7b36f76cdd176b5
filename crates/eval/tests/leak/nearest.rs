//! A nearest-neighbour learner, and its accuracy by a leaky and by an honest protocol.

use midfuse_base::Seed;
use midfuse_base::{Targets, Task};
use midfuse_eval::ledger::Ledger;
use midfuse_eval::predict::{Learner, Predict, fit};
use midfuse_eval::rows::{Data, OnData, Rows};
use midfuse_eval::split::AnySplitter;
use midfuse_eval::structure::Structure;
use midfuse_eval::view::FitRows;
use midfuse_metrics::metric::{Metric, Unit};
use std::collections::BTreeMap;

const SEEDS: u64 = 8;

/// Random numbers by key, in `[0, 1)`.
pub(super) fn uniform(seed: u64, key: &str) -> f64 {
    (Seed(seed).hash(key.as_bytes()) >> 11) as f64 / (1_u64 << 53) as f64
}

/// A normal number: the sum of twelve uniform ones, less six.
pub(super) fn normal(seed: u64, key: &str) -> f64 {
    (0..12)
        .map(|draw| uniform(seed, &format!("{key}/{draw}")))
        .sum::<f64>()
        - 6.0
}

/// Inputs by row id.
pub(super) type Inputs = BTreeMap<String, Vec<f64>>;

/// The nearest train row decides; `n_features` of them are chosen by their class difference first.
pub(super) struct Nearest<'a> {
    pub(super) inputs: &'a Inputs,
    pub(super) n_features: Option<usize>,
}

pub(super) struct NearestModel<'a> {
    pub(super) inputs: &'a Inputs,
    pub(super) features: Vec<usize>,
    pub(super) train: Vec<(String, usize)>,
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
pub(super) struct Honest<'a> {
    pub(super) by: Option<AnySplitter>,
    pub(super) learner: Nearest<'a>,
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
pub(super) fn leaky(
    inputs: &Inputs,
    rows: &[(String, usize)],
    n_features: Option<usize>,
    seed: u64,
) -> f64 {
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

pub(super) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

pub(super) fn rows_of(rows: &[(String, usize)]) -> Rows {
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
pub(super) fn compare(one: impl Fn(u64) -> (f64, f64)) -> (f64, f64) {
    let pairs: Vec<(f64, f64)> = (0..SEEDS).map(one).collect();
    let leaky: Vec<f64> = pairs.iter().map(|pair| pair.0).collect();
    let honest: Vec<f64> = pairs.iter().map(|pair| pair.1).collect();
    (mean(&leaky), mean(&honest))
}
