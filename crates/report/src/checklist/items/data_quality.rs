//! Data quality.
#![expect(
    clippy::unnecessary_wraps,
    reason = "every row has the same signature, whether it may be unknown or not"
)]

use std::fmt::Write as _;

use midfuse_base::Targets;

use super::super::facts::{counted, percent};
use super::{Facts, Fill, Item, Module};
use crate::task::task_report;

pub(super) const ITEMS: &[Item] = &[
    Item {
        id: "source",
        module: Module::DataQuality,
        reforms: &["3a"],
        tripod: &["5a", "5b"],
        question: "Where do the data come from, when were they collected, and who annotated the truth?",
        fill: Fill::Person,
        hint: "Source, dates of accrual and follow-up, how and by whom outcomes were annotated; separately for other evaluation data.",
    },
    Item {
        id: "sampling-frame",
        module: Module::DataQuality,
        reforms: &["3b"],
        tripod: &["6a", "6b"],
        question: "From which set was the sample drawn: setting, centres, eligibility?",
        fill: Fill::Person,
        hint: "Sampling method, kind and number of centres, inclusion and exclusion criteria.",
    },
    Item {
        id: "treatments",
        module: Module::DataQuality,
        reforms: &[],
        tripod: &["6c"],
        question: "Which treatments did participants receive, and how were they dealt with?",
        fill: Fill::Person,
        hint: "Treatments before or after the time of prediction, or that none is relevant.",
    },
    Item {
        id: "usefulness",
        module: Module::DataQuality,
        reforms: &["3c"],
        tripod: &[],
        question: "Why are these data fit for the modelling task?",
        fill: Fill::Person,
        hint: "Why they measure the population and the outcome well enough for the claim.",
    },
    Item {
        id: "outcome",
        module: Module::DataQuality,
        reforms: &["3d"],
        tripod: &["8a"],
        question: "What is the outcome, and how is it distributed?",
        fill: Fill::Partly(outcome),
        hint: "Its definition and time horizon, how and when it was assessed, and why it was chosen.",
    },
    Item {
        id: "outcome-assessors",
        module: Module::DataQuality,
        reforms: &[],
        tripod: &["8b", "8c"],
        question: "Who assessed the outcome, and blinded to what?",
        fill: Fill::Person,
        hint: "Qualification of the assessors where judgement is needed; whether they knew the predictors.",
    },
    Item {
        id: "predictors",
        module: Module::DataQuality,
        reforms: &[],
        tripod: &["9a", "9b", "9c"],
        question: "Which predictors were used, how were they chosen, defined and measured?",
        fill: Fill::Partly(predictors),
        hint: "Why these, any choice made before modelling, how and when each is measured, who judges where judgement is needed.",
    },
    Item {
        id: "counts",
        module: Module::DataQuality,
        reforms: &["3e"],
        tripod: &["21"],
        question: "How many rows, participants and events are in each analysis?",
        fill: Fill::Study(counts),
        hint: "Rows, participants and events of each analysis.",
    },
    Item {
        id: "sample-size",
        module: Module::DataQuality,
        reforms: &[],
        tripod: &["10"],
        question: "How was the size of the sample arrived at?",
        fill: Fill::Person,
        hint: "A calculation for development and for evaluation, or why all available rows were used.",
    },
    Item {
        id: "missing-data",
        module: Module::DataQuality,
        reforms: &["3f"],
        tripod: &["11"],
        question: "How much is missing, by class, and how was it handled?",
        fill: Fill::Partly(missing),
        hint: "Why values are missing, and how the encoders that were used treat an absent modality or an empty cell.",
    },
    Item {
        id: "participants",
        module: Module::DataQuality,
        reforms: &[],
        tripod: &["20a", "20b"],
        question: "How did participants flow through the study, and what are their characteristics?",
        fill: Fill::Partly(participants),
        hint: "A flow diagram from the source to the cohort, and a table of characteristics with follow-up, overall and by setting.",
    },
    Item {
        id: "representative",
        module: Module::DataQuality,
        reforms: &["3g"],
        tripod: &[],
        question: "Why does the sampling frame represent the population of the claim?",
        fill: Fill::Person,
        hint: "Who is under-represented or left out, and what that means for the claim.",
    },
];

fn outcome(facts: &Facts<'_>) -> Option<String> {
    let (study, population) = (&facts.results.study, &facts.results.population);
    Some(task_report(&study.task).outcome(&study.target, population))
}

fn predictors(facts: &Facts<'_>) -> Option<String> {
    let of: Vec<String> = facts
        .results
        .population
        .modalities
        .iter()
        .map(|modality| format!("{} ({}: {})", modality.name, modality.kind, modality.shape))
        .collect();
    Some(format!("Modalities: {}.", of.join("; ")))
}

fn counts(facts: &Facts<'_>) -> Option<String> {
    let (study, clinical) = (&facts.results.study, &facts.results.clinical);
    let mut text = counted(study.rows, "row");
    if let Some(groups) = study.groups {
        let _ = write!(text, " of {}", counted(groups, "group"));
    }
    let _ = write!(
        text,
        "; {} sealed, {} developed on.",
        study.sealed_rows, study.development_rows
    );
    if clinical.units > 0 {
        let _ = write!(
            text,
            " Predicted in the outer folds: {} {}",
            clinical.units,
            clinical.unit.noun(clinical.units)
        );
        if let (Some(events), Some(class)) = (clinical.events, &clinical.positive) {
            let _ = write!(text, ", {events} of them {class}");
        }
        text.push('.');
    }
    if let Some(conclusion) = facts.conclusion {
        let _ = write!(text, " Sealed rows scored: {}.", conclusion.rows);
    }
    Some(text)
}

fn missing(facts: &Facts<'_>) -> Option<String> {
    let (study, population) = (&facts.results.study, &facts.results.population);
    let strata = study.task.strata(&Targets::none(study.task.target_shape()));
    let classes = strata.map(|strata| strata.names).unwrap_or_default();
    let of: Vec<String> = population
        .modalities
        .iter()
        .map(|modality| {
            let mut text = format!(
                "{}: absent in {} of {} rows ({})",
                modality.name,
                modality.absent,
                study.development_rows,
                percent(modality.absent, study.development_rows)
            );
            let by_class: Vec<String> = classes
                .iter()
                .zip(&modality.absent_by_class)
                .zip(&population.class_rows)
                .map(|((class, &absent), &rows)| format!("{class} {}", percent(absent, rows)))
                .collect();
            if modality.absent > 0 && !by_class.is_empty() {
                let _ = write!(text, " [{}]", by_class.join(", "));
            }
            if modality.cells > 0 {
                let _ = write!(
                    text,
                    ", {} of its cells empty",
                    percent(modality.missing_cells, modality.cells)
                );
                let by_class: Vec<String> = classes
                    .iter()
                    .zip(&modality.cells_by_class)
                    .map(|(class, &[cells, empty])| format!("{class} {}", percent(empty, cells)))
                    .collect();
                if modality.missing_cells > 0 && !by_class.is_empty() {
                    let _ = write!(text, " [{}]", by_class.join(", "));
                }
            }
            text
        })
        .collect();
    Some(format!(
        "In the rows that are not sealed: {}. No row was left out for what it lacks.",
        of.join("; ")
    ))
}

fn participants(facts: &Facts<'_>) -> Option<String> {
    let tables = &facts.results.clinical.arms.first()?.subgroups;
    if tables.is_empty() {
        return None;
    }
    let of: Vec<String> = tables
        .iter()
        .map(|table| {
            let levels: Vec<String> = table
                .levels
                .iter()
                .map(|level| match level.units {
                    Some(units) => format!("{} {units}", level.level),
                    None => format!("{} (held back)", level.level),
                })
                .collect();
            format!("{}: {}", table.column, levels.join(", "))
        })
        .collect();
    let clinical = &facts.results.clinical;
    Some(format!(
        "Predicted {} by subgroup: {}.",
        clinical.unit.noun(clinical.units),
        of.join("; ")
    ))
}
