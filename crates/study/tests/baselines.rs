//! Baselines in whole studies with the scripted worker: their arms, jobs, tests and words.
#![cfg(test)]

mod support;

use std::fs;

use midfuse_base::catalogue::ArmKind;
use midfuse_report::results::{Reference, Results};
use midfuse_study::{Error, conclude, dry_run, status, study};
use midfuse_wire::Stopped;
use support::{Kind, edit, fingerprint, options, study_file};

#[test]
fn a_baseline_is_an_arm_of_each_modality_and_a_reference_of_all() {
    let folder = tempfile::tempdir().unwrap();
    let file = study_file(folder.path(), Kind::Classes, "");
    edit(&file, "target =", "baselines = [\"descent\"]\ntarget =");
    let out = folder.path().join("out");
    // Three networks of two settings, three baselines of three, and a refit each, in three folds.
    let jobs = 3 * (3 * (2 * 2 + 1) + 3 * (2 * 3 + 1));
    assert_eq!(status(&file, &options(&out)).unwrap().jobs, jobs);
    let dry = dry_run(&file, &options(&out)).unwrap();
    assert_eq!((dry.jobs.total(), dry.arms.len()), (jobs, 6));

    let finished = study(&file, &options(&out)).unwrap();
    let results = &finished.results;
    let arms: Vec<(&str, ArmKind)> = results
        .arms
        .iter()
        .map(|arm| (arm.name.as_str(), arm.kind()))
        .collect();
    assert_eq!(
        arms,
        [
            ("single-a", ArmKind::Single),
            ("single-b", ArmKind::Single),
            ("concat", ArmKind::Fusion),
            ("descent-a", ArmKind::Baseline),
            ("descent-b", ArmKind::Baseline),
            ("descent", ArmKind::Baseline),
        ]
    );
    assert!(results.failed_arms().next().is_none());
    assert_eq!(
        results.study.inner_jobs + results.study.refits,
        results.arms.iter().map(|arm| arm.jobs).sum::<usize>()
    );
    let descent = &results.arms[5];
    assert_eq!((descent.trials.len(), descent.jobs), (3, 3 * (2 * 3 + 1)));
    assert_eq!(descent.stopped_by_limit, 0);
    for fold in &descent.folds {
        assert!(fold.epochs.is_empty() && fold.stopped == Stopped::Solved);
    }

    // The best single is any model of one modality, and a fusion alone is compared.
    let chosen = &results.best_single.as_ref().unwrap().chosen;
    assert!(chosen.iter().all(|name| name.ends_with("-a")), "{chosen:?}");
    let compared: Vec<(&str, &Reference)> = results
        .comparisons
        .iter()
        .map(|one| (one.arm.as_str(), &one.reference))
        .collect();
    let descent = Reference::Arm("descent".to_owned());
    assert_eq!(
        compared,
        [("concat", &Reference::BestSingle), ("concat", &descent)]
    );
    // One test in each family: Holm leaves both as they are.
    assert!(results.comparisons.iter().all(|one| one.p == one.p_holm));
    let gains: Vec<&str> = results
        .verdict
        .gains
        .iter()
        .map(|g| g.single.as_str())
        .collect();
    assert_eq!(gains, ["single-a", "single-b", "descent-a", "descent-b"]);
    assert_eq!(results.verdict.fusions.len(), 1);
    let against = &results.verdict.baselines;
    assert_eq!(against.len(), 1);
    assert_eq!(
        (against[0].fusion.as_str(), against[0].baseline.as_str()),
        ("concat", "descent")
    );

    let bytes = fs::read(out.join("results.json")).unwrap();
    assert_eq!(&serde_json::from_slice::<Results>(&bytes).unwrap(), results);
    let report = fs::read_to_string(&finished.report).unwrap();
    for part in [
        "descent (baseline)",
        "Against the baselines",
        "the baseline descent (raw features side by side)",
        "descent: 3",
    ] {
        assert!(report.contains(part), "the report says {part}");
    }
    assert!(!report.contains("learning curves of descent"));

    // What is declared for the sealed rows is every fusion, and no baseline.
    let (conclusion, _) = conclude(&file, &["descent".to_owned()], &options(&out)).unwrap();
    let of = |arm: &str| {
        conclusion
            .comparisons
            .iter()
            .find(|one| one.arm == arm)
            .unwrap()
    };
    assert!(of("concat").confirmatory && !of("descent").confirmatory);
}

#[test]
fn strategies_are_the_same_beside_a_baseline() {
    let without = tempfile::tempdir().unwrap();
    let with = tempfile::tempdir().unwrap();
    let files = [&without, &with].map(|folder| study_file(folder.path(), Kind::Numbers, ""));
    edit(&files[1], "target =", "baselines = [\"descent\"]\ntarget =");
    let outs = [&without, &with].map(|folder| folder.path().join("out"));
    let [plain, beside] = [0, 1].map(|i| study(&files[i], &options(&outs[i])).unwrap().results);
    assert_eq!(plain.arms[..], beside.arms[..3]);
    let jobs = |out: &std::path::Path| {
        let jobs = fs::read_dir(out.join("jobs")).unwrap();
        let names = jobs.map(|job| job.unwrap().file_name());
        names.collect::<std::collections::BTreeSet<_>>()
    };
    assert!(
        jobs(&outs[0]).is_subset(&jobs(&outs[1])),
        "the same jobs, by name"
    );
    let text = fs::read_to_string(outs[0].join("results.json")).unwrap();
    assert!(
        !text.contains("baseline"),
        "nothing new in a study without them"
    );
    assert_eq!(fingerprint(&outs[0]).len(), 3 + 9);
}

#[test]
fn what_is_no_baseline_is_refused_before_anything_runs() {
    let folder = tempfile::tempdir().unwrap();
    let file = study_file(folder.path(), Kind::Classes, "");
    edit(&file, "target =", "baselines = [\"descend\"]\ntarget =");
    let out = folder.path().join("out");
    let refused = |said: &str| {
        let error = study(&file, &options(&out)).unwrap_err();
        assert!(matches!(error, Error::StudyFile(_)), "{error:?}");
        assert!(error.to_string().contains(said), "{error}");
        assert!(!out.exists());
    };
    refused("baselines: no baseline `descend`: did you mean `descent`? There are descent");
    edit(
        &file,
        "[\"descend\"]",
        "[{ name = \"descent\", config = { rate = 1 } }]",
    );
    refused("baselines.descent.config: baseline `descent` has no option `rate`; there are lr");
    edit(&file, "{ name = \"descent\", config = { rate = 1 } }", "");
    edit(&file, "fusion = \"concat\"", "fusion = \"descent\"");
    refused("`descent` is a baseline: write `baselines = [\"descent\"]`");
}
