//! Predicted against true values of a regression, one panel per strategy.

use maud::{Markup, html};
use midfuse_page::number::score;
use midfuse_page::panel::Panel;
use midfuse_page::{figure, panels, soft, svg};

use super::series;
use crate::predictions::PredictionTable;
use crate::results::{ArmResult, Results};

/// Points of one panel; more make the page heavy and show nothing new.
const MAX_POINTS: usize = 1500;

pub(crate) fn section(results: &Results, predictions: &PredictionTable) -> Markup {
    let both = predictions
        .rows
        .iter()
        .flat_map(|row| [Some(row.target.number()), row.scores.first().copied()])
        .flatten();
    let panel = Panel::over(both);
    let complete = results.arms.iter().filter(|arm| arm.is_complete());
    html! {
        (panels(complete.map(|arm| points(arm, panel, predictions))))
        (soft("Across: the true value. Up: the predicted one. On the line they are equal."))
    }
}

fn points(arm: &ArmResult, panel: Panel, predictions: &PredictionTable) -> Markup {
    let n = predictions.of(&arm.name).count();
    let step = n.div_ceil(MAX_POINTS).max(1);
    let class = format!("dot {}", series(arm).fill());
    let body = html! {
        @for row in predictions.of(&arm.name).step_by(step) {
            @if let Some(&predicted) = row.scores.first() {
                (svg::circle(&class, panel.point(row.target.number(), predicted), 2.5, None))
            }
        }
    };
    let caption = html! {
        @if let Some(r2) = arm.scores.get("r2") { "R2 " (score(r2.mean)) }
        @if step > 1 { "; every " (step) "th row is drawn" }
    };
    let label = format!("predicted against true, {}", arm.name);
    let drawing = panel.draw("true", "predicted", &label, &body);
    figure(&arm.name, &drawing, Some(caption))
}
