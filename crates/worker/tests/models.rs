//! The lists of the documentation are those of the registry.
#![cfg(test)]

mod support;

use std::path::Path;

use midfuse_base::catalogue::{Entry, Takes};
use midfuse_data::Cohort;
use midfuse_plan::file::{StudyFile, template};
use support::{DIGITS, GROUPED, Program, REGRESSION};

#[test]
fn the_page_of_the_study_file_lists_what_the_worker_knows() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/study-file.md");
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("study-file.md");
    std::fs::copy(&page, &copy).unwrap();
    let args = ["midfuse", "models", "--into"].map(Into::into);
    let worker = ["--worker", env!("CARGO_BIN_EXE_midfuse-worker")].map(Into::into);
    let done = midfuse_cli::run(args.into_iter().chain([copy.clone().into()]).chain(worker));
    assert_eq!(
        format!("{done:?}"),
        format!("{:?}", std::process::ExitCode::SUCCESS)
    );
    let read = |path: &Path| std::fs::read_to_string(path).unwrap();
    assert_eq!(
        read(&page),
        read(&copy),
        "run `cargo run -p midfuse-cli -- models --into docs/study-file.md`"
    );
}

#[test]
fn everything_says_what_it_is() {
    let mut program = Program::start();
    let catalogue = program.catalogue();
    for (what, entry) in catalogue.entries() {
        assert!(!entry.summary.is_empty(), "{what} {}", entry.name);
    }
    let names = |entries: &[Entry]| -> Vec<String> {
        entries.iter().map(|entry| entry.name.clone()).collect()
    };
    let kinds: Vec<(&str, Vec<String>)> = catalogue
        .encoders
        .iter()
        .map(|group| (group.kind.as_str(), names(&group.encoders)))
        .collect();
    let steps = ["gru", "lstm", "sequence-transformer"].map(str::to_owned);
    assert!(kinds.contains(&("sequence", steps.to_vec())));
    assert!(kinds.contains(&("text", steps.to_vec())));
    let raw = catalogue.strategy("early-raw").unwrap();
    assert_eq!(raw.needs.takes, Takes::RawFeatures);
    assert_eq!(raw.entry.from_data, ["d_in"]);
    let each = catalogue.strategies.iter().filter(|s| s.needs.per_modality);
    assert_eq!(each.count(), 1, "`single` alone");
    let early = &catalogue.strategy("early").unwrap().entry;
    assert_eq!(early.option("strategy", "depth").unwrap().default, 0);
    let mut training = catalogue.training.iter().map(|option| option.name.as_str());
    assert!(training.any(|name| name == "class_weights"));
    assert!(
        catalogue
            .training
            .iter()
            .all(|option| option.name != "epochs")
    );
}

#[test]
fn the_study_file_that_init_writes_names_what_is_there() {
    let mut program = Program::start();
    let catalogue = program.catalogue();
    for folder in [DIGITS, GROUPED, REGRESSION] {
        let cohort = Cohort::open(folder).unwrap();
        let trees = catalogue.baseline("trees").unwrap().unavailable.is_none();
        let text = template(Some((&cohort, "cohort")), trees);
        let file = StudyFile::parse(&text, "template").unwrap();
        let kind_of = |name: &str| Some(cohort.modality(name).ok()?.kind.name());
        file.check_strategies_of(&catalogue).unwrap();
        file.check_options_of(&catalogue, kind_of).unwrap();
        file.check_baselines_of(&catalogue).unwrap();
        let task = cohort.targets()[0].kind();
        file.check_baseline_tasks(&catalogue, task).unwrap();
    }
}
