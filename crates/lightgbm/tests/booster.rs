//! What holds of every booster, and what is refused.
#![cfg(test)]

mod installed;

use std::thread;

use midfuse_base::Seed;
use midfuse_lightgbm::ndarray::{Array2, array, s};
use midfuse_lightgbm::{Booster, Error, Labels, Library, LightGbmConfig, Objective, TrainingRows};

/// 400 rows of three columns, the second a category; a class follows from two of them. Before it
/// splits on categories, LightGBM wants a hundred rows of them.
fn rows() -> (Array2<f64>, Vec<usize>) {
    let x = Array2::from_shape_fn((400, 3), |(row, column)| match column {
        1 => (row % 6) as f64,
        _ if (row + column) % 9 == 0 => f64::NAN,
        _ => ((row * 37 + column * 11) % 400) as f64,
    });
    let class = |row: usize| usize::from((row * 37) % 400 > 200) + usize::from(row % 6 == 2);
    (x, (0..400).map(class).collect())
}

fn config() -> LightGbmConfig {
    LightGbmConfig::default()
        .with_n_rounds(8)
        .with_min_data_in_leaf(3)
        .with_num_leaves(5)
}

fn train(library: &Library, config: &LightGbmConfig, seed: u64) -> Booster {
    let (x, classes) = rows();
    let labels = Labels::Classes {
        classes: &classes,
        n_classes: 3,
    };
    let rows = TrainingRows::new(x.view(), labels).with_categorical(&[1]);
    Booster::train(library, &rows, config, Seed(seed)).unwrap()
}

#[test]
fn the_same_seed_gives_the_same_bits_on_any_thread() {
    let Some(library) = installed::library("seed") else {
        return;
    };
    let config = config().with_bagging_fraction(0.5).with_bagging_freq(1);
    let first = train(&library, &config, 1);
    assert_ne!(first.to_text(), train(&library, &config, 2).to_text());
    let again: Vec<_> = (0..4)
        .map(|_| {
            let (library, config) = (library.clone(), config.clone());
            thread::spawn(move || train(&library, &config, 1))
        })
        .collect();
    for thread in again {
        assert_eq!(thread.join().unwrap().to_text(), first.to_text());
    }
}

#[test]
fn the_first_rounds_are_those_of_a_shorter_training() {
    let Some(library) = installed::library("rounds") else {
        return;
    };
    let (x, _) = rows();
    let long = train(&library, &config(), 1);
    assert_eq!(
        (long.objective(), long.n_rounds()),
        (Objective::Multiclass(3), 8)
    );
    for n in 1..=8 {
        let short = train(&library, &config().with_n_rounds(n), 1);
        let expected = short.predict(&x.view()).unwrap();
        assert_eq!(long.predict_rounds(&x.view(), n).unwrap(), expected);
        assert!(
            expected
                .outer_iter()
                .all(|row| (row.sum() - 1.0).abs() < 1e-12)
        );
    }
    let all = long.predict(&x.view()).unwrap();
    assert_eq!(long.predict_rounds(&x.view(), 100).unwrap(), all);
    let none = long.predict_rounds(&x.view(), 0).unwrap_err();
    assert_eq!(
        none.to_string(),
        "LightGBM, number of rounds: expected at least 1, got 0"
    );
    let empty = long.predict(&x.slice(s![..0, ..])).unwrap();
    assert_eq!(empty.dim(), (0, 3));
}

#[test]
fn constant_columns_and_few_rows_predict_the_mean() {
    let Some(library) = installed::library("mean") else {
        return;
    };
    let x = array![[1.0_f32], [1.0], [1.0], [1.0]];
    let rows = TrainingRows::new(x.view(), Labels::Values(&[0.0, 1.0, 2.0, 5.0]));
    let booster = Booster::train(&library, &rows, &config(), Seed(1)).unwrap();
    let predicted = booster.predict(&x.view()).unwrap();
    assert_eq!(predicted, array![[2.0], [2.0], [2.0], [2.0]]);
    assert_eq!(booster.gains().unwrap(), [0.0]);
    let labels = Labels::Classes {
        classes: &[0, 0, 0, 1],
        n_classes: 2,
    };
    let rows = TrainingRows::new(x.view(), labels);
    let booster = Booster::train(&library, &rows, &config(), Seed(1)).unwrap();
    let predicted = booster.predict(&x.view()).unwrap();
    assert!(
        (&predicted - &array![[0.75, 0.25]])
            .iter()
            .all(|d| d.abs() < 1e-12)
    );
    // One class alone: its probability is as good as 1.
    let labels = Labels::Classes {
        classes: &[0, 0, 0, 0],
        n_classes: 2,
    };
    let rows = TrainingRows::new(x.view(), labels);
    let booster = Booster::train(&library, &rows, &config(), Seed(1)).unwrap();
    assert!(booster.predict(&x.view()).unwrap()[[0, 0]] > 0.999);
}

#[test]
fn other_columns_are_refused() {
    let Some(library) = installed::library("columns") else {
        return;
    };
    let booster = train(&library, &config(), 1);
    let two = booster.predict(&array![[0.0, 1.0]].view()).unwrap_err();
    assert_eq!(
        two.to_string(),
        "LightGBM, number of columns: expected 3, got 2"
    );
    let half = booster
        .predict(&array![[0.0, 0.5, 0.0]].view())
        .unwrap_err();
    assert!(half.to_string().contains("got 0.5 in column 1"), "{half}");
    // Never seen, and missing.
    let unseen = array![[0.0, 900.0, 0.0], [0.0, f64::NAN, 0.0]];
    let predicted = booster.predict(&unseen.view()).unwrap();
    assert_eq!(predicted.row(0), predicted.row(1));
}

#[test]
fn a_text_with_any_number_changed_is_refused_or_predicts() {
    let Some(library) = installed::library("texts") else {
        return;
    };
    let (x, _) = rows();
    let booster = train(&library, &config().with_n_rounds(2), 1);
    let text = booster.to_text();
    assert!(text.contains("cat_threshold="), "{text}");
    let trees = text.find("end of trees").unwrap();
    let mut refused = 0;
    let digits = text
        .bytes()
        .enumerate()
        .take(trees)
        .filter(|(_, byte)| byte.is_ascii_digit());
    for (at, _) in digits {
        let mut other = text.clone();
        other.replace_range(at..=at, "9");
        if other == text {
            continue;
        }
        match Booster::from_text(&library, &other) {
            Ok(booster) => assert_eq!(booster.predict(&x.view()).unwrap().nrows(), x.nrows()),
            Err(Error::Text { .. }) => refused += 1,
            Err(error) => panic!("{error}"),
        }
    }
    assert!(refused > 20, "{refused}");
    for length in (0..trees).step_by(7) {
        let cut = Booster::from_text(&library, &text[..length]);
        assert!(matches!(cut, Err(Error::Text { .. })), "{length}");
    }
}
