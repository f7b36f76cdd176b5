//! Two learners that are equally good, on rows in time: each sees its own series, and both series
//! carry the same signal. Series and errors are autoregressive; least squares; folds by time.

use midfuse_metrics::stats::{Resampling, corrected_resampled_t, naive_t};
use rand::Rng;

use crate::table::{Bound, Table, rejects};
use crate::world::{generator, mean, normal};

const ROWS: usize = 240;
const MEMORY: f64 = 0.7;
const FOLDS: usize = 5;
const BLOCKS: usize = 6;

/// Training and test rows.
type Fold = (Vec<usize>, Vec<usize>);

pub(crate) fn run(repeats: usize) -> Table {
    let mut table = Table::new(
        "Two equally good learners, 240 rows in time",
        "rejects at .05",
    );
    let designs = [
        ("5 expanding windows", expanding()),
        ("5 rolling windows", rolling()),
        ("15 combinatorial purged folds", combinatorial()),
    ];
    for repeat in 0..repeats {
        let mut rng = generator("in-time", repeat);
        let x = [series(&mut rng), series(&mut rng)];
        let errors = series(&mut rng);
        let y: Vec<f64> = (0..ROWS)
            .map(|row| 0.5 * (x[0][row] + x[1][row]) + errors[row])
            .collect();
        for (name, folds) in &designs {
            let differences: Vec<f64> = folds
                .iter()
                .map(|fold| squared_error(&x[1], &y, fold) - squared_error(&x[0], &y, fold))
                .collect();
            let size = |side: fn(&Fold) -> usize| folds.iter().map(side).sum();
            let design = Resampling::Sizes {
                train: size(|fold| fold.0.len()),
                test: size(|fold| fold.1.len()),
            };
            let corrected = corrected_resampled_t(&differences, design, 0.95);
            let naive = naive_t(&differences, 0.95);
            let p = |test: Result<midfuse_metrics::stats::TestResult, _>| {
                rejects(test.ok().map(|result| result.p_value))
            };
            table.count(
                &format!("corrected t, {name}"),
                Bound::AtMost(0.15),
                p(corrected),
            );
            table.count(&format!("naive t, {name}"), Bound::Shown, p(naive));
        }
    }
    for (name, _) in &designs {
        table.hold_below(&format!("corrected t, {name}"), &format!("naive t, {name}"));
    }
    table
}

/// A stationary autoregressive series of unit variance.
fn series(rng: &mut impl Rng) -> Vec<f64> {
    let mut now = normal(rng);
    let step = (1.0 - MEMORY * MEMORY).sqrt();
    (0..ROWS)
        .map(|_| {
            now = MEMORY * now + step * normal(rng);
            now
        })
        .collect()
}

fn expanding() -> Vec<Fold> {
    let window = ROWS / (FOLDS + 1);
    let fold = |at: usize| {
        let start = ROWS - (FOLDS - at) * window;
        ((0..start).collect(), (start..start + window).collect())
    };
    (0..FOLDS).map(fold).collect()
}

fn rolling() -> Vec<Fold> {
    let window = ROWS / (FOLDS + 3);
    let fold = |at: usize| {
        let start = ROWS - (FOLDS - at) * window;
        (
            (start - 3 * window..start).collect(),
            (start..start + window).collect(),
        )
    };
    (0..FOLDS).map(fold).collect()
}

/// Every choice of two of six blocks.
fn combinatorial() -> Vec<Fold> {
    let block = |row: usize| row * BLOCKS / ROWS;
    let pairs = (0..BLOCKS).flat_map(|a| (a + 1..BLOCKS).map(move |b| [a, b]));
    let fold = |pair: [usize; 2]| (0..ROWS).partition(|&row| !pair.contains(&block(row)));
    pairs.map(fold).collect()
}

/// Mean squared error on the test rows of a straight line fitted to the training rows.
fn squared_error(x: &[f64], y: &[f64], (train, test): &Fold) -> f64 {
    let of = |values: &[f64], rows: &[usize]| -> Vec<f64> {
        rows.iter().map(|&row| values[row]).collect()
    };
    let (tx, ty) = (of(x, train), of(y, train));
    let (mx, my) = (mean(&tx), mean(&ty));
    let pairs = || tx.iter().zip(&ty);
    let covariance: f64 = pairs().map(|(x, y)| (x - mx) * (y - my)).sum();
    let variance: f64 = tx.iter().map(|x| (x - mx).powi(2)).sum();
    let slope = covariance / variance;
    let errors: Vec<f64> = test
        .iter()
        .map(|&row| (y[row] - my - slope * (x[row] - mx)).powi(2))
        .collect();
    mean(&errors)
}
