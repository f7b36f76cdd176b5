//! Transforms against scikit-learn, and what they do at the edges.
//!
//! `golden/transforms.json` is made by `tools/golden/eval_transforms.py`; it holds versions, seed and
//! tolerance.
#![cfg(test)]
#![allow(clippy::float_cmp, reason = "the expected numbers are exact")]

use midfuse_base::Seed;
use midfuse_base::{Targets, Task};
use midfuse_eval::rows::{Data, Rows};
use midfuse_eval::split::KFold;
use midfuse_eval::transform::{
    Fill, Imputer, ImputerConfig, OneHotEncoder, OrdinalEncoder, Standardiser, Tokeniser,
    TransformError, Vocabulary, VocabularyConfig,
};
use midfuse_eval::view::TrainTable;
use serde::Deserialize;
use serde::de::DeserializeOwned;

#[derive(Deserialize)]
struct Golden {
    train: Vec<Vec<Option<f64>>>,
    new: Vec<Vec<Option<f64>>>,
    standardised: Standardised,
    imputed: Imputed,
    letters: Vec<Vec<Option<String>>>,
    unseen: Vec<Vec<Option<String>>>,
    codes: Vec<Vec<i64>>,
    one_hot: Vec<Vec<f64>>,
}

#[derive(Deserialize)]
struct Standardised {
    mean: Vec<f64>,
    scale: Vec<f64>,
    new: Vec<Vec<Option<f64>>>,
}

#[derive(Deserialize)]
struct Imputed {
    mean: Vec<Vec<Option<f64>>>,
    median: Vec<Vec<Option<f64>>>,
    constant: Vec<Vec<Option<f64>>>,
}

fn golden() -> Golden {
    serde_json::from_str(include_str!("golden/transforms.json")).unwrap()
}

fn numbers(rows: &[Vec<Option<f64>>]) -> Vec<Vec<f64>> {
    rows.iter()
        .map(|row| row.iter().map(|v| v.unwrap_or(f64::NAN)).collect())
        .collect()
}

fn same(got: &[f64], want: &[f64]) {
    assert_eq!(got.len(), want.len());
    for (got, want) in got.iter().zip(want) {
        let close = (got - want).abs() <= 1e-12 * want.abs().max(1.0);
        assert!(
            close || (got.is_nan() && want.is_nan()),
            "{got} is not {want}"
        );
    }
}

/// Hands `rows` to `check` as the train rows of a fold: two rows more are the test.
fn train_on<T: Clone, O>(rows: &[T], check: impl Fn(&TrainTable<'_, T>) -> O) -> O {
    let n = 2 * rows.len();
    let ids: Vec<String> = (0..n).map(|row| format!("{row:03}")).collect();
    let targets = Targets::Value(vec![0.0; n]);
    let dev = Data::iid(Rows::new(ids, Task::Regression, targets).unwrap())
        .unwrap()
        .develop();
    let fitted = dev.cross_validate(&KFold::new(2, Seed(0)), |fold| {
        let train: Vec<String> = fold.train.ids().map(String::from).collect();
        check(
            &fold
                .train
                .fit_rows()
                .take(&train, |row| rows[row].clone())
                .unwrap(),
        )
    });
    fitted.unwrap().remove(0)
}

/// What a saved model keeps of a transform is the transform.
fn stored<T: serde::Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(fitted: T) -> T {
    let again = serde_json::from_str(&serde_json::to_string(&fitted).unwrap()).unwrap();
    assert_eq!(fitted, again);
    again
}

#[test]
fn standardise_as_scikit_learn() {
    let golden = golden();
    let fitted = stored(train_on(&numbers(&golden.train), |t| {
        Standardiser::fit(t).unwrap()
    }));
    same(&fitted.mean, &golden.standardised.mean);
    same(&fitted.scale, &golden.standardised.scale);
    for (row, want) in numbers(&golden.new)
        .iter()
        .zip(numbers(&golden.standardised.new))
    {
        let mut got = row.clone();
        fitted.apply(&mut got).unwrap();
        // The second column has an offset of a million.
        for (got, want) in got.iter().zip(&want) {
            assert!((got - want).abs() < 1e-9 || (got.is_nan() && want.is_nan()));
        }
        fitted.invert(&mut got).unwrap();
        same(&got, row);
    }
}

#[test]
fn impute_as_scikit_learn() {
    let golden = golden();
    let cases = [
        (Fill::Mean, &golden.imputed.mean),
        (Fill::Median, &golden.imputed.median),
        (Fill::Constant(-1.5), &golden.imputed.constant),
    ];
    for (fill, want) in cases {
        let config = ImputerConfig::new(fill).with_indicator(true);
        let fitted = stored(train_on(&numbers(&golden.train), |t| {
            config.fit(t).unwrap()
        }));
        assert_eq!(fitted.indicated, [0, 4]);
        for (row, want) in numbers(&golden.new).iter().zip(numbers(want)) {
            assert_eq!(want.len(), fitted.n_columns());
            same(&fitted.apply(row).unwrap(), &want);
        }
    }
}

#[test]
fn categories_as_scikit_learn() {
    let golden = golden();
    let codes = stored(train_on(&golden.letters, |t| {
        OrdinalEncoder::fit(t).unwrap()
    }));
    let one_hot = stored(train_on(&golden.letters, |t| {
        OneHotEncoder::fit(t).unwrap()
    }));
    assert_eq!(codes.cardinalities(), [4, 4]);
    assert_eq!(one_hot.n_columns(), 6);
    for (at, row) in golden.unseen.iter().enumerate() {
        let want: Vec<i64> = golden.codes[at].iter().map(|code| code + 1).collect();
        assert_eq!(codes.apply(row).unwrap(), want);
        assert_eq!(one_hot.apply::<f64>(row).unwrap(), golden.one_hot[at]);
    }
}

#[test]
fn columns_without_variance_or_values() {
    let nan = f32::NAN;
    let rows = vec![vec![2.0_f32, nan], vec![2.0, nan], vec![2.0, nan]];
    let scaler = train_on(&rows, |t| Standardiser::fit(t).unwrap());
    assert_eq!(
        (scaler.mean.as_slice(), scaler.scale.as_slice()),
        (&[2.0, 0.0][..], &[1.0, 1.0][..])
    );
    let mut row = [3.0_f32, 5.0];
    scaler.apply(&mut row).unwrap();
    assert_eq!(row, [1.0, 5.0]);
    for fill in [Fill::Mean, Fill::Median] {
        let imputer = train_on(&rows, |t| ImputerConfig::new(fill).fit(t).unwrap());
        assert_eq!(
            imputer,
            Imputer {
                fill: vec![2.0, 0.0],
                indicated: vec![]
            }
        );
    }
    let one = train_on(&[vec![7.0_f64]], |t| Standardiser::fit(t).unwrap());
    assert_eq!((one.mean, one.scale), (vec![7.0], vec![1.0]));
}

#[test]
fn bad_rows_are_refused() {
    let infinite = vec![vec![1.0, 2.0], vec![1.0, f64::INFINITY]];
    let error = train_on(&infinite, |t| Standardiser::fit(t).unwrap_err());
    assert_eq!(
        error,
        TransformError::Infinite {
            transform: "Standardiser",
            row: 1,
            column: 1
        }
    );
    let ragged = vec![vec![1.0, 2.0], vec![1.0]];
    let error = train_on(&ragged, |t| {
        ImputerConfig::new(Fill::Mean).fit(t).unwrap_err()
    });
    assert_eq!(
        error,
        TransformError::Width {
            transform: "Imputer",
            expected: 2,
            got: 1
        }
    );
    let scaler = train_on(&[vec![1.0, 2.0]], |t| Standardiser::fit(t).unwrap());
    assert!(scaler.apply(&mut [1.0_f64]).is_err());
    let config = ImputerConfig::new(Fill::Constant(f64::NAN));
    let error = train_on(&[vec![1.0]], |t| config.fit(t).unwrap_err());
    assert!(
        error
            .to_string()
            .starts_with("ImputerConfig.fill: expected a finite constant")
    );
    let unknown = r#"{"fill": "mean", "indicators": true}"#;
    assert!(serde_json::from_str::<ImputerConfig>(unknown).is_err());
}

fn texts() -> Vec<Option<String>> {
    ["b a b", "c a b", ""]
        .map(|text| Some(text.to_owned()))
        .into_iter()
        .chain([None])
        .collect()
}

#[test]
fn a_vocabulary_knows_train_only() {
    let config = VocabularyConfig::new(Tokeniser::Words);
    let vocabulary = stored(train_on(&texts(), |t| config.fit(t).unwrap()));
    assert_eq!(vocabulary.tokens(), ["b", "a", "c"]);
    assert_eq!(
        (vocabulary.size(), Vocabulary::PADDING, Vocabulary::UNKNOWN),
        (5, 0, 1)
    );
    assert_eq!(vocabulary.encode("C b zebra"), [4, 2, 1]);
    let two = train_on(&texts(), |t| {
        config.clone().with_max_tokens(2).fit(t).unwrap()
    });
    assert_eq!(two.encode("c b"), [1, 2]);
    let often = train_on(&texts(), |t| {
        config.clone().with_min_count(2).fit(t).unwrap()
    });
    assert_eq!(often.tokens(), ["b", "a"]);
    let none = train_on(&[None::<String>], |t| config.fit(t).unwrap());
    assert_eq!((none.size(), none.encode("a")), (2, vec![1]));
    let bad = VocabularyConfig::new(Tokeniser::KMers { k: 0, stride: 1 });
    assert!(train_on(&texts(), |t| bad.fit(t).is_err()));
}

#[test]
fn rows_are_taken_by_id() {
    let ids: Vec<String> = ["c", "a", "d", "b"].map(String::from).to_vec();
    let targets = Targets::Value(vec![0.0; 4]);
    let rows = Rows::new(ids.clone(), Task::Regression, targets).unwrap();
    Data::iid(rows)
        .unwrap()
        .develop()
        .cross_validate(&KFold::new(2, Seed(0)), |fold| {
            let fit_rows = fold.train.fit_rows();
            let table = fit_rows.take(&ids, |row| ids[row].clone()).unwrap();
            assert_eq!(table.rows(), fit_rows.ids());
            let error = fit_rows.take(&ids[..1], |row| row).unwrap_err();
            assert_eq!(error.rows, 1);
        })
        .unwrap();
}

#[test]
fn a_stored_transform_that_no_fit_could_have_made_is_refused() {
    fn refused<T: DeserializeOwned + std::fmt::Debug>(json: &str) {
        let error = serde_json::from_str::<T>(json).unwrap_err().to_string();
        assert!(error.contains("the stored one is not valid"), "{error}");
    }
    refused::<Standardiser>(r#"{"mean": [0.0], "scale": []}"#);
    refused::<Standardiser>(r#"{"mean": [0.0], "scale": [0.0]}"#);
    refused::<Standardiser>(r#"{"mean": [0.0], "scale": [-1.0]}"#);
    refused::<Imputer>(r#"{"fill": [0.0], "indicated": [1]}"#);
    refused::<OrdinalEncoder>(r#"{"categories": [["b", "a"]]}"#);
    refused::<OneHotEncoder>(r#"{"categories": [["a", "a"]]}"#);
    refused::<Vocabulary>(r#"{"tokeniser": "words", "tokens": ["a", "a"]}"#);
    let zero = r#"{"tokeniser": {"k-mers": {"k": 0, "stride": 1}}, "tokens": []}"#;
    assert!(serde_json::from_str::<Vocabulary>(zero).is_err());
    assert!(serde_json::from_str::<Standardiser>(r#"{"mean": [], "scale": [], "x": 1}"#).is_err());
}
