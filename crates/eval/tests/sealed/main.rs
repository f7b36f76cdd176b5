//! The sealed test set and its ledger.
#![cfg(test)]

mod tampering;

use std::path::Path;

use midfuse_base::{Seed, Targets, Task};
use midfuse_eval::ledger::{Ledger, LedgerError, Plan, PlannedComparison};
use midfuse_eval::rows::{Data, RowHash, Rows};
use midfuse_eval::sealed::SealError;
use midfuse_eval::split::KFold;
use midfuse_eval::structure::Iid;
use midfuse_metrics::metric::Metric;

fn plan() -> Plan {
    let comparison = PlannedComparison {
        better: "concat".into(),
        than: "image".into(),
    };
    Plan::new(Metric::Mse, vec![comparison]).with_margin(0.01)
}

/// Rows that hold `content`, under the ids that `name` gives them.
fn data(content: &[usize], name: impl Fn(usize) -> String) -> Data<Iid> {
    let ids = content.iter().map(|&row| name(row)).collect();
    let targets = Targets::Value(content.iter().map(|&row| row as f64).collect());
    let hashes: Vec<RowHash> = content
        .iter()
        .map(|row| RowHash::of([row.to_le_bytes()]))
        .collect();
    let rows = Rows::new(ids, Task::Regression, targets).unwrap();
    Data::iid(rows.with_content(&hashes).unwrap()).unwrap()
}

fn plain(n: usize) -> Data<Iid> {
    data(&(0..n).collect::<Vec<_>>(), |row| format!("row-{row}"))
}

fn by(seed: u64) -> KFold {
    KFold::new(4, Seed(seed))
}

/// Seals and concludes; what the test view held.
fn open_once(data: Data<Iid>, by: &KFold, ledger: &Ledger) -> Result<Vec<String>, SealError> {
    let (dev, sealed) = data.seal(by, ledger, &plan())?;
    dev.conclude(sealed, &plan(), ledger, |end| {
        end.test.ids().map(String::from).collect()
    })
}

fn ledger_in(folder: &Path) -> Ledger {
    Ledger::open(folder.join("ledger.jsonl")).unwrap()
}

fn opened_before(result: Result<Vec<String>, SealError>) -> (usize, usize) {
    match result.unwrap_err() {
        SealError::Ledger(LedgerError::OpenedBefore { shared, rows, .. }) => (shared, rows),
        other => panic!("{other}"),
    }
}

#[test]
fn a_test_set_opens_once_across_processes() {
    let folder = tempfile::tempdir().unwrap();
    let first = open_once(plain(40), &by(1), &ledger_in(folder.path())).unwrap();
    assert_eq!(first.len(), 10);
    let again = open_once(plain(40), &by(1), &ledger_in(folder.path()));
    assert_eq!(opened_before(again), (10, 10));
}

#[test]
fn rows_are_recognised_dropped_reordered_and_renamed() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger_in(folder.path());
    let test = open_once(plain(40), &by(1), &ledger).unwrap();
    let held: Vec<usize> = test
        .iter()
        .map(|id| id.strip_prefix("row-").unwrap().parse().unwrap())
        .collect();

    let dropped: Vec<usize> = (0..40).filter(|&row| row != held[0]).collect();
    let result = open_once(data(&dropped, |row| format!("row-{row}")), &by(1), &ledger);
    assert!(opened_before(result).0 >= 1);

    let reordered: Vec<usize> = (0..40).rev().collect();
    let result = open_once(
        data(&reordered, |row| format!("row-{row}")),
        &by(1),
        &ledger,
    );
    assert_eq!(opened_before(result), (10, 10));

    // Renamed, the rows fall otherwise into folds: whatever is sealed meets the opened set, until
    // every held row lies outside.
    let mut refused = 0;
    for seed in 0..20 {
        let renamed = data(&(0..40).collect::<Vec<_>>(), |row| format!("patient {row}"));
        let sealed: Result<_, SealError> = renamed.seal(&by(seed), &ledger, &plan());
        refused += usize::from(matches!(
            sealed,
            Err(SealError::Ledger(LedgerError::OpenedBefore { .. }))
        ));
    }
    assert!(refused >= 18, "{refused} of 20");
}

#[test]
fn rows_that_were_never_opened_can_be_sealed_afterwards() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger_in(folder.path());
    open_once(plain(40), &by(1), &ledger).unwrap();
    let others: Vec<usize> = (100..140).collect();
    assert!(open_once(data(&others, |row| format!("row-{row}")), &by(1), &ledger).is_ok());
}

#[test]
fn the_plan_is_frozen_at_sealing() {
    let ledger = Ledger::in_memory();
    let (dev, sealed) = plain(40).seal(&by(1), &ledger, &plan()).unwrap();
    let other = Plan::new(Metric::Mae, Vec::new());
    let error = dev.conclude(sealed, &other, &ledger, |_| ()).unwrap_err();
    assert!(
        matches!(error, SealError::Ledger(LedgerError::PlanChanged { .. })),
        "{error}"
    );
    assert!(error.to_string().contains("concat > image"), "{error}");

    // Sealing the same rows again with another plan keeps the first one.
    let (dev, sealed) = plain(40).seal(&by(1), &ledger, &other).unwrap();
    assert_eq!(sealed.plan(), &plan());
    let later = PlannedComparison {
        better: "early".into(),
        than: "image".into(),
    };
    assert!(!sealed.plan().is_confirmatory(&later));
    assert!(dev.conclude(sealed, &plan(), &ledger, |_| ()).is_ok());
    assert_eq!(ledger.seals().unwrap(), 1);
}

#[test]
fn a_seal_that_was_replaced_cannot_be_opened() {
    let ledger = Ledger::in_memory();
    let (dev, sealed) = plain(40).seal(&by(1), &ledger, &plan()).unwrap();
    // Rows of the first seal are now developed on.
    let _ = plain(40).seal(&by(2), &ledger, &plan()).unwrap();
    let error = dev.conclude(sealed, &plan(), &ledger, |_| ()).unwrap_err();
    assert!(
        matches!(error, SealError::Ledger(LedgerError::NotSealed)),
        "{error}"
    );
    assert_eq!(ledger.seals().unwrap(), 2);
}

#[test]
fn the_halves_of_two_seals_do_not_fit() {
    let ledger = Ledger::in_memory();
    let (dev, _) = plain(40).seal(&by(1), &ledger, &plan()).unwrap();
    let (_, sealed) = plain(40).seal(&by(1), &ledger, &plan()).unwrap();
    let error = dev.conclude(sealed, &plan(), &ledger, |_| ()).unwrap_err();
    assert!(matches!(error, SealError::OtherData), "{error}");
}

#[test]
fn a_negative_margin_is_no_plan() {
    let bad = plan().with_margin(-0.1);
    let error = plain(40)
        .seal(&by(1), &Ledger::in_memory(), &bad)
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "plan: expected a margin of at least 0, got -0.1"
    );
}

#[test]
fn opening_is_recorded_before_the_rows_are_seen() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger_in(folder.path());
    let (dev, sealed) = plain(40).seal(&by(1), &ledger, &plan()).unwrap();
    let died = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        dev.conclude(sealed, &plan(), &ledger, |_| panic!("out of memory"))
    }));
    assert!(died.is_err());
    let again = open_once(plain(40), &by(1), &ledger_in(folder.path()));
    assert_eq!(opened_before(again), (10, 10));
}

/// What a row of two modalities holds: as a whole, and one by one.
fn with_two_modalities(
    rows: &[usize],
    name: impl Fn(usize) -> String,
    table: impl Fn(usize) -> String,
) -> Data<Iid> {
    let ids = rows.iter().map(|&row| name(row)).collect();
    let targets = Targets::Value(rows.iter().map(|&row| row as f64).collect());
    let image = |row: usize| format!("image {row}");
    let whole: Vec<RowHash> = rows
        .iter()
        .map(|&row| RowHash::of([image(row), table(row)]))
        .collect();
    let parts: Vec<Vec<RowHash>> = rows
        .iter()
        .map(|&row| vec![RowHash::of([image(row)]), RowHash::of([table(row)])])
        .collect();
    let declared = Rows::new(ids, Task::Regression, targets)
        .and_then(|rows| rows.with_content(&whole))
        .and_then(|rows| rows.with_parts(&parts));
    Data::iid(declared.unwrap()).unwrap()
}

#[test]
fn rows_are_recognised_whatever_of_them_was_changed() {
    let ledger = Ledger::in_memory();
    let all: Vec<usize> = (0..40).collect();
    let (id, table) = (|row| format!("row-{row}"), |row| format!("table {row}"));
    open_once(with_two_modalities(&all, id, table), &by(1), &ledger).unwrap();

    let new_id = |row| format!("patient {row}");
    let with_column = |row| format!("table {row}, 1");
    let cases: [(&str, Data<Iid>); 4] = [
        ("renamed", with_two_modalities(&all, new_id, table)),
        ("another column", with_two_modalities(&all, id, with_column)),
        ("both", with_two_modalities(&all, new_id, with_column)),
        ("only ids are declared", {
            let ids = all.iter().map(|&row| id(row)).collect();
            let targets = Targets::Value(all.iter().map(|&row| row as f64).collect());
            Data::iid(Rows::new(ids, Task::Regression, targets).unwrap()).unwrap()
        }),
    ];
    for (what, data) in cases {
        // Rows that were renamed fall otherwise into folds, and every fold meets the opened rows.
        let error = data.seal(&by(1), &ledger, &plan()).unwrap_err();
        assert!(
            matches!(error, SealError::Ledger(LedgerError::OpenedBefore { .. })),
            "{what}: {error}"
        );
    }
}

#[test]
fn a_chance_resemblance_is_not_taken_for_an_opened_row() {
    let ledger = Ledger::in_memory();
    // A coarse table: a handful of values, so no row has one of its own.
    let coarse = |row: usize| format!("table {}", row % 7);
    let old: Vec<usize> = (0..40).collect();
    open_once(
        with_two_modalities(&old, |row| format!("row-{row}"), coarse),
        &by(1),
        &ledger,
    )
    .unwrap();
    let new: Vec<usize> = (100..140).collect();
    let fresh = with_two_modalities(&new, |row| format!("row-{row}"), coarse);
    assert!(open_once(fresh, &by(1), &ledger).is_ok());
    // One row in forty has a modality of an opened one, by chance.
    let one_alike = |row: usize| {
        if row == 300 {
            "table 3".to_owned()
        } else {
            format!("table {row}")
        }
    };
    let other: Vec<usize> = (300..460).collect();
    let fresh = with_two_modalities(&other, |row| format!("row-{row}"), one_alike);
    assert!(open_once(fresh, &by(1), &ledger).is_ok());
}

#[test]
fn rows_that_were_developed_on_are_counted_when_they_are_sealed() {
    use midfuse_eval::ledger::Event;
    use midfuse_eval::predict::{Learner, Predict, fit};
    use midfuse_eval::view::FitRows;
    use midfuse_metrics::metric::Unit;

    struct Zero;
    impl Learner for Zero {
        type Model = Zero;
        fn learn(&self, _: &FitRows<'_>, _: &Targets) -> Zero {
            Zero
        }
    }
    impl Predict for Zero {
        fn predict(&self, _: &str) -> Vec<f64> {
            vec![0.0]
        }
    }

    let ledger = Ledger::in_memory();
    let (_, sealed) = plain(40).seal(&by(1), &ledger, &plan()).unwrap();
    assert_eq!(sealed.developed_before(), 0);
    // Another choice before anything was seen costs nothing.
    let (dev, sealed) = plain(40).seal(&by(2), &ledger, &plan()).unwrap();
    assert_eq!(sealed.developed_before(), 0);
    dev.cross_validate(&by(7), |fold| {
        let predicted = fit(&Zero, &fold.train).predict(&fold.test).unwrap();
        let score = predicted.score(&fold.test, Metric::Mse, Unit::Row).unwrap();
        score.disclose(&ledger, "zero").unwrap()
    })
    .unwrap();
    // The same seal again is as fresh as it was; another one holds rows that were developed on.
    let (_, sealed) = plain(40).seal(&by(2), &ledger, &plan()).unwrap();
    assert_eq!(sealed.developed_before(), 0);
    let (_, sealed) = plain(40).seal(&by(3), &ledger, &plan()).unwrap();
    let developed: Vec<RowHash> = match &ledger.entries().unwrap()[1].event {
        Event::Sealed { developed, .. } => developed.clone(),
        other => panic!("{other:?}"),
    };
    let now: Vec<RowHash> = match &ledger.entries().unwrap().last().unwrap().event {
        Event::Sealed { rows, .. } => rows.clone(),
        other => panic!("{other:?}"),
    };
    let want = now.iter().filter(|row| developed.contains(row)).count();
    assert!(want > 0);
    assert_eq!(sealed.developed_before(), want);
}
