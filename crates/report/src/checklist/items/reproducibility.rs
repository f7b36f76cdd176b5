//! Computational reproducibility.
#![expect(
    clippy::unnecessary_wraps,
    reason = "every row has the same signature, whether it may be unknown or not"
)]

use std::fmt::Write as _;

use super::{Facts, Fill, Item, Module};

pub(super) const ITEMS: &[Item] = &[
    Item {
        id: "dataset",
        module: Module::Reproducibility,
        reforms: &["2a"],
        tripod: &["18e"],
        question: "Which data set was used, in which version, and where can it be had?",
        fill: Fill::Partly(dataset),
        hint: "A link or DOI of this version and how access is granted, or why the data cannot be shared.",
    },
    Item {
        id: "code",
        module: Module::Reproducibility,
        reforms: &["2b"],
        tripod: &["18f"],
        question: "Which code trained and evaluated the models, in which version, and where can it be had?",
        fill: Fill::Partly(code),
        hint: "A link or DOI of the code, of your own worker program or preparation scripts as well.",
    },
    Item {
        id: "infrastructure",
        module: Module::Reproducibility,
        reforms: &["2c"],
        tripod: &[],
        question: "On which hardware and software did it run, and for how long?",
        fill: Fill::Partly(infrastructure),
        hint: "Main memory, and the model of the accelerator where one was used.",
    },
    Item {
        id: "instructions",
        module: Module::Reproducibility,
        reforms: &["2d"],
        tripod: &[],
        question: "Is there a README that says how to get the results from data and code?",
        fill: Fill::Person,
        hint: "Where the README lies; it needs the steps that made the cohort, and `midfuse study` with the study file.",
    },
    Item {
        id: "script",
        module: Module::Reproducibility,
        reforms: &["2e"],
        tripod: &[],
        question: "Is there one script that makes every reported result?",
        fill: Fill::Partly(script),
        hint: "The script that also fetches the data, makes the cohort, and makes whatever the paper reports beside this study.",
    },
];

fn dataset(facts: &Facts<'_>) -> Option<String> {
    let study = &facts.results.study;
    Some(format!(
        "Cohort with SHA-256 {} over ids, content, target and groups of its {} rows.",
        study.cohort_sha256, study.rows
    ))
}

fn code(facts: &Facts<'_>) -> Option<String> {
    let (environment, study) = (&facts.results.environment, &facts.results.study);
    Some(format!(
        "midfuse {} with worker {} and libtorch {}; SHA-256 of its Cargo.lock {}, of the study file {}.",
        environment.midfuse,
        environment.worker,
        environment.libtorch,
        environment.lock_sha256,
        study.file_sha256
    ))
}

fn infrastructure(facts: &Facts<'_>) -> Option<String> {
    let (environment, study) = (&facts.results.environment, &facts.results.study);
    let mut text = format!(
        "{}, {}; device {}, {} per job.",
        environment.cpu,
        environment.platform,
        study.device,
        super::super::facts::counted(study.budget.threads, "thread")
    );
    if let Some(timings) = facts.timings {
        let job_seconds: f64 = timings.arms.iter().map(|arm| arm.total_seconds).sum();
        let memory = timings.arms.iter().map(|arm| arm.peak_rss_bytes).max();
        let _ = write!(
            text,
            " All jobs together took {job_seconds:.0} s; a worker used at most {:.0} MB.",
            memory.unwrap_or(0) as f64 / 1e6
        );
    }
    Some(text)
}

fn script(facts: &Facts<'_>) -> Option<String> {
    Some(format!(
        "`midfuse study` with the study file of {} makes results.json and report.html from the cohort; every split, draw and training follows from seed {}.",
        facts.results.study.name, facts.results.study.protocol.seed.0
    ))
}
