//! Data preprocessing.
#![expect(
    clippy::unnecessary_wraps,
    reason = "every row has the same signature, whether it may be unknown or not"
)]

use super::{Facts, Fill, Item, Module};

pub(super) const ITEMS: &[Item] = &[
    Item {
        id: "exclusions",
        module: Module::Preprocessing,
        reforms: &["4a"],
        tripod: &[],
        question: "Were samples excluded, and why?",
        fill: Fill::Partly(exclusions),
        hint: "Rows that were left out before the cohort was made, with numbers and reasons.",
    },
    Item {
        id: "corrupt-samples",
        module: Module::Preprocessing,
        reforms: &["4b"],
        tripod: &[],
        question: "How were impossible or corrupt values found and dealt with?",
        fill: Fill::Partly(corrupt),
        hint: "Checks of plausible ranges, and what was done with what failed them.",
    },
    Item {
        id: "transformations",
        module: Module::Preprocessing,
        reforms: &["4c"],
        tripod: &["7", "12b"],
        question: "Which transformations lead from the raw data to the inputs of the models?",
        fill: Fill::Partly(transformations),
        hint: "Steps before the cohort was made, in order, and for each whether it looked at more than one row; with a worker program of your own, its steps too.",
    },
    Item {
        id: "class-imbalance",
        module: Module::Preprocessing,
        reforms: &[],
        tripod: &["13"],
        question: "Was class imbalance countered, how, and were probabilities calibrated again afterwards?",
        fill: Fill::Partly(recalibration),
        hint: "Weights or resampling that were set in the training section, or that none was used.",
    },
];

fn recalibration(facts: &Facts<'_>) -> Option<String> {
    Some(facts.results.recalibration_sentence())
}

fn exclusions(facts: &Facts<'_>) -> Option<String> {
    let study = &facts.results.study;
    let kept = study.sealed_rows + study.development_rows;
    let left_out = match study.rows.saturating_sub(kept) {
        0 => "no row".to_owned(),
        n => super::super::facts::counted(n, "row"),
    };
    Some(format!(
        "The study left out {left_out} of the cohort: of {} rows it sealed {} and worked on {}.",
        study.rows, study.sealed_rows, study.development_rows
    ))
}

fn corrupt(_: &Facts<'_>) -> Option<String> {
    Some(
        "Every value was read by the cohort's readers, which refuse numbers that are not finite, damaged files and ids that do not match; values that are only implausible pass."
            .to_owned(),
    )
}

fn transformations(facts: &Facts<'_>) -> Option<String> {
    Some(format!(
        "Transforms after the cohort belong to the worker program (version {}), which makes them anew in each job; midfuse's own fits them on the training rows of the job. The settings that it resolved are in results.json under arms[].trials[].resolved.",
        facts.results.environment.worker
    ))
}
