//! Predicted against true values of a regression, one panel per strategy.

use std::fmt::Write as _;

use crate::predictions::PredictionTable;
use crate::results::Results;
use midfuse_page::escape;
use midfuse_page::number::score;
use midfuse_page::svg::{Axis, svg, tick_label};

const SIDE: f64 = 220.0;
const LEFT: f64 = 52.0;
const TOP: f64 = 6.0;
/// Points of one panel; more make the page heavy and show nothing new.
const MAX_POINTS: usize = 1500;

pub(crate) fn section(results: &Results, predictions: &PredictionTable) -> String {
    let both = predictions
        .rows
        .iter()
        .flat_map(|row| [Some(row.target.number()), row.scores.first().copied()])
        .flatten();
    let x = Axis::over(both.clone(), LEFT, LEFT + SIDE);
    let y = Axis::over(both, TOP + SIDE, TOP);
    let ticks = x.ticks(4);
    let mut html = String::from("<div class=\"panels\">");
    for arm in results.arms.iter().filter(|arm| arm.is_complete()) {
        let kind = if arm.is_single() { "single" } else { "fusion" };
        let mut body = format!(
            "<rect class=\"grid\" x=\"{LEFT}\" y=\"{TOP}\" width=\"{SIDE}\" height=\"{SIDE}\"/>\
             <line class=\"axis\" x1=\"{LEFT}\" y1=\"{}\" x2=\"{}\" y2=\"{TOP}\"/>",
            TOP + SIDE,
            LEFT + SIDE
        );
        for &tick in &ticks {
            let label = tick_label(tick, &ticks);
            let _ = write!(
                body,
                "<text x=\"{:.1}\" y=\"{}\" text-anchor=\"middle\">{label}</text><text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{label}</text>",
                x.at(tick),
                TOP + SIDE + 15.0,
                LEFT - 5.0,
                y.at(tick) + 4.0
            );
        }
        let n = predictions.of(&arm.name).count();
        let step = n.div_ceil(MAX_POINTS).max(1);
        for row in predictions.of(&arm.name).step_by(step) {
            let Some(&predicted) = row.scores.first() else {
                continue;
            };
            let _ = write!(
                body,
                "<circle class=\"dot s-{kind}\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"2.5\"/>",
                x.at(row.target.number()),
                y.at(predicted)
            );
        }
        let r2 = arm
            .scores
            .get("r2")
            .map_or(String::new(), |s| format!("R2 {}", score(s.mean)));
        let name = escape(&arm.name);
        let shown = if step > 1 {
            format!("; every {step}th row is drawn")
        } else {
            String::new()
        };
        let _ = write!(
            html,
            "<figure><h3>{name}</h3>{}<figcaption>{r2}{shown}</figcaption></figure>",
            svg(
                LEFT + SIDE + 12.0,
                TOP + SIDE + 20.0,
                &format!("predicted against true, {name}"),
                &body
            )
        );
    }
    html.push_str("</div><p class=\"soft\">Across: the true value. Up: the predicted one. On the line they are equal.</p>");
    html
}
