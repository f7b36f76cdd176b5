//! Rows 10, 17, 18 and 20: what the rows hold, and what they stand for.

use midfuse_audit::check::{
    Absence, Code, Column, Target, Values, metadata_columns, target_bearing_missingness,
    target_columns, unaligned_pairs,
};
use midfuse_base::Seed;
use midfuse_eval::ledger::{Declaration, Ledger};

use super::{blocks, normal, uniform};

fn labels(n: usize) -> Vec<usize> {
    (0..n)
        .map(|row| usize::from(uniform(4, &format!("y{row}")) < 0.5))
        .collect()
}

fn numbers(name: &str, values: Vec<f64>) -> Column {
    Column {
        name: name.into(),
        values: Values::Numbers(values),
    }
}

/// Row 10: The label is written in a column, in the size of a file, and in which modality is missing.
#[test]
fn row_10_illegitimate_inputs() {
    let labels = labels(120);
    let target = Target::Classes(&labels);
    let written = |scale: f64, key: &str| -> Vec<f64> {
        labels
            .iter()
            .enumerate()
            .map(|(row, &label)| scale * label as f64 + uniform(1, &format!("{key}{row}")))
            .collect()
    };
    let found = target_columns(&[numbers("treatment", written(3.0, "t"))], &target, None);
    assert!(found.len() == 1 && blocks(&found[0]));
    let found = metadata_columns(&[numbers("file size of scan", written(2.0, "s"))], &target);
    assert_eq!(
        found.first().map(|found| found.code),
        Some(Code::MetadataTellsTarget)
    );
    let missing = Absence {
        name: "scan".into(),
        missing: labels.iter().map(|&label| label == 1).collect(),
    };
    let found = target_bearing_missingness(&[missing], &target);
    assert!(found.len() == 1 && blocks(&found[0]));
}

/// Row 17: The second modality is paired anew within each class, or sorted by the label in its file.
#[test]
fn row_17_misaligned_pairs() {
    let labels = labels(160);
    let target = Target::Classes(&labels);
    // Both see the class, and a trait of the patient.
    let modality = |name: &str, patient: &dyn Fn(usize) -> usize| -> Vec<Vec<f64>> {
        let value = |row: usize, k: usize| {
            let of = patient(row);
            labels[of] as f64
                + 0.8 * normal(2, &format!("trait {of}"))
                + normal(2, &format!("{name} {of}-{k}"))
        };
        (0..4)
            .map(|k| (0..160).map(|row| value(row, k)).collect())
            .collect()
    };
    let own = |row: usize| row;
    let next_of_class = |row: usize| {
        let after = (1..160).map(|step| (row + step) % 160);
        after
            .into_iter()
            .find(|&other| labels[other] == labels[row])
            .unwrap()
    };
    let image = modality("image", &own);
    let names = ["image", "note"];
    let found = unaligned_pairs(
        names,
        &image,
        &modality("note", &next_of_class),
        &target,
        Seed(0),
    )
    .unwrap();
    assert_eq!(found.code, Code::UnalignedPairs);
    assert_eq!(
        unaligned_pairs(names, &image, &modality("note", &own), &target, Seed(0)),
        None
    );

    let mut sorted = labels.clone();
    sorted.sort_unstable();
    let position = numbers(
        "position in the row table",
        (0..160).map(f64::from).collect(),
    );
    let found = metadata_columns(&[position], &Target::Classes(&sorted));
    assert_eq!(
        found.first().map(|found| found.code),
        Some(Code::MetadataTellsTarget)
    );
}

/// Row 18: An encoder that may have seen the test rows cannot be told: its provenance is recorded.
#[test]
fn row_18_pre_training() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.jsonl");
    let declaration = Declaration::Pretrained {
        encoder: "image".into(),
        provenance: "ImageNet-1k, torchvision ResNet18_Weights.IMAGENET1K_V1".into(),
        weights: "f37072fd".into(),
    };
    for _ in 0..2 {
        Ledger::open(&path)
            .unwrap()
            .declare(declaration.clone())
            .unwrap();
    }
    assert_eq!(
        Ledger::open(&path).unwrap().declarations().unwrap(),
        [declaration]
    );
    // It cannot be rewritten afterwards.
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("ImageNet-1k", "nothing")).unwrap();
    assert!(Ledger::open(&path).is_err());
}

/// Row 20: Complete cases only, and a modality that is missing where the outcome is bad: the missingness is
/// found, and what the score is meant to speak of is recorded.
#[test]
fn row_20_sampling_bias() {
    let labels = labels(200);
    let missing =
        |row: usize| uniform(7, &format!("m{row}")) < if labels[row] == 1 { 0.7 } else { 0.1 };
    let absence = Absence {
        name: "biopsy".into(),
        missing: (0..200).map(missing).collect(),
    };
    let found = target_bearing_missingness(&[absence], &Target::Classes(&labels));
    assert_eq!(
        found.first().map(|found| found.code),
        Some(Code::MissingnessTellsTarget)
    );
    let ledger = Ledger::in_memory();
    let claim = Declaration::Claim {
        population: "adults with suspected glioma".into(),
        unit: "patient".into(),
    };
    ledger.declare(claim.clone()).unwrap();
    assert_eq!(ledger.declarations().unwrap(), [claim]);
}
