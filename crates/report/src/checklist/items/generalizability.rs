//! Generalizability and limitations.
#![expect(
    clippy::unnecessary_wraps,
    reason = "every row has the same signature, whether it may be unknown or not"
)]

use super::{Facts, Fill, Item, Module};

pub(super) const ITEMS: &[Item] = &[
    Item {
        id: "external-validity",
        module: Module::Generalizability,
        reforms: &["8a"],
        tripod: &[],
        question: "What speaks for the findings beyond these data?",
        fill: Fill::Person,
        hint: "Evaluation on data from elsewhere, or arguments; folds and sealed rows of one cohort are not external data.",
    },
    Item {
        id: "where-not",
        module: Module::Generalizability,
        reforms: &["8b"],
        tripod: &["26"],
        question: "Where are the findings not expected to hold, and what are the limits of the study?",
        fill: Fill::Partly(limits),
        hint: "Settings, people and times for which the claim is not made; bias, size, missing data.",
    },
    Item {
        id: "interpretation",
        module: Module::Generalizability,
        reforms: &[],
        tripod: &["25"],
        question: "How are the main results to be read, with fairness and earlier studies in mind?",
        fill: Fill::Partly(interpretation),
        hint: "The interpretation in the light of the objectives and of similar studies.",
    },
    Item {
        id: "poor-input",
        module: Module::Generalizability,
        reforms: &[],
        tripod: &["27a"],
        question: "In use, how are poor or missing inputs recognised and handled?",
        fill: Fill::Partly(poor_input),
        hint: "What a user does with an input that is missing or of poor quality.",
    },
    Item {
        id: "users",
        module: Module::Generalizability,
        reforms: &[],
        tripod: &["27b"],
        question: "In use, what must people do with inputs or outputs, and which expertise does it take?",
        fill: Fill::Person,
        hint: "Who operates it, and how much they must know.",
    },
    Item {
        id: "next-steps",
        module: Module::Generalizability,
        reforms: &[],
        tripod: &["27c"],
        question: "What are the next steps, above all for use elsewhere?",
        fill: Fill::Person,
        hint: "Evaluations that are still needed, and where.",
    },
];

fn limits(facts: &Facts<'_>) -> Option<String> {
    let limits = facts.results.verdict.limits();
    (!limits.is_empty()).then(|| format!("What this study cannot say: {}", limits.join(" ")))
}

fn interpretation(facts: &Facts<'_>) -> Option<String> {
    Some(format!(
        "The study's own verdict: {}",
        facts.results.verdict.headline()
    ))
}

fn poor_input(facts: &Facts<'_>) -> Option<String> {
    let arm = facts.results.clinical.arms.first()?;
    let patterns: Vec<&str> = arm
        .missingness
        .as_ref()?
        .levels
        .iter()
        .map(|level| level.level.as_str())
        .collect();
    Some(format!(
        "The report has performance by the modalities that are there: {}.",
        patterns.join("; ")
    ))
}
