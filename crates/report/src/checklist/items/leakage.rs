//! Data leakage.
#![expect(
    clippy::unnecessary_wraps,
    reason = "every row has the same signature, whether it may be unknown or not"
)]

use super::super::facts::counted;
use super::{Facts, Fill, Item, Module};

pub(super) const ITEMS: &[Item] = &[
    Item {
        id: "separation",
        module: Module::Leakage,
        reforms: &["6a"],
        tripod: &[],
        question: "Did preprocessing and modelling use training data only?",
        fill: Fill::Partly(separation),
        hint: "Steps before the cohort was made that looked at all rows: selection of features, normalisation, labels made with a model. With a worker program of your own, that it fits transforms on its training rows only.",
    },
    Item {
        id: "dependencies",
        module: Module::Leakage,
        reforms: &["6b"],
        tripod: &[],
        question: "How were dependent or duplicate samples kept on one side of every split?",
        fill: Fill::Partly(dependencies),
        hint: "That the claimed structure is true, and what `midfuse audit` found about duplicates: this study did not search for them.",
    },
    Item {
        id: "legitimate-features",
        module: Module::Leakage,
        reforms: &["6c"],
        tripod: &[],
        question: "Is every input legitimate: known at the time of prediction, and no trace of the outcome?",
        fill: Fill::Person,
        hint: "An argument for each input or set of inputs; `midfuse audit` searches for columns that name the target.",
    },
    Item {
        id: "evaluation-data",
        module: Module::Leakage,
        reforms: &[],
        tripod: &["16", "20c"],
        question: "How do the data of evaluation differ from those of development?",
        fill: Fill::Partly(evaluation_data),
        hint: "For data from elsewhere: differences in setting, eligibility, outcome, predictors and their distributions.",
    },
];

fn separation(facts: &Facts<'_>) -> Option<String> {
    let sealed = if facts.conclusion.is_some() {
        "they were opened once, by `midfuse conclude`, for the plan that had been frozen"
    } else {
        "they have not been opened by this study"
    };
    Some(format!(
        "Worker processes were handed the targets of the rows to fit on, and no target, name or group of a row that they were scored on. {} were sealed before anything else; {sealed}. The cohort's ledger counts {} of test predictions, by this and every other study on it.",
        counted(facts.results.study.sealed_rows, "row"),
        counted(facts.disclosures, "disclosure")
    ))
}

fn dependencies(facts: &Facts<'_>) -> Option<String> {
    let study = &facts.results.study;
    let structure = study.protocol.structure.as_ref().map(Facts::name)?;
    let groups = match study.groups {
        Some(groups) => format!(
            "; no split parts the rows of one of the {}",
            counted(groups, "group")
        ),
        None => String::new(),
    };
    Some(format!(
        "Structure that was claimed: {structure}{groups}. Every level (sealed rows, outer and inner folds, rows that decide when to stop) keeps it."
    ))
}

fn evaluation_data(facts: &Facts<'_>) -> Option<String> {
    let study = &facts.results.study;
    Some(format!(
        "Test folds and the {} sealed rows were drawn from the same cohort as the training rows; data from elsewhere play no part in this study.",
        study.sealed_rows
    ))
}
