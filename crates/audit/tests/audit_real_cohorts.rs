//! The audit on real cohorts, where these are on the machine.
#![cfg(test)]

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use midfuse_audit::{Audit, AuditFinding, AuditOptions, Code, Severity, audit};
use midfuse_base::Seed;
use midfuse_data::source::SourceOptions;

/// The folder of a data set; says so where it is absent.
fn data(name: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let root = std::env::var_os("MIDFUSE_SHARED_DATA").map_or(beside, PathBuf::from);
    let folder = root.join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    if let Some(log) = std::env::var_os("MIDFUSE_SKIPPED") {
        let mut log = fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(log)
            .unwrap();
        writeln!(
            log,
            "audit_real_cohorts: no data set {name}; name its folder in MIDFUSE_SHARED_DATA"
        )
        .unwrap();
    }
    None
}

/// Lines of a CSV without quotes, by column.
fn columns(file: &Path) -> Vec<HashMap<String, String>> {
    let text = fs::read_to_string(file).unwrap();
    let mut lines = text.lines();
    let head: Vec<&str> = lines.next().unwrap().split(',').collect();
    lines
        .map(|line| {
            head.iter()
                .zip(line.split(','))
                .map(|(&name, cell)| (name.to_owned(), cell.to_owned()))
                .collect()
        })
        .collect()
}

/// A split file that holds a quarter of the units out: `rows` are ids with their units.
fn split(file: &Path, rows: &[(String, String)]) {
    let mut csv = "fold,side,row\n".to_owned();
    for (id, unit) in rows {
        let side = if Seed(5).hash(unit.as_bytes()).is_multiple_of(4) {
            "test"
        } else {
            "train"
        };
        writeln!(csv, "0,{side},{id}").unwrap();
    }
    fs::write(file, csv).unwrap();
}

fn by_row(file: &Path, ids: std::ops::Range<usize>) {
    let rows: Vec<(String, String)> = ids.map(|row| (row.to_string(), row.to_string())).collect();
    split(file, &rows);
}

fn finding<'a>(audit: &'a Audit, code: Code, subject: &str) -> &'a AuditFinding {
    let found = audit
        .findings
        .iter()
        .find(|f| f.code == code && f.subject == subject);
    found.unwrap_or_else(|| panic!("no {} of {subject}: {}", code.name(), audit.summary()))
}

#[test]
fn lgg_split_by_slice_is_flagged_and_by_patient_is_not() {
    let Some(folder) = data("lgg-mri-genomic") else {
        return;
    };
    let patients: HashMap<String, HashMap<String, String>> = columns(&folder.join("patients.csv"))
        .into_iter()
        .map(|row| (row["Patient"].clone(), row))
        .collect();
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let mut csv = "id,patient,image,age,gender,grade\n".to_owned();
    let (mut slices, mut whole) = (Vec::new(), Vec::new());
    for slice in columns(&folder.join("slices.csv")) {
        let Some(patient) = patients.get(&slice["patient"]) else {
            continue;
        };
        let grade = &patient["neoplasm_histologic_grade"];
        if grade.is_empty() {
            continue;
        }
        let id = slice["image"]
            .trim_start_matches("images/")
            .trim_end_matches(".png")
            .to_owned();
        writeln!(
            csv,
            "{id},{},{},{},{},grade {grade}",
            slice["patient"],
            slice["image"],
            patient["age_at_initial_pathologic"],
            patient["gender"]
        )
        .unwrap();
        slices.push((id.clone(), id.clone()));
        whole.push((id, slice["patient"].clone()));
    }
    let (table, by_slice, by_patient) = (
        dir.join("lgg.csv"),
        dir.join("slice.csv"),
        dir.join("patient.csv"),
    );
    fs::write(&table, csv).unwrap();
    split(&by_slice, &slices);
    split(&by_patient, &whole);
    let options = |splits: &Path, group: bool, image: bool| AuditOptions {
        splits: Some(splits.to_owned()),
        source: SourceOptions {
            target: Some("grade".into()),
            groups: group.then(|| "patient".to_owned()).into_iter().collect(),
            exclude: if image {
                Vec::new()
            } else {
                vec!["image".into()]
            },
            ..SourceOptions::default()
        },
        files: image.then(|| "image".to_owned()).into_iter().collect(),
        folder: image.then(|| folder.clone()),
        ..AuditOptions::default()
    };
    let torn = audit(&table, &options(&by_slice, true, false)).unwrap();
    assert_eq!(
        finding(&torn, Code::GroupOnBothSides, "patient").severity,
        Severity::Blocking
    );
    // Nobody said what the patient is.
    let undeclared = audit(&table, &options(&by_slice, false, false)).unwrap();
    assert_eq!(
        finding(&undeclared, Code::UndeclaredGroup, "patient").severity,
        Severity::Blocking
    );
    let kept = audit(&table, &options(&by_patient, true, true)).unwrap();
    assert!(!kept.is_blocked(), "{:?}", kept.findings);
}

#[test]
fn azimuth_predictions_tell_the_target_and_30mers_repeat() {
    let Some(folder) = data("azimuth-crispr") else {
        return;
    };
    let dir = tempfile::tempdir().unwrap();
    let splits = dir.path().join("folds.csv");
    // pandas wrote the names of rows, from 0, into a column without a name.
    by_row(&splits, 0..5310);
    let options = AuditOptions {
        splits: Some(splits),
        source: SourceOptions {
            target: Some("score_drug_gene_rank".into()),
            text: vec!["30mer".into()],
            ..SourceOptions::default()
        },
        ..AuditOptions::default()
    };
    let found = audit(&folder.join("FC_plus_RES_withPredictions.csv"), &options).unwrap();
    finding(&found, Code::PostOutcomeName, "predictions");
    finding(&found, Code::ColumnNamesTarget, "score_drug_gene_threshold");
    let copies = finding(&found, Code::ExactDuplicate, "text");
    assert_eq!(copies.severity, Severity::Blocking);
    assert!(copies.sets > 300, "{}", copies.sets);
}

#[test]
fn mtsamples_repeat_notes_under_several_specialties() {
    let Some(folder) = data("mtsamples") else {
        return;
    };
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let mut csv = String::new();
    let packed = fs::File::open(folder.join("mtsamples.csv.gz")).unwrap();
    flate2::read::GzDecoder::new(packed)
        .read_to_string(&mut csv)
        .unwrap();
    fs::write(dir.join("notes.csv"), csv).unwrap();
    let rows: Vec<(String, String)> = (1..=4999)
        .map(|row| (row.to_string(), row.to_string()))
        .collect();
    let options = |splits: Option<PathBuf>| AuditOptions {
        splits,
        source: SourceOptions {
            id: Some("note_id".into()),
            target: Some("medical_specialty".into()),
            text: vec!["transcription".into()],
            exclude: ["text_sha1", "description", "sample_name", "keywords"]
                .map(str::to_owned)
                .to_vec(),
            ..SourceOptions::default()
        },
        ..AuditOptions::default()
    };
    let found = audit(&dir.join("notes.csv"), &options(None)).unwrap();
    let known: HashSet<&String> = found
        .findings
        .iter()
        .flat_map(|f| f.rows.iter().flatten())
        .collect();
    let copies = finding(&found, Code::ExactDuplicate, "text");
    let conflicts = finding(&found, Code::LabelConflict, "text");
    assert!(copies.strength > 0.9 && copies.sets > 2000, "{copies:?}");
    assert!(conflicts.sets > 2000, "{conflicts:?}");
    let splits = dir.join("folds.csv");
    let rows: Vec<(String, String)> = rows
        .into_iter()
        .filter(|(id, _)| known.contains(id))
        .collect();
    split(&splits, &rows);
    let torn = audit(&dir.join("notes.csv"), &options(Some(splits))).unwrap();
    assert_eq!(
        finding(&torn, Code::ExactDuplicate, "text").severity,
        Severity::Blocking
    );
}

#[test]
fn yeast_pairs_share_proteins() {
    let Some(folder) = data("yeast-ppi") else {
        return;
    };
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let pairs = fs::read_to_string(folder.join("protein.actions.tsv")).unwrap();
    let table = dir.join("pairs.tsv");
    fs::write(&table, format!("protein_a\tprotein_b\tinteracts\n{pairs}")).unwrap();
    let splits = dir.join("folds.csv");
    by_row(&splits, 1..pairs.lines().count() + 1);
    let options = AuditOptions {
        splits: Some(splits),
        source: SourceOptions {
            target: Some("interacts".into()),
            groups: vec!["protein_a".into(), "protein_b".into()],
            ..SourceOptions::default()
        },
        ..AuditOptions::default()
    };
    let found = audit(&table, &options).unwrap();
    for axis in ["protein_a", "protein_b", "protein_a, protein_b"] {
        assert_eq!(
            finding(&found, Code::GroupOnBothSides, axis).severity,
            Severity::Blocking
        );
    }
    assert!(finding(&found, Code::GroupOnBothSides, "protein_a, protein_b").strength > 0.9);
    let rows: HashSet<&String> = found
        .findings
        .iter()
        .flat_map(|f| f.rows.iter().flatten())
        .collect();
    assert!(!rows.is_empty());
}
