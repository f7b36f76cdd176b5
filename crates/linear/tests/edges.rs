//! What is at the edges of every model: a defined answer, or an error that says how to mend it.
#![cfg(test)]
#![allow(clippy::float_cmp, reason = "what is defined to be 0 is exactly 0")]

use midfuse_linear::{
    CoxConfig, ElasticNetConfig, LinearError, LogisticConfig, LogisticRegression, RidgeConfig,
};
use ndarray::{Array2, array};

/// Values that look random and are the same everywhere.
fn spread(i: usize) -> f64 {
    ((i as f64 * 12.9898 + 1.0).sin() * 43758.5453).fract()
}

fn matrix(rows: usize, columns: usize) -> Array2<f64> {
    Array2::from_shape_fn((rows, columns), |(i, j)| spread(i * columns + j))
}

/// Three classes that overlap.
fn classes(rows: usize) -> Vec<usize> {
    (0..rows)
        .map(|i| (i + usize::from(spread(i) > 0.3)) % 3)
        .collect()
}

fn binary(rows: usize) -> Vec<usize> {
    classes(rows)
        .into_iter()
        .map(|class| class.min(1))
        .collect()
}

#[test]
fn a_constant_column_has_no_effect() {
    let mut x = matrix(30, 4);
    x.column_mut(2).fill(0.1);
    let y: Vec<f64> = x
        .rows()
        .into_iter()
        .map(|row| row[0] - 2.0 * row[3] + 5.0)
        .collect();
    let events = vec![true; 30];
    for penalty in [0.0, 0.01] {
        let ridge = RidgeConfig::new(penalty).fit(&x.view(), &y, None).unwrap();
        assert_eq!(ridge.coefficients[2], 0.0);
        let net = ElasticNetConfig::new(penalty)
            .fit(&x.view(), &y, None)
            .unwrap();
        assert_eq!(net.coefficients[2], 0.0);
        let cox = CoxConfig::new(penalty + 0.01);
        let times: Vec<f64> = (0..30).map(|i| 1.0 + spread(i).abs()).collect();
        let cox = cox
            .with_l1_ratio(0.5)
            .fit(&x.view(), &times, &events, None)
            .unwrap();
        assert_eq!(cox.coefficients[2], 0.0);
        for l1_ratio in [0.0, 0.5] {
            let config = LogisticConfig::new(penalty).with_l1_ratio(l1_ratio);
            let two = config.fit(&x.view(), &binary(30), 2, None).unwrap();
            assert_eq!(two.coefficients[[0, 2]], 0.0);
            let three = config.fit(&x.view(), &classes(30), 3, None).unwrap();
            assert!(three.coefficients.column(2).iter().all(|b| *b == 0.0));
        }
    }
    let exact = RidgeConfig::new(0.0).fit(&x.view(), &y, None).unwrap();
    for (got, want) in exact.coefficients.iter().zip([1.0, 0.0, 0.0, -2.0]) {
        assert!((got - want).abs() < 1e-12);
    }
    assert!((exact.intercept - 5.0).abs() < 1e-12);
}

#[test]
fn collinear_columns_share_under_l2_and_are_refused_without() {
    let mut x = matrix(30, 3);
    let first = x.column(0).to_owned();
    x.column_mut(1).assign(&first);
    let y: Vec<f64> = x.rows().into_iter().map(|row| row[0] + row[2]).collect();
    let refused = |result: Result<(), LinearError>| {
        let error = result.unwrap_err();
        assert!(matches!(error, LinearError::NotUnique { .. }), "{error}");
        assert!(error.to_string().ends_with("raise `penalty`"), "{error}");
    };
    let ridge = |penalty| RidgeConfig::new(penalty).fit(&x.view(), &y, None);
    refused(ridge(0.0).map(drop));
    let shared = ridge(1e-6).unwrap().coefficients;
    assert!((shared[0] - shared[1]).abs() < 1e-9 && (shared[0] - 0.5).abs() < 1e-3);
    let logistic = |penalty| LogisticConfig::new(penalty).fit(&x.view(), &binary(30), 2, None);
    refused(logistic(0.0).map(drop));
    let shared = logistic(0.01).unwrap().coefficients;
    assert!((shared[[0, 0]] - shared[[0, 1]]).abs() < 1e-9);
    let three = |penalty| LogisticConfig::new(penalty).fit(&x.view(), &classes(30), 3, None);
    refused(three(0.0).map(drop));
    let shared = three(0.01).unwrap().coefficients;
    assert!((shared[[2, 0]] - shared[[2, 1]]).abs() < 1e-9);
    // Under L1 alone the split is open, and the predictions are those of one column.
    let lasso = ElasticNetConfig::new(0.01).with_l1_ratio(1.0);
    let both = lasso.fit(&x.view(), &y, None).unwrap();
    let single = x.select(ndarray::Axis(1), &[0, 2]);
    let one = lasso.fit(&single.view(), &y, None).unwrap();
    assert!((both.coefficients[0] + both.coefficients[1] - one.coefficients[0]).abs() < 1e-7);
}

#[test]
fn as_many_columns_as_rows_need_a_penalty() {
    let x = matrix(8, 9);
    let y: Vec<f64> = (0..8).map(spread).collect();
    let unique = |error| assert!(matches!(error, LinearError::NotUnique { .. }), "{error}");
    unique(RidgeConfig::new(0.0).fit(&x.view(), &y, None).unwrap_err());
    unique(
        ElasticNetConfig::new(0.0)
            .fit(&x.view(), &y, None)
            .unwrap_err(),
    );
    unique(
        LogisticConfig::new(0.0)
            .fit(&x.view(), &classes(8), 3, None)
            .unwrap_err(),
    );
    unique(
        CoxConfig::new(0.0)
            .fit(&x.view(), &[1.0; 8], &[true; 8], None)
            .unwrap_err(),
    );
    assert!(RidgeConfig::new(1e-8).fit(&x.view(), &y, None).is_ok());
}

#[test]
fn separated_classes_need_a_penalty_and_a_tiny_one_is_enough() {
    let x = array![[0.0], [1.0], [2.0], [3.0], [4.0], [5.0]];
    let fit = |penalty, classes: &[usize], k| {
        LogisticConfig::new(penalty).fit(&x.view(), classes, k, None)
    };
    for (classes, k) in [([0, 0, 0, 1, 1, 1], 2), ([0, 0, 1, 1, 2, 2], 3)] {
        let error = fit(0.0, &classes, k).unwrap_err();
        assert!(matches!(error, LinearError::NotUnique { .. }), "{error}");
        let p = fit(1e-8, &classes, k).unwrap().predict(&x.view()).unwrap();
        for (row, class) in p.rows().into_iter().zip(classes) {
            assert!(row[class] > 0.99, "{row}");
        }
        let lasso = LogisticConfig::new(1e-4).with_l1_ratio(1.0);
        lasso.fit(&x.view(), &classes, k, None).unwrap();
    }
    // A column that orders the events without error has an infinite hazard ratio.
    let times = [6.0, 5.0, 4.0, 3.0, 2.0, 1.0];
    let cox = |penalty| CoxConfig::new(penalty).fit(&x.view(), &times, &[true; 6], None);
    assert!(matches!(
        cox(0.0).unwrap_err(),
        LinearError::NotUnique { .. }
    ));
    assert!(cox(1e-6).unwrap().coefficients[0] > 3.0);
}

#[test]
fn targets_that_nothing_can_be_learned_from() {
    let x = matrix(4, 2);
    let two = LogisticConfig::new(0.1);
    let absent = |class, n_classes| LinearError::AbsentClass {
        model: "logistic regression",
        class,
        n_classes,
    };
    assert_eq!(
        two.fit(&x.view(), &[0; 4], 2, None).unwrap_err(),
        absent(1, 2)
    );
    assert_eq!(
        two.fit(&x.view(), &[0; 4], 1, None).unwrap_err(),
        absent(1, 2)
    );
    assert_eq!(
        two.fit(&x.view(), &[0, 2, 0, 2], 3, None).unwrap_err(),
        absent(1, 3)
    );
    let weights = [1.0, 0.0, 1.0, 0.0];
    assert_eq!(
        two.fit(&x.view(), &[0, 1, 0, 1], 2, Some(&weights))
            .unwrap_err(),
        absent(1, 2)
    );
    let outside = two.fit(&x.view(), &[0, 1, 0, 2], 2, None).unwrap_err();
    assert!(matches!(outside, LinearError::Target { row: 3, .. }));
    let cox = CoxConfig::new(0.1);
    let times = [1.0, 2.0, 3.0, 4.0];
    let none = cox.fit(&x.view(), &times, &[false; 4], None).unwrap_err();
    assert_eq!(
        none,
        LinearError::NoEvent {
            model: "Cox regression"
        }
    );
    let negative = cox
        .fit(&x.view(), &[1.0, -1.0, 1.0, 1.0], &[true; 4], None)
        .unwrap_err();
    assert!(matches!(negative, LinearError::Target { row: 1, .. }));
    let short = cox.fit(&x.view(), &times, &[true; 3], None).unwrap_err();
    assert!(matches!(
        short,
        LinearError::Length {
            expected: 4,
            got: 3,
            ..
        }
    ));
    let nan = RidgeConfig::new(0.1)
        .fit(&x.view(), &[1.0, 2.0, f64::NAN, 4.0], None)
        .unwrap_err();
    assert!(matches!(nan, LinearError::Target { row: 2, .. }));
    // A constant target is predicted as it is.
    for l1_ratio in [0.0, 0.5, 1.0] {
        let config = ElasticNetConfig::new(0.1).with_l1_ratio(l1_ratio);
        let model = config.fit(&x.view(), &[0.1; 4], None).unwrap();
        assert!(model.coefficients.iter().all(|b| *b == 0.0));
        assert_eq!(model.intercept, 0.1);
    }
    // One row is its own mean.
    let one = RidgeConfig::new(0.1)
        .fit(&matrix(1, 3).view(), &[7.0], None)
        .unwrap();
    assert_eq!((one.coefficients.sum(), one.intercept), (0.0, 7.0));
}

#[test]
fn refused_configs_and_rows() {
    let x = matrix(6, 2);
    let y: Vec<f64> = (0..6).map(spread).collect();
    let wrong = RidgeConfig::new(-1.0).fit(&x.view(), &y, None).unwrap_err();
    assert!(matches!(wrong, LinearError::Config(_)));
    let wrong = ElasticNetConfig::new(1.0)
        .with_l1_ratio(1.5)
        .fit(&x.view(), &y, None);
    assert!(matches!(wrong, Err(LinearError::Config(_))));
    for penalties in [[0.1, 0.1], [0.1, 0.2], [0.1, f64::NAN], [0.1, -0.1]] {
        let wrong = RidgeConfig::new(1.0)
            .path(&x.view(), &y, None, &penalties)
            .unwrap_err();
        assert!(matches!(wrong, LinearError::Path { .. }));
    }
    let model = RidgeConfig::new(1.0).fit(&x.view(), &y, None).unwrap();
    let columns = model.predict(&matrix(2, 3).view()).unwrap_err();
    assert!(matches!(
        columns,
        LinearError::Columns {
            expected: 2,
            got: 3,
            ..
        }
    ));
    let value = model
        .predict(&array![[0.0, f64::INFINITY]].view())
        .unwrap_err();
    assert!(matches!(
        value,
        LinearError::Value {
            row: 0,
            column: 1,
            ..
        }
    ));
    let empty = RidgeConfig::new(1.0)
        .fit(&matrix(0, 3).view(), &[], None)
        .unwrap_err();
    assert!(matches!(empty, LinearError::Empty { .. }));
    let few = LogisticConfig::new(1e-3).with_max_iterations(1);
    let error = few
        .fit(&x.view(), &[0, 1, 0, 1, 0, 1], 2, None)
        .unwrap_err();
    assert!(
        matches!(error, LinearError::NotConverged { iterations: 1, .. }),
        "{error}"
    );
}

#[test]
fn a_path_ends_where_single_fits_do() {
    let penalties = [1.0, 0.3, 0.1, 0.03, 0.01];
    for (rows, columns) in [(40, 6), (20, 30)] {
        let x = matrix(rows, columns);
        let times: Vec<f64> = (0..rows).map(|i| spread(i + 7).abs()).collect();
        let events: Vec<bool> = (0..rows).map(|i| i % 3 != 0).collect();
        for l1_ratio in [0.0, 0.5, 1.0] {
            let logistic = LogisticConfig::new(0.01).with_l1_ratio(l1_ratio);
            for (classes, k) in [(binary(rows), 2), (classes(rows), 3)] {
                let path = logistic
                    .path(&x.view(), &classes, k, None, &penalties)
                    .unwrap();
                let single = logistic.fit(&x.view(), &classes, k, None).unwrap();
                let off = (&path[4].coefficients - &single.coefficients).mapv(f64::abs);
                assert!(off.iter().all(|off| *off < 1e-6), "{rows} {k} {l1_ratio}");
            }
            let cox = CoxConfig::new(0.01).with_l1_ratio(l1_ratio);
            let path = cox
                .path(&x.view(), &times, &events, None, &penalties)
                .unwrap();
            let single = cox.fit(&x.view(), &times, &events, None).unwrap();
            let off = (&path[4].coefficients - &single.coefficients).mapv(f64::abs);
            assert!(off.iter().all(|off| *off < 1e-6), "Cox {rows} {l1_ratio}");
        }
    }
}

#[test]
fn weights_of_whole_numbers_count_rows() {
    let (x, y) = (matrix(20, 3), binary(20));
    let weights: Vec<f64> = (0..20).map(|i| f64::from(i % 3)).collect();
    let rows: Vec<usize> = (0..20)
        .flat_map(|i| std::iter::repeat_n(i, i % 3))
        .collect();
    let repeated = x.select(ndarray::Axis(0), &rows);
    let of_rows: Vec<usize> = rows.iter().map(|&row| y[row]).collect();
    for l1_ratio in [0.0, 0.5] {
        let config = LogisticConfig::new(0.05).with_l1_ratio(l1_ratio);
        let weighted = config.fit(&x.view(), &y, 2, Some(&weights)).unwrap();
        let counted = config.fit(&repeated.view(), &of_rows, 2, None).unwrap();
        let off = (&weighted.coefficients - &counted.coefficients).mapv(f64::abs);
        assert!(off.iter().all(|off| *off < 1e-9));
    }
}

#[test]
fn the_same_bits_twice_and_after_json() {
    let (x, classes) = (matrix(20, 30), classes(20));
    let config = LogisticConfig::new(0.02);
    let fit = || config.fit(&x.view(), &classes, 3, None).unwrap();
    let model = fit();
    assert_eq!(model, fit());
    let json = serde_json::to_string(&model).unwrap();
    assert_eq!(
        serde_json::from_str::<LogisticRegression>(&json).unwrap(),
        model
    );
}
