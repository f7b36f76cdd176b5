//! Whole studies on every kind of cohort: absent modalities, groups, a regression.
#![cfg(test)]

mod study_support;

use midfuse_data::ndarray::Array2;
use midfuse_data::{CohortWriter, EmbeddingData};
use midfuse_study::{Finished, study};
use study_support::{bundled, copy, few_digits, no_and_yes, options, study_file};

fn check(finished: &Finished, singles: usize) {
    let results = &finished.results;
    for arm in &results.arms {
        assert!(arm.is_complete(), "{}: {:?}", arm.name, arm.failures);
        assert_eq!(arm.folds.len(), 2);
        assert!(
            arm.n_parameters > 0 && arm.flops_per_row > 0,
            "{}",
            arm.name
        );
        for score in arm.folds.iter().flat_map(|fold| fold.scores.values()) {
            assert!(score.is_finite(), "{}", arm.name);
        }
    }
    assert_eq!(
        results.arms.iter().filter(|arm| arm.is_single()).count(),
        singles
    );
    assert_eq!(results.comparisons.len(), 4);
    assert!(results.best_single.is_some());
    assert!(finished.report.is_file());
}

#[test]
fn digits_with_absent_images() {
    let folder = tempfile::tempdir().unwrap();
    few_digits(&folder.path().join("cohort"), 150, true);
    let modalities = [
        ("pixels", "conv-net", ""),
        ("profiles", "gru", ""),
        ("zernike", "mlp", ""),
    ];
    let file = study_file(folder.path(), "digit", &modalities, "");
    let finished = study(&file, &options(&folder.path().join("out"))).unwrap();
    check(&finished, 3);
}

#[test]
fn visits_of_patients_with_absent_modalities() {
    let folder = tempfile::tempdir().unwrap();
    copy(&bundled("grouped-absent"), &folder.path().join("cohort"));
    let modalities = [
        ("scan", "conv-net", ""),
        ("monitor", "lstm", ""),
        ("clinic", "ft-transformer", ""),
    ];
    let file = study_file(folder.path(), "outcome", &modalities, "");
    let finished = study(&file, &options(&folder.path().join("out"))).unwrap();
    check(&finished, 3);
    let study = &finished.results.study;
    assert_eq!(study.groups, Some(30));
    assert_eq!(study.sealed_rows + study.development_rows, 120);
}

#[test]
fn a_number_from_a_curve_and_a_table() {
    let folder = tempfile::tempdir().unwrap();
    copy(&bundled("regression"), &folder.path().join("cohort"));
    let modalities = [("curve", "sequence-transformer", ""), ("recipe", "mlp", "")];
    let file = study_file(folder.path(), "strength", &modalities, "");
    let finished = study(&file, &options(&folder.path().join("out"))).unwrap();
    check(&finished, 2);
    assert_eq!(finished.results.study.metric, "mse");
}

/// Vectors of two made-up models for 80 patients of two classes; some lack one of them.
fn embeddings(to: &std::path::Path) {
    const N: usize = 80;
    let noise = |i: usize| ((i * 7919 + 13) % 101) as f32 / 101.0 - 0.5;
    let labels: Vec<usize> = (0..N).map(|row| (row * 5 / 3) % 2).collect();
    let rows = no_and_yes("outcome", &labels);
    let mut writer = CohortWriter::create(to, rows).unwrap();
    for (name, d, lacks) in [("slide", 12, 7), ("report", 5, 11)] {
        let present: Vec<bool> = (0..N).map(|row| row % lacks != 0).collect();
        let value = |(row, j): (usize, usize)| {
            if present[row] {
                labels[row] as f32 * (j % 3) as f32 + 2.0 * noise(row * d + j)
            } else {
                0.0
            }
        };
        let vectors = Array2::from_shape_fn((N, d), value);
        let data = EmbeddingData { vectors, present };
        writer.modality(name, &data.into()).unwrap();
    }
    writer.finish().unwrap();
}

#[test]
fn embeddings_with_absent_vectors() {
    let folder = tempfile::tempdir().unwrap();
    embeddings(&folder.path().join("cohort"));
    let modalities = [("slide", "linear", "d_out = 16"), ("report", "mlp", "")];
    let raw = "[[strategies]]\nfusion = \"early-raw\"\n";
    let file = study_file(folder.path(), "outcome", &modalities, raw);
    let finished = study(&file, &options(&folder.path().join("out"))).unwrap();
    let arms = &finished.results.arms;
    for arm in arms {
        assert!(arm.is_complete(), "{}: {:?}", arm.name, arm.failures);
    }
    assert_eq!(arms.iter().filter(|arm| arm.is_single()).count(), 2);
    assert!(arms.iter().any(|arm| arm.name == "early-raw"));
    let page = std::fs::read_to_string(&finished.report).unwrap();
    assert!(
        page.contains("a vector of 12 values"),
        "the report names the shape"
    );
}
