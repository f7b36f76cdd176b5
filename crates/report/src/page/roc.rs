//! ROC curves of a task with two classes, one panel per strategy.

use maud::{Markup, html};
use midfuse_base::Target;
use midfuse_metrics::metric::roc_curve;
use midfuse_page::number::score;
use midfuse_page::panel::Panel;
use midfuse_page::svg::points;
use midfuse_page::{figure, panels, soft};

use super::series;
use crate::predictions::PredictionTable;
use crate::results::{ArmResult, Results};

pub(crate) fn section(
    results: &Results,
    predictions: &PredictionTable,
    classes: &[String],
) -> Markup {
    let positive = classes.get(1).map_or("", String::as_str);
    let complete = results.arms.iter().filter(|arm| arm.is_complete());
    let figures = complete.map(|arm| {
        let auc = arm.scores.get("auc");
        let caption = html! { @if let Some(auc) = auc { "AUC " (score(auc.mean)) } };
        figure(&arm.name, &curves(arm, predictions), Some(caption))
    });
    html! {
        (panels(figures))
        (soft(format_args!(
            "One curve per outer fold; positive class: {positive}. Scores of different folds come from different models and are not pooled."
        )))
    }
}

fn curves(arm: &ArmResult, predictions: &PredictionTable) -> Markup {
    let panel = Panel::unit();
    let folds = arm.folds.iter().filter_map(|fold| {
        let (targets, scores): (Vec<bool>, Vec<f64>) = predictions
            .of(&arm.name)
            .filter(|row| row.repeat == fold.repeat && row.fold == fold.fold)
            .map(|row| {
                (
                    row.target == Target::Class(1),
                    row.scores.get(1).copied().unwrap_or(f64::MIN).max(f64::MIN),
                )
            })
            .unzip();
        // A fold with one class has no curve.
        roc_curve(&targets, &scores, None).ok()
    });
    let body = html! {
        @for curve in folds {
            @let through = curve.iter().map(|p| panel.point(p.false_positive_rate, p.true_positive_rate));
            polyline class=(series(arm).stroke()) fill="none" stroke-opacity=".7" points=(points(through)) {}
        }
    };
    let label = format!("ROC curves of {}", arm.name);
    panel.draw("false positive rate", "true positive rate", &label, &body)
}
