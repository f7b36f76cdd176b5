//! Every metric against scikit-learn: `tools/golden/metrics_metrics.py` made the values.
#![cfg(test)]

use std::collections::BTreeMap;

use midfuse_base::TargetShape;
use midfuse_metrics::metric::{
    Bins, ConfusionMatrix, Metric, MetricError, Predictions, Unit, calibration_curve, f1_per_class,
    roc_curve,
};
use serde::Deserialize;

#[derive(Deserialize)]
struct Golden {
    tolerance: f64,
    classification: Vec<ClassCase>,
    regression: Vec<NumberCase>,
}

#[derive(Deserialize)]
struct ClassCase {
    name: String,
    targets: Vec<usize>,
    probabilities: Vec<Vec<f64>>,
    weights: Option<Vec<f64>>,
    expected: BTreeMap<String, Option<f64>>,
    confusion: Vec<Vec<f64>>,
    f1_per_class: Vec<f64>,
    roc: Option<Roc>,
    calibration: Option<BTreeMap<String, Curve>>,
}

#[derive(Deserialize)]
struct NumberCase {
    name: String,
    targets: Vec<f64>,
    predicted: Vec<f64>,
    weights: Option<Vec<f64>>,
    expected: BTreeMap<String, Option<f64>>,
}

#[derive(Deserialize)]
struct Roc {
    fpr: Vec<f64>,
    tpr: Vec<f64>,
    thresholds: Vec<Option<f64>>,
}

#[derive(Deserialize)]
struct Curve {
    observed: Vec<f64>,
    predicted: Vec<f64>,
}

fn golden() -> Golden {
    serde_json::from_str(include_str!("golden/metrics.json")).unwrap()
}

fn close(got: &[f64], want: &[f64], tolerance: f64, what: &str) {
    assert_eq!(got.len(), want.len(), "{what}: {got:?} {want:?}");
    for (got, want) in got.iter().zip(want) {
        assert!(
            (got - want).abs() <= tolerance * want.abs().max(1.0),
            "{what}: {got} {want}"
        );
    }
}

fn predictions(case: &ClassCase) -> Predictions {
    let predictions = Predictions::classification(&case.targets, &case.probabilities).unwrap();
    match &case.weights {
        None => predictions,
        Some(weights) => predictions.with_weights(weights).unwrap(),
    }
}

/// Compares every expected value, and returns which metrics were compared.
fn compare(
    name: &str,
    predictions: &Predictions,
    expected: &BTreeMap<String, Option<f64>>,
    tolerance: f64,
) -> Vec<Metric> {
    let mut compared = Vec::new();
    for (metric, want) in expected {
        let metric: Metric = metric.parse().unwrap();
        let got = metric.score(predictions, Unit::Row);
        match want {
            Some(want) => {
                close(
                    &[got.unwrap()],
                    &[*want],
                    tolerance,
                    &format!("{name}: {metric}"),
                );
                compared.push(metric);
            }
            None => assert!(
                matches!(
                    got,
                    Err(MetricError::OneClass { .. }
                        | MetricError::ClassAbsent { .. }
                        | MetricError::Undefined { .. })
                ),
                "{name}: {metric} is undefined in scikit-learn, here {got:?}"
            ),
        }
    }
    compared
}

#[test]
fn scores_are_those_of_scikit_learn() {
    let golden = golden();
    let mut compared = Vec::new();
    for case in &golden.classification {
        compared.extend(compare(
            &case.name,
            &predictions(case),
            &case.expected,
            golden.tolerance,
        ));
    }
    for case in &golden.regression {
        let mut numbers = Predictions::regression(&case.targets, &case.predicted).unwrap();
        if let Some(weights) = &case.weights {
            numbers = numbers.with_weights(weights).unwrap();
        }
        compared.extend(compare(
            &case.name,
            &numbers,
            &case.expected,
            golden.tolerance,
        ));
    }
    // Those of survivals are in `survival_golden.rs`.
    let of_rows = |metric: &&Metric| metric.target_shape() != TargetShape::TimesAndEvents;
    for metric in Metric::ALL.iter().filter(of_rows) {
        assert!(compared.contains(metric), "{metric} has no golden value");
    }
}

#[test]
fn confusion_matrices_and_f1_per_class() {
    let golden = golden();
    for case in &golden.classification {
        let matrix = predictions(case).confusion_matrix(Unit::Row).unwrap();
        for (got, want) in matrix.rows().zip(&case.confusion) {
            close(got, want, golden.tolerance, &case.name);
        }
        close(
            &f1_per_class(&matrix),
            &case.f1_per_class,
            golden.tolerance,
            &case.name,
        );
    }
}

#[test]
fn roc_and_calibration_curves() {
    let golden = golden();
    let mut curves = 0;
    for case in &golden.classification {
        let (Some(roc), Some(calibration)) = (&case.roc, &case.calibration) else {
            continue;
        };
        let (positive, scores) = predictions(case).one_against_rest(1).unwrap();
        let points = roc_curve(&positive, &scores, case.weights.as_deref()).unwrap();
        let column = |of: fn(&midfuse_metrics::metric::RocPoint) -> f64| -> Vec<f64> {
            points.iter().map(of).collect()
        };
        close(
            &column(|p| p.false_positive_rate),
            &roc.fpr,
            golden.tolerance,
            &case.name,
        );
        close(
            &column(|p| p.true_positive_rate),
            &roc.tpr,
            golden.tolerance,
            &case.name,
        );
        let thresholds: Vec<Option<f64>> = points
            .iter()
            .map(|p| p.threshold.is_finite().then_some(p.threshold))
            .collect();
        assert_eq!(thresholds, roc.thresholds, "{}", case.name);
        for (name, bins) in [
            ("uniform", Bins::Uniform(7)),
            ("quantile", Bins::Quantile(7)),
        ] {
            let curve = calibration_curve(&positive, &scores, bins).unwrap();
            let observed: Vec<f64> = curve.iter().map(|p| p.observed).collect();
            let predicted: Vec<f64> = curve.iter().map(|p| p.predicted).collect();
            close(
                &observed,
                &calibration[name].observed,
                golden.tolerance,
                &case.name,
            );
            close(
                &predicted,
                &calibration[name].predicted,
                golden.tolerance,
                &case.name,
            );
            curves += 1;
        }
    }
    assert_eq!(curves, 16);
}

#[test]
fn bad_predictions_are_refused_with_their_values() {
    let two = |a: f64, b: f64| Predictions::classification(&[0], &[vec![a, b]]).unwrap_err();
    assert_eq!(
        two(0.7, 0.7),
        MetricError::ProbabilitySum { row: 0, sum: 1.4 }
    );
    assert!(matches!(
        two(f64::NAN, 0.5),
        MetricError::NonFinite { row: 0, .. }
    ));
    assert_eq!(
        two(-0.5, 1.5),
        MetricError::NotAProbability {
            row: 0,
            class: 0,
            value: -0.5
        }
    );
    assert!(matches!(
        Predictions::classification(&[], &[]),
        Err(MetricError::TooFewRows {
            needs: 1,
            got: 0,
            ..
        })
    ));
    assert!(matches!(
        Predictions::classification(&[2], &[vec![0.5, 0.5]]),
        Err(MetricError::UnknownClass {
            row: 0,
            class: 2,
            n_classes: 2
        })
    ));
    assert!(matches!(
        Predictions::classification(&[0, 1], &[vec![0.5, 0.5], vec![1.0]]),
        Err(MetricError::Length {
            expected: 2,
            got: 1,
            ..
        })
    ));
    let numbers = Predictions::regression(&[1.0], &[1.0]).unwrap();
    assert!(matches!(
        numbers.clone().with_groups(&[1, 2]),
        Err(MetricError::Length {
            what: "groups",
            expected: 1,
            got: 2
        })
    ));
    assert_eq!(
        numbers.with_weights(&[0.0]).unwrap_err(),
        MetricError::NoWeight { rows: 1 }
    );
}

#[test]
fn a_confusion_matrix_is_the_same_for_rows_in_any_order() {
    let (targets, predicted) = ([0, 1, 2, 2, 1], [0, 2, 2, 1, 1]);
    let reversed = |classes: [usize; 5]| classes.into_iter().rev().collect::<Vec<_>>();
    assert_eq!(
        ConfusionMatrix::new(&targets, &predicted, 3, None),
        ConfusionMatrix::new(&reversed(targets), &reversed(predicted), 3, None)
    );
}

#[test]
fn ten_probabilities_of_the_reference() {
    let p = [0.9, 0.8, 0.7, 0.6, 0.3, 0.65, 0.4, 0.2, 0.1, 0.35];
    let probabilities: Vec<Vec<f64>> = p.iter().map(|p| vec![1.0 - p, *p]).collect();
    let targets: Vec<usize> = (0..10).map(|row| usize::from(row < 5)).collect();
    let rows = Predictions::classification(&targets, &probabilities).unwrap();
    let score = |metric: Metric| metric.score(&rows, Unit::Row).unwrap();
    close(&[score(Metric::Brier)], &[0.1545], 1e-12, "Brier");
    close(
        &[score(Metric::LogLoss)],
        &[0.471_991_217_0],
        1e-10,
        "log loss",
    );
    close(&[score(Metric::Auc)], &[0.84], 1e-12, "AUC");
}
