//! Recalibration against scipy and scikit-learn: `tools/golden/metrics_recalibrate.py` made the
//! values.
#![cfg(test)]

use midfuse_base::{Recalibration, RecalibrationMethod, SurvivalTask, Targets, Task};
use midfuse_metrics::metric::Unit;
use midfuse_metrics::recalibrate::{OutOfFold, recalibrate};
use serde::Deserialize;

#[derive(Deserialize)]
struct Golden {
    tolerance: f64,
    classes: Vec<ClassCase>,
    survival: Vec<SurvivalCase>,
}

#[derive(Deserialize)]
struct ClassCase {
    name: String,
    targets: Vec<usize>,
    scores: Vec<Vec<f64>>,
    groups: Option<Vec<usize>>,
    temperature: f64,
    weights: Option<Vec<f64>>,
    biases: Option<Vec<f64>>,
    at: Option<Vec<f64>>,
    curves: Option<Vec<Vec<f64>>>,
}

#[derive(Deserialize)]
struct SurvivalCase {
    name: String,
    folds: Vec<SurvivalFold>,
    temperature: f64,
}

#[derive(Deserialize)]
struct SurvivalFold {
    time: Vec<f64>,
    event: Vec<bool>,
    risk: Vec<f64>,
}

fn golden() -> Golden {
    serde_json::from_str(include_str!("golden/recalibrate.json")).unwrap()
}

fn close(got: &[f64], want: &[f64], tolerance: f64, what: &str) {
    assert_eq!(got.len(), want.len(), "{what}");
    for (got, want) in got.iter().zip(want) {
        assert!((got - want).abs() <= tolerance, "{what}: {got} {want}");
    }
}

fn fit(case: &ClassCase, method: RecalibrationMethod) -> Recalibration {
    let classes = vec![String::new(); case.scores[0].len()];
    let targets = Targets::Class(case.targets.clone());
    let rows = OutOfFold {
        targets: &targets,
        scores: &case.scores,
        groups: case.groups.clone(),
    };
    let unit = match case.groups {
        None => Unit::Row,
        Some(_) => Unit::RowsAveragedInGroup,
    };
    recalibrate(&Task::Classification { classes }, method, &[rows], unit).unwrap()
}

#[test]
fn temperatures_of_classes() {
    let golden = golden();
    for case in &golden.classes {
        let fitted = fit(case, RecalibrationMethod::Temperature);
        let got = fitted.temperature().unwrap();
        close(&[got], &[case.temperature], golden.tolerance, &case.name);
    }
}

#[test]
fn vectors_and_curves_from_a_thousand_units_on() {
    let golden = golden();
    for case in &golden.classes {
        let vector = fit(case, RecalibrationMethod::Vector);
        let isotonic = fit(case, RecalibrationMethod::Isotonic);
        let n_classes = case.scores[0].len();
        assert_eq!(vector.check(n_classes), Ok(()));
        assert_eq!(isotonic.check(n_classes), Ok(()));
        let (Some(want), Some(biases)) = (&case.weights, &case.biases) else {
            assert_eq!(vector, fit(case, RecalibrationMethod::Temperature));
            assert_eq!(isotonic, vector, "few units: a temperature");
            continue;
        };
        let Recalibration::Vector { weights, biases: b } = &vector else {
            panic!("{}: {vector:?}", case.name)
        };
        close(weights, want, golden.tolerance, &case.name);
        close(b, biases, golden.tolerance, &case.name);
        let Recalibration::Isotonic { curves } = &isotonic else {
            panic!("{}: {isotonic:?}", case.name)
        };
        let (at, want) = (case.at.as_ref().unwrap(), case.curves.as_ref().unwrap());
        assert_eq!(curves.len(), want.len());
        for (curve, want) in curves.iter().zip(want) {
            let got: Vec<f64> = at.iter().map(|&x| curve.at(x)).collect();
            close(&got, want, golden.tolerance, &case.name);
        }
    }
}

#[test]
fn temperatures_of_risks() {
    let golden = golden();
    for case in &golden.survival {
        let folds: Vec<(Targets, Vec<Vec<f64>>)> = case
            .folds
            .iter()
            .map(|fold| {
                let (time, event) = (fold.time.clone(), fold.event.clone());
                let scores = fold.risk.iter().map(|&risk| vec![risk, 0.5]).collect();
                (Targets::Survival { time, event }, scores)
            })
            .collect();
        let rows: Vec<OutOfFold<'_>> = folds
            .iter()
            .map(|(targets, scores)| OutOfFold {
                targets,
                scores,
                groups: None,
            })
            .collect();
        let task = Task::Survival(SurvivalTask::new([1.0]));
        let method = RecalibrationMethod::Temperature;
        let fitted = recalibrate(&task, method, &rows, Unit::Row).unwrap();
        let got = fitted.temperature().unwrap();
        close(&[got], &[case.temperature], golden.tolerance, &case.name);
    }
}

#[test]
fn fewer_than_32_units_decide_nothing() {
    let golden = golden();
    let case = golden
        .classes
        .iter()
        .find(|case| case.name == "grouped")
        .unwrap();
    let classes = vec![String::new(); 4];
    let task = Task::Classification { classes };
    let of = |rows: usize| {
        let targets = Targets::Class(case.targets[..rows].to_vec());
        let fold = OutOfFold {
            targets: &targets,
            scores: &case.scores[..rows],
            groups: Some(case.groups.as_ref().unwrap()[..rows].to_vec()),
        };
        let method = RecalibrationMethod::Temperature;
        recalibrate(&task, method, &[fold], Unit::RowsAveragedInGroup)
    };
    // Three rows a group: 32 groups and 31.
    assert!(of(96).is_some());
    assert_eq!(of(93), None);
}
