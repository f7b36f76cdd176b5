//! Modelling.
#![expect(
    clippy::unnecessary_wraps,
    reason = "every row has the same signature, whether it may be unknown or not"
)]

use std::fmt::Write as _;

use std::collections::BTreeSet;

use midfuse_metrics::metric::task_metrics;
use midfuse_plan::file::StopRule;

use super::{Facts, Fill, Item, Module};
use crate::task::task_report;

pub(super) const ITEMS: &[Item] = &[
    Item {
        id: "models",
        module: Module::Modelling,
        reforms: &["5a"],
        tripod: &["12c", "22"],
        question: "Which models were trained, on which inputs, with which loss, and how can others use them?",
        fill: Fill::Partly(models),
        hint: "The loss and the architecture in words, and where the fitted models can be had.",
    },
    Item {
        id: "model-choice",
        module: Module::Modelling,
        reforms: &["5b"],
        tripod: &[],
        question: "Why were these kinds of models chosen?",
        fill: Fill::Person,
        hint: "Why these encoders and fusions suit the data and the question.",
    },
    Item {
        id: "evaluation",
        module: Module::Modelling,
        reforms: &["5c"],
        tripod: &["12a"],
        question: "How were the data divided for fitting, choosing and evaluating?",
        fill: Fill::Study(evaluation),
        hint: "Splits and their sizes.",
    },
    Item {
        id: "selection",
        module: Module::Modelling,
        reforms: &["5d"],
        tripod: &[],
        question: "How were the reported models selected?",
        fill: Fill::Study(selection),
        hint: "What the choice was made on.",
    },
    Item {
        id: "hyper-parameters",
        module: Module::Modelling,
        reforms: &["5e"],
        tripod: &[],
        question: "How were hyper-parameters chosen, from which values, and why are these reasonable?",
        fill: Fill::Partly(hyper_parameters),
        hint: "Why the search space is reasonable.",
    },
    Item {
        id: "baselines",
        module: Module::Modelling,
        reforms: &["5f"],
        tripod: &[],
        question: "Are the models compared with fair baselines?",
        fill: Fill::Partly(baselines),
        hint: "The established model or score of the field, or why there is none.",
    },
    Item {
        id: "output",
        module: Module::Modelling,
        reforms: &[],
        tripod: &["15", "12g"],
        question: "What does the model put out, from which threshold would one act, and how are its predictions calculated?",
        fill: Fill::Partly(output),
        hint: "Why these thresholds; how a user gets a prediction.",
    },
    Item {
        id: "updating",
        module: Module::Modelling,
        reforms: &[],
        tripod: &["12f", "24"],
        question: "Was a model updated or recalibrated after its evaluation?",
        fill: Fill::Partly(updating),
        hint: "Updates that were made outside of this study, with their results.",
    },
];

fn models(facts: &Facts<'_>) -> Option<String> {
    let of: Vec<String> = facts
        .results
        .arms
        .iter()
        .map(|arm| {
            format!(
                "{} ({} of {}; {} parameters)",
                arm.name,
                arm.fusion,
                arm.modalities.join(", "),
                arm.n_parameters
            )
        })
        .collect();
    Some(format!(
        "{}. Every setting is in results.json, the fitted models of the outer folds are under models/; `midfuse predict` applies them.",
        of.join("; ")
    ))
}

fn evaluation(facts: &Facts<'_>) -> Option<String> {
    let study = &facts.results.study;
    let p = &study.protocol;
    let folds = || facts.results.arms.iter().flat_map(|arm| &arm.folds);
    let (fit, test): (BTreeSet<usize>, BTreeSet<usize>) =
        folds().map(|fold| (fold.n_train, fold.n_test)).unzip();
    let span = |sizes: &BTreeSet<usize>| match (sizes.first(), sizes.last()) {
        (Some(low), Some(high)) if low == high => low.to_string(),
        (Some(low), Some(high)) => format!("{low} to {high}"),
        _ => "no".to_owned(),
    };
    Some(format!(
        "{} of {} rows were sealed first. The others: {} outer folds by {}, drawn {} ({} rows to fit, {} to test); in each {} inner folds of the training rows chose among settings{}. Structure that was claimed: {}.",
        study.sealed_rows,
        study.rows,
        p.outer_folds,
        p.splitter.as_ref().map(Facts::name).unwrap_or_default(),
        if p.repeats == 1 {
            "once".to_owned()
        } else {
            format!("{} times", p.repeats)
        },
        span(&fit),
        span(&test),
        p.inner_folds,
        match p.stop {
            StopRule::Inner => " and how long to train".to_owned(),
            StopRule::Rows => format!(
                ", and {:.0} % of the rows of each fit only decided when to stop",
                p.stop_share() * 100.0
            ),
            StopRule::None => ", and every training ran for all epochs".to_owned(),
        },
        p.structure.as_ref().map(Facts::name).unwrap_or_default(),
    ))
}

fn selection(facts: &Facts<'_>) -> Option<String> {
    let mut text = format!(
        "In each outer fold the setting with the best mean {} over the inner folds was fitted again on all training rows; test rows played no part. Every strategy is reported",
        facts.results.study.metric
    );
    let failed: Vec<&str> = facts
        .results
        .failed_arms()
        .map(|arm| arm.name.as_str())
        .collect();
    if failed.is_empty() {
        text.push('.');
    } else {
        let _ = write!(
            text,
            "; left out of the tests because jobs failed: {}.",
            failed.join(", ")
        );
    }
    if facts.results.best_single.is_some() {
        text.push_str(" The best single modality was chosen in the same way, fold by fold.");
    }
    Some(text)
}

fn hyper_parameters(facts: &Facts<'_>) -> Option<String> {
    let study = &facts.results.study;
    let keys: BTreeSet<&String> = facts
        .results
        .arms
        .iter()
        .flat_map(|arm| &arm.trials)
        .flat_map(|trial| trial.values.keys())
        .collect();
    let keys: Vec<&str> = keys.into_iter().map(String::as_str).collect();
    let what = if keys.is_empty() {
        "nothing was searched over".to_owned()
    } else {
        format!("searched over {}", keys.join(", "))
    };
    let grids = if facts.results.has_baselines() {
        " Baselines tried every point of their grids and have no epochs."
    } else {
        ""
    };
    Some(format!(
        "The same budget for every strategy: {} settings ({}), at most {} epochs per training; {what}.{grids} Values, inner scores and winners are in results.json.",
        study.budget.trials,
        Facts::name(&study.budget.draw),
        study.budget.epochs
    ))
}

fn baselines(facts: &Facts<'_>) -> Option<String> {
    let singles: Vec<&str> = facts
        .results
        .arms
        .iter()
        .filter(|arm| arm.is_single())
        .map(|arm| arm.name.as_str())
        .collect();
    let prior = task_metrics(&facts.results.study.task).prior_name();
    let mut text = format!("The prior of the training rows ({prior}) in every fold");
    if !singles.is_empty() {
        let _ = write!(
            text,
            "; each modality alone ({}) on the same rows, splits and budget",
            singles.join(", ")
        );
    }
    let baselines: Vec<&str> = facts
        .results
        .arms
        .iter()
        .filter(|arm| arm.baseline && !arm.is_single())
        .map(|arm| arm.name.as_str())
        .collect();
    if !baselines.is_empty() {
        let _ = write!(
            text,
            "; all modalities side by side ({}) on the same rows and splits",
            baselines.join(", ")
        );
    }
    text.push('.');
    Some(text)
}

fn output(facts: &Facts<'_>) -> Option<String> {
    let clinical = &facts.results.clinical;
    let mut text = task_report(&facts.results.study.task).output();
    if !clinical.settings.thresholds.is_empty() {
        let list: Vec<String> = clinical
            .settings
            .thresholds
            .iter()
            .map(ToString::to_string)
            .collect();
        let _ = write!(
            text,
            " Thresholds that the study file states: {}.",
            list.join(", ")
        );
    }
    text.push_str(" `midfuse predict` calculates predictions of new rows.");
    Some(text)
}

fn updating(_: &Facts<'_>) -> Option<String> {
    Some("The study updated and recalibrated no model after predicting test rows.".to_owned())
}
