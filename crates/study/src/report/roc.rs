//! ROC curves of a task with two classes, one panel per strategy.

use std::fmt::Write as _;

use midfuse_eval::metric::roc_curve;

use super::escape::escape;
use super::number::score;
use super::svg::{path, svg};
use crate::predictions::PredictionTable;
use crate::results::Results;

const SIDE: f64 = 200.0;
const LEFT: f64 = 34.0;
const TOP: f64 = 6.0;

pub(super) fn section(
    results: &Results,
    predictions: &PredictionTable,
    classes: &[String],
) -> String {
    let positive = classes.get(1).map_or("", String::as_str);
    let mut html = String::from("<div class=\"panels\">");
    for arm in results.arms.iter().filter(|arm| arm.is_complete()) {
        let kind = if arm.is_single() { "single" } else { "fusion" };
        let mut body = frame();
        for (repeat, fold) in arm.folds.iter().map(|f| (f.repeat, f.fold)) {
            let (targets, scores): (Vec<bool>, Vec<f64>) = predictions
                .of(&arm.name)
                .filter(|row| row.repeat == repeat && row.fold == fold)
                .map(|row| {
                    (
                        row.target > 0.5,
                        row.scores.get(1).copied().unwrap_or(f64::MIN).max(f64::MIN),
                    )
                })
                .unzip();
            // A fold with one class has no curve.
            let Ok(curve) = roc_curve(&targets, &scores, None) else {
                continue;
            };
            let points = curve.iter().map(|p| {
                (
                    LEFT + SIDE * p.false_positive_rate,
                    TOP + SIDE * (1.0 - p.true_positive_rate),
                )
            });
            let _ = write!(
                body,
                "<polyline class=\"l-{kind}\" fill=\"none\" stroke-opacity=\".7\" points=\"{}\"/>",
                path(points)
            );
        }
        let auc = arm
            .scores
            .get("auc")
            .map_or(String::new(), |s| format!("AUC {}", score(s.mean)));
        let name = escape(&arm.name);
        let _ = write!(
            html,
            "<figure><h3>{name}</h3>{}<figcaption>{auc}</figcaption></figure>",
            svg(
                LEFT + SIDE + 8.0,
                TOP + SIDE + 34.0,
                &format!("ROC curves of {name}"),
                &body
            )
        );
    }
    let _ = write!(
        html,
        "</div><p class=\"soft\">One curve per outer fold; positive class: {}. Scores of different folds come from different models and are not pooled.</p>",
        escape(positive)
    );
    html
}

fn frame() -> String {
    let (right, bottom) = (LEFT + SIDE, TOP + SIDE);
    format!(
        "<rect class=\"grid\" x=\"{LEFT}\" y=\"{TOP}\" width=\"{SIDE}\" height=\"{SIDE}\"/>\
         <line class=\"axis\" x1=\"{LEFT}\" y1=\"{bottom}\" x2=\"{right}\" y2=\"{TOP}\"/>\
         <text x=\"{}\" y=\"{}\" text-anchor=\"end\">1</text><text x=\"{}\" y=\"{bottom}\" text-anchor=\"end\">0</text>\
         <text x=\"{LEFT}\" y=\"{}\">0</text><text x=\"{right}\" y=\"{}\" text-anchor=\"end\">1</text>\
         <text x=\"{}\" y=\"{}\" text-anchor=\"middle\">false positive rate</text>\
         <text transform=\"translate({} {}) rotate(-90)\" text-anchor=\"middle\">true positive rate</text>",
        LEFT - 6.0,
        TOP + 10.0,
        LEFT - 6.0,
        bottom + 14.0,
        bottom + 14.0,
        LEFT + SIDE / 2.0,
        bottom + 28.0,
        LEFT - 18.0,
        TOP + SIDE / 2.0,
    )
}
