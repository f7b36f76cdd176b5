//! Lists of features: chosen with the test rows they are told, chosen within the training rows or from
//! elsewhere they are not.
#![cfg(test)]

use midfuse_audit::check::{
    Code, Column, Finding, Folds, Selection, Severity, Target, Values, preselected_columns,
    selected_with_test_rows,
};
use midfuse_base::Seed;
use rand::Rng as _;
use rand_chacha::ChaCha8Rng;

fn normal(rng: &mut ChaCha8Rng) -> f64 {
    (0..12).map(|_| rng.random::<f64>()).sum::<f64>() - 6.0
}

/// True effect of a feature, and how features go together.
#[derive(Clone, Copy)]
enum World {
    Noise,
    /// Every tenth feature, 1.5 standard deviations.
    Strong,
    /// Normal effects.
    Graded,
    /// Blocks of twenty alike features, every fifth block with an effect.
    Blocks,
}

/// Features `[P][N]`, balanced labels in random order, the effects.
struct Data {
    columns: Vec<Column>,
    labels: Vec<usize>,
    effects: Vec<f64>,
}

fn data(seed: u64, n: usize, p: usize, world: World) -> Data {
    let mut rng = Seed(seed).rng();
    let mut order: Vec<(u64, usize)> = (0..n).map(|row| (rng.random(), row % 2)).collect();
    order.sort_unstable();
    let labels: Vec<usize> = order.into_iter().map(|(_, label)| label).collect();
    let mut block = Vec::new();
    let (mut columns, mut effects) = (Vec::new(), Vec::new());
    for k in 0..p {
        if k % 20 == 0 {
            block = (0..n).map(|_| normal(&mut rng)).collect();
        }
        let (effect, shared) = match world {
            World::Noise => (0.0, 0.0),
            World::Strong => (if k % 10 == 0 { 1.5 } else { 0.0 }, 0.0),
            World::Graded => (0.5 * normal(&mut rng), 0.0),
            World::Blocks => (if k % 100 < 20 { 0.8 } else { 0.0 }, 0.9),
        };
        let own = f64::sqrt(1.0 - shared * shared);
        let value = |row: usize, rng: &mut ChaCha8Rng| {
            own * normal(rng) + shared * block[row] + effect * labels[row] as f64
        };
        columns.push(Column {
            name: format!("feature {k}"),
            values: Values::Numbers((0..n).map(|row| value(row, &mut rng)).collect()),
        });
        effects.push(effect);
    }
    Data {
        columns,
        labels,
        effects,
    }
}

impl Data {
    /// Stratified folds: test rows of fold f are every k-th row of each class.
    fn folds(&self, k: usize) -> Vec<(Vec<usize>, Vec<usize>)> {
        let mut seen = [0; 2];
        let fold_of: Vec<usize> = self
            .labels
            .iter()
            .map(|&label| {
                seen[label] += 1;
                seen[label] % k
            })
            .collect();
        let side = |fold: usize, test: bool| {
            (0..self.labels.len())
                .filter(|&row| (fold_of[row] == fold) == test)
                .collect()
        };
        (0..k)
            .map(|fold| (side(fold, false), side(fold, true)))
            .collect()
    }

    fn values(&self, feature: usize) -> &[f64] {
        match &self.columns[feature].values {
            Values::Numbers(values) => values,
            Values::Categories(_) => panic!("numbers"),
        }
    }

    /// The `k` features with the largest Welch t on these rows.
    fn best(&self, k: usize, rows: &[usize]) -> Vec<usize> {
        let t = |feature: usize| {
            let of = |class: usize| -> Vec<f64> {
                let rows = rows.iter().filter(|&&row| self.labels[row] == class);
                rows.map(|&row| self.values(feature)[row]).collect()
            };
            let moments = |x: &[f64]| {
                let n = x.len() as f64;
                let mean = x.iter().sum::<f64>() / n;
                (
                    mean,
                    x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0) / n,
                )
            };
            let ((a, va), (b, vb)) = (moments(&of(0)), moments(&of(1)));
            (a - b).abs() / (va + vb).sqrt()
        };
        self.top(k, t)
    }

    fn top(&self, k: usize, by: impl Fn(usize) -> f64) -> Vec<usize> {
        let mut ranked: Vec<(f64, usize)> =
            (0..self.columns.len()).map(|at| (by(at), at)).collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
        ranked.into_iter().take(k).map(|(_, at)| at).collect()
    }

    fn audit(&self, lists: &[Selection], folds: &[(Vec<usize>, Vec<usize>)]) -> Vec<Finding> {
        let folds = Folds::new(self.labels.len(), folds);
        selected_with_test_rows(&self.columns, lists, &Target::Classes(&self.labels), &folds)
    }
}

fn one(features: Vec<usize>) -> [Selection; 1] {
    [Selection {
        fold: None,
        features,
    }]
}

fn severities(found: &[Finding]) -> Vec<(Code, Severity)> {
    found
        .iter()
        .map(|found| (found.code, found.severity))
        .collect()
}

const BLOCKED: [(Code, Severity); 1] = [(Code::SelectedWithTestRows, Severity::Blocking)];

/// The case of the textbooks: 50 rows, 2,000 features of noise, 50 chosen.
#[test]
fn fifty_of_two_thousand_features_of_noise() {
    for seed in 0..5 {
        let data = data(seed, 50, 2000, World::Noise);
        let (all, folds) = ((0..50).collect::<Vec<_>>(), data.folds(5));
        let outside = data.best(50, &all);
        let found = data.audit(&one(outside.clone()), &folds);
        assert_eq!(severities(&found), BLOCKED, "{found:#?}");
        assert!(found[0].p.unwrap() < 1e-10, "{found:#?}");
        // Also when it is given as the list of each fold, or when only a hold-out is tested.
        let each: Vec<Selection> = (0..5)
            .map(|fold| Selection {
                fold: Some(fold),
                features: outside.clone(),
            })
            .collect();
        assert_eq!(severities(&data.audit(&each, &folds)), BLOCKED);
        assert_eq!(
            severities(&data.audit(&one(outside.clone()), &folds[..1])),
            BLOCKED
        );
        // And when only the survivors are in the table: a warning, since lists of folds can be joined.
        let survivors: Vec<Column> = outside.iter().map(|&at| data.columns[at].clone()).collect();
        let target = Target::Classes(&data.labels);
        let found = preselected_columns(&survivors, &target, &Folds::new(50, &folds));
        assert_eq!(found.map(|found| found.severity), Some(Severity::Warning));
    }
}

/// Chosen within each fold, in the hold-out's training rows, from elsewhere, or at random: never told.
#[test]
fn honest_lists_are_silent() {
    let worlds = [World::Noise, World::Strong, World::Graded, World::Blocks];
    for seed in 0..60 {
        let world = worlds[seed as usize % 4];
        let (n, p, k) = [(50, 600, 30), (160, 200, 15), (20, 1500, 40)][seed as usize % 3];
        let data = data(100 + seed, n, p, world);
        let folds = data.folds(5);
        let inside: Vec<Selection> = folds
            .iter()
            .enumerate()
            .map(|(fold, (train, _))| Selection {
                fold: Some(fold),
                features: data.best(k, train),
            })
            .collect();
        assert_eq!(data.audit(&inside, &folds), [], "seed {seed}");
        let held_out = one(data.best(k, &folds[0].0));
        assert_eq!(data.audit(&held_out, &folds[..1]), [], "seed {seed}");
        let panel = one(data.top(k, |at| data.effects[at].abs()));
        assert_eq!(data.audit(&panel, &folds), [], "seed {seed}");
        let mut rng = Seed(seed).rng();
        let drawn: Vec<f64> = (0..p).map(|_| rng.random()).collect();
        assert_eq!(
            data.audit(&one(data.top(k, |at| drawn[at])), &folds),
            [],
            "seed {seed}"
        );
        let target = Target::Classes(&data.labels);
        let found = preselected_columns(&data.columns, &target, &Folds::new(n, &folds));
        assert_eq!(found, None, "seed {seed}");
    }
}

#[test]
fn twenty_rows_of_twenty_thousand_features() {
    for seed in 0..2 {
        let data = data(seed, 20, 20_000, World::Noise);
        let folds = data.folds(5);
        let inside: Vec<Selection> = folds
            .iter()
            .enumerate()
            .map(|(fold, (train, _))| Selection {
                fold: Some(fold),
                features: data.best(50, train),
            })
            .collect();
        assert_eq!(data.audit(&inside, &folds), []);
        let outside = one(data.best(50, &(0..20).collect::<Vec<_>>()));
        assert_eq!(severities(&data.audit(&outside, &folds)), BLOCKED);
    }
}

#[test]
fn the_highest_variance_over_all_rows_is_a_note() {
    let data = data(3, 60, 500, World::Noise);
    let folds = data.folds(5);
    let variance = |rows: Vec<usize>| {
        data.top(40, |at| {
            let x: Vec<f64> = rows.iter().map(|&row| data.values(at)[row]).collect();
            let mean = x.iter().sum::<f64>() / x.len() as f64;
            x.iter().map(|x| (x - mean).powi(2)).sum()
        })
    };
    let found = data.audit(&one(variance((0..60).collect())), &folds);
    assert_eq!(
        severities(&found),
        [(Code::UnsupervisedSelection, Severity::Note)]
    );
    let inside = one(variance(folds[0].0.clone()));
    assert_eq!(data.audit(&inside, &folds[..1]), []);
}

/// By correlation with a number, and by chi-squared of genotypes that are categories.
#[test]
fn numeric_targets_and_categories() {
    let mut rng = Seed(11).rng();
    let (n, p) = (100, 1500);
    let target: Vec<f64> = (0..n).map(|_| normal(&mut rng).exp()).collect();
    let columns: Vec<Column> = (0..p)
        .map(|k| Column {
            name: format!("probe {k}"),
            values: Values::Numbers((0..n).map(|_| normal(&mut rng)).collect()),
        })
        .collect();
    let strength = |values: &Values| -> f64 {
        let Values::Numbers(values) = values else {
            panic!("numbers")
        };
        midfuse_metrics::metric::spearman(&target, values)
            .unwrap()
            .abs()
    };
    let mut ranked: Vec<(f64, usize)> = columns
        .iter()
        .enumerate()
        .map(|(at, column)| (strength(&column.values), at))
        .collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    let list = one(ranked.iter().take(40).map(|&(_, at)| at).collect());
    let fold = |k: usize| {
        (
            (0..n).filter(|row| row % 4 != k).collect(),
            (0..n).filter(|row| row % 4 == k).collect(),
        )
    };
    let folds = Folds::new(n, &(0..4).map(fold).collect::<Vec<_>>());
    let found = selected_with_test_rows(&columns, &list, &Target::Numbers(&target), &folds);
    assert_eq!(severities(&found), BLOCKED, "{found:#?}");
    assert!(found[0].what.contains("rank correlation"), "{found:#?}");

    let labels: Vec<usize> = (0..n).map(|row| (row / 4) % 3).collect();
    let genotypes: Vec<Column> = (0..p)
        .map(|k| Column {
            name: format!("rs{k}"),
            values: Values::Categories((0..n).map(|_| Some(rng.random_range(0..3))).collect()),
        })
        .collect();
    let chi = |column: &Column| -> f64 {
        let Values::Categories(codes) = &column.values else {
            panic!("categories")
        };
        let mut table = [[0.0_f64; 3]; 3];
        for (code, &label) in codes.iter().zip(&labels) {
            table[code.unwrap()][label] += 1.0;
        }
        let row = |r: usize| table[r].iter().sum::<f64>();
        let col = |c: usize| table.iter().map(|row| row[c]).sum::<f64>();
        (0..3)
            .flat_map(|r| (0..3).map(move |c| (r, c)))
            .map(|(r, c)| {
                let expected = row(r) * col(c) / n as f64;
                (table[r][c] - expected).powi(2) / expected
            })
            .sum()
    };
    let mut ranked: Vec<(f64, usize)> = genotypes
        .iter()
        .enumerate()
        .map(|(at, column)| (chi(column), at))
        .collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    let list = one(ranked.iter().take(40).map(|&(_, at)| at).collect());
    let found = selected_with_test_rows(&genotypes, &list, &Target::Classes(&labels), &folds);
    assert_eq!(severities(&found), BLOCKED, "{found:#?}");
}
