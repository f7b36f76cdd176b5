//! The end of a study: what is refused after the sealed rows were opened, and what goes on.
#![cfg(test)]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use midfuse_data::{Cohort, CohortWriter, RowTable, Targets};
use midfuse_eval::ledger::{Event as Recorded, Ledger};
use midfuse_report::results::Conclusion;
use midfuse_study::{Error, Event, Options, Stop, Watch, conclude, study};
use support::{Kind, options, study_file};

/// Asks for a stop when the first job is done.
#[derive(Debug)]
struct StopAtOnce(Stop);

impl Watch for StopAtOnce {
    fn event(&self, event: &Event<'_>) {
        if matches!(event, Event::Done { .. }) {
            self.0.ask();
        }
    }
}

/// A study that ran to its end: its file and its output folder.
fn finished(folder: &Path) -> (PathBuf, PathBuf) {
    let file = study_file(folder, Kind::Classes, "");
    let out = folder.join("out");
    study(&file, &options(&out)).unwrap();
    (file, out)
}

fn stopping(out: &Path) -> Options {
    let mut options = options(out);
    options.watch = Arc::new(StopAtOnce(options.stop.clone()));
    options
}

fn events(folder: &Path) -> Vec<Recorded> {
    let ledger = Ledger::open(folder.join("cohort/ledger.jsonl")).unwrap();
    let entries = ledger.entries().unwrap().into_iter();
    entries
        .map(|entry| entry.event)
        .filter(|event| !matches!(event, Recorded::Disclosed { .. }))
        .collect()
}

fn refused(result: Result<(Conclusion, PathBuf), Error>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn a_conclusion_that_was_stopped_goes_on_to_the_same_bits() {
    let whole = tempfile::tempdir().unwrap();
    let (file, out) = finished(whole.path());
    conclude(&file, &[], &options(&out)).unwrap();

    let parts = tempfile::tempdir().unwrap();
    let (file, out_of_parts) = finished(parts.path());
    let stopped = conclude(&file, &[], &stopping(&out_of_parts));
    assert!(matches!(stopped, Err(Error::Interrupted)), "{stopped:?}");
    assert!(!out_of_parts.join("conclusion.json").exists());
    assert!(matches!(
        events(parts.path())[..],
        [Recorded::Sealed { .. }, Recorded::Opened { .. }]
    ));

    // Only as it was: with another strategy, or to develop on, the rows are open.
    let also = refused(conclude(
        &file,
        &["single-b".to_owned()],
        &options(&out_of_parts),
    ));
    assert!(also.contains("opened before"), "{also}");
    let again = study(&file, &options(&out_of_parts))
        .unwrap_err()
        .to_string();
    assert!(again.contains("opened before"), "{again}");

    conclude(&file, &[], &options(&out_of_parts)).unwrap();
    for name in ["conclusion.json", "final/concat/weights.txt"] {
        assert_eq!(
            fs::read(out.join(name)).unwrap(),
            fs::read(out_of_parts.join(name)).unwrap(),
            "{name}"
        );
    }
    assert!(matches!(
        events(parts.path())[..],
        [
            Recorded::Sealed { .. },
            Recorded::Opened { .. },
            Recorded::Resumed { .. },
            Recorded::Concluded { .. }
        ]
    ));
    let twice = refused(conclude(&file, &[], &options(&out_of_parts)));
    assert!(twice.contains("opened before"), "{twice}");
}

#[test]
fn neither_a_plan_nor_a_file_changes_after_the_sealing() {
    let folder = tempfile::tempdir().unwrap();
    let (file, out) = finished(folder.path());
    let text = fs::read_to_string(&file).unwrap();
    // The results are of the file as it was.
    fs::write(&file, text.clone() + "[conclude]\nmargin = 0.5\n").unwrap();
    let error = refused(conclude(&file, &[], &options(&out)));
    assert!(error.contains("of another study file"), "{error}");
    // A study of the changed file keeps the plan that was frozen, and says so at the end.
    study(&file, &options(&out)).unwrap();
    let error = refused(conclude(&file, &[], &options(&out)));
    assert!(error.contains("is not the one that was frozen"), "{error}");
    assert!(
        matches!(events(folder.path())[..], [Recorded::Sealed { .. }]),
        "nothing was opened"
    );
    fs::write(&file, &text).unwrap();
    study(&file, &options(&out)).unwrap();
    let (conclusion, _) = conclude(&file, &[], &options(&out)).unwrap();
    assert!(conclusion.margin.abs() < 1e-12);
    let p = &conclusion.comparisons[0];
    assert_eq!(
        (p.confirmatory, p.p_holm),
        (true, p.p),
        "one comparison needs no correction"
    );
}

#[test]
fn an_opened_cohort_is_known_under_any_name() {
    let folder = tempfile::tempdir().unwrap();
    let (file, out) = finished(folder.path());
    conclude(&file, &[], &options(&out)).unwrap();
    fs::remove_dir_all(&out).unwrap();
    let text = fs::read_to_string(&file).unwrap();
    let cohort = folder.path().join("cohort");
    let moved = folder.path().join("moved");
    fs::rename(&cohort, &moved).unwrap();
    let try_with = |what: &str, text: &str| {
        let other = folder.path().join(format!("{what}.toml"));
        fs::write(&other, text).unwrap();
        let error = study(&other, &options(&folder.path().join(what))).unwrap_err();
        assert!(
            error.to_string().contains("opened before"),
            "{what}: {error}"
        );
    };
    let at = |path: &str| text.replace("cohort = \"cohort\"", &format!("cohort = {path:?}"));
    try_with("moved", &at("moved"));
    try_with("relative", &at("./moved/../moved/"));
    try_with(
        "named",
        &at("moved").replace("name = \"small\"", "name = \"another\""),
    );
    // Another share: the sets meet.
    try_with(
        "larger",
        &at("moved").replace("seed = 5", "seed = 5\ntest_fraction = 0.5"),
    );
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(&moved, folder.path().join("link")).unwrap();
        try_with("link", &at("link"));
    }
    // A copy with its ledger.
    let copy = folder.path().join("copy");
    copy_folder(&moved, &copy);
    try_with("copy", &at("copy"));
    // Another target of the same rows.
    let two = folder.path().join("two-targets");
    with_another_target(&moved, &two);
    try_with(
        "target",
        &at("two-targets").replace("target = \"outcome\"", "target = \"second\""),
    );
    // Renamed rows, or another column: each is known by what stayed.
    let rows = fs::read_to_string(copy.join("rows.csv")).unwrap();
    let table = |name: &str| copy.join(name);
    let tables: Vec<PathBuf> = files_with_ids(&copy);
    assert!(!tables.is_empty(), "{:?}", table("."));
    for path in &tables {
        let changed = fs::read_to_string(path)
            .unwrap()
            .replace("-case-", "-patient-");
        fs::write(path, changed).unwrap();
    }
    assert_ne!(rows, fs::read_to_string(copy.join("rows.csv")).unwrap());
    try_with("renamed", &at("copy"));
}

/// The cohort with a second target, which turns the first around, and with its ledger.
fn with_another_target(from: &Path, to: &Path) {
    let cohort = Cohort::open(from).unwrap();
    let mut targets = cohort.targets().to_vec();
    let mut second = targets[0].clone();
    "second".clone_into(&mut second.name);
    if let Targets::Class(labels) = &mut second.targets {
        for label in labels {
            *label = 1 - *label;
        }
    }
    targets.push(second);
    let rows = RowTable {
        ids: cohort.ids().to_vec(),
        targets,
        ..RowTable::default()
    };
    let mut writer = CohortWriter::create(to, rows).unwrap();
    for modality in cohort.modalities() {
        let data = cohort.load_all(&modality.name).unwrap();
        writer.modality(&modality.name, &data).unwrap();
    }
    writer.finish().unwrap();
    for name in ["ledger.jsonl", "ledger.jsonl.head"] {
        fs::copy(from.join(name), to.join(name)).unwrap();
    }
}

/// Text files of a cohort that name rows.
fn files_with_ids(cohort: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(cohort).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_with_ids(&path));
        } else if fs::read_to_string(&path).is_ok_and(|text| text.contains("-case-")) {
            found.push(path);
        }
    }
    found
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_folder(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

#[test]
fn rows_of_an_earlier_study_are_counted_as_developed_on() {
    let folder = tempfile::tempdir().unwrap();
    let (file, _) = finished(folder.path());
    // Another seed seals other rows, most of which the first study developed on.
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("seed = 5", "seed = 6")).unwrap();
    let out = folder.path().join("second");
    study(&file, &options(&out)).unwrap();
    let (conclusion, _) = conclude(&file, &[], &options(&out)).unwrap();
    assert!(conclusion.developed_before > 0 && conclusion.developed_before <= conclusion.rows);
}
