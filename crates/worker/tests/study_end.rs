//! The end of a study with the real worker: the sealed rows open once, and a saved model predicts.
#![cfg(test)]

mod study_support;

use std::process::Command;

use midfuse_study::{conclude, study};
use study_support::{few_digits, options, study_file};

#[test]
fn a_study_is_concluded_and_its_model_predicts() {
    let folder = tempfile::tempdir().unwrap();
    let cohort = folder.path().join("cohort");
    few_digits(&cohort, 120, false);
    let modalities = [("zernike", "mlp", ""), ("morphology", "mlp", "")];
    let file = study_file(folder.path(), "digit", &modalities, "");
    let out = folder.path().join("out");
    study(&file, &options(&out)).unwrap();
    let (conclusion, _) = conclude(&file, &[], &options(&out)).unwrap();
    assert_eq!(conclusion.comparisons.len(), 4);
    assert!(
        conclusion
            .comparisons
            .iter()
            .all(|c| c.confirmatory && c.p_holm >= c.p)
    );
    assert!(
        conclude(&file, &[], &options(&out)).is_err(),
        "the sealed rows open once"
    );

    let predictions = folder.path().join("predictions.csv");
    let status = Command::new(env!("CARGO_BIN_EXE_midfuse-worker"))
        .arg("predict")
        .args(["--model".as_ref(), out.join("final/concat").as_os_str()])
        .args(["--cohort".as_ref(), cohort.as_os_str()])
        .args(["--out".as_ref(), predictions.as_os_str()])
        .status()
        .unwrap();
    assert!(status.success());
    assert_eq!(
        std::fs::read_to_string(predictions)
            .unwrap()
            .lines()
            .count(),
        121,
        "a header and every row"
    );
}
