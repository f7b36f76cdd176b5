//! What only TRIPOD+AI asks about the publication.
#![expect(
    clippy::unnecessary_wraps,
    reason = "every row has the same signature, whether it may be unknown or not"
)]

use super::{Facts, Fill, Item, Module};

const fn person(
    id: &'static str,
    tripod: &'static [&'static str],
    question: &'static str,
    hint: &'static str,
) -> Item {
    Item {
        id,
        module: Module::Publication,
        reforms: &[],
        tripod,
        question,
        fill: Fill::Person,
        hint,
    }
}

pub(super) const ITEMS: &[Item] = &[
    person(
        "title",
        &["1"],
        "Does the title name development or evaluation of a prediction model, the population and the outcome?",
        "The title.",
    ),
    person(
        "abstract",
        &["2"],
        "Is the abstract structured after TRIPOD+AI for abstracts?",
        "Where the abstract stands.",
    ),
    person(
        "ethics",
        &["17"],
        "Which ethics committee approved the study, and how was consent given or waived?",
        "Name, number, and the way of consent.",
    ),
    person(
        "funding",
        &["18a"],
        "Who funded the study, and with what influence?",
        "Sources and the role of the funders.",
    ),
    person(
        "interests",
        &["18b"],
        "Which interests and payments could bear on it?",
        "The declaration of every author.",
    ),
    person(
        "protocol",
        &["18c"],
        "Where is the protocol of the study?",
        "A link, or that none was written; the study file is the protocol of the computation alone.",
    ),
    Item {
        id: "registration",
        module: Module::Publication,
        reforms: &[],
        tripod: &["18d"],
        question: "Was the study registered, where and under which number?",
        fill: Fill::Partly(registration),
        hint: "Registry and number, or that it was not registered: the ledger is not a public registry.",
    },
    person(
        "involvement",
        &["19"],
        "How were patients and the public involved?",
        "How, or that they were not.",
    ),
];

fn registration(facts: &Facts<'_>) -> Option<String> {
    Some(format!(
        "Metric ({}), comparisons and margin of the sealed test were frozen in the cohort's ledger when the rows were sealed.",
        facts.results.study.metric
    ))
}
