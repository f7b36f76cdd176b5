//! Reader x defect: each ends in an error that names the file, the row and the column.
#![cfg(test)]

#[path = "../folders/mod.rs"]
mod folders;

mod arrays;
mod embeddings;
mod images;
mod manifests;
mod rows;
mod sequences;
mod tabular;
mod texts;

use std::path::Path;

use folders::{folder, manifest};
use midfuse_data::{Cohort, DataError, Defect, Row};

type Files = Vec<(&'static str, Vec<u8>)>;

/// What is wrong with which file, and what the error must say.
struct Case {
    what: &'static str,
    manifest: &'static str,
    files: Files,
    defect: Defect,
    file: &'static str,
    row: Option<Row>,
    column: Option<&'static str>,
}

/// The first error of opening a cohort and reading everything in it.
fn first_error(dir: &Path) -> Option<DataError> {
    Cohort::open(dir).and_then(|cohort| cohort.summary()).err()
}

fn check(case: &Case) {
    let mut files: Vec<(&str, &[u8])> = case
        .files
        .iter()
        .map(|(name, content)| (*name, content.as_slice()))
        .collect();
    let text = manifest(case.manifest);
    files.push(("cohort.toml", text.as_bytes()));
    if !files.iter().any(|(name, _)| *name == "rows.csv") {
        files.push(("rows.csv", b"id,y\na,0\nb,1\nc,0\n"));
    }
    let dir = folder(&files);
    let error = first_error(dir.path()).unwrap_or_else(|| panic!("{}: no error", case.what));
    let said = error.to_string();
    assert_eq!(error.defect, case.defect, "{}: {said}", case.what);
    assert_eq!(
        error.file,
        dir.path().join(case.file),
        "{}: {said}",
        case.what
    );
    assert_eq!(error.row, case.row, "{}: {said}", case.what);
    assert_eq!(
        error.column.as_deref(),
        case.column,
        "{}: {said}",
        case.what
    );
    assert!(
        !said.contains('\n') && said.len() < 700,
        "{}: {said}",
        case.what
    );
    assert!(
        !error.mend.is_empty() && !error.mend.ends_with('.'),
        "{}: {said}",
        case.what
    );
}

fn case(
    what: &'static str,
    manifest: &'static str,
    files: Files,
    defect: Defect,
    file: &'static str,
    row: Option<Row>,
    column: Option<&'static str>,
) -> Case {
    Case {
        what,
        manifest,
        files,
        defect,
        file,
        row,
        column,
    }
}

#[expect(clippy::unnecessary_wraps, reason = "beside `None` in the tables")]
fn line(n: u64) -> Option<Row> {
    Some(Row::Line(n))
}

#[expect(clippy::unnecessary_wraps, reason = "beside `None` in the tables")]
fn record(n: u64) -> Option<Row> {
    Some(Row::Record(n))
}

fn text(name: &'static str, content: &str) -> (&'static str, Vec<u8>) {
    (name, content.as_bytes().to_vec())
}

const CLASS: &str = "[[targets]]\nname = 'y'\nkind = 'classification'";
const NUMBER: &str = "[[targets]]\nname = 'y'\nkind = 'regression'";
