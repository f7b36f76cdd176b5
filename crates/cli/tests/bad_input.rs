//! Every command with wrong, missing, truncated, empty, huge and hostile input: one line that says
//! what and where, the right exit code, and nothing left behind.
#![cfg(test)]

mod support;

use std::fs;
use std::path::Path;

use support::{midfuse, small_study};

/// What is done to a good folder, the command, the exit code, and what the message says.
struct Case {
    name: &'static str,
    spoil: fn(&Path),
    args: &'static [&'static str],
    code: i32,
    says: &'static [&'static str],
}

fn put(folder: &Path, file: &str, content: impl AsRef<[u8]>) {
    fs::write(folder.join(file), content).unwrap();
}

fn change(folder: &Path, file: &str, from: &str, to: &str) {
    let path = folder.join(file);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{file} holds {from}");
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}

const STUDY: &[&str] = &["study", "study.toml", "--out", "out", "--worker", "WORKER"];
const CHECK: &[&str] = &["cohort", "check", "cohort"];
const IMPORT: &[&str] = &[
    "cohort",
    "import",
    "table.csv",
    "--target",
    "y",
    "--out",
    "out",
];
const PREDICT: &[&str] = &[
    "predict", "model", "cohort", "--out", "out.csv", "--worker", "WORKER",
];

const CASES: &[Case] = &[
    // The command line.
    Case {
        name: "no command",
        spoil: |_| {},
        args: &[],
        code: 2,
        says: &["Usage"],
    },
    Case {
        name: "unknown command",
        spoil: |_| {},
        args: &["stduy"],
        code: 2,
        says: &["study"],
    },
    Case {
        name: "no workers",
        spoil: |_| {},
        args: &["study", "study.toml", "--workers", "0"],
        code: 2,
        says: &["--workers"],
    },
    Case {
        name: "unknown device",
        spoil: |_| {},
        args: &["study", "study.toml", "--device", "gpu"],
        code: 2,
        says: &["cuda"],
    },
    Case {
        name: "no worker program",
        spoil: |_| {},
        args: &[
            "study",
            "study.toml",
            "--out",
            "out",
            "--worker",
            "./nobody",
        ],
        code: 2,
        says: &["--worker ./nobody"],
    },
    Case {
        name: "worker that is none",
        spoil: |_| {},
        args: &[
            "study",
            "study.toml",
            "--out",
            "out",
            "--worker",
            "/bin/true",
        ],
        code: 2,
        says: &["/bin/true", "ended"],
    },
    Case {
        name: "out is a file",
        spoil: |f| put(f, "out", "x"),
        args: STUDY,
        code: 2,
        says: &["--out", "is a file"],
    },
    // The study file.
    Case {
        name: "missing study file",
        spoil: |f| fs::remove_file(f.join("study.toml")).unwrap(),
        args: STUDY,
        code: 2,
        says: &["study.toml", "midfuse init"],
    },
    Case {
        name: "empty study file",
        spoil: |f| put(f, "study.toml", ""),
        args: STUDY,
        code: 2,
        says: &["study.toml", "name"],
    },
    Case {
        name: "truncated study file",
        spoil: |f| put(f, "study.toml", "name = \"a"),
        args: STUDY,
        code: 2,
        says: &["study.toml:1:"],
    },
    Case {
        name: "binary study file",
        spoil: |f| put(f, "study.toml", [0xff, 0xfe, 0x00]),
        args: STUDY,
        code: 2,
        says: &["UTF-8"],
    },
    Case {
        name: "huge study file",
        spoil: |f| put(f, "study.toml", vec![b'#'; 2 << 20]),
        args: STUDY,
        code: 2,
        says: &["bytes"],
    },
    Case {
        name: "study file is a folder",
        spoil: |_| {},
        args: &["study", "cohort", "--worker", "WORKER"],
        code: 2,
        says: &["is a folder"],
    },
    Case {
        name: "unknown key",
        spoil: |f| change(f, "study.toml", "outer_folds", "outer_fold"),
        args: STUDY,
        code: 2,
        says: &[
            "study.toml:6:1",
            "`outer_fold`",
            "did you mean `outer_folds`",
        ],
    },
    Case {
        name: "wrong type",
        spoil: |f| change(f, "study.toml", "trials = 2", "trials = \"two\""),
        args: STUDY,
        code: 2,
        says: &["study.toml:10:"],
    },
    Case {
        name: "out of range",
        spoil: |f| change(f, "study.toml", "trials = 2", "trials = 0"),
        args: STUDY,
        code: 2,
        says: &["budget.trials"],
    },
    Case {
        name: "hostile name",
        spoil: |f| change(f, "study.toml", "name = \"small\"", "name = \"../../x\""),
        args: STUDY,
        code: 2,
        says: &["name:"],
    },
    Case {
        name: "unknown encoder field",
        spoil: |f| change(f, "study.toml", "[search]", "learn = 1\n[search]"),
        args: STUDY,
        code: 2,
        says: &["unknown key `learn`"],
    },
    Case {
        name: "unknown strategy",
        spoil: |f| change(f, "study.toml", "\"concat\"", "\"conact\""),
        args: STUDY,
        code: 2,
        says: &[
            "study.toml: strategies.fusion: no strategy `conact`",
            "did you mean `concat`",
        ],
    },
    Case {
        name: "unknown encoder",
        spoil: |f| change(f, "study.toml", "\"linear\"", "\"linaer\""),
        args: STUDY,
        code: 2,
        says: &[
            "modalities.a.encoder: no encoder `linaer` for tabular modalities",
            "did you mean `linear`",
        ],
    },
    Case {
        name: "unknown option in a search",
        spoil: |f| change(f, "study.toml", "\"training.lr\"", "\"training.lrr\""),
        args: STUDY,
        code: 2,
        says: &[
            "search.\"training.lrr\": [training] has no option `lrr`",
            "did you mean `lr`",
        ],
    },
    Case {
        name: "option of an encoder that has none",
        spoil: |f| {
            change(
                f,
                "study.toml",
                "[search]",
                "[search]\n\"modalities.a.d\" = [1, 2]",
            );
        },
        args: STUDY,
        code: 2,
        says: &["search.\"modalities.a.d\": encoder `linear` has no options"],
    },
    Case {
        name: "fusion of one modality",
        spoil: |f| {
            change(
                f,
                "study.toml",
                "\"concat\"",
                "\"concat\"\nmodalities = [\"a\"]",
            );
        },
        args: STUDY,
        code: 2,
        says: &["strategies.concat.modalities: `concat` needs at least two modalities, got 1"],
    },
    Case {
        name: "name for one strategy per modality",
        spoil: |f| {
            change(
                f,
                "study.toml",
                "\"single\"",
                "\"single\"\nname = \"alone\"",
            );
        },
        args: STUDY,
        code: 2,
        says: &["strategies.name: `single` stands for one strategy per modality"],
    },
    Case {
        name: "fusion without single modalities",
        spoil: |f| change(f, "study.toml", "[[strategies]]\nfusion = \"single\"\n", ""),
        args: STUDY,
        code: 2,
        says: &["add [[strategies]] fusion = \"single\" with all modalities"],
    },
    // A model that is asked for.
    Case {
        name: "unknown model",
        spoil: |_| {},
        args: &["models", "singel", "--worker", "WORKER"],
        code: 2,
        says: &["no `singel`", "did you mean `single`"],
    },
    Case {
        name: "unknown modality",
        spoil: |f| change(f, "study.toml", "name = \"a\"", "name = \"aaa\""),
        args: STUDY,
        code: 2,
        says: &["no modality `aaa`"],
    },
    // The cohort, through a study.
    Case {
        name: "missing cohort",
        spoil: |f| fs::rename(f.join("cohort"), f.join("moved")).unwrap(),
        args: STUDY,
        code: 1,
        says: &["cohort"],
    },
    Case {
        name: "too many folds",
        spoil: |f| change(f, "study.toml", "outer_folds = 3", "outer_folds = 50"),
        args: STUDY,
        code: 1,
        says: &["fold"],
    },
    // The cohort itself.
    Case {
        name: "no such folder",
        spoil: |_| {},
        args: &["cohort", "check", "nowhere"],
        code: 1,
        says: &["nowhere"],
    },
    Case {
        name: "no manifest",
        spoil: |f| fs::remove_file(f.join("cohort/cohort.toml")).unwrap(),
        args: CHECK,
        code: 1,
        says: &["cohort.toml"],
    },
    Case {
        name: "truncated manifest",
        spoil: |f| put(f, "cohort/cohort.toml", "format = "),
        args: CHECK,
        code: 1,
        says: &["cohort.toml"],
    },
    Case {
        name: "unknown manifest key",
        spoil: |f| put(f, "cohort/cohort.toml", "fromat = 1"),
        args: CHECK,
        code: 1,
        says: &["cohort.toml", "fromat"],
    },
    // A table to import: file, row and column.
    Case {
        name: "missing table",
        spoil: |_| {},
        args: IMPORT,
        code: 1,
        says: &["table.csv"],
    },
    Case {
        name: "empty table",
        spoil: |f| put(f, "table.csv", ""),
        args: IMPORT,
        code: 1,
        says: &["table.csv"],
    },
    Case {
        name: "header only",
        spoil: |f| put(f, "table.csv", "id,x,y\n"),
        args: IMPORT,
        code: 1,
        says: &["table.csv", "rows"],
    },
    Case {
        name: "ragged row",
        spoil: |f| put(f, "table.csv", "id,x,y\na,1,0\nb,2\n"),
        args: IMPORT,
        code: 1,
        says: &["table.csv", "line 3"],
    },
    Case {
        name: "missing target column",
        spoil: |f| put(f, "table.csv", "id,x\na,1\n"),
        args: IMPORT,
        code: 1,
        says: &["table.csv", "line 1", "`y`"],
    },
    Case {
        name: "duplicate id",
        spoil: |f| put(f, "table.csv", "id,x,y\na,1,0\na,2,1\n"),
        args: IMPORT,
        code: 1,
        says: &["table.csv", "line 3", "id"],
    },
    Case {
        name: "missing target",
        spoil: |f| put(f, "table.csv", "id,x,y\na,1,0\nb,2,\n"),
        args: IMPORT,
        code: 1,
        says: &["table.csv", "line 3", "y"],
    },
    Case {
        name: "not finite",
        spoil: |f| put(f, "table.csv", "id,x,y\na,1,0\nb,inf,1\n"),
        args: IMPORT,
        code: 1,
        says: &["table.csv", "line 3", "x"],
    },
    Case {
        name: "binary table",
        spoil: |f| put(f, "table.csv", [0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3]),
        args: IMPORT,
        code: 1,
        says: &["table.csv"],
    },
    Case {
        name: "no target named",
        spoil: |_| {},
        args: &["cohort", "import", "table.csv"],
        code: 2,
        says: &["--target"],
    },
    // A saved model.
    Case {
        name: "no model",
        spoil: |_| {},
        args: PREDICT,
        code: 2,
        says: &["model", "model.json"],
    },
    Case {
        name: "wrong ending",
        spoil: |_| {},
        args: &["predict", "model", "cohort", "--out", "out.txt"],
        code: 2,
        says: &[".csv or .parquet"],
    },
    // Concluding, and a file that is there already.
    Case {
        name: "conclude before study",
        spoil: |_| {},
        args: &[
            "conclude",
            "study.toml",
            "--yes",
            "--out",
            "out",
            "--worker",
            "WORKER",
        ],
        code: 2,
        says: &["midfuse study"],
    },
    Case {
        name: "conclude without yes",
        spoil: |_| {},
        args: &[
            "conclude",
            "study.toml",
            "--out",
            "out",
            "--worker",
            "WORKER",
        ],
        code: 2,
        says: &["--yes"],
    },
    Case {
        name: "init over a file",
        spoil: |_| {},
        args: &["init", "study.toml"],
        code: 2,
        says: &["study.toml"],
    },
    Case {
        name: "init without its cohort",
        spoil: |_| {},
        args: &["init", "new.toml", "--cohort", "nowhere"],
        code: 1,
        says: &["nowhere"],
    },
];

#[test]
fn every_defect_is_named_and_leaves_nothing_behind() {
    let mut wrong = Vec::new();
    for case in CASES {
        let folder = tempfile::tempdir().unwrap();
        small_study(folder.path(), "");
        (case.spoil)(folder.path());
        let before = list(folder.path());
        let output = midfuse(folder.path(), case.args).output().unwrap();
        let message = String::from_utf8(output.stderr).unwrap();
        let name = case.name;
        if output.status.code() != Some(case.code) {
            wrong.push(format!(
                "{name}: exit code {:?}, expected {}: {message}",
                output.status.code(),
                case.code
            ));
        }
        for part in case.says {
            if !message.contains(part) {
                wrong.push(format!("{name}: no {part:?} in: {message}"));
            }
        }
        // clap explains usage in several lines; everything else is one.
        if !message.contains("Usage")
            && !message.starts_with("error:")
            && message.trim_end().lines().count() != 1
        {
            wrong.push(format!("{name}: more than one line: {message}"));
        }
        let after: Vec<String> = list(folder.path())
            .into_iter()
            .filter(|file| !file.contains("ledger.jsonl"))
            .collect();
        if after != before {
            wrong.push(format!("{name}: left behind: {after:?}, was {before:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn list(folder: &Path) -> Vec<String> {
    let mut files = Vec::new();
    walk(folder, &mut files);
    files.sort();
    files
}

fn walk(folder: &Path, files: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        files.push(path.display().to_string());
        if path.is_dir() {
            walk(&path, files);
        }
    }
}
