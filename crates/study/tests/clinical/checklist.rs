//! The checklist of a study.

use std::fs;

use midfuse_report::checklist::Status;
use midfuse_report::results::UnitKind;
use midfuse_study::study;

use super::support::{Kind, options, study_file};
use super::{hospital_study, read_checklist, row};

#[test]
fn the_checklist_says_what_the_study_knows_and_no_more() {
    let (out, finished) = hospital_study();
    let results = &finished.results;
    let checklist = read_checklist(out);
    let answer = |id: &str| row(&checklist, id).answer.clone().unwrap();
    let says = |id: &str, what: &str| {
        assert!(answer(id).contains(what), "{id}: {}", answer(id));
    };
    says("counts", "180 rows of 90 groups");
    says("counts", &format!("{} sealed", results.study.sealed_rows));
    says(
        "counts",
        &format!("{} of them ill", results.clinical.events.unwrap()),
    );
    says("dataset", &results.study.cohort_sha256);
    says("dependencies", "grouped");
    says(
        "evaluation",
        "3 outer folds by stratified-group-k-fold, drawn 2 times",
    );
    says("separation", "have not been opened");
    let disclosed = finished.timings.ledger_disclosures;
    assert!(disclosed > 0);
    says("separation", &format!("{disclosed} disclosures"));
    let scan = &results.population.modalities[1];
    assert!(scan.absent > 0 && scan.absent_by_class.iter().sum::<usize>() == scan.absent);
    says(
        "missing-data",
        &format!("scan: absent in {} of", scan.absent),
    );
    says("fairness", "sex, age");
    says("output", "0.3");
    says("class-imbalance", &results.recalibration_sentence());
    says(
        "uncertainty",
        &format!("{:.4}", results.arms[2].scores["log-loss"].mean),
    );
    for item in &checklist.items {
        assert_eq!(
            item.answer.is_none(),
            item.status == Status::Person,
            "{}",
            item.id
        );
        assert_eq!(
            item.person.is_none(),
            item.status == Status::Study,
            "{}",
            item.id
        );
    }
    // What lies outside of a computation.
    for id in [
        "population",
        "motivation",
        "source",
        "sampling-frame",
        "sample-size",
        "representative",
        "model-choice",
        "legitimate-features",
        "external-validity",
        "ethics",
        "funding",
        "involvement",
    ] {
        assert_eq!(row(&checklist, id).status, Status::Person, "{id}");
    }
    let text = fs::read_to_string(out.join("checklist.md")).unwrap();
    assert!(text.contains("**A person must answer:**"));
    assert_eq!(
        text.lines().filter(|line| line.ends_with(" | |")).count(),
        checklist.items.len()
    );
}

#[test]
fn numbers_are_calibrated_and_what_is_not_stated_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let file = study_file(folder.path(), Kind::Numbers, "");
    let out = folder.path().join("out");
    let finished = study(&file, &options(&out)).unwrap();
    let clinical = &finished.results.clinical;
    assert_eq!((clinical.unit, clinical.events), (UnitKind::Row, None));
    let calibration = &clinical.arms[0].calibration[0];
    assert!(clinical.arms[0].notes.is_empty());
    assert!(calibration.slope.is_some() && calibration.mean_error.is_some());
    assert!(clinical.arms[0].decision.is_empty());
    let report = fs::read_to_string(&finished.report).unwrap();
    assert!(report.contains("mean true value") && !report.contains("Decision curve"));
    assert!(report.contains("names no column as clinical.subgroups"));
    let checklist = read_checklist(&out);
    for id in ["fairness", "heterogeneity", "participants", "poor-input"] {
        assert_eq!(row(&checklist, id).status, Status::Person, "{id}");
    }
}
