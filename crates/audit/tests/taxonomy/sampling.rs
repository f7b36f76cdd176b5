//! Rows 4 to 9: rows that depend on one another.

use midfuse_audit::check::{
    Code, Contents, Folds, Vectors, exact_duplicates, groups_on_both_sides, near_duplicates,
    time_overlap,
};

use super::{blocks, do_not_compile, normal};

/// Every fourth row is tested.
fn by_row(n: usize) -> Folds {
    Folds::new(
        n,
        &[(
            (0..n).filter(|row| row % 4 > 0).collect(),
            (0..n).step_by(4).collect(),
        )],
    )
}

/// Row 4: The same text twice, once on each side.
#[test]
fn row_04_exact_duplicates() {
    let hashes: Vec<Option<u128>> = (0..40)
        .map(|row| Some(if row == 9 { 4 } else { row }))
        .collect();
    let contents = Contents {
        name: "note",
        hashes: &hashes,
        expected_pairs: 0.0,
    };
    let found = exact_duplicates(&contents, None, None, Some(&by_row(40)));
    assert_eq!(found.len(), 1);
    assert!(found[0].code == Code::ExactDuplicate && blocks(&found[0]));
    assert_eq!(found[0].rows, [[4, 9]]);
}

/// Row 5: Half of the rows again, with a jitter of a hundredth.
#[test]
fn row_05_near_duplicates() {
    let value = |row: usize, k: usize| normal(0, &format!("{row}-{k}"));
    let vector = |row: usize| -> Option<Vec<f32>> {
        let jitter = |k: usize| if row < 200 { 0.0 } else { 0.01 * value(row, k) };
        Some(
            (0..20)
                .map(|k| (value(row % 200, k) + jitter(k)) as f32)
                .collect(),
        )
    };
    let rows: Vec<Option<Vec<f32>>> = (0..300).map(vector).collect();
    let vectors = Vectors {
        name: "table",
        rows: &rows,
    };
    let folds = Folds::new(300, &[((0..200).collect(), (200..300).collect())]);
    let found = near_duplicates(&vectors, None, None, Some(&folds)).unwrap();
    assert!(
        found.code == Code::NearDuplicate && blocks(&found),
        "{found:#?}"
    );
    assert!(found.rows.len() >= 95, "{} of 100", found.rows.len());
}

/// Row 6: Rows of a patient on both sides.
#[test]
fn row_06_groups_on_both_sides() {
    let patients: Vec<usize> = (0..200).map(|row| row / 10).collect();
    let found = groups_on_both_sides("patient", &patients, &by_row(200)).unwrap();
    assert!(found.code == Code::GroupOnBothSides && blocks(&found));
    do_not_compile(&[
        "k_fold_on_groups",
        "stratified_k_fold_on_groups",
        "shuffle_split_on_groups",
        "repeated_k_fold_on_groups",
        "inner_forgets_groups",
        "seal_by_rows",
    ]);
}

/// Row 7: Drugs are new, proteins are not: the axis that is shared is named.
#[test]
fn row_07_crossed_groups() {
    let (drugs, proteins): (Vec<usize>, Vec<usize>) =
        (0..100).map(|pair| (pair / 10, pair % 10)).unzip();
    let new_drugs = Folds::new(100, &[((0..80).collect(), (80..100).collect())]);
    assert_eq!(groups_on_both_sides("drug", &drugs, &new_drugs), None);
    let found = groups_on_both_sides("protein", &proteins, &new_drugs).unwrap();
    assert!(blocks(&found) && found.subject == "protein");
    do_not_compile(&["group_k_fold_on_crossed"]);
}

/// Row 8: Training rows from after the test rows.
#[test]
fn row_08_training_on_the_future() {
    let moments: Vec<(f64, f64)> = (0..40)
        .map(|day| (f64::from(day), f64::from(day)))
        .collect();
    let found = time_overlap(&moments, &by_row(40)).unwrap();
    assert_eq!(found.code, Code::TimeOverlap);
    do_not_compile(&[
        "k_fold_on_time",
        "bootstrap_on_time",
        "spans_of_rows_without_time",
    ]);
}

/// Row 9: Labels of 20 steps that overlap.
#[test]
fn row_09_overlapping_label_windows() {
    let spans: Vec<(f64, f64)> = (0..400)
        .map(|t| (f64::from(t), f64::from(t + 20)))
        .collect();
    assert!(blocks(&time_overlap(&spans, &by_row(400)).unwrap()));
    let purged = Folds::new(400, &[((0..279).collect(), (300..400).collect())]);
    assert_eq!(time_overlap(&spans, &purged), None);
}
