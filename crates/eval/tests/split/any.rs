//! Every splitter on cohorts of every structure, with options in range and out of it: no panic, and
//! a result that depends neither on the order of rows nor on the call.

use std::collections::BTreeSet;

use midfuse_base::Seed;
use midfuse_base::{Targets, Task};
use midfuse_eval::rows::{AnyData, Data, OnData, Rows, Span};
use midfuse_eval::split::{AnySplitter, FileFold, Predefined, SplitError};
use midfuse_eval::structure::Structure;
use proptest::prelude::*;
use serde_json::json;

use super::cases::{Ids, check_sides, folds, id, permutation, row};

/// A cohort: a class, two groups and a span per row.
#[derive(Debug, Clone)]
struct Cohort {
    rows: Vec<(usize, usize, usize, i64, i64)>,
    axes: usize,
    spans: bool,
}

impl Cohort {
    /// Its data, declared in the order `order`.
    fn data(&self, order: &[usize]) -> AnyData {
        let rows: Vec<_> = order.iter().map(|&row| self.rows[row]).collect();
        let task = Task::Classification {
            classes: ["a", "b"].map(String::from).to_vec(),
        };
        let targets = Targets::Class(rows.iter().map(|row| row.0).collect());
        let ids = order.iter().map(|&row| id(row)).collect();
        let mut declared = Rows::new(ids, task, targets).unwrap();
        for axis in 0..self.axes {
            let of = |row: &(usize, usize, usize, i64, i64)| if axis == 0 { row.1 } else { row.2 };
            let names: Vec<String> = rows.iter().map(|row| format!("g{}", of(row))).collect();
            declared = declared
                .with_groups(&format!("axis-{axis}"), &names)
                .unwrap();
        }
        if self.spans {
            let spans: Vec<Span> = rows
                .iter()
                .map(|row| Span::new(row.3, row.3 + row.4))
                .collect();
            declared = declared.with_spans(&spans).unwrap();
        }
        AnyData::new(declared).unwrap()
    }
}

fn cohorts() -> impl Strategy<Value = Cohort> {
    let one = (0_usize..2, 0_usize..8, 0_usize..8, -50_i64..50, 0_i64..10);
    let structure = prop_oneof![
        Just((0, false)),
        Just((1, false)),
        Just((0, true)),
        Just((1, true)),
        Just((2, false)),
    ];
    (prop::collection::vec(one, 1..60), structure).prop_map(|(rows, (axes, spans))| Cohort {
        rows,
        axes,
        spans,
    })
}

/// The numbers of the splitters below that are honest for a cohort, and now and then any.
fn honest(cohort: &Cohort) -> impl Strategy<Value = usize> + use<> {
    let honest: &[usize] = match (cohort.axes, cohort.spans) {
        (0, false) => &[0, 1, 10, 11, 15, 16],
        (1, false) => &[2, 3, 12, 13, 14, 16, 17],
        (_, true) => &[4, 5, 6, 7, 8],
        _ => &[9],
    };
    prop_oneof![9 => prop::sample::select(honest.to_vec()), 1 => 0_usize..18]
}

fn cases() -> impl Strategy<Value = (Cohort, AnySplitter)> {
    cohorts().prop_flat_map(|cohort| {
        let by = splitters(honest(&cohort));
        (Just(cohort), by)
    })
}

fn splitters(which: impl Strategy<Value = usize>) -> impl Strategy<Value = AnySplitter> {
    let extent = prop_oneof![
        (0_usize..8).prop_map(|rows| json!({ "rows": rows })),
        (-2_i64..40).prop_map(|time| json!({ "time": time })),
    ];
    let options = (
        0_usize..7,
        any::<u64>(),
        0_usize..4,
        -0.2_f64..1.2,
        -2_i64..20,
        extent,
    );
    (which, options).prop_map(|(which, (k, seed, p, test_fraction, embargo, extent))| {
        let random = json!({"folds": p, "test_fraction": test_fraction, "seed": seed});
        let dealt = json!({"k": k, "seed": seed});
        let named = |name: &str, mut options: serde_json::Value| {
            options["name"] = json!(name);
            options
        };
        let splitter = match which {
            0 => named("k-fold", dealt),
            1 => named("stratified-k-fold", dealt),
            2 => named("group-k-fold", dealt),
            3 => named("stratified-group-k-fold", dealt),
            4 => named("blocked-k-fold", json!({ "k": k })),
            5 => named("purged-k-fold", json!({"k": k, "embargo": embargo})),
            6 => named(
                "combinatorial-purged",
                json!({"k": k, "p": p, "embargo": embargo}),
            ),
            7 => named("expanding-window", json!({"folds": p, "test": extent})),
            8 => named(
                "rolling-window",
                json!({"folds": p, "test": extent, "train": extent}),
            ),
            9 => named("crossed-k-fold", dealt),
            10 => named("shuffle-split", random),
            11 => named("stratified-shuffle-split", random),
            12 => named("group-shuffle-split", random),
            13 => named("stratified-group-shuffle-split", random),
            14 => named("leave-groups-out", json!({ "p": p })),
            15 => named("iterative-k-fold", dealt),
            16 => named("bootstrap", json!({"samples": p, "seed": seed})),
            _ => named(
                "repeated",
                json!({"repeats": p, "by": named("group-k-fold", dealt)}),
            ),
        };
        serde_json::from_value(splitter).unwrap()
    })
}

/// The folds of a splitter.
struct Folds<'a>(&'a AnySplitter);

impl OnData for Folds<'_> {
    type Output = Result<Vec<Ids>, SplitError>;

    fn call<S: Structure>(self, data: Data<S>) -> Self::Output {
        folds(&data.develop(), self.0)
    }
}

/// What the structure of the cohort promises of a fold.
fn check_structure(cohort: &Cohort, fold: &Ids) {
    let rows = |ids: &BTreeSet<String>| -> Vec<(usize, usize, usize, i64, i64)> {
        ids.iter().map(|id| cohort.rows[row(id)]).collect()
    };
    let (train, test) = (rows(&fold.train), rows(&fold.test));
    for a in &train {
        for b in &test {
            assert!(cohort.axes < 1 || a.1 != b.1);
            assert!(cohort.axes < 2 || a.2 != b.2);
            assert!(!cohort.spans || a.3 > b.3 + b.4 || b.3 > a.3 + a.4);
        }
    }
    for class in cohort.rows.iter().map(|row| row.0) {
        assert!(train.iter().any(|row| row.0 == class));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn every_splitter_keeps_the_structure_or_refuses(
        (cohort, by) in cases(), order: u64,
    ) {
        let n = cohort.rows.len();
        let natural: Vec<usize> = (0..n).collect();
        let got = cohort.data(&natural).visit(Folds(&by));
        prop_assert_eq!(&got, &cohort.data(&natural).visit(Folds(&by)));
        prop_assert_eq!(&got, &cohort.data(&permutation(n, order)).visit(Folds(&by)));
        match got {
            Err(error) => prop_assert!(!error.to_string().is_empty()),
            Ok(got) => {
                prop_assert!(!got.is_empty());
                check_sides(&(0..n).map(id).collect(), &got);
                for fold in &got {
                    check_structure(&cohort, fold);
                }
            }
        }
    }

    #[test]
    fn any_split_file_keeps_the_structure_or_is_refused(
        cohort in cohorts(),
        sides in prop::collection::vec(prop::collection::vec(0_usize..3, 60), 0..3),
    ) {
        let fold = |sides: &Vec<usize>| {
            let of = |side| {
                (0..cohort.rows.len()).filter(|&row| sides[row] == side).map(id).collect()
            };
            FileFold { train: of(0), test: of(1) }
        };
        let by = AnySplitter::Predefined(Predefined::new(sides.iter().map(fold).collect()));
        let natural: Vec<usize> = (0..cohort.rows.len()).collect();
        if let Ok(got) = cohort.data(&natural).visit(Folds(&by)) {
            check_sides(&natural.iter().map(|&row| id(row)).collect(), &got);
            for fold in &got {
                check_structure(&cohort, fold);
            }
        }
    }
}

#[test]
fn a_dishonest_choice_names_honest_ones() {
    let cohort = Cohort {
        rows: vec![(0, 0, 0, 0, 0); 6],
        axes: 2,
        spans: false,
    };
    let by: AnySplitter =
        serde_json::from_value(json!({"name": "k-fold", "k": 2, "seed": Seed(1)})).unwrap();
    let error = cohort
        .data(&[0, 1, 2, 3, 4, 5])
        .visit(Folds(&by))
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "KFold would split dependent rows (Crossed); use CrossedKFold, Repeated, Predefined"
    );
}
