//! The bundled cohorts open, hold what their README says, and survive stripping.
#![cfg(test)]

use std::path::PathBuf;

use midfuse_data::ndarray::Axis;
use midfuse_data::{
    Cohort, ImageData, ImageShape, ModalityData, ModalityKind, SequenceShape, TabularShape, Targets,
};

fn bundled(name: &str) -> Cohort {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples/data");
    Cohort::open(root.join(name)).unwrap()
}

#[test]
fn digits() {
    let cohort = bundled("digits");
    let summary = cohort.summary().unwrap();
    // The source has six pairs of identical rows; its README says so.
    assert_eq!((summary.rows, summary.duplicates), (2000, 6), "{summary}");
    assert_eq!(summary.warnings.len(), 1, "{summary}");
    assert!(
        summary
            .modalities
            .iter()
            .all(|m| m.present == 2000 && m.missing_cells == 0)
    );
    let digit = cohort.target("digit").unwrap();
    let (classes, Targets::Class(labels)) = (digit.task.classes(), &digit.targets) else {
        panic!("digit is a class");
    };
    let expected: Vec<String> = (0..10).map(|digit| digit.to_string()).collect();
    assert_eq!(classes, expected);
    assert!((0..10).all(|class| labels.iter().filter(|&&label| label == class).count() == 200));
    let kind = |name: &str| cohort.modality(name).unwrap().kind.clone();
    assert_eq!(
        kind("pixels"),
        ModalityKind::Image(ImageShape {
            channels: 1,
            height: 16,
            width: 15
        })
    );
    assert_eq!(
        kind("profiles"),
        ModalityKind::Sequence(SequenceShape {
            max_len: 18,
            features: 12
        })
    );
    let ModalityKind::Tabular(TabularShape {
        numeric,
        categorical,
    }) = kind("zernike")
    else {
        panic!("zernike is a table");
    };
    assert_eq!((numeric.len(), categorical.len()), (47, 0));
    let ModalityData::Image(ImageData { pixels, .. }) = cohort.load_all("pixels").unwrap() else {
        panic!("pixels are images");
    };
    assert!(
        pixels
            .iter()
            .all(|&p| (0.0..=6.0).contains(&p) && p.fract() == 0.0)
    );
}

#[test]
fn synthetic_cohorts() {
    let grouped = bundled("grouped-absent").summary().unwrap();
    assert_eq!(
        (grouped.rows, grouped.groups, grouped.duplicates),
        (120, Some(30), 0)
    );
    assert!(grouped.warnings.is_empty(), "{grouped}");
    assert!(
        grouped
            .modalities
            .iter()
            .all(|m| (60..120).contains(&m.present)),
        "{grouped}"
    );
    assert!(grouped.modalities[2].missing_cells > 0);

    let regression = bundled("regression").summary().unwrap();
    assert_eq!((regression.rows, regression.groups), (150, None));
    assert!(regression.warnings.is_empty(), "{regression}");
}

/// A digit drawn as text: whoever changes the layout of the pixels sees it here.
#[test]
fn a_digit_stands_upright() {
    let cohort = bundled("digits");
    let Targets::Class(labels) = &cohort.target("digit").unwrap().targets else {
        panic!("digit is a class");
    };
    let sevens: Vec<usize> = (0..2000).filter(|&row| labels[row] == 7).collect();
    let ModalityData::Image(ImageData { pixels, .. }) = cohort.load("pixels", &sevens).unwrap()
    else {
        panic!("pixels are images");
    };
    let mean = pixels.mean_axis(Axis(0)).unwrap();
    let ink = |rows: std::ops::Range<usize>, columns: std::ops::Range<usize>| {
        let pixels = rows.flat_map(|y| columns.clone().map(move |x| (y, x)));
        let values: Vec<f32> = pixels.map(|(y, x)| mean[[0, y, x]]).collect();
        values.iter().sum::<f32>() / values.len() as f32
    };
    // A seven has a bar on top and nothing in its lower right corner.
    assert!(ink(0..4, 0..15) > 2.0 * ink(12..16, 9..15));
    assert!(ink(0..4, 0..7) > 2.0 * ink(6..10, 0..4));
}
