//! Learning curves of the refits, one panel per strategy.

use std::fmt::Write as _;

use crate::results::{ArmResult, Results};
use midfuse_page::escape;
use midfuse_page::svg::{Axis, path, svg, tick_label};

const WIDTH: f64 = 280.0;
const HEIGHT: f64 = 150.0;
const LEFT: f64 = 42.0;
const TOP: f64 = 8.0;

pub(super) fn section(results: &Results) -> String {
    let mut html = String::from("<div class=\"panels\">");
    for arm in results.arms.iter().filter(|arm| !arm.folds.is_empty()) {
        let _ = write!(
            html,
            "<figure><h3>{}</h3>{}</figure>",
            escape(&arm.name),
            panel(arm)
        );
    }
    html.push_str(
        "</div><p class=\"soft\">Refits of the chosen setting, one pair of lines per outer fold. Grey: training loss. \
         Blue: loss on the stopping rows, a part of the training rows; the dot is the epoch whose weights were kept.</p>",
    );
    html.push_str(&limits(results));
    html
}

fn panel(arm: &ArmResult) -> String {
    let losses = arm.folds.iter().flat_map(|f| {
        f.epochs
            .iter()
            .flat_map(|e| [Some(e.train_loss), e.stop_loss])
            .flatten()
    });
    let y = Axis::over(losses.chain([0.0]), TOP + HEIGHT, TOP);
    let longest = arm.folds.iter().map(|f| f.epochs.len()).max().unwrap_or(1);
    let x = Axis::exact(1.0, longest.max(2) as f64, LEFT, LEFT + WIDTH);
    let mut body = String::new();
    let ticks = y.ticks(4);
    for &tick in &ticks {
        let at = y.at(tick);
        let _ = write!(
            body,
            "<line class=\"axis\" x1=\"{LEFT}\" x2=\"{}\" y1=\"{at:.1}\" y2=\"{at:.1}\"/><text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            LEFT + WIDTH,
            LEFT - 5.0,
            at + 4.0,
            tick_label(tick, &ticks)
        );
    }
    let _ = write!(
        body,
        "<text x=\"{LEFT}\" y=\"{0}\">epoch 1</text><text x=\"{1}\" y=\"{0}\" text-anchor=\"end\">{longest}</text>",
        TOP + HEIGHT + 16.0,
        LEFT + WIDTH
    );
    for fold in &arm.folds {
        let epoch = |i: usize| x.at(i as f64 + 1.0);
        let train = fold
            .epochs
            .iter()
            .enumerate()
            .map(|(i, e)| (epoch(i), y.at(e.train_loss)));
        let _ = write!(
            body,
            "<polyline class=\"train\" points=\"{}\"/>",
            path(train)
        );
        let stop = fold
            .epochs
            .iter()
            .enumerate()
            .filter_map(|(i, e)| Some((epoch(i), y.at(e.stop_loss?))));
        let _ = write!(body, "<polyline class=\"stop\" points=\"{}\"/>", path(stop));
    }
    for fold in &arm.folds {
        let Some(kept) = fold.epochs.get(fold.best_epoch) else {
            continue;
        };
        let _ = write!(
            body,
            "<circle class=\"kept\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"4\"><title>fold {}: epoch {} kept</title></circle>",
            x.at(fold.best_epoch as f64 + 1.0),
            y.at(kept.stop_loss.unwrap_or(kept.train_loss)),
            fold.fold + 1,
            fold.best_epoch + 1
        );
    }
    svg(
        LEFT + WIDTH + 8.0,
        TOP + HEIGHT + 22.0,
        &format!("learning curves of {}", escape(&arm.name)),
        &body,
    )
}

/// Names the strategies whose training the epoch limit ended.
fn limits(results: &Results) -> String {
    let limit = results.study.budget.epochs;
    let stopped: Vec<String> = results
        .arms
        .iter()
        .filter(|arm| arm.stopped_by_limit > 0)
        .map(|arm| {
            format!(
                "<strong>{}</strong> ({} of {} trainings, {} of {} refits)",
                escape(&arm.name),
                arm.stopped_by_limit,
                arm.jobs - arm.jobs_failed,
                arm.refits_stopped_by_limit(),
                arm.folds.len()
            )
        })
        .collect();
    if stopped.is_empty() {
        return format!("<p>No strategy was stopped by the epoch limit of {limit}.</p>");
    }
    format!(
        "<p class=\"note\">Stopped by the epoch limit of {limit}: {}. More epochs might change their scores.</p>",
        stopped.join(", ")
    )
}
