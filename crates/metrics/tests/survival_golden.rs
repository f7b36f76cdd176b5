//! Survival metrics against scikit-survival: `tools/golden/metrics_survival.py` made the values.
#![cfg(test)]

use midfuse_base::TargetShape;
use midfuse_metrics::metric::survival::{
    Survival, concordance_harrell, concordance_uno, dynamic_auc, integrated_brier, survival_brier,
};
use midfuse_metrics::metric::{Metric, MetricError};
use serde::Deserialize;

#[derive(Deserialize)]
struct Golden {
    tolerance: f64,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    train_times: Vec<f64>,
    train_events: Vec<bool>,
    times: Vec<f64>,
    events: Vec<bool>,
    risk: Vec<f64>,
    tau: f64,
    points: Vec<f64>,
    survival: Vec<Vec<f64>>,
    harrell: f64,
    pairs: [u64; 3],
    uno: f64,
    uno_tau: f64,
    auc: Vec<f64>,
    mean_auc: f64,
    brier: Vec<f64>,
    integrated: f64,
}

fn close(got: &[f64], want: &[f64], tolerance: f64, what: &str) {
    assert_eq!(got.len(), want.len(), "{what}");
    for (got, want) in got.iter().zip(want) {
        assert!((got - want).abs() <= tolerance, "{what}: {got} {want}");
    }
}

#[test]
fn scores_are_those_of_scikit_survival() {
    let golden: Golden = serde_json::from_str(include_str!("golden/survival.json")).unwrap();
    for case in &golden.cases {
        let (name, tolerance) = (case.name.as_str(), golden.tolerance);
        let train = Survival::new(&case.train_times, &case.train_events).unwrap();
        let rows = Survival::new(&case.times, &case.events).unwrap();
        let harrell = concordance_harrell(&rows, &case.risk).unwrap();
        close(&[harrell.index], &[case.harrell], tolerance, name);
        assert_eq!(
            [harrell.concordant, harrell.discordant, harrell.tied_risk],
            case.pairs
        );
        let uno = concordance_uno(&train, &rows, &case.risk, None).unwrap();
        close(&[uno.index], &[case.uno], tolerance, name);
        let early = concordance_uno(&train, &rows, &case.risk, Some(case.tau)).unwrap();
        close(&[early.index], &[case.uno_tau], tolerance, name);
        let auc = dynamic_auc(&train, &rows, &case.risk, &case.points).unwrap();
        close(&auc.at, &case.auc, tolerance, name);
        close(&[auc.mean], &[case.mean_auc], tolerance, name);
        let brier = survival_brier(&train, &rows, &case.survival, &case.points).unwrap();
        close(&brier, &case.brier, tolerance, name);
        let integrated = integrated_brier(&train, &rows, &case.survival, &case.points).unwrap();
        close(&[integrated], &[case.integrated], tolerance, name);
    }
    assert_eq!(golden.cases.len(), 6);
}

/// One that is added wants its values of scikit-survival above.
#[test]
fn every_survival_metric_is_compared() {
    let of_survival = Metric::ALL
        .iter()
        .filter(|metric| metric.target_shape() == TargetShape::TimesAndEvents);
    let names: Vec<&str> = of_survival.map(|metric| metric.name()).collect();
    assert_eq!(
        names,
        [
            "concordance",
            "concordance-uno",
            "dynamic-auc",
            "integrated-brier"
        ]
    );
}

#[test]
fn what_is_undefined_is_refused() {
    let censored = Survival::new(&[1.0, 2.0], &[false, false]).unwrap();
    assert!(matches!(
        concordance_harrell(&censored, &[0.1, 0.2]),
        Err(MetricError::Undefined { .. })
    ));
    let rows = Survival::new(&[1.0, 2.0, 3.0], &[true, true, true]).unwrap();
    // Rows without an event, on either side, as in scikit-survival.
    let none = Survival::new(&[1.0, 2.0, 4.0], &[false; 3]).unwrap();
    for (train, rows) in [(&none, &rows), (&rows, &none)] {
        let survival = vec![vec![0.5, 0.4]; 3];
        let risk = [0.3, 0.2, 0.1];
        let errors = [
            concordance_uno(train, rows, &risk, None).err(),
            dynamic_auc(train, rows, &risk, &[1.5, 2.5]).err(),
            survival_brier(train, rows, &survival, &[1.5, 2.5]).err(),
            integrated_brier(train, rows, &survival, &[1.5, 2.5]).err(),
        ];
        for error in errors {
            assert!(error.unwrap().to_string().contains("are censored"));
        }
    }
    // No training row is known to be uncensored past time 1.
    let short = Survival::new(&[0.5, 1.0], &[true, false]).unwrap();
    let refused = concordance_uno(&short, &rows, &[0.3, 0.2, 0.1], None).unwrap_err();
    assert!(refused.to_string().contains("earlier end"), "{refused}");
    assert!(dynamic_auc(&rows, &rows, &[0.3, 0.2, 0.1], &[3.0]).is_err()); // past the follow-up
    assert!(dynamic_auc(&rows, &rows, &[0.3, 0.2, 0.1], &[2.0, 1.0]).is_err()); // not ascending
    assert!(dynamic_auc(&rows, &rows, &[0.3, f64::NAN, 0.1], &[1.5]).is_err());
    assert!(survival_brier(&rows, &rows, &vec![vec![1.5]; 3], &[1.5]).is_err());
    assert!(integrated_brier(&rows, &rows, &vec![vec![0.5]; 3], &[1.5]).is_err());
    assert!(Survival::new(&[1.0, -2.0], &[true, true]).is_err());
    assert!(Survival::new(&[1.0, f64::INFINITY], &[true, true]).is_err());
    assert!(Survival::new(&[1.0, 2.0], &[true]).is_err());
}
