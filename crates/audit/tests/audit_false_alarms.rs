//! Clean data is not accused: every detector over 300 clean simulated cohorts with a split, among them
//! strong predictors, tables of few binary columns, and 20 rows of 20,000 features. And the harmless
//! leak, a scaler fitted on all rows, is not reported.
#![cfg(test)]

use midfuse_audit::check::{
    Absence, Column, Contents, Finding, Folds, Target, Values, Vectors, exact_duplicates,
    expected_pairs, metadata_columns, near_duplicate_texts, near_duplicates, preselected_columns,
    shifted_test_rows, target_bearing_missingness, target_columns, target_encodings,
};
use midfuse_base::Seed;
use rand::Rng as _;
use rand_chacha::ChaCha8Rng;

fn normal(rng: &mut ChaCha8Rng) -> f64 {
    (0..12).map(|_| rng.random::<f64>()).sum::<f64>() - 6.0
}

/// A table of numbers, one list per column, its labels, and a random half of the rows to test on.
struct Table {
    columns: Vec<Vec<f64>>,
    labels: Vec<usize>,
    folds: Folds,
}

fn table(
    rng: &mut ChaCha8Rng,
    n: usize,
    value: impl Fn(&mut ChaCha8Rng, usize, usize) -> f64,
    width: usize,
) -> Table {
    let labels: Vec<usize> = (0..n).map(|_| usize::from(rng.random::<bool>())).collect();
    let columns = (0..width)
        .map(|k| labels.iter().map(|&label| value(rng, label, k)).collect())
        .collect();
    let (test, train): (Vec<usize>, Vec<usize>) = (0..n).partition(|_| rng.random::<f64>() < 0.3);
    let folds = Folds::new(n, &[(train, test)]);
    Table {
        columns,
        labels,
        folds,
    }
}

fn all_findings(rng: &mut ChaCha8Rng, table: &Table) -> Vec<Finding> {
    let n = table.labels.len();
    let target = Target::Classes(&table.labels);
    let folds = Some(&table.folds);
    let codes: Vec<Vec<u64>> = table
        .columns
        .iter()
        .map(|column| column.iter().map(|value| value.to_bits()).collect())
        .collect();
    let hashes: Vec<Option<u128>> = (0..n)
        .map(|row| {
            let bytes: Vec<u8> = codes
                .iter()
                .flat_map(|column| column[row].to_le_bytes())
                .collect();
            Some(u128::from(Seed(0).hash(&bytes)))
        })
        .collect();
    let contents = Contents {
        name: "table",
        hashes: &hashes,
        expected_pairs: expected_pairs(&codes, Some(&table.labels)),
    };
    let mut found = exact_duplicates(&contents, Some(&target), None, folds);
    found.extend(exact_duplicates(&contents, Some(&target), None, None));
    // Distances are for columns of many values.
    let many: Vec<&Vec<f64>> = table
        .columns
        .iter()
        .zip(&codes)
        .filter(|(_, codes)| codes.iter().collect::<std::collections::HashSet<_>>().len() * 2 > n)
        .map(|(column, _)| column)
        .collect();
    let rows: Vec<Option<Vec<f32>>> = (0..n)
        .map(|row| Some(many.iter().map(|column| column[row] as f32).collect()))
        .collect();
    found.extend(near_duplicates(
        &Vectors {
            name: "table",
            rows: &rows,
        },
        Some(&target),
        None,
        None,
    ));
    let names: Vec<Column> = table
        .columns
        .iter()
        .enumerate()
        .map(|(k, column)| Column {
            name: format!("feature {k}"),
            values: Values::Numbers(column.clone()),
        })
        .collect();
    let order = Column {
        name: "position".into(),
        values: Values::Numbers((0..n).map(|row| row as f64).collect()),
    };
    // Suspicious names alone are not a finding.
    let noise = Column {
        name: "hospital prediction".into(),
        values: Values::Categories((0..n).map(|_| Some(rng.random_range(0..5))).collect()),
    };
    let ids = Column {
        name: "id".into(),
        values: Values::Categories((0..n).map(Some).collect()),
    };
    let judged: Vec<Column> = names.into_iter().chain([noise, ids]).collect();
    found.extend(target_columns(&judged, &target, folds));
    found.extend(metadata_columns(&[order], &target));
    let missing: Vec<Absence> = (0..4)
        .map(|k| Absence {
            name: format!("a{k}"),
            missing: (0..n).map(|_| rng.random::<f64>() < 0.15).collect(),
        })
        .collect();
    found.extend(target_bearing_missingness(&missing, &target));
    found.extend(shifted_test_rows(&judged, None, &table.folds));
    found.extend(target_encodings(&judged, &target));
    found.extend(preselected_columns(&judged, &target, &table.folds));
    found
}

#[test]
fn three_hundred_clean_cohorts_are_silent() {
    for seed in 0..300_u64 {
        let mut rng = Seed(seed).rng();
        let cohort = match seed % 6 {
            // A strong predictor: AUC about .95.
            0 => table(
                &mut rng,
                200,
                |rng, label, k| normal(rng) + if k == 0 { 2.3 * label as f64 } else { 0.0 },
                8,
            ),
            1 => table(
                &mut rng,
                200,
                |rng, _, _| f64::from(u8::from(rng.random::<bool>())),
                8,
            ),
            // Binary columns that depend on the class.
            2 => table(
                &mut rng,
                300,
                |rng, label, _| f64::from(u8::from(rng.random::<f64>() < 0.2 + 0.5 * label as f64)),
                10,
            ),
            3 => table(
                &mut rng,
                150,
                |rng, label, k| (normal(rng) * 3.0 + (k * label) as f64).round(),
                5,
            ),
            4 if seed % 60 == 4 => table(&mut rng, 20, |rng, _, _| rng.random(), 20_000),
            4 => table(&mut rng, 60, |rng, _, _| normal(rng), 300),
            _ => table(
                &mut rng,
                120,
                |rng, label, _| normal(rng).exp() + 0.3 * label as f64,
                4,
            ),
        };
        let found = all_findings(&mut rng, &cohort);
        assert!(found.is_empty(), "cohort {seed}: {found:#?}");
    }
}

#[test]
fn thirty_clean_cohorts_of_texts_and_sequences_are_silent() {
    for seed in 0..30_u64 {
        let mut rng = Seed(5000 + seed).rng();
        let texts: Vec<String> = (0..120)
            .map(|row| {
                let mut words = |n: usize, of: u32| -> String {
                    let words = (0..n).map(|_| format!("w{} ", rng.random_range(0..of)));
                    words.collect()
                };
                match seed % 3 {
                    0 => words(60, 300),
                    // A form with a few fields.
                    1 => format!(
                        "{} patient {row} age {} complains of {}",
                        "history and physical of the ward ".repeat(4),
                        row % 80,
                        words(6, 50)
                    ),
                    _ => (0..30)
                        .map(|_| ['A', 'C', 'G', 'T'][rng.random_range(0..4)])
                        .collect(),
                }
            })
            .collect();
        let texts: Vec<Option<&str>> = texts.iter().map(|text| Some(text.as_str())).collect();
        let labels: Vec<usize> = (0..120).map(|row| row % 2).collect();
        let target = Target::Classes(&labels);
        let found = near_duplicate_texts("text", &texts, Some(&target), None, None);
        assert_eq!(found, None, "texts {seed}");
        let series: Vec<Option<Vec<f32>>> = (0..120)
            .map(|_| {
                let mut at = 0.0;
                let steps = (0..32).map(|_| {
                    at += normal(&mut rng) as f32;
                    at
                });
                Some(steps.collect())
            })
            .collect();
        let vectors = Vectors {
            name: "series",
            rows: &series,
        };
        let found = near_duplicates(&vectors, Some(&target), None, None);
        assert_eq!(found, None, "series {seed}");
    }
}

#[test]
fn a_scaler_fitted_on_all_rows_is_not_reported() {
    for seed in 0..20 {
        let mut rng = Seed(1000 + seed).rng();
        let mut cohort = table(
            &mut rng,
            200,
            |rng, label, _| normal(rng) + 0.8 * label as f64,
            6,
        );
        for column in &mut cohort.columns {
            let mean = column.iter().sum::<f64>() / column.len() as f64;
            let sd = (column
                .iter()
                .map(|value| (value - mean).powi(2))
                .sum::<f64>()
                / column.len() as f64)
                .sqrt();
            for value in column.iter_mut() {
                *value = (*value - mean) / sd;
            }
        }
        assert_eq!(all_findings(&mut rng, &cohort), Vec::new());
    }
}
