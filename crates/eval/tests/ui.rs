//! Programs that must not compile. Each differs from a compiling twin by one marked line, and the
//! error, compared by its code, is on that line; no other line has an error.
//!
//! In `tests/ui/NAME.rs` the line marked `//~ ERROR CODE` is the leak; the line after it,
//! `//~ TWIN ...`, takes its place in the twin. An error without a code is named by its message.
#![cfg(test)]

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

/// An error that rustc reports: its code, or its message if it has none, and its first line.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Reported {
    line: u64,
    code: String,
}

/// The crates that the programs may name.
const LIBRARIES: [&str; 4] = ["base", "metrics", "wire", "eval"];

/// A compiled crate that this test was linked with: the newest one that is not newer than it.
fn rlib(deps: &Path, library: &str) -> PathBuf {
    let time = |path: &Path| fs::metadata(path).unwrap().modified().unwrap();
    let linked = time(&env::current_exe().unwrap());
    let is_ours = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy();
        name.starts_with(&format!("libmidfuse_{library}-"))
            && name.ends_with(".rlib")
            && time(path) <= linked
    };
    let files = fs::read_dir(deps)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    files
        .filter(is_ours)
        .max_by_key(|path| time(path))
        .unwrap_or_else(|| panic!("no libmidfuse_{library}-*.rlib in {}", deps.display()))
}

fn compile(source: &Path, out: &Path) -> Vec<Reported> {
    let exe = env::current_exe().unwrap();
    let deps = exe.parent().unwrap();
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc)
        .args([
            "--edition=2024",
            "--crate-type=lib",
            "--emit=metadata",
            "--error-format=json",
        ])
        .args(["--crate-name=program", "-Adead_code"])
        .arg(format!("-Ldependency={}", deps.display()))
        .args(LIBRARIES.map(|library| {
            format!(
                "--extern=midfuse_{library}={}",
                rlib(deps, library).display()
            )
        }))
        .arg("--out-dir")
        .arg(out)
        .arg(source)
        .output()
        .expect("rustc starts");
    let mut reported = Vec::new();
    for line in String::from_utf8(output.stderr).unwrap().lines() {
        let message: serde_json::Value = serde_json::from_str(line).unwrap();
        if message["level"] != "error" || message["spans"].as_array().unwrap().is_empty() {
            continue;
        }
        let spans = message["spans"].as_array().unwrap();
        let first = spans
            .iter()
            .find(|span| span["is_primary"] == true)
            .unwrap();
        let code = message["code"]["code"]
            .as_str()
            .or(message["message"].as_str())
            .unwrap();
        reported.push(Reported {
            line: first["line_start"].as_u64().unwrap(),
            code: code.into(),
        });
    }
    assert_eq!(
        output.status.success(),
        reported.is_empty(),
        "{}",
        source.display()
    );
    reported.sort();
    reported.dedup();
    reported
}

/// What is wrong with one pair, if anything.
fn check(program: &Path, out: &Path) -> Result<(), String> {
    let text = fs::read_to_string(program).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let name = program.file_stem().unwrap().to_string_lossy().into_owned();
    let marked: Vec<usize> = (0..lines.len())
        .filter(|&at| lines[at].contains("//~ ERROR "))
        .collect();
    let [at] = marked[..] else {
        return Err(format!("{name}: expected one marked line"));
    };
    let code = lines[at].split_once("//~ ERROR ").unwrap().1;
    let Some(twin_line) = lines[at + 1].trim_start().strip_prefix("//~ TWIN ") else {
        return Err(format!("{name}: no twin after the marked line"));
    };
    let mut twin = lines.clone();
    twin[at] = twin_line;
    let twin_path = out.join(format!("{name}.twin.rs"));
    fs::write(&twin_path, twin.join("\n")).unwrap();

    let expected = Reported {
        line: at as u64 + 1,
        code: code.to_owned(),
    };
    let got = compile(program, out);
    if !got.contains(&expected) || got.iter().any(|error| error.line != expected.line) {
        return Err(format!("{name}: expected {expected:?}, got {got:?}"));
    }
    let got = compile(&twin_path, out);
    if !got.is_empty() {
        return Err(format!("{name}: the twin does not compile: {got:?}"));
    }
    Ok(())
}

#[test]
fn leaks_do_not_compile() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui");
    let mut programs: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    programs.sort();
    assert!(programs.len() >= 20, "{} programs", programs.len());
    let out = tempfile::tempdir().unwrap();
    let queue = Mutex::new(programs.iter());
    let wrong = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for worker in 0..2 {
            let (queue, wrong) = (&queue, &wrong);
            let folder = out.path().join(worker.to_string());
            fs::create_dir(&folder).unwrap();
            scope.spawn(move || {
                loop {
                    let next = queue.lock().unwrap().next();
                    let Some(program) = next else { return };
                    wrong.lock().unwrap().extend(check(program, &folder).err());
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// `docs/compile-errors.md` shows every program with its marked line, its twin and its code.
#[test]
fn every_program_is_in_the_docs() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let docs = fs::read_to_string(root.join("../../docs/compile-errors.md")).unwrap();
    for entry in fs::read_dir(root.join("tests/ui")).unwrap() {
        let program = entry.unwrap().path();
        let name = program.file_stem().unwrap().to_string_lossy().into_owned();
        let section = docs.split_once(&format!("### `{name}`\n"));
        let section = section
            .unwrap_or_else(|| panic!("{name} is not in the docs"))
            .1;
        let section = section.split("\n### ").next().unwrap();
        let text = fs::read_to_string(&program).unwrap();
        let marked = text
            .lines()
            .find_map(|line| line.split_once(" //~ ERROR "))
            .unwrap();
        let twin = text
            .lines()
            .find_map(|line| line.trim_start().strip_prefix("//~ TWIN "));
        for part in [marked.0.trim_start(), marked.1, twin.unwrap()] {
            assert!(
                section.contains(part),
                "{name}: {part:?} is not in its section"
            );
        }
    }
}
