//! Every public reader and splitter has a fuzz target.
//!
//! Reads the sources of the crates that need no libtorch. A **splitter** is a type with `impl Splitter<..> for`
//! or in `honest_in_time!`, and every public function of `cluster`. A **reader** is a public function
//! that takes a path or an `io::Read`, and every type that checks itself when it is deserialised
//! (`try_from`, or a `Deserialize` of its own). Each must be in the `covers` of a target, or below with
//! the reason why not.
#![cfg(test)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use midfuse_fuzz::targets;

/// Functions that take a path and need no target.
const EXEMPT: [(&str, &str); 18] = [
    ("without_ending", "cuts a path and opens nothing"),
    ("CohortWriter::create", "writes"),
    ("CohortWriter::write_stripped", "writes"),
    ("Cohort::write_stripped", "writes"),
    (
        "StudyFile::cohort_dir",
        "joins paths and opens nothing; study-file calls it",
    ),
    ("Error::io", "makes an error"),
    ("WorkerCommand::new", "names a program"),
    ("find_worker", "looks for a program"),
    ("Options::new", "names a folder"),
    (
        "dry_run",
        "starts worker programs; what it reads is StudyFile::read and Cohort::open",
    ),
    (
        "study",
        "starts worker programs; what it reads is StudyFile::read and Cohort::open",
    ),
    (
        "conclude",
        "starts worker programs; what it reads are StudyFile::read, Cohort::open and results",
    ),
    ("Made::write", "writes"),
    ("Predefined::bytes", "makes the bytes of a file to write"),
    (
        "Predefined::read",
        "opens the file for Predefined::read_csv or Predefined::read_json",
    ),
    ("StagedFile::write", "writes"),
    ("write_atomic", "writes"),
    ("status", "reads StudyFile::read, Cohort::open and outcomes"),
];

/// The crates that are looked at: all that need no libtorch, but the program and this one.
const LIBRARIES: [&str; 11] = [
    "audit", "base", "compare", "data", "eval", "metrics", "page", "plan", "report", "study",
    "wire",
];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

/// The code of a file before its unit tests, without comments.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let text = text.split("#[cfg(test)]").next().unwrap();
    let lines = text.lines().map(|line| line.split("//").next().unwrap());
    lines.collect::<Vec<_>>().join("\n")
}

fn identifier(text: &str) -> String {
    let text = text.trim_start();
    text.chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect()
}

/// The identifiers that follow a marker.
fn after(code: &str, marker: &str) -> Vec<String> {
    let rests = code
        .match_indices(marker)
        .map(|(at, _)| &code[at + marker.len()..]);
    rests
        .map(identifier)
        .filter(|name| !name.is_empty())
        .collect()
}

/// Types that implement `Splitter`, and the functions of `cluster`.
fn splitters(path: &Path, code: &str) -> Vec<String> {
    let mut found = after(code, "honest_in_time!(");
    for (at, _) in code.match_indices("Splitter<") {
        let rest = &code[at..];
        let head = rest.split('{').next().unwrap();
        // `impl .. Splitter<S> for NAME`, not a bound.
        if let Some((before, name)) = head.split_once("> for ")
            && !before.contains(['\n', ';', '('])
        {
            let name = name.trim_start_matches("Box<");
            found.push(identifier(name));
        }
    }
    if path.components().any(|part| part.as_os_str() == "cluster") {
        found.extend(after(code, "pub fn "));
    }
    // The name of a macro's parameter.
    found.retain(|name| !name.is_empty());
    found
}

/// Public functions that take a path or a reader, as `Type::function`; types that check themselves.
fn readers(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("pub fn ") {
        let rest = &code[at + "pub fn ".len()..];
        let head = rest
            .split('{')
            .next()
            .unwrap()
            .split(" -> ")
            .next()
            .unwrap();
        if !["Path", "io::Read", "impl Read", "BufRead"]
            .iter()
            .any(|kind| head.contains(kind))
        {
            continue;
        }
        let line = code[..at].lines().last().unwrap_or_default();
        let is_method = line.starts_with(' ');
        let implemented = code[..at]
            .match_indices("\nimpl")
            .last()
            .map(|(at, _)| &code[at + 5..]);
        let owner = implemented.filter(|_| is_method).map(|text| {
            let head = text.split('{').next().unwrap();
            let head = head.split(" for ").last().unwrap();
            let head = if head.starts_with('<') {
                head.split_once("> ").unwrap().1
            } else {
                head
            };
            identifier(head) + "::"
        });
        found.push(owner.unwrap_or_default() + &identifier(rest));
    }
    for (at, _) in code.match_indices("serde(try_from") {
        found.extend(after(&code[at..], "pub struct ").into_iter().take(1));
    }
    found.extend(after(code, "Deserialize<'de> for "));
    found
}

fn found() -> (BTreeSet<String>, BTreeSet<String>) {
    let mut all = (BTreeSet::new(), BTreeSet::new());
    for name in LIBRARIES {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("..")
            .join(name)
            .join("src");
        for path in sources(&folder) {
            let code = code(&path);
            all.0.extend(splitters(&path, &code));
            all.1.extend(readers(&code));
        }
    }
    all
}

#[test]
fn every_public_reader_and_splitter_has_a_target() {
    let (splitters, readers) = found();
    let targets = targets();
    let covered: BTreeSet<&str> = targets
        .iter()
        .flat_map(|target| target.covers.iter().copied())
        .collect();
    let is_exempt = |name: &&String| EXEMPT.iter().any(|(exempt, _)| exempt == name);
    let lacking: Vec<&String> = splitters
        .union(&readers)
        .filter(|name| !covered.contains(name.as_str()) && !is_exempt(name))
        .collect();
    assert!(
        lacking.is_empty(),
        "without a fuzz target in crates/fuzz: {lacking:?}"
    );
}

/// The reader of a kind of modality is opened by its section of `cohort.toml`.
#[test]
fn every_kind_of_modality_has_a_target() {
    let targets = targets();
    for kind in midfuse_data::ModalityKind::NAMES {
        let (first, rest) = kind.split_at(1);
        let section = format!("{}{rest}Spec", first.to_uppercase());
        let mut covered = targets.iter().flat_map(|target| target.covers);
        assert!(
            covered.any(|name| *name == section),
            "without a fuzz target in crates/fuzz: {section}"
        );
    }
}

#[test]
fn the_enumeration_finds_what_there_is() {
    let (splitters, readers) = found();
    for name in [
        "KFold",
        "CombinatorialPurged",
        "Repeated",
        "Predefined",
        "AnySplitter",
        "by_edges",
    ] {
        assert!(
            splitters.contains(name),
            "{name} is not among {splitters:?}"
        );
    }
    for name in [
        "Cohort::open",
        "import",
        "Predefined::read_csv",
        "Ledger::open",
        "StudyFile::read",
        "Imputer",
        "RowHash",
        "ContentStore::take",
        "ContentHash",
    ] {
        assert!(readers.contains(name), "{name} is not among {readers:?}");
    }
}

#[test]
fn names_are_unique_and_plain() {
    let targets = targets();
    let names: BTreeSet<&str> = targets.iter().map(|target| target.name).collect();
    assert_eq!(names.len(), targets.len());
    assert!(
        names
            .iter()
            .all(|name| name.chars().all(|c| c.is_ascii_lowercase() || c == '-'))
    );
}
