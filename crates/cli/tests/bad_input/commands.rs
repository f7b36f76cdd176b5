//! What the command line says: programs, devices, outputs, order of commands.

use super::{Case, STUDY, put};

pub(super) const CASES: &[Case] = &[
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
