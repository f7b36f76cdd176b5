//! The figures of a conclusion.

use std::fs;

use midfuse_study::{conclude, study};

use super::support::options;
use super::{arm, hospital_cohort, read_checklist, row};

#[test]
fn the_sealed_rows_have_the_same_figures_and_the_checklist_says_that_they_are_open() {
    let folder = tempfile::tempdir().unwrap();
    let file = hospital_cohort(folder.path());
    let out = folder.path().join("out");
    let sealed = study(&file, &options(&out))
        .unwrap()
        .results
        .study
        .sealed_rows;
    let (conclusion, _) = conclude(&file, &[], &options(&out)).unwrap();
    assert_eq!(conclusion.clinical.units, sealed / 2);
    let concat = arm(&conclusion.clinical, "concat");
    assert!(concat.calibration[0].observed_expected.is_some());
    assert!(concat.instability.is_none(), "one model, one prediction");
    let page = fs::read_to_string(out.join("conclusion.html")).unwrap();
    assert!(page.contains("Scores on the sealed rows") && page.contains("O/E"));
    let checklist = read_checklist(&out);
    assert!(checklist.concluded);
    let separation = row(&checklist, "separation").answer.clone().unwrap();
    assert!(separation.contains("were opened once"), "{separation}");
    let uncertainty = row(&checklist, "uncertainty").answer.clone().unwrap();
    assert!(uncertainty.contains("On the sealed rows"), "{uncertainty}");
}
