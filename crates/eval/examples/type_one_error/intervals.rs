//! How often 95 % intervals hold the true value.

use midfuse_metrics::stats::{
    NestedFold, auc_interval, clopper_pearson, e632_plus_interval, jeffreys, nested_cv_interval,
    wilson,
};
use rand::Rng;
use rand::seq::SliceRandom;

use crate::logistic::solve;
use crate::table::{Bound, Table};
use crate::world::{generator, halves, mean, normal, two_models};

const ROWS: usize = 90;
const FEATURES: usize = 20;
const FOLDS: usize = 10;
const REPEATS: usize = 10;
/// AUC of one of `two_models`: normal scores one apart, of variance .98 in either class.
const AREA: f64 = 0.762_474_7;

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
    for repeat in 0..repeats {
        let mut rng = generator("area", repeat);
        let positive = halves(100);
        let (scores, _) = two_models(&positive, 1.0, &mut rng);
        let (_, interval) = auc_interval(&positive, &scores, None, 0.95).expect("two classes");
        let covers = interval.contains(AREA);
        table.count("DeLong, one AUC of 100 rows", Bound::AtLeast(0.92), covers);
    }
    for repeat in 0..repeats / 2 {
        error_of_nearest_mean(&mut table, repeat);
    }
    // A trial is ten repeats of nested folds: a fifth of the trials.
    for repeat in 0..repeats / 5 {
        error_of_least_squares(&mut table, repeat);
    }
    table
}

/// Error of the nearest class mean on 40 rows whose labels mean nothing: one half, whatever is fitted.
fn error_of_nearest_mean(table: &mut Table, repeat: usize) {
    let mut rng = generator("nearest mean", repeat);
    let rows = 40;
    let positive: Vec<bool> = (0..rows).map(|_| rng.random()).collect();
    let x: Vec<[f64; 3]> = (0..rows)
        .map(|_| [0; 3].map(|_| normal(&mut rng)))
        .collect();
    let all = vec![1_u32; rows];
    let predicted = nearest_mean(&x, &positive, &all);
    let wrong = |predicted: &[bool]| -> Vec<f64> {
        predicted
            .iter()
            .zip(&positive)
            .map(|(a, b)| f64::from(u8::from(a != b)))
            .collect()
    };
    let share = |of: &[bool]| of.iter().filter(|&&yes| yes).count() as f64 / rows as f64;
    let (p, q) = (share(&positive), share(&predicted));
    let no_information = p * (1.0 - q) + (1.0 - p) * q;
    let (mut counts, mut losses) = (Vec::new(), Vec::new());
    for _ in 0..100 {
        let mut count = vec![0_u32; rows];
        for _ in 0..rows {
            count[rng.random_range(0..rows)] += 1;
        }
        losses.push(wrong(&nearest_mean(&x, &positive, &count)));
        counts.push(count);
    }
    let training = mean(&wrong(&predicted));
    let covers = e632_plus_interval(&counts, &losses, training, no_information, 0.95)
        .expect("each row is left out of some resample")
        .interval
        .contains(0.5);
    table.count(
        ".632+, labels that mean nothing",
        Bound::AtLeast(0.85),
        covers,
    );
}

/// Class of the nearer of the two weighted class means, for each row.
fn nearest_mean(x: &[[f64; 3]], positive: &[bool], counts: &[u32]) -> Vec<bool> {
    let centre = |class: bool| {
        let mut sums = [0.0; 4];
        for ((x, &positive), &count) in x.iter().zip(positive).zip(counts) {
            if positive == class {
                sums[3] += f64::from(count);
                (0..3).for_each(|j| sums[j] += f64::from(count) * x[j]);
            }
        }
        [0, 1, 2].map(|j| sums[j] / sums[3].max(1.0))
    };
    let centres = [centre(false), centre(true)];
    let distance = |x: &[f64; 3], to: &[f64; 3]| -> f64 {
        x.iter().zip(to).map(|(a, b)| (a - b).powi(2)).sum()
    };
    x.iter()
        .map(|x| distance(x, &centres[1]) < distance(x, &centres[0]))
        .collect()
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
