//! Studies of rows in time, of groups in time, by a column and by a split file: what is on which
//! side, and what is refused.
#![cfg(test)]

#[path = "../support/mod.rs"]
mod support;

mod by_file;
mod claims;
mod in_time;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use midfuse_eval::split::{FileFold, Predefined};
use midfuse_report::results::Results;
use midfuse_study::study;
use support::{options, time};

/// Number of the row in its cohort, from its id.
pub(crate) fn number(id: &str) -> usize {
    id[id.len() - 3..].parse().unwrap()
}

pub(crate) fn folds_of(out: &Path) -> Vec<FileFold> {
    let file = fs::File::open(out.join("folds.csv")).unwrap();
    Predefined::read_csv(file).unwrap().folds
}

pub(crate) fn run(file: &Path, out: &Path) -> Results {
    study(file, &options(out)).unwrap().results
}

pub(crate) fn refused(file: &Path, out: &Path) -> String {
    let message = study(file, &options(out)).unwrap_err().to_string();
    assert!(!message.contains('\n'), "one line: {message}");
    message
}

pub(crate) fn first(ids: &[String]) -> f64 {
    let starts = ids.iter().map(|id| time(number(id)).start);
    starts.fold(f64::INFINITY, f64::min)
}

pub(crate) fn last(ids: &[String]) -> f64 {
    let ends = ids.iter().map(|id| time(number(id)).end);
    ends.fold(f64::NEG_INFINITY, f64::max)
}

pub(crate) fn patients(ids: &[String]) -> BTreeSet<usize> {
    ids.iter().map(|id| number(id) / 3).collect()
}
