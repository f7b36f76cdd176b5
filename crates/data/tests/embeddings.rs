//! Embeddings as NumPy, pandas and pyarrow write them read as the vectors they were written with.
//! The files and their versions: `tools/golden/data_embeddings.py`,
//! `tests/golden/embedding_versions.json`.
#![cfg(test)]

mod folders;

use folders::{floats, folder, golden_cohort, manifest, npy};
use midfuse_data::ndarray::Array2;
use midfuse_data::{
    Cohort, CohortWriter, Defect, EmbeddingData, EmbeddingShape, ModalityData, ModalityKind,
    RowTable,
};

/// Value `j` of row `i`, as the script wrote it; row `b` is absent where `some`.
fn expected(rows: &[usize], some: bool) -> EmbeddingData {
    let present: Vec<bool> = rows.iter().map(|&row| !some || row != 1).collect();
    let value = |(place, j): (usize, usize)| {
        if present[place] {
            (3 * rows[place] + j) as f32 / 4.0
        } else {
            0.0
        }
    };
    EmbeddingData {
        vectors: Array2::from_shape_fn((rows.len(), 3), value),
        present,
    }
}

fn check(source: &str, some: bool) {
    let (_dir, cohort) = golden_cohort(&format!("kind = 'embedding'\n{source}"));
    let kind = &cohort.modalities()[0].kind;
    assert_eq!(
        *kind,
        ModalityKind::Embedding(EmbeddingShape { d: 3 }),
        "{source}"
    );
    let whole = cohort.load_all("m").unwrap();
    assert_eq!(whole, expected(&[0, 1, 2, 3], some).into(), "{source}");
    // Columns of lists have no cells to count, and are no defect.
    assert!(cohort.summary().is_ok(), "{source}");
    // In any order, with repeats.
    let rows = [3, 1, 3, 0];
    let picked = cohort.load("m", &rows).unwrap();
    assert_eq!(picked, expected(&rows, some).into(), "{source}");
    assert_eq!(picked, whole.select(&rows), "{source}");
}

#[test]
fn arrays_in_the_order_of_the_rows() {
    for file in ["embedding_f2.npy", "embedding_f4.npy", "embedding_f8.npy"] {
        check(&format!("array = '{file}'"), false);
    }
    check("array = 'embedding_f4.npy'\nshape = [3]", false);
}

#[test]
fn arrays_with_their_ids() {
    for ids in [
        "embedding_ids_text.npy",
        "embedding_ids_bytes.npy",
        "embedding_ids.csv",
    ] {
        check(
            &format!("array = 'embedding_some.npy'\nids = '{ids}'"),
            true,
        );
    }
    check(
        "array = 'embedding_parallel.npz'\nkey = 'vectors'\nids_key = 'names'",
        true,
    );
    check("archive = 'embedding_by_id.npz'", true);
    check("archive = 'embedding_by_id_rows.npz'\nshape = [3]", true);
}

#[test]
fn tables_of_lists_and_of_columns() {
    for name in ["list", "double", "half", "fixed"] {
        check(
            &format!("table = 'embedding_{name}.parquet'\ncolumn = 'vector'"),
            true,
        );
    }
    for name in ["csv", "parquet"] {
        let table = format!("table = 'embedding_columns.{name}'");
        check(&format!("{table}\ncolumns = ['e0', 'e1', 'e2']"), true);
        // By their numbers, not as they stand in the file.
        check(&format!("{table}\nprefix = 'e'"), true);
    }
}

#[test]
fn numbers_are_ids_too() {
    let rows = "id\n0\n1\n2\n3\n";
    let text = manifest(
        "[[modalities]]\nname = 'm'\nkind = 'embedding'\narray = 'e.npz'\nkey = 'vectors'\nids_key = 'rows'",
    );
    let archive = std::fs::read(folders::golden().join("embedding_numbers.npz")).unwrap();
    let dir = folder(&[
        ("cohort.toml", text.as_bytes()),
        ("rows.csv", rows.as_bytes()),
        ("e.npz", &archive),
    ]);
    let read = Cohort::open(dir.path()).unwrap().load_all("m").unwrap();
    assert_eq!(read, expected(&[0, 1, 2, 3], true).into());
}

#[test]
fn objects_are_refused_with_the_line_that_saves_them_right() {
    let refused = |source: &str| {
        let text = manifest(&format!(
            "[[modalities]]\nname = 'm'\nkind = 'embedding'\n{source}"
        ));
        let read = |name: &str| std::fs::read(folders::golden().join(name)).unwrap();
        let dir = folder(&[
            ("cohort.toml", text.as_bytes()),
            ("rows.csv", b"id\na\nb\nc\nd\n"),
            ("o.npz", &read("embedding_objects.npz")),
            ("o.npy", &read("embedding_objects.npy")),
        ]);
        let error = Cohort::open(dir.path()).unwrap_err();
        assert_eq!(error.defect, Defect::WrongDtype, "{error}");
        error.mend
    };
    let vectors = refused("array = 'o.npy'");
    assert!(vectors.contains("numpy.stack(list(array))"), "{vectors}");
    let ids = refused("array = 'o.npz'\nkey = 'vectors'\nids_key = 'names'");
    assert!(ids.contains("dtype=str"), "{ids}");
}

#[test]
fn a_written_cohort_holds_the_same_vectors_hashes_and_absences() {
    let (dir, cohort) = golden_cohort("kind = 'embedding'\narchive = 'embedding_by_id.npz'");
    let out = dir.path().join("stripped");
    let keep = [3, 1, 0];
    cohort
        .write_stripped(&out, &keep, |id| format!("n-{id}"))
        .unwrap();
    let stripped = Cohort::open(&out).unwrap();
    assert_eq!(stripped.modalities(), cohort.modalities());
    let written = stripped.load_all("m").unwrap();
    assert_eq!(written, cohort.load("m", &keep).unwrap());
    let hashes = cohort.content_hashes().unwrap();
    let of_stripped = stripped.content_hashes().unwrap();
    for (place, &row) in keep.iter().enumerate() {
        assert_eq!(of_stripped.whole[place], hashes.whole[row]);
        assert_eq!(of_stripped.parts[place], hashes.parts[row]);
    }
    assert!(hashes.parts[1].is_empty() && hashes.parts[0] != hashes.parts[2]);
    // The same vectors from another kind of file.
    let (_dir, lists) =
        golden_cohort("kind = 'embedding'\ntable = 'embedding_list.parquet'\ncolumn = 'vector'");
    assert_eq!(lists.content_hashes().unwrap(), hashes);
}

#[test]
fn the_summary_shows_the_shape_and_warns_of_zeros() {
    let text = manifest("[[modalities]]\nname = 'm'\nkind = 'embedding'\narray = 'e.npy'");
    let dir = folder(&[
        ("cohort.toml", text.as_bytes()),
        ("rows.csv", b"id\na\nb\nc\n"),
        (
            "e.npy",
            &npy("<f4", "(3, 2)", &floats(&[0.0, -0.0, 1.0, 2.0, 0.0, 0.0])),
        ),
    ]);
    let summary = Cohort::open(dir.path()).unwrap().summary().unwrap();
    let shown = summary.to_string();
    assert!(
        shown.contains("m: embedding, a vector of 2 values, 3 of 3 rows\n"),
        "{shown}"
    );
    assert!(
        shown.contains("modality m: the vector of 2 rows is zero"),
        "{shown}"
    );
}

#[test]
fn vectors_of_nobody_are_written_and_read() {
    let dir = tempfile::tempdir().unwrap();
    let rows = RowTable {
        ids: vec!["a".into(), "b".into()],
        ..RowTable::default()
    };
    let data: ModalityData = EmbeddingData {
        vectors: Array2::zeros((2, 4)),
        present: vec![false; 2],
    }
    .into();
    let mut writer = CohortWriter::create(dir.path().join("c"), rows).unwrap();
    writer.modality("m", &data).unwrap();
    let cohort = Cohort::open(writer.finish().unwrap()).unwrap();
    assert_eq!(cohort.load_all("m").unwrap(), data);
}
