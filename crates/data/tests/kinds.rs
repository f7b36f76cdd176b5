//! What one more kind of modality costs: a file and a line. Nothing else knows which kinds there are.
#![cfg(test)]

use std::fs;
use std::path::{Path, PathBuf};

use midfuse_data::ModalityKind;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .flat_map(|path| {
            if path.is_dir() {
                sources(&path)
            } else {
                vec![path]
            }
        })
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect()
}

/// Names of variants in the code of a file: `ModalityData::Text`, not `ModalityKind::NAMES`.
fn variants(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap();
    let code = text.split("#[cfg(test)]").next().unwrap();
    let lines = code.lines().map(|line| line.split("//").next().unwrap());
    let code = lines.collect::<Vec<_>>().join("\n");
    let mut found = Vec::new();
    for owner in ["ModalityData::", "ModalityKind::", "ModalitySpec::"] {
        for (at, _) in code.match_indices(owner) {
            let name: String = code[at + owner.len()..]
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            let is_variant =
                name.starts_with(char::is_uppercase) && name.contains(char::is_lowercase);
            if is_variant {
                found.push(format!("{}: {owner}{name}", path.display()));
            }
        }
    }
    found
}

#[test]
fn no_code_outside_the_registries_names_a_kind() {
    let homes = ["data/src/kind", "worker/src/modality"];
    let mut found = Vec::new();
    for entry in fs::read_dir(root().join("crates")).unwrap() {
        let folder = entry.unwrap().path().join("src");
        if !folder.is_dir() {
            continue;
        }
        let files = sources(&folder);
        let outside = files.iter().filter(|file| {
            let file = file.to_string_lossy().replace('\\', "/");
            !homes.iter().any(|home| file.contains(home))
        });
        found.extend(outside.flat_map(|file| variants(file)));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    // The search finds what there is.
    let own = root().join("crates/worker/src/modality/text.rs");
    assert!(!variants(&own).is_empty());
}

#[test]
fn every_kind_has_a_page_and_an_encoder_to_begin_with() {
    let docs = fs::read_to_string(root().join("docs/cohort-format.md")).unwrap();
    for kind in ModalityKind::NAMES {
        let heading = format!("### `kind = \"{kind}\"`");
        assert!(
            docs.contains(&heading),
            "docs/cohort-format.md lacks {heading}"
        );
    }
    let with_encoder: Vec<&str> = ModalityKind::ENCODERS
        .iter()
        .map(|(kind, _)| *kind)
        .collect();
    assert_eq!(with_encoder, ModalityKind::NAMES);
}
