//! What strategies add to columns that are known without them.

use std::fs;
use std::path::{Path, PathBuf};

use midfuse_report::results::ClinicalBaseline;
use midfuse_study::{Finished, conclude, study};

use super::support::{Kind, options, study_file};

fn with_baseline(folder: &Path, kind: Kind, columns: &str) -> PathBuf {
    let file = study_file(folder, kind, "");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, format!("{text}\n[clinical]\nbaseline = {columns}\n")).unwrap();
    file
}

fn run(folder: &Path, kind: Kind, columns: &str) -> Result<Finished, String> {
    let file = with_baseline(folder, kind, columns);
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
fn the_sealed_rows_say_again_what_a_strategy_adds() {
    for kind in [Kind::Classes, Kind::TimedNumbers] {
        let folder = tempfile::tempdir().unwrap();
        let file = with_baseline(folder.path(), kind, "[\"b_x\", \"b_y\"]");
        let out = folder.path().join("out");
        study(&file, &options(&out)).unwrap();
        // What the models of the outer folds said is needed, and asked for before the rows open.
        let (there, away) = (out.join("predictions.parquet"), folder.path().join("away"));
        fs::rename(&there, &away).unwrap();
        let refused = conclude(&file, &[], &options(&out)).unwrap_err();
        assert!(
            refused.to_string().contains("predictions.parquet"),
            "{refused}"
        );
        fs::rename(&away, &there).unwrap();

        let (conclusion, _) = conclude(&file, &[], &options(&out)).unwrap();
        let known = conclusion.clinical_baseline.as_ref().unwrap();
        assert_eq!(known.columns, ["b_x", "b_y"]);
        assert_eq!(known.failures, []);
        let added = known.added.iter().map(|added| added.gain.arm.as_str());
        let arms = conclusion.arms.iter().map(|arm| arm.arm.as_str());
        assert_eq!(added.collect::<Vec<_>>(), arms.collect::<Vec<_>>());
        let (metric, alone) = (&conclusion.metric, known.alone.as_ref().unwrap());
        for added in &known.added {
            let difference = alone.scores[metric] - added.sealed.scores[metric];
            let gain = &added.gain;
            // Losses: the metrics of both kinds.
            assert!((gain.improvement - difference).abs() < 1e-12, "{gain:?}");
            assert_eq!(gain.against, "clinical columns");
            assert!(gain.p_holm >= gain.p && gain.p.is_some() && !gain.confirmatory);
            assert!(gain.lower <= gain.upper && gain.lower.is_some());
        }
        // `a` tells the classes well, and `b` is what is known already.
        if kind == Kind::Classes {
            assert!(known.added[0].gain.arm == "single-a");
            assert!(known.added[0].gain.improvement > 0.1, "{known:?}");
        }
        let page = fs::read_to_string(out.join("conclusion.html")).unwrap();
        let best = format!("with {}", conclusion.arms[0].arm);
        assert!(page.contains("Beyond what is known") && page.contains(&best));
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
