//! Two learners that are equally good: each sees its own half of the features, which carry the same
//! signal. 200 rows, logistic regression, 10 times 5 folds.

use midfuse_metrics::metric::auc;
use midfuse_metrics::stats::{
    McNemar, PairedTable, Resampling, bayesian_correlated_t, corrected_resampled_t, delong_paired,
    five_by_two_f, five_by_two_t, naive_t,
};
use rand::Rng;
use rand::seq::SliceRandom;

use crate::logistic::{fit, probability};
use crate::table::{Bound, Table, rejects};
use crate::world::{generator, halves, mean, normal, pick};

const ROWS: usize = 200;
const FEATURES: usize = 5;
const REPEATS: usize = 10;
const FOLDS: usize = 5;

struct World {
    positive: Vec<bool>,
    /// Features of either learner.
    x: [Vec<Vec<f64>>; 2],
}

/// Held-out probabilities of either learner.
struct HeldOut {
    rows: Vec<usize>,
    p: [Vec<f64>; 2],
}

pub(crate) fn run(repeats: usize) -> Table {
    let mut table = Table::new(
        "Two equally good learners, 200 rows, 10 x 5 folds",
        "rejects at .05",
    );
    for repeat in 0..repeats {
        let mut rng = generator("cross-validation", repeat);
        let world = world(&mut rng);
        let mut folds = Vec::new();
        for _ in 0..REPEATS {
            folds.extend(cross_validate(&world, FOLDS, &mut rng));
        }
        let aucs: Vec<f64> = folds
            .iter()
            .map(|fold| auc_difference(&world, fold))
            .collect();
        let losses: Vec<f64> = folds
            .iter()
            .map(|fold| mean(&loss_differences(&world, fold)))
            .collect();
        resampled(&mut table, "AUC", &aucs);
        resampled(&mut table, "CE", &losses);
        five_by_two(&mut table, &world, &mut rng);
        by_rows(&mut table, &world, &folds[..FOLDS]);
    }
    for score in ["AUC", "CE"] {
        for folds in ["5 folds", "10 x 5 folds"] {
            let line = |test: &str| format!("{test}, {folds}, {score}");
            table.hold_below(&line("corrected t"), &line("naive t"));
        }
    }
    table
}

fn resampled(table: &mut Table, score: &str, differences: &[f64]) {
    let p = |differences: &[f64], repeats| {
        let design = Resampling::Folds {
            folds: FOLDS,
            repeats,
        };
        corrected_resampled_t(differences, design, 0.95)
            .ok()
            .map(|result| result.p_value)
    };
    let once = &differences[..FOLDS];
    let mut count = |name: &str, bound, hit| table.count(&format!("{name}, {score}"), bound, hit);
    count(
        "corrected t, 5 folds",
        Bound::AtMost(0.15),
        rejects(p(once, 1)),
    );
    count(
        "corrected t, 10 x 5 folds",
        Bound::AtMost(0.15),
        rejects(p(differences, REPEATS)),
    );
    let naive = |differences: &[f64]| naive_t(differences, 0.95).ok().map(|result| result.p_value);
    count("naive t, 5 folds", Bound::Shown, rejects(naive(once)));
    count(
        "naive t, 10 x 5 folds",
        Bound::Shown,
        rejects(naive(differences)),
    );
    let design = Resampling::Folds {
        folds: FOLDS,
        repeats: REPEATS,
    };
    // Shifted so that the true difference lies on the margin: the null of either one-sided test.
    let margin = 0.02;
    let shifted: Vec<f64> = differences.iter().map(|d| d - margin).collect();
    let at_margin = corrected_resampled_t(&shifted, design, 0.95).ok();
    let one_sided = |p: Result<f64, _>| rejects(p.ok());
    if let Some(result) = at_margin {
        count(
            "non-inferiority at the margin, 10 x 5 folds",
            Bound::AtMost(0.15),
            one_sided(result.non_inferiority(margin)),
        );
        count(
            "equivalence at the margin, 10 x 5 folds",
            Bound::AtMost(0.15),
            one_sided(result.equivalence(margin)),
        );
    }
    let sure = bayesian_correlated_t(differences, design, 0.01, 0.95)
        .is_ok_and(|belief| belief.below.max(belief.above) > 0.95);
    count(
        "Bayesian t, 10 x 5 folds, rope .01, .95 sure of a side",
        Bound::AtMost(0.15),
        sure,
    );
}

fn five_by_two(table: &mut Table, world: &World, rng: &mut impl Rng) {
    let mut differences = [[0.0; 2]; 5];
    for pair in &mut differences {
        for (cell, fold) in pair.iter_mut().zip(cross_validate(world, 2, rng)) {
            *cell = mean(&loss_differences(world, &fold));
        }
    }
    let t = five_by_two_t(&differences, 0.95)
        .ok()
        .map(|result| result.p_value);
    let f = five_by_two_f(&differences)
        .ok()
        .map(|result| result.p_value);
    table.count("5x2cv t, CE", Bound::AtMost(0.15), rejects(t));
    table.count("5x2cv F, CE", Bound::AtMost(0.15), rejects(f));
}

/// Tests of rows, which take the fitted models for granted.
fn by_rows(table: &mut Table, world: &World, folds: &[HeldOut]) {
    let rows: Vec<usize> = folds
        .iter()
        .flat_map(|fold| fold.rows.iter().copied())
        .collect();
    let pooled = [0, 1].map(|model| {
        folds
            .iter()
            .flat_map(|fold| fold.p[model].iter().copied())
            .collect::<Vec<_>>()
    });
    let delong = |rows: &[usize], [a, b]: &[Vec<f64>; 2]| {
        let positive = pick(&world.positive, rows);
        delong_paired(&positive, a, b, None, 0.95)
            .ok()
            .map(|result| result.test.p_value)
    };
    table.count(
        "DeLong, pooled folds",
        Bound::Shown,
        rejects(delong(&rows, &pooled)),
    );
    let one = &folds[0];
    table.count(
        "DeLong, one fold",
        Bound::Shown,
        rejects(delong(&one.rows, &one.p)),
    );
    let losses: Vec<f64> = folds
        .iter()
        .flat_map(|fold| loss_differences(world, fold))
        .collect();
    let t = naive_t(&losses, 0.95).ok().map(|result| result.p_value);
    table.count("paired t over pooled rows, CE", Bound::Shown, rejects(t));
    let right = pooled.map(|p| {
        rows.iter()
            .zip(p)
            .map(|(&row, p)| world.positive[row] == (p > 0.5))
            .collect::<Vec<_>>()
    });
    let exact = PairedTable::new(&right[0], &right[1], None)
        .and_then(|counts| counts.test(McNemar::Exact, 0.95))
        .ok()
        .map(|result| result.p_value);
    table.count("McNemar exact, pooled folds", Bound::Shown, rejects(exact));
}

fn world(rng: &mut impl Rng) -> World {
    let positive = halves(ROWS);
    let x = [0, 1].map(|_| {
        positive
            .iter()
            .map(|&positive| {
                let centre = if positive { 0.4 } else { 0.0 };
                (0..FEATURES).map(|_| centre + normal(rng)).collect()
            })
            .collect()
    });
    World { positive, x }
}

/// One stratified cross-validation of both learners.
fn cross_validate(world: &World, n_folds: usize, rng: &mut impl Rng) -> Vec<HeldOut> {
    let mut fold_of = vec![0; ROWS];
    for class in [true, false] {
        let mut rows: Vec<usize> = (0..ROWS)
            .filter(|&row| world.positive[row] == class)
            .collect();
        rows.shuffle(rng);
        for (at, row) in rows.into_iter().enumerate() {
            fold_of[row] = at % n_folds;
        }
    }
    (0..n_folds)
        .map(|fold| {
            let (rows, train): (Vec<usize>, Vec<usize>) =
                (0..ROWS).partition(|&row| fold_of[row] == fold);
            let p = [0, 1].map(|model| {
                let x = &world.x[model];
                let beta = fit(x, &world.positive, &train);
                rows.iter()
                    .map(|&row| probability(&beta, &x[row]))
                    .collect()
            });
            HeldOut { rows, p }
        })
        .collect()
}

fn auc_difference(world: &World, fold: &HeldOut) -> f64 {
    let positive = pick(&world.positive, &fold.rows);
    let area = |p: &[f64]| auc(&positive, p, None).expect("both classes are in each fold");
    area(&fold.p[1]) - area(&fold.p[0])
}

fn loss_differences(world: &World, fold: &HeldOut) -> Vec<f64> {
    let loss = |p: f64, positive: bool| -(if positive { p } else { 1.0 - p }).ln();
    fold.rows
        .iter()
        .enumerate()
        .map(|(at, &row)| {
            let positive = world.positive[row];
            loss(fold.p[1][at], positive) - loss(fold.p[0][at], positive)
        })
        .collect()
}
