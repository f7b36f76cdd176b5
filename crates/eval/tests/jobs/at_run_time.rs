//! Structures that are known at run time, and rows that are refused.

use midfuse_base::{Seed, TargetError, TargetProblem, Targets, Task};
use midfuse_eval::rows::{AnyData, Data, OnData, Rows, RowsError, Span};
use midfuse_eval::split::{AnySplitter, SplitError};
use midfuse_eval::structure::Structure;

use super::{patients, rows};

/// The structure is known at run time only: the typed loops all the same.
struct CountFolds(AnySplitter);

impl OnData for CountFolds {
    type Output = Result<usize, SplitError>;

    fn call<S: Structure>(self, data: Data<S>) -> Self::Output {
        let inner = AnySplitter::usual::<S>(2, false, Seed(0));
        let folds = data.develop().cross_validate(&self.0, |fold| {
            fold.train
                .cross_validate(&inner, |inner| inner.valid.len())
                .map(|inner| inner.len())
        })?;
        folds.into_iter().sum()
    }
}

#[test]
fn a_structure_that_is_known_at_run_time() {
    let grouped = || rows(24).with_groups("patient", &patients(24, 3)).unwrap();
    let spans: Vec<Span> = (0..24).map(Span::at).collect();
    let toml = |json| serde_json::from_value::<AnySplitter>(json).unwrap();
    let k_fold = toml(serde_json::json!({"name": "k-fold", "k": 3, "seed": 1}));
    let groups = toml(serde_json::json!({"name": "group-k-fold", "k": 3, "seed": 1}));
    let purged = toml(serde_json::json!({"name": "purged-k-fold", "k": 3}));

    let any = |rows| AnyData::new(rows).unwrap();
    assert_eq!(any(rows(24)).visit(CountFolds(k_fold.clone())), Ok(6));
    assert_eq!(any(grouped()).visit(CountFolds(groups.clone())), Ok(6));
    let timed = any(rows(24).with_spans(&spans).unwrap());
    assert_eq!(
        (timed.structure(), timed.visit(CountFolds(purged))),
        ("Timed", Ok(6))
    );

    let error = any(grouped()).visit(CountFolds(k_fold)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "KFold would split dependent rows (Grouped); use GroupKFold, StratifiedGroupKFold, \
         GroupShuffleSplit, StratifiedGroupShuffleSplit, LeaveGroupsOut, Bootstrap, Repeated, \
         Predefined"
    );
    assert!(any(rows(24)).visit(CountFolds(groups)).is_err());
    assert!(
        serde_json::from_value::<AnySplitter>(
            serde_json::json!({"name": "k-fold", "k": 3, "seed": 1, "shuffle": true})
        )
        .is_err()
    );
}

#[test]
fn a_claim_that_the_rows_belie_is_refused() {
    let grouped = || rows(6).with_groups("patient", &patients(6, 3)).unwrap();
    assert!(matches!(
        Data::iid(grouped()),
        Err(RowsError::Structure { .. })
    ));
    assert!(matches!(
        Data::grouped(rows(6)),
        Err(RowsError::Structure { .. })
    ));
    assert!(matches!(
        Data::timed(grouped()),
        Err(RowsError::Structure { .. })
    ));
    let error = Data::crossed(grouped()).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("rows: Crossed rows need two or more group axes")
    );
    let crossed = grouped().with_groups("drug", &patients(6, 2)).unwrap();
    assert!(Data::crossed(crossed).is_ok());
}

#[test]
fn bad_rows_are_named() {
    let new = |ids: &[&str], targets| {
        Rows::new(
            ids.iter().map(|&id| id.to_owned()).collect(),
            Task::Regression,
            targets,
        )
    };
    let values = |values: &[f64]| Targets::Value(values.to_vec());
    assert_eq!(new(&[], values(&[])).unwrap_err(), RowsError::Empty);
    let twice = new(&["b", "a", "b"], values(&[0.0; 3])).unwrap_err();
    assert_eq!(twice, RowsError::DuplicateId { id: "b".into() });
    let infinite = new(&["a", "b"], values(&[0.0, f64::INFINITY])).unwrap_err();
    assert_eq!(
        infinite,
        RowsError::Target {
            id: "b".into(),
            problem: TargetProblem::NotFinite("inf".into())
        }
    );
    assert!(matches!(
        new(&["a"], values(&[])),
        Err(RowsError::Length { .. })
    ));
    assert!(matches!(
        new(&["a"], Targets::Class(vec![0])),
        Err(RowsError::Targets(TargetError::Mismatch { .. }))
    ));
    let classes = Task::Classification {
        classes: vec!["x".into()],
    };
    let unknown = Rows::new(vec!["a".into()], classes, Targets::Class(vec![1])).unwrap_err();
    assert!(unknown.to_string().contains("class 1"), "{unknown}");
    let backwards = rows(2)
        .with_spans(&[Span::new(0, 1), Span::new(3, 2)])
        .unwrap_err();
    assert_eq!(
        backwards,
        RowsError::NegativeSpan {
            id: "r01".into(),
            start: 3,
            end: 2
        }
    );
    let empty = rows(2)
        .with_groups("patient", &["p".into(), String::new()])
        .unwrap_err();
    assert_eq!(
        empty,
        RowsError::EmptyGroup {
            id: "r01".into(),
            axis: "patient".into()
        }
    );
}
