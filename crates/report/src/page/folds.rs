//! Scores by fold: one row per strategy, one dot per outer fold, mean and interval.

use std::fmt::Write as _;

use crate::results::Results;
use midfuse_page::number::score;
use midfuse_page::svg::{Axis, svg, tick_label};
use midfuse_page::{escape, short};

const NAMES: f64 = 170.0;
const WIDTH: f64 = 760.0;
const ROW: f64 = 34.0;
const TOP: f64 = 8.0;

pub(super) fn section(results: &Results) -> String {
    let metric = &results.study.metric;
    let arms: Vec<_> = results
        .arms
        .iter()
        .filter(|arm| arm.is_complete())
        .collect();
    let all = arms.iter().flat_map(|arm| {
        let summary = arm.scores.get(metric);
        let ends = summary
            .into_iter()
            .flat_map(|s| [s.lower, s.upper])
            .flatten();
        ends.chain(
            arm.folds
                .iter()
                .filter_map(|fold| fold.scores.get(metric).copied()),
        )
        .collect::<Vec<_>>()
    });
    let x = Axis::over(all, NAMES, WIDTH - 16.0);
    let bottom = TOP + ROW * arms.len() as f64;
    let mut body = String::new();
    let ticks = x.ticks(6);
    for &tick in &ticks {
        let at = x.at(tick);
        let _ = write!(
            body,
            "<line class=\"axis\" x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"{TOP}\" y2=\"{bottom}\"/>\
             <text x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            bottom + 16.0,
            tick_label(tick, &ticks)
        );
    }
    for (i, arm) in arms.iter().enumerate() {
        let y = TOP + ROW * (i as f64 + 0.5);
        let kind = if arm.is_single() { "single" } else { "fusion" };
        let _ = write!(
            body,
            "<text class=\"name\" x=\"0\" y=\"{:.1}\">{}</text>",
            y + 4.0,
            short(&arm.name, 24)
        );
        let Some(summary) = arm.scores.get(metric) else {
            continue;
        };
        if let (Some(lower), Some(upper)) = (summary.lower, summary.upper) {
            let _ = write!(
                body,
                "<line class=\"bar l-{kind}\" x1=\"{:.1}\" x2=\"{:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>",
                x.at(lower),
                x.at(upper)
            );
        }
        for fold in &arm.folds {
            let Some(&value) = fold.scores.get(metric) else {
                continue;
            };
            let _ = write!(
                body,
                "<circle class=\"dot s-{kind}\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"4\"><title>{}, repeat {}, fold {}: {}</title></circle>",
                x.at(value),
                y - 9.0,
                escape(&arm.name),
                fold.repeat + 1,
                fold.fold + 1,
                score(value)
            );
        }
        let _ = write!(
            body,
            "<circle class=\"mean s-{kind}\" cx=\"{:.1}\" cy=\"{y:.1}\" r=\"6\"><title>{}: mean {}</title></circle>",
            x.at(summary.mean),
            escape(&arm.name),
            score(summary.mean)
        );
    }
    let metric = escape(metric);
    let better = if results.study.greater_is_better() {
        "larger"
    } else {
        "smaller"
    };
    let _ = write!(
        body,
        "<text x=\"{WIDTH}\" y=\"{:.1}\" text-anchor=\"end\">{metric}</text>",
        bottom + 32.0
    );
    format!(
        "<figure>{}<figcaption>Small dots: outer folds. Large dot: their mean, with its 95 % interval. \
         Blue: one modality alone; orange: fusions. {metric}: {better} is better.</figcaption></figure>",
        svg(
            WIDTH,
            bottom + 38.0,
            &format!("{metric} by outer fold and strategy"),
            &body
        )
    )
}
