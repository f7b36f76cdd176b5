//! Metrics and uncertainty.
#![expect(
    clippy::unnecessary_wraps,
    reason = "every row has the same signature, whether it may be unknown or not"
)]

use std::fmt::Write as _;

use std::collections::BTreeSet;

use midfuse_page::number::p_value;

use super::super::facts::interval;
use super::{Facts, Fill, Item, Module};

pub(super) const ITEMS: &[Item] = &[
    Item {
        id: "metrics",
        module: Module::Metrics,
        reforms: &["7a"],
        tripod: &["12e"],
        question: "Which metrics assess and compare the models, and why do they suit the task?",
        fill: Fill::Partly(metrics),
        hint: "Why the deciding metric suits the question and its class balance.",
    },
    Item {
        id: "uncertainty",
        module: Module::Metrics,
        reforms: &["7b"],
        tripod: &["23a"],
        question: "What is the performance with its uncertainty, and how was that calculated?",
        fill: Fill::Study(uncertainty),
        hint: "Estimates with intervals.",
    },
    Item {
        id: "tests",
        module: Module::Metrics,
        reforms: &["7c"],
        tripod: &[],
        question: "Which statistical tests were made, and do their assumptions hold?",
        fill: Fill::Study(tests),
        hint: "Tests that were made, or that none was.",
    },
    Item {
        id: "fairness",
        module: Module::Metrics,
        reforms: &[],
        tripod: &["14"],
        question: "What was done about fairness, and does performance differ between groups of people?",
        fill: Fill::Partly(fairness),
        hint: "Which groups matter here and why, and any step that was taken; name columns as clinical.subgroups to get a table.",
    },
    Item {
        id: "heterogeneity",
        module: Module::Metrics,
        reforms: &[],
        tripod: &["12d", "23b"],
        question: "Does performance differ between clusters such as hospitals, and how was that quantified?",
        fill: Fill::Partly(heterogeneity),
        hint: "Differences between sites, or that there is one site; name a column as clinical.site to get them.",
    },
];

fn metrics(facts: &Facts<'_>) -> Option<String> {
    let (study, clinical) = (&facts.results.study, &facts.results.clinical);
    let others: BTreeSet<&str> = facts
        .results
        .arms
        .iter()
        .flat_map(|arm| arm.scores.keys())
        .map(String::as_str)
        .filter(|name| *name != study.metric)
        .collect();
    let others: Vec<&str> = others.into_iter().collect();
    let mut text = format!(
        "{} (unit {}) chooses settings and is compared",
        study.counted.sentence(&study.metric),
        study.unit
    );
    if !others.is_empty() {
        let _ = write!(text, "; reported beside it: {}", others.join(", "));
    }
    if !clinical.arms.is_empty() {
        text.push_str("; calibration");
    }
    if clinical.arms.iter().any(|arm| !arm.decision.is_empty()) {
        text.push_str(", decision curve, sensitivity at fixed specificity");
    }
    let _ = write!(text, ". {}", facts.results.recalibration_sentence());
    Some(text)
}

fn uncertainty(facts: &Facts<'_>) -> Option<String> {
    let scores = facts.scores();
    if scores.is_empty() {
        return None;
    }
    let mut text = format!(
        "{} over the outer folds with the 95 % interval of the corrected resampled t (Nadeau and Bengio 2003): {scores}.",
        facts.results.study.metric
    );
    if let Some(conclusion) = facts.conclusion {
        let sealed: Vec<String> = conclusion
            .arms
            .iter()
            .filter_map(|arm| {
                let score = arm.scores.get(&conclusion.metric)?;
                Some(format!(
                    "{} {score:.4}{}",
                    arm.arm,
                    interval(arm.lower, arm.upper)
                ))
            })
            .collect();
        let _ = write!(
            text,
            " On the sealed rows, with a bootstrap interval: {}.",
            sealed.join("; ")
        );
    }
    Some(text)
}

fn tests(facts: &Facts<'_>) -> Option<String> {
    let comparisons = &facts.results.comparisons;
    let number = |p: Option<f64>| p.map_or_else(|| "undefined".to_owned(), |p| p_value(Some(p)));
    let mut text = if comparisons.is_empty() {
        "No test was made on the outer folds.".to_owned()
    } else {
        let of: Vec<String> = comparisons
            .iter()
            .map(|c| {
                format!(
                    "{} {:+.4}, p {}, after Holm {}",
                    c.arm,
                    c.improvement,
                    number(c.p),
                    number(c.p_holm)
                )
            })
            .collect();
        format!(
            "Against the best single modality, by the corrected resampled t, which allows for overlapping training sets but assumes their correlation, with Holm's correction over {}: {}.",
            of.len(),
            of.join("; ")
        )
    };
    if let Some(conclusion) = facts.conclusion {
        let of: Vec<String> = conclusion
            .comparisons
            .iter()
            .map(|c| {
                let kind = if c.confirmatory {
                    format!("p after Holm {}", number(c.p_holm))
                } else {
                    format!("exploratory, p {}", number(c.p))
                };
                format!("{} {:+.4}, {kind}", c.arm, c.improvement)
            })
            .collect();
        if !of.is_empty() {
            let _ = write!(
                text,
                " On the sealed rows, by a paired bootstrap: {}.",
                of.join("; ")
            );
        }
    }
    Some(text)
}

fn fairness(facts: &Facts<'_>) -> Option<String> {
    let columns = &facts.results.clinical.settings.subgroups;
    if columns.is_empty() {
        return None;
    }
    Some(format!(
        "The report has performance and calibration by {}.",
        columns.join(", ")
    ))
}

fn heterogeneity(facts: &Facts<'_>) -> Option<String> {
    let clinical = &facts.results.clinical;
    let site = clinical.settings.site.as_ref()?;
    let of: Vec<String> = clinical
        .arms
        .iter()
        .flat_map(|arm| {
            arm.heterogeneity.iter().map(move |h| {
                format!(
                    "{} {} {:.4} [{:.4}, {:.4}] over {} sites, I2 {:.0} %",
                    arm.arm,
                    h.measure,
                    h.mean,
                    h.lower,
                    h.upper,
                    h.sites,
                    h.i2 * 100.0
                )
            })
        })
        .collect();
    if of.is_empty() {
        return Some(format!(
            "The report has performance by {site}; too few sites are large enough for a summary over them."
        ));
    }
    Some(format!(
        "By {site}, random-effects summary (DerSimonian and Laird): {}.",
        of.join("; ")
    ))
}
