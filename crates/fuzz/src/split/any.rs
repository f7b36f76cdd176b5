//! Repeated, predefined and named splitters.

use midfuse_base::Seed;
use midfuse_eval::rows::{AnyData, Data, OnData};
use midfuse_eval::split::{
    AnySplitter, FileFold, KFold, Predefined, Repeated, StratifiedGroupKFold,
};
use midfuse_eval::structure::Structure;
use serde_json::{Value, json};

use super::case::Case;
use super::promise::folds;

pub(super) fn repeated(case: &Case) {
    let by = Repeated::new(case.p, KFold::new(case.k, case.seed));
    if let Some(got) = folds(case, |order| case.iid(order), &by) {
        case.check_classes(&got);
        assert_eq!(got.len(), case.p * case.k);
        for repeat in got.chunks(case.k) {
            case.check_k_fold(repeat);
        }
    }
    let by = Repeated::new(case.p, StratifiedGroupKFold::new(case.k, case.seed));
    if let Some(got) = folds(case, |order| case.grouped(order), &by) {
        case.check_classes(&got);
        Case::check_groups(&case.groups, &got);
        case.check_times_tested(case.p, &got);
    }
}

/// A split file with arbitrary sides: of one row each, from the group and the class.
pub(super) fn predefined(case: &Case) {
    let fold = |shift: usize| {
        let of = |side: usize| {
            let on_it = |&row: &usize| (case.others[row] + shift) % 3 == side;
            (0..case.len())
                .filter(on_it)
                .map(|row| format!("row-{row}"))
                .collect()
        };
        FileFold {
            train: of(0),
            test: of(1),
        }
    };
    let by = Predefined::new((0..case.k.min(4)).map(fold).collect());
    if let Some(got) = folds_of_file(case, |order| case.iid(order), &by) {
        case.check_classes(&got);
    }
    if let Some(got) = folds_of_file(case, |order| case.grouped(order), &by) {
        Case::check_groups(&case.groups, &got);
    }
    if let Some(got) = folds_of_file(case, |order| case.timed(order), &by) {
        case.check_spans(&got);
    }
    if let Some(got) = folds_of_file(case, |order| case.crossed(order), &by) {
        Case::check_groups(&case.groups, &got);
        Case::check_groups(&case.others, &got);
    }
}

/// As [`folds`]; a file may break the structure, and is then refused.
fn folds_of_file<S: Structure>(
    case: &Case,
    declare: impl Fn(&[usize]) -> Data<S>,
    by: &Predefined,
) -> Option<Vec<super::promise::Sides>> {
    let refused = declare(&case.natural())
        .develop()
        .cross_validate(by, |_| ())
        .is_err();
    if refused {
        None
    } else {
        folds(case, declare, by)
    }
}

/// Every splitter by its name, on rows of every structure, honest for it or not.
pub(super) fn any_splitter(case: &Case) {
    const NAMES: [&str; 18] = [
        "k-fold",
        "stratified-k-fold",
        "group-k-fold",
        "stratified-group-k-fold",
        "blocked-k-fold",
        "purged-k-fold",
        "combinatorial-purged",
        "expanding-window",
        "rolling-window",
        "crossed-k-fold",
        "shuffle-split",
        "stratified-shuffle-split",
        "group-shuffle-split",
        "stratified-group-shuffle-split",
        "leave-groups-out",
        "iterative-k-fold",
        "bootstrap",
        "repeated",
    ];
    let name = NAMES[(case.groups[0] + 12 * (case.others[0] % 2)) % NAMES.len()];
    let options = json!({
        "name": name, "k": case.k, "p": case.p, "folds": case.p, "samples": case.p,
        "test_fraction": case.fraction, "embargo": case.embargo, "seed": case.seed,
        "test": case.extents[0], "train": case.extents[1], "gap": case.extents[2],
        "repeats": case.p, "by": {"name": "group-k-fold", "k": case.k, "seed": Seed(1)},
    });
    let Some(by) = named(options) else { return };
    let natural = case.natural();
    for data in [
        AnyData::Iid(case.iid(&natural)),
        AnyData::Grouped(case.grouped(&natural)),
        AnyData::Timed(case.timed(&natural)),
        AnyData::GroupedTimed(case.grouped_timed(&natural)),
        AnyData::Crossed(case.crossed(&natural)),
    ] {
        data.visit(Split(&by));
    }
}

/// The splitter with those options that it takes.
fn named(mut options: Value) -> Option<AnySplitter> {
    loop {
        match serde_json::from_value(options.clone()) {
            Ok(splitter) => return Some(splitter),
            Err(error) => {
                let text = error.to_string();
                let unknown = text.strip_prefix("unknown field `")?.split('`').next()?;
                options.as_object_mut()?.remove(unknown)?;
            }
        }
    }
}

struct Split<'a>(&'a AnySplitter);

impl OnData for Split<'_> {
    type Output = ();

    fn call<S: Structure>(self, data: Data<S>) {
        if let Err(error) = data
            .develop()
            .cross_validate(self.0, |fold| fold.dropped.len())
        {
            assert!(!error.to_string().contains('\n'), "{error}");
        }
    }
}
