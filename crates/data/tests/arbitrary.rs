//! Readers never panic, whatever bytes they are given.
#![cfg(test)]

mod folders;

use folders::{floats, folder, golden, manifest, npy};
use midfuse_data::{Cohort, ImageData, ModalityData};
use proptest::prelude::*;

/// Opens and reads a cohort with this modality; only a panic fails.
fn read(section: &str, files: &[(&str, &[u8])]) {
    let text = manifest(&format!("[[modalities]]\nname = 'm'\n{section}"));
    let mut files = files.to_vec();
    files.push(("cohort.toml", text.as_bytes()));
    if !files.iter().any(|(name, _)| *name == "rows.csv") {
        files.push(("rows.csv", b"id\na\nb\nc\nd\n"));
    }
    let dir = folder(&files);
    if let Ok(cohort) = Cohort::open(dir.path()) {
        let _ = cohort.summary();
    }
}

/// A whole file, and edits of it: (position, byte), and where it is cut.
fn edited(name: &str, edits: &[(usize, u8)], cut: usize) -> Vec<u8> {
    let mut bytes = std::fs::read(golden().join(name)).unwrap();
    for &(at, byte) in edits {
        let at = at % bytes.len();
        bytes[at] = byte;
    }
    bytes.truncate(if cut.is_multiple_of(4) {
        cut % (bytes.len() + 1)
    } else {
        bytes.len()
    });
    bytes
}

const FILES: [(&str, &str); 8] = [
    ("table.parquet", "kind = 'tabular'\ntable = 'f.parquet'"),
    ("indexed.parquet", "kind = 'tabular'\ntable = 'f.parquet'"),
    (
        "deflated.npz",
        "kind = 'image'\nshape = [2, 3, 5]\narray = 'f.npz'",
    ),
    (
        "stored.npz",
        "kind = 'image'\nshape = [2, 3, 5]\narray = 'f.npz'\nkey = 'left'",
    ),
    (
        "f4.npy",
        "kind = 'image'\nshape = [2, 3, 5]\narray = 'f.npy'",
    ),
    (
        "u1_fortran.npy",
        "kind = 'image'\nshape = [2, 3, 5]\narray = 'f.npy'",
    ),
    (
        "b.png",
        "kind = 'image'\nshape = [1, 3, 5]\ncolumn = 'file'",
    ),
    (
        "b.tiff",
        "kind = 'image'\nshape = [1, 3, 5]\ncolumn = 'file'",
    ),
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn arbitrary_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        read("kind = 'tabular'\ntable = 'f.csv'", &[("f.csv", &bytes)]);
        read("kind = 'tabular'\ntable = 'f.parquet'", &[("f.parquet", &bytes)]);
        read("kind = 'sequence'\nshape = [2, 1]\narray = 'f.npy'", &[("f.npy", &bytes)]);
        read("kind = 'sequence'\nshape = [2, 1]\narray = 'f.npz'", &[("f.npz", &bytes)]);
        read("kind = 'text'\ncolumn = 'id'", &[("rows.csv", &bytes)]);
        let dir = folder(&[("cohort.toml", &bytes), ("rows.csv", b"id\na\n")]);
        let _ = Cohort::open(dir.path());
    }

    #[test]
    fn damaged_files(
        which in 0..FILES.len(),
        edits in proptest::collection::vec((any::<usize>(), any::<u8>()), 0..6),
        cut in any::<usize>(),
    ) {
        let (name, section) = FILES[which];
        let bytes = edited(name, &edits, cut);
        let extension = name.rsplit('.').next().unwrap();
        let file = format!("f.{extension}");
        let rows = format!("id,file\na,{file}\nb,\nc,\nd,\n");
        read(section, &[(file.as_str(), bytes.as_slice()), ("rows.csv", rows.as_bytes())]);
    }

    #[test]
    fn arbitrary_headers(
        descr in "[<>|=]?[a-zA-Z][0-9]{1,2}",
        shape in "\\(([0-9]{1,20}, ){0,3}[0-9]{0,20}\\)",
        content in proptest::collection::vec(any::<u8>(), 0..64),
    ) {
        let file = npy(&descr, &shape, &content);
        read("kind = 'image'\nshape = [1, 2, 2]\narray = 'f.npy'", &[("f.npy", &file)]);
        read(
            "kind = 'sequence'\nshape = [2, 1]\narray = 'g.npy'\nlengths = 'f.npy'",
            &[("f.npy", &file), ("g.npy", &npy("|u1", "(4, 2)", &[0; 8]))],
        );
    }

    #[test]
    fn arbitrary_tables(text in "(id|t|v|[a-d]|[0-9.]{1,3}|,|\n|\"|NA| ){0,60}") {
        let text = format!("id,t,v\n{text}");
        let file = [("f.csv", text.as_bytes())];
        read("kind = 'tabular'\ntable = 'f.csv'", &file);
        read("kind = 'sequence'\ntable = 'f.csv'\nstep = 't'\nfeatures = ['v']", &file);
        read("kind = 'sequence'\ntable = 'f.csv'\ncolumns = ['t', 'v']", &file);
    }

    /// What is written is read: any finite values, in any order of rows.
    #[test]
    fn arrays_round_trip(
        values in proptest::collection::vec(proptest::num::f32::NORMAL | proptest::num::f32::ZERO, 12),
        rows in proptest::collection::vec(0..3_usize, 0..6),
    ) {
        let text = manifest("[[modalities]]\nname = 'm'\nkind = 'image'\nshape = [2, 1, 2]\narray = 'f.npy'");
        let dir = folder(&[
            ("cohort.toml", text.as_bytes()),
            ("rows.csv", b"id\na\nb\nc\n"),
            ("f.npy", &npy("<f4", "(3, 2, 1, 2)", &floats(&values))),
        ]);
        let data = Cohort::open(dir.path()).unwrap().load("m", &rows).unwrap();
        let ModalityData::Image(ImageData { pixels, present }) = data else { panic!("an image") };
        let expected: Vec<f32> =
            rows.iter().flat_map(|&row| values[row * 4..row * 4 + 4].to_vec()).collect();
        prop_assert_eq!(pixels.into_iter().collect::<Vec<_>>(), expected);
        prop_assert_eq!(present, vec![true; rows.len()]);
    }
}
