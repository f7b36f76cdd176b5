//! Cohort folders for tests.
#![allow(dead_code, reason = "each test program uses some of these")]

use std::path::{Path, PathBuf};

use midfuse_data::Cohort;
use tempfile::TempDir;

/// A folder with these files; a name with a slash makes a subfolder.
pub(crate) fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = dir.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    dir
}

/// `cohort.toml` with a row table `rows.csv`, whatever `sections` say besides.
pub(crate) fn manifest(sections: &str) -> String {
    format!("format = 1\n[rows]\nfile = \"rows.csv\"\n{sections}")
}

/// Where NumPy's, pandas' and Pillow's files are.
pub(crate) fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

/// A cohort of rows `a` to `d` in a copy of the golden folder, so that a manifest can be added.
pub(crate) fn golden_cohort(modality: &str) -> (TempDir, Cohort) {
    let dir = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(golden()).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), dir.path().join(entry.file_name())).unwrap();
    }
    std::fs::write(dir.path().join("rows.csv"), "id\na\nb\nc\nd\n").unwrap();
    let text = manifest(&format!("[[modalities]]\nname = \"m\"\n{modality}"));
    std::fs::write(dir.path().join("cohort.toml"), text).unwrap();
    let cohort = Cohort::open(dir.path()).unwrap_or_else(|error| panic!("{modality}: {error}"));
    (dir, cohort)
}

/// An npy file of version 1.0 with this type, shape and raw content.
pub(crate) fn npy(descr: &str, shape: &str, content: &[u8]) -> Vec<u8> {
    let header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n");
    let mut file = b"\x93NUMPY\x01\x00".to_vec();
    file.extend((header.len() as u16).to_le_bytes());
    file.extend(header.as_bytes());
    file.extend(content);
    file
}

/// Raw 32-bit numbers.
pub(crate) fn floats(values: &[f32]) -> Vec<u8> {
    values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect()
}

/// Every file below a folder.
pub(crate) fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}
