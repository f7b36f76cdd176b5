//! `midfuse models` with the scripted worker.
#![cfg(test)]

mod support;

use std::fs;
use std::path::Path;

use midfuse_base::catalogue::Catalogue;
use support::midfuse;

/// Exit code, standard output and standard error.
fn run(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let args = [&["models", "--worker", "WORKER"], args].concat();
    let output = midfuse(folder, &args).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}

#[test]
fn everything_that_the_worker_knows_is_listed() {
    let folder = tempfile::tempdir().unwrap();
    let (code, text, error) = run(folder.path(), &[]);
    assert_eq!(code, 0, "{error}");
    for part in [
        "Encoders of image modalities\n  linear\n",
        "Strategies\n  single  each modality alone\n  concat  the same model\n",
        "Training: lr, fail, memory, crash_once, sleep_ms",
        "`midfuse models NAME`",
    ] {
        assert!(text.contains(part), "{part:?} in {text}");
    }
    let (_, json, _) = run(folder.path(), &["--json"]);
    let catalogue: Catalogue = serde_json::from_str(&json).unwrap();
    assert!(catalogue.strategy("late").is_ok());
}

#[test]
fn one_thing_is_shown_with_its_options() {
    let folder = tempfile::tempdir().unwrap();
    let (_, text, _) = run(folder.path(), &["linear"]);
    assert_eq!(
        text,
        "linear: tabular encoder, image encoder, sequence encoder\n\nno options\n"
    );
    let (_, text, _) = run(folder.path(), &["concat"]);
    assert_eq!(
        text,
        "concat: strategy of at least two modalities\nthe same model\n\nno options\n"
    );
    let (_, text, _) = run(folder.path(), &["training"]);
    assert!(
        text.contains("option      default  takes   meaning\n"),
        "{text}"
    );
    assert!(
        text.contains("lr          0.1      number  step of the descent\n"),
        "{text}"
    );
    let (code, _, error) = run(folder.path(), &["conct"]);
    assert_eq!(code, 2);
    assert_eq!(
        error,
        "midfuse: the worker knows no `conct`: did you mean `concat`? `midfuse models` lists all that it knows\n"
    );
}

#[test]
fn the_block_of_a_page_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page.md");
    fs::write(&page, "# Page\n").unwrap();
    let (code, _, error) = run(folder.path(), &["--into", "page.md"]);
    assert_eq!(code, 1);
    assert!(error.contains("<!-- models: begin"), "{error}");
    let block = "<!-- models: begin; written by `midfuse models --into PAGE`, not by hand -->\n<!-- models: end -->";
    fs::write(&page, format!("# Page\n\n{block}\n\nrest\n")).unwrap();
    let (code, _, error) = run(folder.path(), &["--into", "page.md"]);
    assert_eq!(code, 0, "{error}");
    let text = fs::read_to_string(&page).unwrap();
    assert!(
        text.contains("| `lr` | `0.1` | number | step of the descent |"),
        "{text}"
    );
    assert!(
        text.contains("**`concat`**: the same model; of at least two modalities."),
        "{text}"
    );
    assert!(text.starts_with("# Page\n\n<!--") && text.ends_with("-->\n\nrest\n"));
}
