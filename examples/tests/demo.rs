//! The studies of the demonstration are valid, down to the options of each encoder.
#![cfg(test)]

use std::fs;
use std::path::Path;

use midfuse_study::{Options, WorkerCommand, dry_run};

#[test]
fn the_studies_of_the_demonstration_can_run() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().unwrap();
    let mut seen = 0;
    for file in fs::read_dir(examples.join("demo")).unwrap() {
        let worker = WorkerCommand::new(env!("CARGO_BIN_EXE_own_fusion_worker"));
        let plan = dry_run(&file.unwrap().path(), &Options::new(folder.path(), worker)).unwrap();
        let names: Vec<&str> = plan.arms.iter().map(|(name, _, _)| name.as_str()).collect();
        assert_eq!(names.len(), 5, "{names:?}");
        assert_eq!(plan.jobs.total(), 75);
        seen += 1;
    }
    assert_eq!(seen, 3);
}
