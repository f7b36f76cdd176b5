//! `docs/pick-one-crate.md` in a stranger's workspace: its files, built and started as they stand.
//!
//! The stranger has no `.cargo/config.toml` of ours, only `LIBTORCH` in the environment. To spare the
//! three minutes of tch's C++, the stranger takes over our profiles, lock file and target folder.
#![cfg(test)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn workspace() -> PathBuf {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR"));
    examples.parent().unwrap().to_path_buf()
}

/// The fenced block after the line `` `name`: `` of the page.
fn block<'a>(page: &'a str, name: &str) -> &'a str {
    let (_, after) = page
        .split_once(&format!("\n`{name}`:\n"))
        .unwrap_or_else(|| panic!("the page has no {name}"));
    let (_, fenced) = after.split_once("```").unwrap();
    let (_, body) = fenced.split_once('\n').unwrap();
    body.split_once("\n```").unwrap().0
}

/// Writes the files of the page into `folder`.
fn write_project(folder: &Path) {
    let root = workspace();
    let page = fs::read_to_string(root.join("docs/pick-one-crate.md")).unwrap();
    let manifest = block(&page, "Cargo.toml");
    let crates = root.join("crates");
    assert!(manifest.contains("../midfuse/crates"), "{manifest}");
    let manifest = manifest.replace("../midfuse/crates", crates.to_str().unwrap());
    let ours = fs::read_to_string(root.join("Cargo.toml")).unwrap();
    let profiles = &ours[ours.find("[profile.").unwrap()..];
    fs::write(
        folder.join("Cargo.toml"),
        format!("{manifest}\n\n{profiles}"),
    )
    .unwrap();
    fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    fs::create_dir(folder.join("src")).unwrap();
    fs::write(folder.join("src/main.rs"), block(&page, "src/main.rs")).unwrap();
}

/// Runs cargo in the stranger's folder and returns what it prints.
fn cargo(folder: &Path, arguments: &[&str]) -> String {
    assert!(
        ["LIBTORCH", "LIBTORCH_USE_PYTORCH"]
            .iter()
            .any(|name| std::env::var_os(name).is_some()),
        "run this test through cargo, which sets LIBTORCH"
    );
    // `target/debug/trimodal`: the profile this test was built in, and our target folder.
    let profile = Path::new(env!("CARGO_BIN_EXE_trimodal")).parent().unwrap();
    let mut command = Command::new(env!("CARGO"));
    command.args(arguments).arg("--offline").current_dir(folder);
    if arguments[0] == "run" && profile.ends_with("release") {
        command.arg("--release");
    }
    let output = command
        .env("CARGO_TARGET_DIR", profile.parent().unwrap())
        .env("OMP_NUM_THREADS", "1")
        // What is set for this test must not be what makes the stranger's program start.
        .env_remove("LD_LIBRARY_PATH")
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo {arguments:?}: {stderr}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_strangers_workspace_uses_one_crate() {
    let folder = tempfile::tempdir().unwrap();
    write_project(folder.path());

    let tree = cargo(
        folder.path(),
        &["tree", "--prefix", "none", "--edges", "normal"],
    );
    let ours: Vec<&str> = tree
        .lines()
        .filter(|line| line.starts_with("midfuse"))
        .filter_map(|line| line.split(' ').next())
        .collect();
    assert!(ours.contains(&"midfuse-tabular"), "{tree}");
    for absent in [
        "image", "sequence", "fusion", "eval", "data", "train", "study", "worker",
    ] {
        let absent = format!("midfuse-{absent}");
        assert!(!ours.contains(&absent.as_str()), "{absent} in {tree}");
    }

    let printed = cargo(folder.path(), &["run", "--quiet"]);
    assert_eq!(printed, "pooled [2, 32], tokens [2, 5, 32]\n");
    let page = fs::read_to_string(workspace().join("docs/pick-one-crate.md")).unwrap();
    assert!(
        page.contains(printed.trim_end()),
        "the page says what it prints"
    );
}
