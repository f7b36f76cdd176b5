//! Rows 11, 12 and 19: what a choice is made by, and how often.

use midfuse_base::Seed;
use midfuse_eval::ledger::{Ledger, LedgerError, Plan, PlannedComparison};
use midfuse_eval::predict::fit;
use midfuse_eval::rows::{Data, RowHash};
use midfuse_eval::sealed::SealError;
use midfuse_eval::split::KFold;
use midfuse_eval::structure::Iid;
use midfuse_metrics::metric::{Metric, Unit};

use super::{Mean, do_not_compile, iid, rows};

/// Row 11: The best of many by their test scores: scores have no order, and each one that is read counts.
#[test]
fn row_11_selection_on_test() {
    do_not_compile(&[
        "rank_test_scores",
        "best_of_test_scores",
        "read_test_score",
        "tune_after_conclude",
    ]);
    let ledger = Ledger::in_memory();
    let scores = iid(20)
        .develop()
        .cross_validate(&KFold::new(2, Seed(0)), |fold| {
            for model in 0..10 {
                let predictions = fit(&Mean, &fold.train).predict(&fold.test).unwrap();
                let score = predictions
                    .score(&fold.test, Metric::Mae, Unit::Row)
                    .unwrap();
                score.disclose(&ledger, &format!("model {model}")).unwrap();
            }
        });
    assert_eq!(scores.unwrap().len(), 2);
    assert_eq!(ledger.disclosures().unwrap(), 20);
}

/// Row 12: Selection by the folds that are reported: inner scores rank, outer ones do not.
#[test]
fn row_12_no_nesting() {
    do_not_compile(&[
        "rank_test_scores",
        "best_of_test_scores",
        "outer_model_on_inner_rows",
    ]);
}

/// Row 19: A test set that was opened, with one row dropped.
#[test]
fn row_19_the_test_set_again() {
    do_not_compile(&["open_twice", "clone_sealed", "peek_into_sealed"]);
    let ledger = Ledger::in_memory();
    let plan = Plan::new(
        Metric::Mse,
        vec![PlannedComparison {
            better: "concat".into(),
            than: "image".into(),
        }],
    );
    let by = KFold::new(4, Seed(0));
    let (dev, sealed) = with_content(0..40).seal(&by, &ledger, &plan).unwrap();
    dev.conclude(sealed, &plan, &ledger, |_| ()).unwrap();
    match with_content(1..40).seal(&by, &ledger, &plan) {
        Err(SealError::Ledger(LedgerError::OpenedBefore { .. })) => {}
        other => panic!("{other:?}"),
    }
}

/// Rows that the ledger knows by what they hold.
fn with_content(numbers: std::ops::Range<usize>) -> Data<Iid> {
    let hashes: Vec<RowHash> = numbers
        .map(|row| RowHash::of([row.to_le_bytes()]))
        .collect();
    Data::iid(rows(hashes.len()).with_content(&hashes).unwrap()).unwrap()
}
