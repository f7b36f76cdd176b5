//! Every public encoder and fusion has its contract and its goldens.
//!
//! Reads the sources of all crates: a type with `impl Encoder for` or `impl Fusion for`, an alias of
//! a generic one, and every public struct `...Fusion` (late and raw early fusion are no `Fusion`,
//! but the same is asked of them) must be named by `tests/contract.rs` in a check, and its config by
//! `tests/golden.rs`; no golden file may be left unread.
#![cfg(test)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Crates whose encoders are not for users.
const EXEMPT: [(&str, &str); 2] = [
    ("testing", "toy modules with faults on demand"),
    ("worker", "erases the types of the others"),
];

/// All Rust files under a folder; none if there is no such folder.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .flat_map(|path| {
            if path.is_dir() {
                sources(&path)
            } else {
                let is_rust = path.extension().is_some_and(|extension| extension == "rs");
                is_rust.then_some(path).into_iter().collect()
            }
        })
        .collect()
}

/// The code of a file, without comments.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap_or_default();
    let without_comment = |line: &str| line.split("//").next().unwrap_or_default().to_owned();
    text.lines()
        .map(without_comment)
        .collect::<Vec<_>>()
        .join("\n")
}

/// The identifier at the start of `text`.
fn identifier(text: &str) -> String {
    let is_part = |c: &char| c.is_alphanumeric() || *c == '_';
    text.trim_start().chars().take_while(is_part).collect()
}

/// The identifiers that follow `marker`, with what follows them.
fn after<'a>(text: &'a str, marker: &'a str) -> impl Iterator<Item = (String, &'a str)> {
    text.match_indices(marker).map(move |(at, _)| {
        let rest = text[at + marker.len()..].trim_start();
        let name = identifier(rest);
        let rest = &rest[name.len()..];
        (name, rest)
    })
}

/// The public encoders and fusions of a crate.
fn modules(folder: &Path) -> BTreeSet<String> {
    let text = all_code(&folder.join("src"));
    let mut found = BTreeSet::new();
    for marker in ["Encoder for ", "Fusion for "] {
        for (name, rest) in after(&text, marker) {
            if !rest.starts_with('<') {
                found.insert(name);
                continue;
            }
            let aliases = after(&text, "pub type ").filter(|(_, rest)| {
                let target = rest.trim_start().trim_start_matches('=').trim_start();
                identifier(target) == name
            });
            let before = found.len();
            found.extend(aliases.map(|(alias, _)| alias));
            assert!(
                found.len() > before,
                "{name}: generic, and without an alias"
            );
        }
    }
    let structs = after(&text, "pub struct ").map(|(name, _)| name);
    found.extend(structs.filter(|name| name.ends_with("Fusion")));
    found
}

/// What a crate lacks, in words.
fn lacks(folder: &Path) -> Vec<String> {
    let contract = code(&folder.join("tests/contract.rs"));
    let golden = code(&folder.join("tests/golden.rs"));
    let checks = contract.contains("check_encoder(") || contract.contains("check_fusion(");
    let mut lacking = Vec::new();
    for module in modules(folder) {
        // In a contract the name stands as a string, because errors must begin with it.
        if !checks || !contract.contains(&format!("\"{module}\"")) {
            lacking.push(format!("{module}: no contract in tests/contract.rs"));
        }
        let config = format!("{module}Config");
        if !has_word(&golden, &config) || !golden.contains("#[test]") {
            lacking.push(format!("{module}: no golden test in tests/golden.rs"));
        }
    }
    let tests: String = sources(&folder.join("tests"))
        .iter()
        .map(|p| code(p))
        .collect();
    for entry in fs::read_dir(folder.join("tests/golden"))
        .into_iter()
        .flatten()
    {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        if !tests.contains(&format!("\"{stem}\"")) && !tests.contains(&format!("\"{stem}.")) {
            lacking.push(format!("{}: no test reads it", path.display()));
        }
    }
    lacking
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The crates that have encoders or fusions.
fn crates() -> Vec<PathBuf> {
    let folders = fs::read_dir(workspace())
        .unwrap()
        .map(|entry| entry.unwrap().path());
    folders
        .filter(|folder| {
            let name = folder.file_name().unwrap().to_string_lossy().into_owned();
            EXEMPT.iter().all(|(exempt, _)| *exempt != name) && !modules(folder).is_empty()
        })
        .collect()
}

#[test]
fn every_public_encoder_and_fusion_has_its_contract_and_goldens() {
    let lacking: Vec<String> = crates().iter().flat_map(|folder| lacks(folder)).collect();
    assert!(lacking.is_empty(), "{}", lacking.join("\n"));
}

#[test]
fn the_enumeration_finds_what_there_is() {
    let found: BTreeSet<String> = crates().iter().flat_map(|folder| modules(folder)).collect();
    for module in [
        "AttentionFusion",
        "ConcatFusion",
        "ConvNet",
        "EarlyFusion",
        "FtTransformer",
        "Gru",
        "LateFusion",
        "Lstm",
        "Mlp",
        "RawEarlyFusion",
        "ResNet",
        "SequenceTransformer",
    ] {
        assert!(found.contains(module), "{module} is not among {found:?}");
    }
}

/// Where things of one sort lie, how one is told, and the file or folder that registers all of them.
const REGISTERED: [(&str, &str, &str); 4] = [
    (
        "train/src/optimizer",
        "OptimizerConfig for ",
        "train/src/optimizer/mod.rs",
    ),
    (
        "train/src/schedule",
        "Schedule for ",
        "train/src/schedule/mod.rs",
    ),
    (
        "worker/src/strategy",
        "Strategy for ",
        "worker/src/registry",
    ),
    // Not `FittedEstimator for`.
    (
        "worker/src/estimator",
        " Estimator for ",
        "worker/src/registry",
    ),
];

/// The code of a file, or of all files under a folder.
fn all_code(path: &Path) -> String {
    if path.is_file() {
        return code(path);
    }
    sources(path).iter().map(|path| code(path) + "\n").collect()
}

/// Whether a name stands in code, not as a part of another.
fn has_word(text: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}

/// The code of a registry without its imports, which register nothing.
fn without_imports(text: &str) -> String {
    let mut kept = String::new();
    let mut inside = false;
    for line in text.lines() {
        inside |= line.starts_with("use ") || line.starts_with("pub use ");
        if !inside {
            kept += line;
            kept.push('\n');
        }
        inside &= !line.trim_end().ends_with(';');
    }
    kept
}

#[test]
fn nothing_is_written_and_not_registered() {
    let worker = without_imports(&all_code(&workspace().join("worker/src/registry")))
        + &without_imports(&all_code(&workspace().join("worker/src/strategy")));
    let mut forgotten = Vec::new();
    for module in crates().iter().flat_map(|folder| modules(folder)) {
        if !has_word(&worker, &format!("{module}Config")) {
            forgotten.push(format!(
                "{module}: no strategy or encoder of the worker takes it"
            ));
        }
    }
    for (folder, marker, registry) in REGISTERED {
        let registry_code = without_imports(&all_code(&workspace().join(registry)));
        let text = all_code(&workspace().join(folder));
        let found: Vec<String> = after(&text, marker).map(|(name, _)| name).collect();
        assert!(found.len() > 1, "{folder}: {found:?}");
        let missing = found
            .into_iter()
            .filter(|name| !has_word(&registry_code, name));
        forgotten.extend(missing.map(|name| format!("{name}: {registry} does not list it")));
    }
    assert!(forgotten.is_empty(), "{}", forgotten.join("\n"));
}

#[test]
fn an_import_registers_nothing() {
    let text = "use a::{\n    NetConfig,\n};\nfn f() { OtherConfig }\n";
    assert!(!has_word(&without_imports(text), "NetConfig"));
    assert!(has_word(&without_imports(text), "OtherConfig"));
    assert!(!has_word(text, "therConfig"));
}

/// A crate in a temporary folder, made of these files.
fn crate_of(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

const ENCODER: (&str, &str) = ("src/a/net.rs", "impl Encoder for Net {}\n");
const CONTRACT: (&str, &str) = (
    "tests/contract.rs",
    "check_encoder(&of(\"Net\", NetConfig));",
);
const GOLDEN: (&str, &str) = (
    "tests/golden.rs",
    "#[test]\nfn net() { load(\"net\", NetConfig) }",
);

#[test]
fn what_is_lacking_is_named() {
    assert!(lacks(crate_of(&[ENCODER, CONTRACT, GOLDEN]).path()).is_empty());
    let no_contract = lacks(crate_of(&[ENCODER, GOLDEN]).path());
    assert_eq!(no_contract, ["Net: no contract in tests/contract.rs"]);
    let no_golden = lacks(crate_of(&[ENCODER, CONTRACT]).path());
    assert_eq!(no_golden, ["Net: no golden test in tests/golden.rs"]);

    let commented = ("tests/golden.rs", "#[test]\nfn net() { } // NetConfig");
    assert_eq!(
        lacks(crate_of(&[ENCODER, CONTRACT, commented]).path()),
        no_golden
    );
    let another = (
        "tests/golden.rs",
        "#[test]\nfn net() { OtherNetConfig; NetConfigs }",
    );
    assert_eq!(
        lacks(crate_of(&[ENCODER, CONTRACT, another]).path()),
        no_golden
    );

    let unread = ("tests/golden/old.npz", "");
    let lacking = lacks(crate_of(&[ENCODER, CONTRACT, GOLDEN, unread]).path());
    assert_eq!(lacking.len(), 1);
    assert!(
        lacking[0].ends_with("old.npz: no test reads it"),
        "{lacking:?}"
    );
}

#[test]
fn aliases_of_a_generic_encoder_and_fusions_without_the_trait_count() {
    let source = (
        "src/lib.rs",
        "impl<C: Cell> Encoder for Net<C> {}\npub type Big = Net<BigCell>;\n\
         pub type Other = Vec<u8>;\npub struct SumFusion;\npub struct SumFusionConfig;\n",
    );
    let found = modules(crate_of(&[source]).path());
    assert_eq!(found.into_iter().collect::<Vec<_>>(), ["Big", "SumFusion"]);
}
