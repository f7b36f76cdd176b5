//! Bad input: each kind ends in an error with the values, and in nothing else.
#![cfg(test)]

use std::fmt::Display;

use midfuse_base::Seed;
use midfuse_base::{Targets, Task};
use midfuse_eval::rows::{Data, Rows, RowsError, Span};
use midfuse_eval::split::{GroupKFold, KFold, StratifiedKFold};
use midfuse_metrics::metric::{Metric, Predictions, Unit};
use midfuse_metrics::stats::{Resampling, corrected_resampled_t, holm};

/// That a refusal names these values.
fn says<T, E: Display>(outcome: Result<T, E>, values: &[&str]) {
    let Err(error) = outcome else {
        panic!("accepted, though it should name {values:?}")
    };
    let message = error.to_string();
    for value in values {
        assert!(message.contains(value), "{value:?} is not in {message:?}");
    }
    assert!(!message.contains('\n'), "{message:?}");
}

fn ids(n: usize) -> Vec<String> {
    (0..n).map(|row| format!("row-{row}")).collect()
}

fn rows(classes: &[usize]) -> Result<Rows, RowsError> {
    let names = ["healthy", "ill"].map(String::from).to_vec();
    let task = Task::Classification { classes: names };
    Rows::new(ids(classes.len()), task, Targets::Class(classes.to_vec()))
}

#[test]
fn non_finite_scores() {
    let with = |p: f64| Predictions::classification(&[0, 1], &[vec![0.5, 0.5], vec![1.0 - p, p]]);
    says(with(f64::NAN), &["row 1", "NaN"]);
    says(with(f64::INFINITY), &["row 1", "inf"]);
    says(
        Predictions::regression(&[0.5, 1.0], &[f64::NAN, 1.0]),
        &["row 0", "NaN"],
    );
    says(
        Predictions::regression(&[f64::NEG_INFINITY], &[1.0]),
        &["row 0", "-inf"],
    );
    let design = Resampling::Folds {
        folds: 3,
        repeats: 1,
    };
    says(
        corrected_resampled_t(&[0.1, f64::NAN, 0.2], design, 0.95),
        &["1", "NaN"],
    );
    says(holm(&[0.1, f64::INFINITY]), &["inf"]);
    let task = Task::Regression;
    says(
        Rows::new(ids(1), task, Targets::Value(vec![f64::NAN])),
        &["row-0", "NaN"],
    );
}

#[test]
fn folds_of_one_class() {
    let ill = Predictions::classification(&[1, 1], &[vec![0.4, 0.6], vec![0.2, 0.8]]).unwrap();
    says(
        Metric::Auc.score(&ill, Unit::Row),
        &["auc", "2 rows", "positive"],
    );
    // One ill patient: some fold has no ill one to train on, or none to test.
    let dev = Data::iid(rows(&[0, 0, 0, 0, 1]).unwrap())
        .unwrap()
        .develop();
    let split = |outcome: Result<Vec<()>, _>| {
        says::<_, midfuse_eval::split::SplitError>(outcome, &["\"ill\"", "fold"]);
    };
    split(dev.cross_validate(&KFold::new(2, Seed(0)), |_| ()));
    split(dev.cross_validate(&StratifiedKFold::new(2, Seed(0)), |_| ()));
}

#[test]
fn more_folds_than_rows_or_groups() {
    let dev = Data::iid(rows(&[0, 1, 0]).unwrap()).unwrap().develop();
    says(
        dev.cross_validate(&KFold::new(4, Seed(0)), |_| ()),
        &["4 rows", "4 folds", "got 3"],
    );
    let groups = ["a", "a", "b"].map(String::from);
    let grouped = rows(&[0, 1, 0])
        .unwrap()
        .with_groups("patient", &groups)
        .unwrap();
    let dev = Data::grouped(grouped).unwrap().develop();
    says(
        dev.cross_validate(&GroupKFold::new(3, Seed(0)), |_| ()),
        &["3 groups", "got 2"],
    );
}

#[test]
fn empty_groups() {
    let groups = ["a", "", "b"].map(String::from);
    says(
        rows(&[0, 1, 0]).unwrap().with_groups("patient", &groups),
        &["row-1", "patient"],
    );
    says(
        Rows::new(Vec::new(), Task::Regression, Targets::Value(Vec::new())),
        &["none"],
    );
}

#[test]
fn negative_spans() {
    let spans = [Span::new(0, 3), Span::new(9, 7)];
    says(
        rows(&[0, 1]).unwrap().with_spans(&spans),
        &["row-1", "9 to 7"],
    );
}

#[test]
fn unequal_lengths() {
    let two = || rows(&[0, 1]).unwrap();
    says(
        Rows::new(ids(2), Task::Regression, Targets::Value(vec![0.5])),
        &["2", "targets", "got 1"],
    );
    says(
        two().with_groups("patient", &["a".into()]),
        &["2", "patient", "got 1"],
    );
    says(
        two().with_spans(&[Span::at(0); 3]),
        &["2", "spans", "got 3"],
    );
    says(two().with_labels(&[]), &["2", "labels", "got 0"]);
    says(Predictions::regression(&[0.5], &[0.5, 1.0]), &["2", "1"]);
    says(Predictions::classification(&[0], &[]), &["0", "1"]);
}

#[test]
fn duplicate_ids() {
    let ids = ["a", "b", "a"].map(String::from).to_vec();
    says(
        Rows::new(ids, Task::Regression, Targets::Value(vec![0.5; 3])),
        &["\"a\"", "more than once"],
    );
}

#[test]
fn classes_that_are_not_declared() {
    says(rows(&[0, 2]), &["row-1", "class 2", "0 to 1"]);
}
