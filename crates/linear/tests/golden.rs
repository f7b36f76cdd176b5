//! Every model against scikit-learn and scikit-survival: `tools/golden/linear_models.py` made the
//! values.
#![cfg(test)]

use std::collections::BTreeMap;

use midfuse_linear::{CoxConfig, ElasticNetConfig, LogisticConfig, RidgeConfig};
use ndarray::Array2;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Golden {
    made_by: String,
    versions: BTreeMap<String, String>,
    #[serde(rename = "seed")]
    _seed: u64,
    tolerance: f64,
    logistic: Vec<Logistic>,
    regression: Vec<Regression>,
    cox: Vec<Cox>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Logistic {
    name: String,
    x: Vec<Vec<f64>>,
    classes: Vec<usize>,
    n_classes: usize,
    weights: Option<Vec<f64>>,
    penalty: f64,
    l1_ratio: f64,
    coefficients: Vec<Vec<f64>>,
    intercepts: Vec<f64>,
    probabilities: Vec<Vec<f64>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Regression {
    name: String,
    x: Vec<Vec<f64>>,
    y: Vec<f64>,
    weights: Option<Vec<f64>>,
    penalty: f64,
    l1_ratio: f64,
    coefficients: Vec<f64>,
    intercept: f64,
    predictions: Vec<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cox {
    name: String,
    x: Vec<Vec<f64>>,
    times: Vec<f64>,
    events: Vec<bool>,
    penalty: f64,
    l1_ratio: f64,
    coefficients: Vec<f64>,
    risk: Vec<f64>,
}

fn golden() -> Golden {
    let golden: Golden = serde_json::from_str(include_str!("golden/models.json")).unwrap();
    assert_eq!(golden.made_by, "tools/golden/linear_models.py");
    assert!(!golden.versions.is_empty());
    golden
}

fn matrix(rows: &[Vec<f64>]) -> Array2<f64> {
    Array2::from_shape_vec((rows.len(), rows[0].len()), rows.concat()).unwrap()
}

fn close<'a>(
    got: impl IntoIterator<Item = &'a f64>,
    want: impl IntoIterator<Item = &'a f64>,
    tolerance: f64,
    what: &str,
) {
    let (got, want): (Vec<_>, Vec<_>) = (got.into_iter().collect(), want.into_iter().collect());
    assert_eq!(got.len(), want.len(), "{what}");
    for (got, want) in got.iter().zip(&want) {
        assert!(
            (*got - *want).abs() <= tolerance,
            "{what}: {got} is not {want}"
        );
    }
}

#[test]
fn logistic() {
    let golden = golden();
    for case in &golden.logistic {
        let x = matrix(&case.x);
        let config = LogisticConfig::new(case.penalty).with_l1_ratio(case.l1_ratio);
        let model = config
            .fit(
                &x.view(),
                &case.classes,
                case.n_classes,
                case.weights.as_deref(),
            )
            .unwrap_or_else(|error| panic!("{}: {error}", case.name));
        let near = |got, want: &[f64], what: &str| {
            close(
                got,
                want,
                golden.tolerance,
                &format!("{}, {what}", case.name),
            );
        };
        near(
            model.coefficients.iter().collect::<Vec<_>>(),
            &case.coefficients.concat(),
            "coefficients",
        );
        near(
            model.intercepts.iter().collect(),
            &case.intercepts,
            "intercepts",
        );
        let p = model.predict(&matrix(&case.x[..3]).view()).unwrap();
        near(
            p.iter().collect(),
            &case.probabilities.concat(),
            "probabilities",
        );
        assert_eq!(model.n_classes(), case.n_classes);
    }
}

#[test]
fn regression() {
    let golden = golden();
    for case in &golden.regression {
        let (x, weights) = (matrix(&case.x), case.weights.as_deref());
        let model = if case.l1_ratio == 0.0 {
            RidgeConfig::new(case.penalty).fit(&x.view(), &case.y, weights)
        } else {
            let config = ElasticNetConfig::new(case.penalty).with_l1_ratio(case.l1_ratio);
            config.fit(&x.view(), &case.y, weights)
        }
        .unwrap_or_else(|error| panic!("{}: {error}", case.name));
        close(
            &model.coefficients,
            &case.coefficients,
            golden.tolerance,
            &case.name,
        );
        close(
            [&model.intercept],
            [&case.intercept],
            golden.tolerance,
            &case.name,
        );
        let predictions = model.predict(&matrix(&case.x[..3]).view()).unwrap();
        close(
            &predictions,
            &case.predictions,
            golden.tolerance,
            &case.name,
        );
    }
}

#[test]
fn cox() {
    let golden = golden();
    for case in &golden.cox {
        let x = matrix(&case.x);
        let model = CoxConfig::new(case.penalty)
            .with_l1_ratio(case.l1_ratio)
            .fit(&x.view(), &case.times, &case.events, None)
            .unwrap_or_else(|error| panic!("{}: {error}", case.name));
        close(
            &model.coefficients,
            &case.coefficients,
            golden.tolerance,
            &case.name,
        );
        let risk = model.predict(&matrix(&case.x[..3]).view()).unwrap();
        close(&risk, &case.risk, golden.tolerance, &case.name);
    }
}
