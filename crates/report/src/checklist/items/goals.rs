//! Study goals.
#![expect(
    clippy::unnecessary_wraps,
    reason = "every row has the same signature, whether it may be unknown or not"
)]

use std::fmt::Write as _;

use super::{Facts, Fill, Item, Module};

pub(super) const ITEMS: &[Item] = &[
    Item {
        id: "population",
        module: Module::StudyGoals,
        reforms: &["1a"],
        tripod: &["3b"],
        question: "About which population is a claim made, and where in its care, by whom and for what is the model meant to be used?",
        fill: Fill::Person,
        hint: "The population of interest (not the sample), the point in the care pathway, the intended users.",
    },
    Item {
        id: "motivation",
        module: Module::StudyGoals,
        reforms: &["1b"],
        tripod: &["3a"],
        question: "Why this population; is the prediction diagnostic or prognostic, and which models exist already?",
        fill: Fill::Person,
        hint: "The clinical or scientific reason, with references to existing models.",
    },
    Item {
        id: "why-machine-learning",
        module: Module::StudyGoals,
        reforms: &["1c"],
        tripod: &[],
        question: "Why are methods of machine learning used?",
        fill: Fill::Person,
        hint: "What they offer here over a simpler or established method.",
    },
    Item {
        id: "inequalities",
        module: Module::StudyGoals,
        reforms: &[],
        tripod: &["3c"],
        question: "Which inequalities in health between groups of people are known for this question?",
        fill: Fill::Person,
        hint: "Known differences in outcome, access or measurement between sociodemographic groups.",
    },
    Item {
        id: "objectives",
        module: Module::StudyGoals,
        reforms: &[],
        tripod: &["4"],
        question: "What are the objectives: development, evaluation, or both?",
        fill: Fill::Partly(objectives),
        hint: "The aims in the words of the paper, and which of the results answers each.",
    },
];

fn objectives(facts: &Facts<'_>) -> Option<String> {
    let study = &facts.results.study;
    let compared: Vec<&str> = facts
        .results
        .comparisons
        .iter()
        .map(|comparison| comparison.arm.as_str())
        .collect();
    let mut text = format!(
        "Models of {} were developed and evaluated on the same cohort by {} strategies; the metric that chooses settings and is compared is {}.",
        study.target,
        facts.results.arms.len(),
        study.metric
    );
    if !compared.is_empty() {
        let _ = write!(
            text,
            " Compared with the best single modality: {}.",
            compared.join(", ")
        );
    }
    Some(text)
}
