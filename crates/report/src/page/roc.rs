//! ROC curves of a task with two classes, one panel per strategy.

use std::fmt::Write as _;

use midfuse_base::Target;
use midfuse_metrics::metric::roc_curve;

use crate::predictions::PredictionTable;
use crate::results::Results;
use midfuse_page::escape;
use midfuse_page::number::score;
use midfuse_page::panel;
use midfuse_page::svg::{path, svg};

pub(crate) fn section(
    results: &Results,
    predictions: &PredictionTable,
    classes: &[String],
) -> String {
    let positive = classes.get(1).map_or("", String::as_str);
    let mut html = String::from("<div class=\"panels\">");
    for arm in results.arms.iter().filter(|arm| arm.is_complete()) {
        let kind = if arm.is_single() { "single" } else { "fusion" };
        let mut body = panel::frame("false positive rate", "true positive rate");
        for (repeat, fold) in arm.folds.iter().map(|f| (f.repeat, f.fold)) {
            let (targets, scores): (Vec<bool>, Vec<f64>) = predictions
                .of(&arm.name)
                .filter(|row| row.repeat == repeat && row.fold == fold)
                .map(|row| {
                    (
                        row.target == Target::Class(1),
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
                    panel::x(p.false_positive_rate),
                    panel::y(p.true_positive_rate),
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
                panel::WIDTH,
                panel::HEIGHT,
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
