//! Study files.

use std::fs;

use super::{Case, STUDY, change, put};

pub(super) const CASES: &[Case] = &[
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
];
