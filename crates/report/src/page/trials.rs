//! The trial budget, the settings, and which of them won.

use std::fmt::Write as _;

use crate::results::{ArmResult, Results};
use midfuse_page::escape;
use midfuse_page::number::score;

pub(super) fn section(results: &Results) -> String {
    let study = &results.study;
    let mut html = format!(
        "<p>Every strategy got the same budget: {} distinct settings, each trained on {} inner folds of each of the {} outer folds, \
         at most {} epochs per training. The setting with the best mean inner {} was fitted again on all training rows of the outer fold.</p>",
        study.budget.trials,
        study.protocol.inner_folds,
        study.outer_folds * study.protocol.repeats,
        study.budget.epochs,
        escape(&study.metric)
    );
    html.push_str("<div class=\"wide\"><table><thead><tr><th>Strategy</th><th class=\"text\">Setting</th><th>Mean inner score</th><th>Chosen in</th></tr></thead><tbody>");
    for arm in &results.arms {
        for (i, trial) in arm.trials.iter().enumerate() {
            let values: Vec<String> = trial
                .values
                .iter()
                .map(|(key, value)| {
                    format!(
                        "<code>{} = {}</code>",
                        escape(key),
                        escape(&value.to_string())
                    )
                })
                .collect();
            let values = if values.is_empty() {
                "as in the study file".to_owned()
            } else {
                values.join(", ")
            };
            let wins = arm.folds.iter().filter(|fold| fold.trial == i).count();
            let name = if i == 0 {
                escape(&arm.name)
            } else {
                String::new()
            };
            let _ = write!(
                html,
                "<tr><td>{name}</td><td class=\"text\">{values}</td><td>{}</td><td>{wins} of {}</td></tr>",
                mean_inner(arm, i),
                arm.folds.len()
            );
        }
    }
    html.push_str("</tbody></table></div>");
    html
}

fn mean_inner(arm: &ArmResult, trial: usize) -> String {
    let scores: Vec<f64> = arm
        .folds
        .iter()
        .filter_map(|fold| fold.inner_scores.get(trial).copied().flatten())
        .collect();
    if scores.is_empty() {
        "-".to_owned()
    } else {
        score(scores.iter().sum::<f64>() / scores.len() as f64)
    }
}
