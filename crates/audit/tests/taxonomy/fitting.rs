//! Rows 1, 2, 3, 13, 14, 15, 16 and 21: what a model, a transform or a list is made from.

use midfuse_audit::check::{
    Code, Column, Folds, Selection, Target, Values, augmented_across_split, batch_dependence,
    preselected_columns, selected_with_test_rows, shifted_test_rows, target_columns,
    target_encodings,
};
use midfuse_base::Seed;
use midfuse_eval::predict::{ScoreError, fit};
use midfuse_eval::split::KFold;

use super::{Mean, blocks, do_not_compile, iid, normal, uniform};

/// Row 1: No test set: the score of training rows is reported.
#[test]
fn row_01_the_training_score_is_reported() {
    let refused = iid(12)
        .develop()
        .cross_validate(&KFold::new(3, Seed(0)), |fold| {
            matches!(
                fit(&Mean, &fold.train).predict(&fold.train),
                Err(ScoreError::Leak { .. })
            )
        });
    assert_eq!(refused.unwrap(), [true; 3]);
    do_not_compile(&["relabel_role", "score_in_another_fold"]);
}

/// Row 2: Preprocessing on all rows. Two modalities of noise, 100 pairs, 120 columns each, aligned by their
/// first canonical pair: the correlation of the 20 test pairs is 1.000 fitted on all, -.026 fitted on train.
#[test]
fn row_02_modalities_are_aligned_on_all_pairs() {
    let (mut outside, mut inside) = (Vec::new(), Vec::new());
    for seed in 0..5 {
        let table = |name: &str| -> Vec<Vec<f64>> {
            let row = |row: usize| {
                (0..120)
                    .map(|k| normal(seed, &format!("{name}{row}-{k}")))
                    .collect()
            };
            (0..100).map(row).collect()
        };
        let (x, y) = (table("x"), table("y"));
        let shared: Vec<f64> = (0..100)
            .map(|row| normal(seed, &format!("u{row}")))
            .collect();
        // More columns than pairs: every direction in the space of pairs is canonical.
        let test_correlation = |n: usize| {
            let (a, b) = (
                direction(&x[..n], &shared[..n]),
                direction(&y[..n], &shared[..n]),
            );
            let project = |table: &[Vec<f64>], way: &[f64]| -> Vec<f64> {
                table[80..].iter().map(|row| dot(row, way)).collect()
            };
            correlation(&project(&x, &a), &project(&y, &b))
        };
        outside.push(test_correlation(100));
        inside.push(test_correlation(80));
    }
    assert!(
        outside.iter().all(|r| (r - 1.0).abs() < 1e-6),
        "{outside:?}"
    );
    let mean = inside.iter().sum::<f64>() / 5.0;
    // Standard error .1: 20 test pairs, five seeds.
    assert!(mean.abs() < 0.35, "{inside:?}");
    do_not_compile(&[
        "fit_transform_on_everything",
        "fit_transform_on_test",
        "fit_on_test",
        "forge_fit_rows",
    ]);
}

/// Row 3: Features are chosen, and categories encoded, by the targets of all rows.
#[test]
fn row_03_supervised_selection_and_target_encoding() {
    let labels: Vec<usize> = (0..50).map(|row| row % 2).collect();
    let column = |k: usize| Column {
        name: format!("gene {k}"),
        values: Values::Numbers(
            (0..50)
                .map(|row| uniform(3, &format!("{row}/{k}")))
                .collect(),
        ),
    };
    let columns: Vec<Column> = (0..2000).map(column).collect();
    let difference = |column: &Column| {
        let Values::Numbers(values) = &column.values else {
            panic!("numbers")
        };
        let signed = values
            .iter()
            .zip(&labels)
            .map(|(x, &label)| if label == 0 { *x } else { -x });
        signed.sum::<f64>().abs()
    };
    let mut ranked: Vec<(f64, usize)> = columns.iter().map(difference).zip(0..).collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    let list = Selection {
        fold: None,
        features: ranked.iter().take(50).map(|&(_, k)| k).collect(),
    };
    let fold = |k: usize| {
        let test = |row: &usize| row / 2 % 5 == k;
        (
            (0..50).filter(|row| !test(row)).collect(),
            (0..50).filter(test).collect(),
        )
    };
    let folds = Folds::new(50, &(0..5).map(fold).collect::<Vec<_>>());
    let found = selected_with_test_rows(&columns, &[list], &Target::Classes(&labels), &folds);
    assert_eq!(found.len(), 1);
    assert!(
        found[0].code == Code::SelectedWithTestRows && blocks(&found[0]),
        "{found:#?}"
    );

    let labels: Vec<usize> = (0..200)
        .map(|row| usize::from(uniform(1, &format!("y{row}")) < 0.5))
        .collect();
    let level = |row: usize| (uniform(1, &format!("c{row}")) * 100.0) as usize;
    let rate = |row: usize| {
        let same: Vec<f64> = (0..200)
            .filter(|&other| level(other) == level(row))
            .map(|other| labels[other] as f64)
            .collect();
        same.iter().sum::<f64>() / same.len() as f64
    };
    let encoded = Column {
        name: "surgeon".into(),
        values: Values::Numbers((0..200).map(rate).collect()),
    };
    let found = target_encodings(&[encoded], &Target::Classes(&labels));
    assert!(found.len() == 1 && blocks(&found[0]), "{found:#?}");
    do_not_compile(&["fit_on_test"]);
}

/// Row 13: Early stopping or calibration on test rows; a lifted model has seen the rows it stopped on.
#[test]
fn row_13_early_stopping_on_the_test_fold() {
    do_not_compile(&[
        "stop_on_test",
        "stop_rows_of_another_fold",
        "stop_rows_forget_groups",
        "lift_to_wrong_fold",
    ]);
    let seen = iid(12)
        .develop()
        .cross_validate(&KFold::new(3, Seed(0)), |fold| {
            let inner = fold.train.cross_validate(&KFold::new(2, Seed(1)), |inner| {
                let lifted = inner.lift(fit(&Mean, &inner.train));
                inner.valid.ids().all(|id| lifted.has_seen(id))
            });
            inner.unwrap()
        });
    assert_eq!(seen.unwrap().concat(), [true; 6]);
}

/// Row 14: A model, cache or encoder of one fold is used in another.
#[test]
fn row_14_reuse_across_folds() {
    do_not_compile(&[
        "score_in_another_fold",
        "model_escapes",
        "job_predicts_another_fold",
        "outer_model_on_inner_rows",
        "stack_on_test",
    ]);
}

/// Row 15: Statistics of the test batch: batch normalisation that was left in training mode.
#[test]
fn row_15_statistics_of_the_test_batch() {
    let inputs: Vec<f64> = (0..40).map(|row| normal(0, &format!("{row}"))).collect();
    let normalised = |mean: f64, sd: f64| {
        let inputs = &inputs;
        move |row: &usize| vec![(inputs[*row] - mean) / sd]
    };
    let in_training_mode = |rows: &[usize]| {
        let n = rows.len() as f64;
        let mean = rows.iter().map(|&row| inputs[row]).sum::<f64>() / n;
        let variance = rows
            .iter()
            .map(|&row| (inputs[row] - mean).powi(2))
            .sum::<f64>()
            / n;
        rows.iter()
            .map(normalised(mean, (variance + 1e-5).sqrt()))
            .collect()
    };
    let found = batch_dependence(40, 1e-6, in_training_mode).unwrap();
    assert!(found.code == Code::BatchDependence && blocks(&found) && found.strength > 0.9);
    let in_evaluation_mode = |rows: &[usize]| rows.iter().map(normalised(0.1, 1.2)).collect();
    assert_eq!(batch_dependence(40, 1e-6, in_evaluation_mode), None);
}

/// Row 16: SMOTE before the split: synthetic rows lie between two originals.
#[test]
fn row_16_augmentation_before_the_split() {
    let mut parents: Vec<Vec<usize>> = vec![Vec::new(); 30];
    parents.extend((0..10).map(|k| vec![3 * k, 3 * k + 1]));
    let by_row = Folds::new(40, &[((10..40).collect(), (0..10).collect())]);
    let found = augmented_across_split(&parents, &by_row).unwrap();
    assert!(found.code == Code::AugmentedAcrossSplit && blocks(&found));
    assert_eq!(found.rows[0], [30, 0, 1]);
    let inside = Folds::new(40, &[((10..30).chain(34..40).collect(), (0..10).collect())]);
    assert_eq!(augmented_across_split(&parents, &inside), None);
}

/// Row 21: The control: a scaler that was fitted on all rows. No detector fires.
#[test]
fn row_21_a_scaler_is_harmless() {
    for seed in 0..20 {
        let labels: Vec<usize> = (0..60)
            .map(|row| usize::from(normal(seed, &format!("{row}/0")) > 0.0))
            .collect();
        let target = Target::Classes(&labels);
        let scaled = |k: usize| {
            let noise = |row: usize| normal(seed, &format!("noise {row}"));
            let raw: Vec<f64> = (0..60)
                .map(|row| {
                    [1.0, 10.0, 100.0, 1.0, 1.0][k]
                        * (normal(seed, &format!("{row}/{k}"))
                            + if k == 0 { 0.5 * noise(row) } else { 0.0 })
                })
                .collect();
            let mean = raw.iter().sum::<f64>() / 60.0;
            let sd = (raw.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 60.0).sqrt();
            Column {
                name: format!("x{k}"),
                values: Values::Numbers(raw.iter().map(|x| (x - mean) / sd).collect()),
            }
        };
        let columns: Vec<Column> = (0..5).map(scaled).collect();
        let folds: Vec<(Vec<usize>, Vec<usize>)> = (0..5)
            .map(|k| {
                (
                    (0..60).filter(|row| row % 5 != k).collect(),
                    (0..60).filter(|row| row % 5 == k).collect(),
                )
            })
            .collect();
        let folds = Folds::new(60, &folds);
        let all = Selection {
            fold: None,
            features: (0..5).collect(),
        };
        let mut found = target_columns(&columns, &target, Some(&folds));
        found.extend(target_encodings(&columns, &target));
        found.extend(selected_with_test_rows(&columns, &[all], &target, &folds));
        found.extend(preselected_columns(&columns, &target, &folds));
        found.extend(shifted_test_rows(&columns, None, &folds));
        assert_eq!(found, [], "seed {seed}");
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let centre = |x: &[f64]| -> Vec<f64> {
        let mean = x.iter().sum::<f64>() / x.len() as f64;
        x.iter().map(|x| x - mean).collect()
    };
    let (a, b) = (centre(a), centre(b));
    dot(&a, &b) / (dot(&a, &a) * dot(&b, &b)).sqrt()
}

/// The shortest direction along which the rows have these coordinates: `X' (X X')^-1 u`, by elimination.
fn direction(rows: &[Vec<f64>], coordinates: &[f64]) -> Vec<f64> {
    let n = rows.len();
    let mut system: Vec<Vec<f64>> = rows
        .iter()
        .zip(coordinates)
        .map(|(row, &u)| {
            rows.iter()
                .map(|other| dot(row, other))
                .chain([u])
                .collect()
        })
        .collect();
    for at in 0..n {
        let pivot = system[at].clone();
        for row in system.iter_mut().skip(at + 1) {
            let factor = row[at] / pivot[at];
            row.iter_mut()
                .zip(&pivot)
                .for_each(|(x, p)| *x -= factor * p);
        }
    }
    let mut weights = vec![0.0; n];
    for at in (0..n).rev() {
        let known: f64 = (at + 1..n).map(|k| system[at][k] * weights[k]).sum();
        weights[at] = (system[at][n] - known) / system[at][at];
    }
    (0..rows[0].len())
        .map(|k| (0..n).map(|row| rows[row][k] * weights[row]).sum())
        .collect()
}
