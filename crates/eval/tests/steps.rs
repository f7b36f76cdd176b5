//! Steps of preprocessing against scikit-learn, and Cox's score test against statsmodels.
//!
//! `golden/steps.json` is made by `tools/golden/eval_steps.py`; it holds versions, seed and tolerance.
#![cfg(test)]

use midfuse_base::{Seed, Target, Targets, Task};
use midfuse_eval::rows::{Data, Rows};
use midfuse_eval::split::KFold;
use midfuse_eval::transform::TransformError;
use midfuse_eval::transform::step::{Pipeline, PipelineConfig};
use serde::Deserialize;
use serde_json::{Value, json};

type Table = Vec<Vec<Option<f64>>>;

#[derive(Deserialize)]
struct Golden {
    train: Table,
    new: Table,
    classes: Vec<usize>,
    numbers: Vec<f64>,
    time: Vec<f64>,
    event: Vec<bool>,
    standard: Table,
    robust: Table,
    robust_smooth_clip: Table,
    varies: Vec<usize>,
    quantile_normal: Table,
    quantile_uniform: Table,
    missing: Vec<Vec<f64>>,
    kept_by_variance: Vec<usize>,
    whole: Table,
    f_classif: Vec<f64>,
    f_regression: Vec<f64>,
    cox_score: Vec<f64>,
    pca_tall: Components,
    pca_wide: Components,
}

/// The target of a row.
type OfRow<'a> = &'a dyn Fn(usize) -> Target;

#[derive(Deserialize)]
struct Components {
    rows: Table,
    #[serde(rename = "components")]
    scores: Table,
    new: Table,
}

fn golden() -> Golden {
    serde_json::from_str(include_str!("golden/steps.json")).unwrap()
}

fn numbers(rows: &Table) -> Vec<Vec<f64>> {
    let row = |row: &Vec<Option<f64>>| row.iter().map(|v| v.unwrap_or(f64::NAN)).collect();
    rows.iter().map(row).collect()
}

fn pick(rows: &[Vec<f64>], columns: &[usize]) -> Vec<Vec<f64>> {
    let row = |row: &Vec<f64>| columns.iter().map(|&at| row[at]).collect();
    rows.iter().map(row).collect()
}

fn same(got: &[Vec<f64>], want: &[Vec<f64>]) {
    assert_eq!(got.len(), want.len());
    for (got, want) in got.iter().zip(want) {
        assert_eq!(got.len(), want.len());
        for (got, want) in got.iter().zip(want) {
            let close = (got - want).abs() <= 1e-9 * want.abs().max(1.0);
            assert!(
                close || (got.is_nan() && want.is_nan()),
                "{got} is not {want}"
            );
        }
    }
}

/// Fits the steps on `rows` as the train rows of a fold; what is saved of them is what is applied.
fn fit(
    steps: Value,
    rows: &[Vec<f64>],
    targets: impl Fn(usize) -> Target,
) -> Result<Pipeline, TransformError> {
    let n = 2 * rows.len();
    let ids: Vec<String> = (0..n).map(|row| format!("{row:03}")).collect();
    let any = Targets::Value(vec![0.0; n]);
    let data = Data::iid(Rows::new(ids, Task::Regression, any).unwrap()).unwrap();
    let steps: PipelineConfig = serde_json::from_value(steps).unwrap();
    let names: Vec<String> = (0..rows[0].len()).map(|at| format!("x{at}")).collect();
    let fitted = data
        .develop()
        .cross_validate(&KFold::new(2, Seed(0)), |fold| {
            let train: Vec<String> = fold.train.ids().map(String::from).collect();
            let fit_rows = fold.train.fit_rows();
            let values = fit_rows
                .take(&train, |row| Some(rows[row].clone()))
                .unwrap();
            let targets = fit_rows.take(&train, &targets).unwrap();
            steps.fit(&names, &values, &targets)
        });
    let fitted = fitted.unwrap().remove(0)?;
    let again: Pipeline = serde_json::from_str(&serde_json::to_string(&fitted).unwrap()).unwrap();
    assert_eq!(fitted, again);
    Ok(again)
}

fn no_target(_: usize) -> Target {
    Target::Value(0.0)
}

fn applied(steps: Value, train: &[Vec<f64>], new: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let fitted = fit(steps, train, no_target).unwrap();
    let rows: Vec<Vec<f64>> = new
        .iter()
        .map(|row| fitted.apply(row.iter().copied()).unwrap())
        .collect();
    assert!(rows.iter().all(|row| row.len() == fitted.d_out()));
    rows
}

#[test]
fn scalers_are_scikit_learns() {
    let golden = golden();
    let (train, new) = (numbers(&golden.train), numbers(&golden.new));
    for (step, want) in [("standard", &golden.standard), ("robust", &golden.robust)] {
        same(&applied(json!([step]), &train, &new), &numbers(want));
    }
    let clipped = applied(json!(["robust", "smooth-clip"]), &train, &new);
    same(&clipped, &numbers(&golden.robust_smooth_clip));
    let varies = |rows: &[Vec<f64>]| pick(rows, &golden.varies);
    for (output, want) in [
        ("normal", &golden.quantile_normal),
        ("uniform", &golden.quantile_uniform),
    ] {
        let step = json!([{"name": "quantile", "n_quantiles": 10, "output": output}]);
        let got = applied(step, &varies(&train), &varies(&new));
        same(&got, &numbers(want));
    }
}

#[test]
fn missing_indicators_and_variances_are_scikit_learns() {
    let golden = golden();
    let (train, new) = (numbers(&golden.train), numbers(&golden.new));
    let got = applied(json!(["missing-indicators"]), &train, &new);
    let flags: Vec<Vec<f64>> = got
        .iter()
        .map(|row| row[train[0].len()..].to_vec())
        .collect();
    same(&flags, &golden.missing);
    let got = applied(json!(["select-variance"]), &train, &new);
    same(&got, &pick(&new, &golden.kept_by_variance));
}

#[test]
fn columns_are_ranked_by_scikit_learns_f_and_by_coxs_score() {
    let golden = golden();
    let whole = pick(&numbers(&golden.whole), &golden.varies);
    let of_class = |row: usize| Target::Class(golden.classes[row]);
    let of_number = |row: usize| Target::Value(golden.numbers[row]);
    let of_time = |row: usize| Target::Survival {
        time: golden.time[row],
        event: golden.event[row],
    };
    let targets: [(OfRow<'_>, &Vec<f64>); 3] = [
        (&of_class, &golden.f_classif),
        (&of_number, &golden.f_regression),
        (&of_time, &golden.cox_score),
    ];
    for (target, scores) in targets {
        let mut order: Vec<usize> = (0..scores.len()).collect();
        order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
        for k in 1..=scores.len() {
            let mut kept = order[..k].to_vec();
            kept.sort_unstable();
            let steps = json!([{"name": "select-target", "k": k}]);
            let fitted = fit(steps, &whole, target).unwrap();
            let first = fitted.apply(whole[0].iter().copied()).unwrap();
            same(&[first], &pick(&whole[..1], &kept));
        }
    }
}

#[test]
fn components_are_scikit_learns_with_their_signs() {
    let golden = golden();
    for Components { rows, scores, new } in [&golden.pca_tall, &golden.pca_wide] {
        let (rows, k) = (numbers(rows), scores.len());
        let steps = json!([{"name": "pca", "k": k}]);
        same(&applied(steps.clone(), &rows, &rows), &numbers(new));
        let saved = serde_json::to_value(fit(steps, &rows, no_target).unwrap()).unwrap();
        let loadings: Table =
            serde_json::from_value(saved["steps"][0]["components"].clone()).unwrap();
        same(&numbers(&loadings), &numbers(scores));
        // The signs are bits, and so are the rest.
        let again = fit(json!([{"name": "pca", "k": k}]), &rows, no_target).unwrap();
        assert_eq!(serde_json::to_value(again).unwrap(), saved);
    }
}

#[test]
fn what_is_no_table_to_fit_on_is_refused() {
    let said =
        |steps: Value, rows: &[Vec<f64>]| fit(steps, rows, no_target).unwrap_err().to_string();
    let infinite = said(json!(["standard"]), &[vec![1.0], vec![f64::INFINITY]]);
    assert!(
        infinite.contains("column 0 holds an infinite value in train row 1"),
        "{infinite}"
    );
    let negative = said(json!(["log1p"]), &[vec![1.0], vec![-2.0]]);
    assert!(
        negative.starts_with("log1p: column `x0` holds -2"),
        "{negative}"
    );
    let saved =
        json!({"columns": 2, "steps": [{"name": "robust", "median": [0.0], "scale": [1.0]}]});
    let wrong = serde_json::from_value::<Pipeline>(saved)
        .unwrap_err()
        .to_string();
    assert!(wrong.contains("a step takes other columns"), "{wrong}");
    let saved =
        json!({"columns": 1, "steps": [{"name": "robust", "median": [0.0], "scale": [0.0]}]});
    let wrong = serde_json::from_value::<Pipeline>(saved)
        .unwrap_err()
        .to_string();
    assert!(wrong.contains("no scale above 0"), "{wrong}");
}
