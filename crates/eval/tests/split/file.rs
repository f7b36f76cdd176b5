//! Folds from a file.

use midfuse_base::Seed;
use midfuse_eval::rows::Data;
use midfuse_eval::split::split_file::SplitFileError;
use midfuse_eval::split::{GroupKFold, KFold, Predefined, SplitError};
use proptest::prelude::*;

use super::cases::{folds, names, numbered, spanned};

const TWO_FOLDS: &str = "\
fold,side,row
0,train,row-1
0,test,row-2
1,train,row-2
1,test,row-1
";

proptest! {
    #[test]
    fn what_is_written_is_read(n in 6_usize..40, seed: u64) {
        let dev = Data::iid(numbered(n)).unwrap().develop();
        let by = KFold::new(3, Seed(seed));
        let written = Predefined::of(&dev, &by).unwrap();
        let (mut csv, mut json) = (Vec::new(), Vec::new());
        written.write_csv(&mut csv).unwrap();
        written.write_json(&mut json).unwrap();
        for read in [Predefined::read_csv(&csv[..]).unwrap(), Predefined::read_json(&json[..]).unwrap()] {
            prop_assert_eq!(&read, &written);
            prop_assert_eq!(folds(&dev, &read).unwrap(), folds(&dev, &by).unwrap());
        }
    }

    #[test]
    fn any_text_is_an_error_and_no_panic(text in ".{0,200}") {
        let _ = Predefined::read_csv(text.as_bytes());
        let _ = Predefined::read_json(text.as_bytes());
        let text = format!("fold,side,row\n{text}");
        let _ = Predefined::read_csv(text.as_bytes());
    }
}

#[test]
fn rows_that_are_not_named_are_dropped() {
    let dev = Data::iid(numbered(4)).unwrap().develop();
    let by = Predefined::read_csv(TWO_FOLDS.as_bytes()).unwrap();
    let got = folds(&dev, &by).unwrap();
    assert_eq!(
        got[0].dropped.iter().collect::<Vec<_>>(),
        ["row-0", "row-3"]
    );
}

#[test]
fn a_file_does_not_excuse_a_leak() {
    let by = Predefined::read_csv(TWO_FOLDS.as_bytes()).unwrap();
    let one_patient = numbered(3)
        .with_groups("patient", &names(&[0, 1, 1]))
        .unwrap();
    let error = folds(&Data::grouped(one_patient).unwrap().develop(), &by).unwrap_err();
    let expected = SplitError::SharedGroup {
        axis: "patient".into(),
        group: "g1".into(),
        fold: 0,
    };
    assert_eq!(error, expected);
    let overlapping = Data::timed(spanned(&[(0, 1), (5, 9), (8, 12)]))
        .unwrap()
        .develop();
    let error = folds(&overlapping, &by).unwrap_err();
    assert_eq!(
        error,
        SplitError::OverlappingSpan {
            id: "row-1".into(),
            fold: 0
        }
    );
}

#[test]
fn a_row_that_the_cohort_lacks_is_named() {
    let by = Predefined::read_csv(TWO_FOLDS.as_bytes()).unwrap();
    let error = folds(&Data::iid(numbered(2)).unwrap().develop(), &by).unwrap_err();
    assert_eq!(
        error,
        SplitError::UnknownRow {
            id: "row-2".into(),
            fold: 0
        }
    );
}

/// A file of an outer loop, used in an inner one: rows of other folds are passed over.
#[test]
fn rows_outside_the_loop_are_passed_over() {
    let groups: Vec<usize> = (0..24).map(|row| row / 2).collect();
    let rows = numbered(24)
        .with_groups("patient", &names(&groups))
        .unwrap();
    let dev = Data::grouped(rows).unwrap().develop();
    let by = GroupKFold::new(4, Seed(0));
    let file = Predefined::of(&dev, &GroupKFold::new(3, Seed(0))).unwrap();
    let inner = dev.cross_validate(&by, |fold| {
        let n = fold.train.len();
        let seen = fold
            .train
            .cross_validate(&file, |inner| inner.train.len() + inner.valid.len());
        seen.unwrap().iter().all(|&rows| rows == n)
    });
    assert!(inner.unwrap().iter().all(|&whole| whole));
}

#[test]
fn bad_files_are_refused_with_line_and_column() {
    let read = |text: &str| Predefined::read_csv(text.as_bytes()).unwrap_err();
    let message = |text: &str| read(text).to_string();
    assert_eq!(
        message("row,fold\n"),
        "split file: expected the columns fold,side,row, got row,fold"
    );
    // Found by the fuzzer: names with line breaks made messages of several lines.
    assert_eq!(
        message("fold,side,\"r\nw\"\n"),
        "split file: expected the columns fold,side,row, got fold,side,r w"
    );
    let unknown = Predefined::read_json(br#"{"a\nb": 1}"#.as_slice()).unwrap_err();
    assert!(!unknown.to_string().contains('\n'), "{unknown}");
    assert!(matches!(read(""), SplitFileError::Header { .. }));
    assert!(matches!(read("fold,side,row\n"), SplitFileError::Empty));
    assert_eq!(
        message("fold,side,row\n0,train,a\n0,valid,b\n"),
        "split file, line 3, column side: expected train or test, got \"valid\""
    );
    assert_eq!(
        message("fold,side,row\n-1,train,a\n"),
        "split file, line 2, column fold: expected a number from 0 to 9999, got \"-1\""
    );
    assert!(message("fold,side,row\n99999999999,train,a\n").contains("column fold"));
    assert!(message("fold,side,row\n0,train,\n").contains("column row"));
    assert!(matches!(
        read("fold,side,row\n2,train,a\n"),
        SplitFileError::Gap { fold: 0 }
    ));
    assert!(matches!(
        read("fold,side,row\n0,train,a\n0,test,a\n"),
        SplitFileError::Twice { fold: 0, .. }
    ));
    assert!(matches!(
        read("fold,side,row\n0,train\n"),
        SplitFileError::Csv(_)
    ));
    let json = |text: &str| Predefined::read_json(text.as_bytes());
    assert!(matches!(
        json(r#"{"folds": []}"#),
        Err(SplitFileError::Empty)
    ));
    assert!(json(r#"{"folds": [{"train": ["a"], "test": ["b"], "valid": []}]}"#).is_err());
    let one_sided = json(r#"{"folds": [{"train": ["row-0"], "test": []}]}"#).unwrap();
    let error = folds(&Data::iid(numbered(2)).unwrap().develop(), &one_sided).unwrap_err();
    assert!(matches!(error, SplitError::EmptySide { .. }));
}
