//! What strategies add to columns that are known without them.

use std::fs;
use std::path::Path;

use midfuse_report::results::ClinicalBaseline;
use midfuse_study::{Finished, study};

use super::support::{Kind, options, study_file};

fn run(folder: &Path, kind: Kind, columns: &str) -> Result<Finished, String> {
    let file = study_file(folder, kind, "");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, format!("{text}\n[clinical]\nbaseline = {columns}\n")).unwrap();
    study(&file, &options(&folder.join("out"))).map_err(|error| error.to_string())
}

fn improvement(known: &ClinicalBaseline, arm: &str) -> f64 {
    let added = known.added.iter().find(|added| added.gain.arm == arm);
    added.unwrap().gain.improvement
}

#[test]
fn a_strategy_adds_to_columns_that_know_less() {
    for kind in [
        Kind::Classes,
        Kind::Groups,
        Kind::Numbers,
        Kind::TimedNumbers,
    ] {
        let folder = tempfile::tempdir().unwrap();
        let finished = run(folder.path(), kind, "[\"b_x\", \"b_y\"]").unwrap();
        let results = &finished.results;
        let known = results.clinical_baseline.as_ref().unwrap();
        assert_eq!(known.columns, ["b_x", "b_y"]);
        assert_eq!(known.failures, []);
        let arms: Vec<&str> = results.arms.iter().map(|arm| arm.name.as_str()).collect();
        let added = known.added.iter().map(|added| added.gain.arm.as_str());
        assert_eq!(added.collect::<Vec<_>>(), arms);
        let (of_a, of_b) = (
            improvement(known, "single-a"),
            improvement(known, "single-b"),
        );
        // `a` tells the target well, and `b` is what is known already; the scripted worker learns numbers
        // of a thousand hardly at all.
        if matches!(kind, Kind::Classes | Kind::Groups) {
            assert!(of_a > 0.1 && of_a > 2.0 * of_b, "{of_a} {of_b}");
        }
        let metric = &results.study.metric;
        let prior = results.prior_loss.iter().sum::<f64>() / results.prior_loss.len() as f64;
        let alone = known.scores[metric].mean;
        assert!(alone < 1.2 * prior, "{alone} {prior}");
        let folds = results.prior_loss.len();
        let differences = known.added.iter().map(|added| added.gain.differences.len());
        assert!(differences.into_iter().all(|n| n == folds));
        let page = fs::read_to_string(&finished.report).unwrap();
        assert!(page.contains("Beyond what is known") && page.contains("with single-a"));
    }
}

#[test]
fn columns_that_cannot_be_known_are_refused() {
    for (columns, said) in [
        ("[\"outcome\"]", "clinical.baseline: `outcome` is a target"),
        ("[\"b_z\"]", "clinical.baseline: "),
        ("[\"id\"]", "clinical.baseline: `id` is the id of the rows"),
        ("[\"b_x\", \"b_x\"]", "clinical.baseline: "),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let refused = run(folder.path(), Kind::Classes, columns).unwrap_err();
        assert!(refused.contains(said), "{refused}");
    }
}
