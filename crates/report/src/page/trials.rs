//! The trial budget, the settings, and which of them won.

use std::collections::BTreeSet;

use maud::{Markup, html};
use midfuse_page::number::score;
use midfuse_page::{Column, joined, table};

use crate::results::{ArmResult, Drawn, Results};

pub(super) fn section(results: &Results) -> Markup {
    let study = &results.study;
    let columns = [
        Column::number("Strategy"),
        Column::text("Setting"),
        Column::number("Mean inner score"),
        Column::number("Chosen in"),
    ];
    let rows = html! {
        @for arm in &results.arms {
            @for (nth, trial) in arm.trials.iter().enumerate() {
                @let wins = arm.folds.iter().filter(|fold| fold.trial == nth).count();
                tr {
                    td { @if nth == 0 { (arm.name) } }
                    td.text { (setting(trial)) }
                    td { (mean_inner(arm, nth)) }
                    td { (wins) " of " (arm.folds.len()) }
                }
            }
        }
    };
    let mut networks = results.arms.iter().filter(|arm| !arm.baseline);
    let own = if study.budget.trials > 1 && networks.any(ArmResult::has_own_setting) {
        " (or the first, that of the study file, unless it is behind by more than two standard errors of the inner folds)"
    } else {
        ""
    };
    html! {
        p {
            "Every strategy got the same budget: " (study.budget.trials)
            " distinct settings, or every point of a smaller search space, each trained on " (study.protocol.inner_folds)
            " inner folds of each of the " (study.outer_folds * study.protocol.repeats)
            " outer folds, at most " (study.budget.epochs)
            " epochs per training. The setting with the best mean inner " (study.metric)
            (own)
            " was fitted again on all training rows of the outer fold"
            @if study.budget.refits > 1 {
                ", from " (study.budget.refits) " seeds, whose outputs were averaged"
            }
            "."
            @if results.has_baselines() {
                " Baselines have no epochs: every point of their grids was tried on the same inner folds ("
                (joined(grids(results))) ")."
            }
        }
        (table(None, &columns, &rows))
    }
}

/// How many settings each baseline tried, by its registered name.
fn grids(results: &Results) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let baselines = results.arms.iter().filter(|arm| arm.baseline);
    baselines
        .filter(|arm| seen.insert(&arm.fusion))
        .map(|arm| format!("{}: {}", arm.fusion, arm.trials.len()))
        .collect()
}

fn setting(trial: &Drawn) -> Markup {
    if trial.values.is_empty() {
        return html! { "as in the study file" };
    }
    joined(
        trial
            .values
            .iter()
            .map(|(key, value)| html! { code { (key) " = " (value.to_string()) } }),
    )
}

fn mean_inner(arm: &ArmResult, trial: usize) -> String {
    let scores: Vec<f64> = arm
        .folds
        .iter()
        .filter(|fold| fold.is_whole(trial))
        .filter_map(|fold| fold.inner_scores.get(trial).copied().flatten())
        .collect();
    if scores.is_empty() {
        "-".to_owned()
    } else {
        score(scores.iter().sum::<f64>() / scores.len() as f64)
    }
}
