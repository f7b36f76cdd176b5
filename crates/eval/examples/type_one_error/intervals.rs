//! How often 95 % intervals hold the true value.

use midfuse_eval::stats::{NestedFold, clopper_pearson, jeffreys, nested_cv_interval, wilson};
use rand::Rng;
use rand::seq::SliceRandom;

use crate::logistic::solve;
use crate::table::{Bound, Table};
use crate::world::{generator, mean, normal};

const ROWS: usize = 90;
const FEATURES: usize = 20;
const FOLDS: usize = 10;
const REPEATS: usize = 10;

pub(crate) fn run(repeats: usize) -> Table {
    let mut table = Table::new("Intervals of 95 %", "covers");
    for repeat in 0..repeats {
        let mut rng = generator("shares", repeat);
        let hits = (0..30).filter(|_| rng.random_bool(0.1)).count() as u64;
        for (name, interval, bound) in [
            (
                "Clopper-Pearson, share .1 of 30",
                clopper_pearson as fn(u64, u64, f64) -> _,
                0.95,
            ),
            ("Wilson, share .1 of 30", wilson, 0.92),
            ("Jeffreys, share .1 of 30", jeffreys, 0.92),
        ] {
            let covers = interval(hits, 30, 0.95)
                .expect("hits of rows")
                .contains(0.1);
            table.count(name, Bound::AtLeast(bound), covers);
        }
    }
    // A trial is ten repeats of nested folds: a fifth of the trials.
    for repeat in 0..repeats / 5 {
        error_of_least_squares(&mut table, repeat);
    }
    table
}

/// Squared error of least squares, 90 rows and 20 features: the example of Bates et al.
fn error_of_least_squares(table: &mut Table, repeat: usize) {
    let mut rng = generator("least squares", repeat);
    let x: Vec<Vec<f64>> = (0..ROWS)
        .map(|_| (0..FEATURES).map(|_| normal(&mut rng)).collect())
        .collect();
    let y: Vec<f64> = (0..ROWS).map(|_| normal(&mut rng)).collect();
    // All coefficients are 0, so a fit costs 1 + |beta|^2.
    let all: Vec<usize> = (0..ROWS).collect();
    let truth = 1.0
        + least_squares(&x, &y, &all)
            .iter()
            .map(|b| b * b)
            .sum::<f64>();
    let mut folds = Vec::new();
    let mut naive = Vec::new();
    for _ in 0..REPEATS {
        let mut order = all.clone();
        order.shuffle(&mut rng);
        let fold_of = |row: usize| order[row] % FOLDS;
        for outer in 0..FOLDS {
            let losses = |held_out: &dyn Fn(usize) -> bool, test: usize| {
                let train: Vec<usize> = all.iter().copied().filter(|&row| !held_out(row)).collect();
                let beta = least_squares(&x, &y, &train);
                all.iter()
                    .filter(|&&row| fold_of(row) == test)
                    .map(|&row| (y[row] - predict(&beta, &x[row])).powi(2))
                    .collect::<Vec<f64>>()
            };
            let outside = losses(&|row| fold_of(row) == outer, outer);
            let inner = (0..FOLDS).filter(|&fold| fold != outer);
            let inner = inner
                .flat_map(|fold| losses(&|row| fold_of(row) == outer || fold_of(row) == fold, fold))
                .collect();
            if naive.len() < ROWS {
                naive.extend(outside.iter().copied());
            }
            folds.push(NestedFold {
                inner,
                outer: outside,
            });
        }
    }
    let nested = nested_cv_interval(&folds, FOLDS, 0.95)
        .expect("finite losses")
        .interval;
    let name = "nested CV, least squares";
    table.count(name, Bound::AtLeast(0.90), nested.contains(truth));
    let centre = mean(&naive);
    let spread: f64 = naive
        .iter()
        .map(|loss| (loss - centre).powi(2))
        .sum::<f64>();
    let half = 1.96 * (spread / (ROWS as f64 - 1.0) / ROWS as f64).sqrt();
    let covers = (centre - half..=centre + half).contains(&truth);
    table.count(
        "mean of CV losses +- 1.96 SE, least squares",
        Bound::Shown,
        covers,
    );
}

fn least_squares(x: &[Vec<f64>], y: &[f64], rows: &[usize]) -> Vec<f64> {
    let mut gram = vec![vec![0.0; FEATURES]; FEATURES];
    let mut right = vec![0.0; FEATURES];
    for &row in rows {
        for j in 0..FEATURES {
            right[j] += x[row][j] * y[row];
            for k in 0..=j {
                gram[j][k] += x[row][j] * x[row][k];
            }
        }
    }
    solve(gram, right)
}

fn predict(beta: &[f64], x: &[f64]) -> f64 {
    beta.iter().zip(x).map(|(b, x)| b * x).sum()
}
