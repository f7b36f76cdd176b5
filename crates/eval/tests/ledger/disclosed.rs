//! What the ledger says of disclosures, and what is printed of rows.

use std::sync::Mutex;

use midfuse_base::{Seed, Targets, Task};
use midfuse_eval::ledger::{Event, Ledger, LedgerError};
use midfuse_eval::predict::{ScoreError, fit};
use midfuse_eval::rows::{Data, RowSet, Rows};
use midfuse_eval::sealed::SealError;
use midfuse_eval::split::{GroupKFold, KFold, Partition, SplitError, Splitter};
use midfuse_eval::structure::Iid;
use midfuse_metrics::metric::{Metric, Unit};

use super::{Always, by, data, plan, sealed};

#[test]
fn two_models_of_one_name_are_two_disclosures() {
    let ledger = Ledger::in_memory();
    for number in [1.0, 2.0, 1.0] {
        data(8)
            .develop()
            .cross_validate(&by(), |fold| {
                let predicted = fit(&Always(number), &fold.train)
                    .predict(&fold.test)
                    .unwrap();
                let score = predicted.score(&fold.test, Metric::Mse, Unit::Row).unwrap();
                score.disclose(&ledger, "the model").unwrap();
            })
            .unwrap();
    }
    // Two models on four folds; the third run repeats the first.
    assert_eq!(ledger.disclosures().unwrap(), 8);
}

#[test]
fn sealed_data_are_disclosed_to_the_ledger_of_their_seal_only() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.jsonl");
    let ledger = Ledger::open(&path).unwrap();
    let (dev, sealed) = data(8).seal(&by(), &ledger, &plan()).unwrap();
    let aside = Ledger::in_memory();
    let look = |fold_ledger: &Ledger| {
        dev.cross_validate(&KFold::new(2, Seed(0)), |fold| {
            let predicted = fit(&Always(1.0), &fold.train).predict(&fold.test).unwrap();
            let score = predicted.score(&fold.test, Metric::Mse, Unit::Row).unwrap();
            let rows = predicted.disclose(&fold.test, fold_ledger, "rows");
            (score.disclose(fold_ledger, "score").is_ok(), rows.is_ok())
        })
        .unwrap()
    };
    assert_eq!(look(&aside), [(false, false); 2]);
    assert_eq!(aside.disclosures().unwrap(), 0);
    // The same file, opened again, is the same ledger.
    assert_eq!(look(&Ledger::open(&path).unwrap()), [(true, true); 2]);
    assert_eq!(ledger.disclosures().unwrap(), 4);
    let refused = dev.conclude(sealed, &plan(), &aside, |_| ()).unwrap_err();
    assert!(matches!(refused, SealError::Ledger(LedgerError::NotSealed)));
}

#[test]
fn neither_a_test_score_nor_a_refusal_shows_what_is_not_disclosed() {
    let targets = Targets::Value((0..8).map(|row| 4321.0 + f64::from(row)).collect());
    let ids = (0..8).map(|row| format!("row-{row}")).collect();
    let patients: Vec<String> = (0..8).map(|row| format!("patient-{}", row / 2)).collect();
    let rows = Rows::new(ids, Task::Regression, targets).unwrap();
    let data = Data::grouped(rows.with_groups("patient", &patients).unwrap()).unwrap();
    data.develop()
        .cross_validate(&GroupKFold::new(2, Seed(0)), |fold| {
            let predicted = fit(&Always(0.0), &fold.train).predict(&fold.test).unwrap();
            let score = predicted
                .score(&fold.test, Metric::Mae, Unit::RowsAveragedInGroup)
                .unwrap();
            assert_eq!(format!("{score:?}"), "Score(test, mae)");
            for shown in [format!("{predicted:?}"), format!("{:?}", fold.test)] {
                assert!(!shown.contains("43"), "{shown}");
            }
            // Rows of a group have two targets: the refusal does not say which.
            let error = predicted
                .score(&fold.test, Metric::Mae, Unit::Group)
                .unwrap_err();
            assert!(matches!(error, ScoreError::Undefined { .. }), "{error:?}");
            assert!(!format!("{error} {error:?}").contains("43"), "{error:?}");
            let inner = fold
                .train
                .cross_validate(&GroupKFold::new(2, Seed(0)), |inner| {
                    let predicted = fit(&Always(0.0), &inner.train)
                        .predict(&inner.valid)
                        .unwrap();
                    predicted
                        .score(&inner.valid, Metric::Mae, Unit::Group)
                        .unwrap_err()
                        .to_string()
                });
            assert!(
                inner.unwrap()[0].contains("43"),
                "validation rows lie inside train"
            );
        })
        .unwrap();
}

/// A splitter of one's own, which looks at what it is handed.
struct Curious(Mutex<Vec<String>>);

impl Splitter<Iid> for Curious {
    fn split(&self, rows: &RowSet<'_, Iid>) -> Result<Vec<Partition>, SplitError> {
        self.0.lock().unwrap().push(format!("{rows:?}"));
        Ok(vec![Partition::new(vec![0, 1], vec![2, 3])])
    }
}

#[test]
fn what_is_printed_of_rows_shows_no_target() {
    let targets = Targets::Value((0..8).map(|row| 4321.0 + f64::from(row)).collect());
    let ids = (0..8).map(|row| format!("row-{row}")).collect();
    let rows = Rows::new(ids, Task::Regression, targets).unwrap();
    let mut shown = vec![format!("{rows:?}")];
    let data = Data::iid(rows).unwrap();
    shown.push(format!("{data:?}"));
    let curious = Curious(Mutex::default());
    let (dev, sealed) = data.seal(&curious, &Ledger::in_memory(), &plan()).unwrap();
    shown.push(format!("{dev:?} {sealed:?}"));
    shown.extend(curious.0.into_inner().unwrap());
    assert_eq!(shown.len(), 4);
    for text in shown {
        assert!(text.contains("rows") && !text.contains("43"), "{text}");
    }
}

#[test]
fn a_ledger_tells_what_was_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let (line, _) = sealed(folder.path());
    let ledger = Ledger::open(folder.path().join("ledger.jsonl")).unwrap();
    let entries = ledger.entries().unwrap();
    let Event::Sealed {
        rows,
        ids,
        developed,
        ..
    } = &entries[0].event
    else {
        panic!()
    };
    assert_eq!((rows.len(), developed.len()), (2, 6));
    assert!(
        ids.is_empty(),
        "rows without content are known by their ids"
    );
    assert_eq!(String::from_utf8(line).unwrap().lines().count(), 1);
}
