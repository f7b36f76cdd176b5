//! Trees, predictions and gains of the Python package `lightgbm`.
#![cfg(test)]

mod installed;

use midfuse_base::Seed;
use midfuse_lightgbm::ndarray::Array2;
use midfuse_lightgbm::{Booster, Labels, Library, LightGbmConfig, Number, TrainingRows};
use serde::Deserialize;

#[derive(Deserialize)]
struct Golden {
    tolerance: f64,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    dtype: String,
    n_classes: Option<usize>,
    categorical: Vec<usize>,
    config: LightGbmConfig,
    seed: u64,
    x: Vec<Vec<Option<f64>>>,
    target: Vec<f64>,
    weights: Option<Vec<f64>>,
    new: Vec<Vec<Option<f64>>>,
    text: String,
    n_rounds: usize,
    some_rounds: usize,
    predicted: Vec<Vec<f64>>,
    predicted_by_some: Vec<Vec<f64>>,
    gains: Vec<f64>,
}

/// `null` is NaN.
fn array<T>(rows: &[Vec<Option<f64>>], number: impl Fn(f64) -> T) -> Array2<T> {
    let values = rows.iter().flatten().map(|v| number(v.unwrap_or(f64::NAN)));
    Array2::from_shape_vec((rows.len(), rows[0].len()), values.collect()).unwrap()
}

/// The Python package gives the probability of the second of two classes alone.
fn assert_predicted(case: &Case, got: &Array2<f64>, expected: &[Vec<f64>], tolerance: f64) {
    assert_eq!(got.nrows(), expected.len());
    for (got, expected) in got.outer_iter().zip(expected) {
        let expected = match (case.n_classes, expected.as_slice()) {
            (Some(2), [second]) => vec![1.0 - second, *second],
            (_, all) => all.to_vec(),
        };
        assert_close(&case.name, got.as_slice().unwrap(), &expected, tolerance);
    }
}

fn assert_close(name: &str, got: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(got.len(), expected.len(), "{name}");
    for (got, expected) in got.iter().zip(expected) {
        let scale = expected.abs().max(1.0);
        assert!(
            (got - expected).abs() <= tolerance * scale,
            "{name}: {got} for {expected}"
        );
    }
}

fn compare<T: Number>(library: &Library, case: &Case, tolerance: f64, number: fn(f64) -> T) {
    let (x, new) = (array(&case.x, number), array(&case.new, number));
    let classes: Vec<usize> = case.target.iter().map(|&class| class as usize).collect();
    let labels = match case.n_classes {
        Some(n_classes) => Labels::Classes {
            classes: &classes,
            n_classes,
        },
        None => Labels::Values(&case.target),
    };
    let rows = TrainingRows::new(x.view(), labels)
        .with_categorical(&case.categorical)
        .with_weights(case.weights.as_deref());
    let booster = Booster::train(library, &rows, &case.config, Seed(case.seed)).unwrap();
    assert_eq!(booster.to_text(), case.text, "{}", case.name);
    assert_eq!(
        (booster.n_rounds(), booster.n_columns()),
        (case.n_rounds, x.ncols())
    );

    let read = Booster::from_text(library, &case.text).unwrap();
    for booster in [booster, read] {
        let predicted = booster.predict(&new.view()).unwrap();
        assert_predicted(case, &predicted, &case.predicted, tolerance);
        let by_some = booster
            .predict_rounds(&new.view(), case.some_rounds)
            .unwrap();
        assert_predicted(case, &by_some, &case.predicted_by_some, tolerance);
        assert_close(
            &case.name,
            &booster.gains().unwrap(),
            &case.gains,
            tolerance,
        );
    }
}

#[test]
fn trees_are_those_of_the_python_package() {
    let Some(library) = installed::library("golden") else {
        return;
    };
    let golden: Golden = serde_json::from_str(include_str!("golden/trees.json")).unwrap();
    assert_eq!(golden.cases.len(), 10);
    for case in &golden.cases {
        match case.dtype.as_str() {
            "float32" => compare(&library, case, golden.tolerance, |v| v as f32),
            "float64" => compare(&library, case, golden.tolerance, |v| v),
            other => panic!("{other}"),
        }
    }
}
