//! What workers open: no target, no other row, and the same content.
#![cfg(test)]

mod folders;

use std::path::PathBuf;

use folders::{files, folder};
use midfuse_data::{Cohort, Defect, ModalityData, RowTable, SequenceData, TextData};

fn bundled(name: &str) -> Cohort {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples/data");
    Cohort::open(root.join(name)).unwrap()
}

/// Equal, where a missing cell equals a missing cell.
fn same(a: &ModalityData, b: &ModalityData) -> bool {
    format!("{a:?}") == format!("{b:?}")
}

#[test]
fn content_stays_and_the_rest_goes() {
    let dir = tempfile::tempdir().unwrap();
    for (name, keep) in [
        ("grouped-absent", vec![7, 3, 99, 0, 45]),
        ("regression", (0..150).rev().collect()),
        ("digits", vec![1999, 5]),
    ] {
        let cohort = bundled(name);
        let out = dir.path().join(name);
        cohort
            .write_stripped(&out, &keep, |id| format!("n-{id}"))
            .unwrap();
        let stripped = Cohort::open(&out).unwrap();
        let ids: Vec<String> = keep
            .iter()
            .map(|&row| format!("n-{}", cohort.ids()[row]))
            .collect();
        assert_eq!(stripped.ids(), ids);
        assert!(stripped.targets().is_empty() && stripped.groups().is_none());
        assert!(stripped.times().is_none() && stripped.manifest().name.is_none());
        assert_eq!(stripped.modalities(), cohort.modalities());
        for modality in cohort.modalities() {
            let before = cohort.load(&modality.name, &keep).unwrap();
            let after = stripped.load_all(&modality.name).unwrap();
            assert!(same(&before, &after), "{name}: {}", modality.name);
        }
        let hashes = cohort.row_hashes().unwrap();
        let kept: Vec<[u8; 32]> = keep.iter().map(|&row| hashes[row]).collect();
        assert_eq!(stripped.row_hashes().unwrap(), kept, "{name}");
    }
}

/// Every file is searched for the names of what was left out.
#[test]
fn nothing_tells_of_what_was_left_out() {
    let cohort = bundled("grouped-absent");
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("stripped");
    let keep: Vec<usize> = (0..60).collect();
    cohort.write_stripped(&out, &keep, str::to_owned).unwrap();
    let mut names: Vec<String> = files(&out)
        .iter()
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    assert_eq!(
        names,
        [
            "cohort.toml",
            "m0.npy",
            "m0_ids.csv",
            "m1.npy",
            "m1_ids.csv",
            "m1_lengths.npy",
            "m2.csv",
            "rows.csv"
        ]
    );
    let mut secrets: Vec<&str> = vec!["benign", "malignant", "outcome", "visits", "patient"];
    secrets.extend(cohort.ids()[60..].iter().map(String::as_str));
    secrets.extend(cohort.groups().unwrap().iter().map(String::as_str));
    for path in files(&out) {
        let content = std::fs::read(&path).unwrap();
        for secret in &secrets {
            let found = content
                .windows(secret.len())
                .any(|window| window == secret.as_bytes());
            assert!(!found, "{secret} in {}", path.display());
        }
    }
}

#[test]
fn a_failure_leaves_nothing_behind() {
    let rows = b"id,y\na,0\nb,1\n";
    let text = folders::manifest(
        "[[targets]]\nname = 'y'\nkind = 'classification'\n\
         [[modalities]]\nname = 't'\nkind = 'tabular'\ntable = 't.csv'\nnumeric = ['x']",
    );
    let dir = folder(&[
        ("in/cohort.toml", text.as_bytes()),
        ("in/rows.csv", rows),
        ("in/t.csv", b"id,x\na,1\nb,inf\n"),
    ]);
    let cohort = Cohort::open(dir.path().join("in")).unwrap();
    let out = dir.path().join("out/stripped");
    let attempts = [
        (vec![0, 1], Defect::NonFinite),
        (vec![0, 2], Defect::Request),
        (vec![0, 0], Defect::Request),
        (vec![], Defect::Request),
    ];
    for (keep, defect) in attempts {
        let error = cohort
            .write_stripped(&out, &keep, str::to_owned)
            .unwrap_err();
        assert_eq!(error.defect, defect, "{error}");
        assert!(
            files(dir.path())
                .iter()
                .all(|path| path.starts_with(dir.path().join("in")))
        );
    }
    std::fs::create_dir_all(&out).unwrap();
    std::fs::write(out.join("mine"), "x").unwrap();
    let error = cohort
        .write_stripped(&out, &[0], str::to_owned)
        .unwrap_err();
    assert_eq!(error.defect, Defect::Output);
    assert_eq!(std::fs::read_to_string(out.join("mine")).unwrap(), "x");
    std::fs::remove_file(out.join("mine")).unwrap();
    cohort.write_stripped(&out, &[0], str::to_owned).unwrap();
    assert_eq!(Cohort::open(&out).unwrap().len(), 1);
}

#[test]
fn a_hash_is_of_the_content_alone() {
    let table = |rows: &str, header: &str, content: &str, name: &str| {
        let text = folders::manifest(&format!(
            "[[modalities]]\nname = '{name}'\nkind = 'tabular'\ntable = 't.csv'"
        ));
        let content = format!("{header}\n{content}");
        let dir = folder(&[
            ("cohort.toml", text.as_bytes()),
            ("rows.csv", rows.as_bytes()),
            ("t.csv", content.as_bytes()),
        ]);
        Cohort::open(dir.path()).unwrap().row_hashes().unwrap()
    };
    let first = table("id\na\nb\n", "id,x,c", "a,1,u\nb,2,\n", "t");
    assert_ne!(first[0], first[1]);
    let renamed = table("id\nq\np\n", "id,z,d", "p,1.0,u\nq,2,\n", "other");
    assert_eq!(renamed, [first[1], first[0]]);
    let changed = table("id\na\nb\n", "id,x,c", "a,1,u\nb,2,u\n", "t");
    assert_eq!(changed[0], first[0]);
    assert_ne!(changed[1], first[1]);
}

#[test]
fn a_constant_column_changes_no_part_and_a_format_changes_nothing() {
    let of = |name: &str, content: &str| {
        let text = folders::manifest(&format!(
            "[[modalities]]\nname = 't'\nkind = 'tabular'\ntable = '{name}'"
        ));
        let dir = folder(&[
            ("cohort.toml", text.as_bytes()),
            ("rows.csv", b"id\na\nb\nc\n"),
            (name, content.as_bytes()),
        ]);
        Cohort::open(dir.path()).unwrap().content_hashes().unwrap()
    };
    let first = of("t.csv", "id,x,c\na,1.5,u\nb,2.25,v\n");
    let constant = of(
        "t.csv",
        "id,x,c,site,one\na,1.5,u,here,1\nb,2.25,v,here,1\n",
    );
    assert_ne!(first.whole[0], constant.whole[0]);
    assert_eq!(first.parts, constant.parts);
    assert!(first.parts[2].is_empty(), "an absent modality marks no row");
    assert_ne!(first.parts[0], first.parts[1]);
    let digits = of("t.csv", "id,x,c\na,1.5000000000,u\nb,22.5e-1,v\n");
    assert_eq!(first, digits);
    let tabs = of("t.tsv", "id\tx\tc\nb\t2.25\tv\na\t1.5\tu\n");
    assert_eq!(first, tabs);
}

#[test]
fn rows_without_anything_are_written_and_read() {
    let dir = tempfile::tempdir().unwrap();
    let ids = vec!["a,\"b\"".to_owned(), "line\nbreak".to_owned()];
    let rows = RowTable {
        ids: ids.clone(),
        ..RowTable::default()
    };
    let mut writer = midfuse_data::CohortWriter::create(dir.path().join("c"), rows).unwrap();
    let texts = vec![None, Some("two\r\nlines, \"quoted\"".to_owned())];
    writer
        .modality(
            "text",
            &ModalityData::Text(TextData {
                texts: texts.clone(),
            }),
        )
        .unwrap();
    let absent = ModalityData::Sequence(SequenceData {
        values: midfuse_data::ndarray::Array3::zeros((2, 3, 1)),
        lengths: vec![0, 0],
    });
    writer.modality("steps", &absent).unwrap();
    let error = writer
        .modality("short", &ModalityData::Text(TextData { texts: vec![] }))
        .unwrap_err();
    assert_eq!(error.defect, Defect::Request);
    let cohort = Cohort::open(writer.finish().unwrap()).unwrap();
    assert_eq!(cohort.ids(), ids);
    assert_eq!(
        cohort.load_all("text").unwrap(),
        ModalityData::Text(TextData { texts })
    );
    assert_eq!(cohort.load_all("steps").unwrap(), absent);
    assert!(
        cohort
            .summary()
            .unwrap()
            .warnings
            .iter()
            .any(|w| w.contains("absent in every row"))
    );
}
