//! Learning curves of the refits, one panel per strategy.

use maud::{Markup, html};
use midfuse_base::Epoch;
use midfuse_page::svg::{self, Anchor, Scale};
use midfuse_page::{figure, note, panels, soft};
use midfuse_plan::file::StopRule;

use crate::results::{ArmResult, FoldResult, Results};

const WIDTH: f64 = 280.0;
const HEIGHT: f64 = 150.0;
const LEFT: f64 = 42.0;
const TOP: f64 = 8.0;

pub(super) fn section(results: &Results) -> Markup {
    // A baseline has no epochs to show.
    let networks = results.arms.iter().filter(|arm| !arm.baseline);
    let arms = networks.filter(|arm| !arm.folds.is_empty());
    html! {
        (panels(arms.map(|arm| figure(&arm.name, &panel(arm), None))))
        (soft(
            "Refits of the chosen setting, one pair of lines per outer fold. Grey: training loss. \
             Blue: loss on the stopping rows, a part of the training rows; the dot is the epoch whose weights were kept."
        ))
        (limits(results))
    }
}

fn panel(arm: &ArmResult) -> Markup {
    let losses = arm.folds.iter().flat_map(|f| {
        f.epochs
            .iter()
            .flat_map(|e| [Some(e.train_loss), e.stop_loss])
            .flatten()
    });
    let (right, bottom) = (LEFT + WIDTH, TOP + HEIGHT);
    let y = Scale::over(losses.chain([0.0]), bottom, TOP);
    let longest = arm.folds.iter().map(|f| f.epochs.len()).max().unwrap_or(1);
    let x = Scale::exact(1.0, longest.max(2) as f64, LEFT, right);
    let body = html! {
        @for (value, tick) in y.ticks(4) {
            @let at = y.pixel(value);
            (svg::line("axis", (LEFT, at), (right, at)))
            (svg::text((LEFT - 5.0, at + 4.0), Anchor::End, &tick))
        }
        (svg::text((LEFT, bottom + 16.0), Anchor::Start, "epoch 1"))
        (svg::text((right, bottom + 16.0), Anchor::End, &longest.to_string()))
        @for fold in &arm.folds { (lines(fold, x, y)) }
        @for fold in &arm.folds { (kept(fold, x, y)) }
    };
    let label = format!("learning curves of {}", arm.name);
    svg::drawing(right + 8.0, bottom + 22.0, &label, &body)
}

fn lines(fold: &FoldResult, x: Scale, y: Scale) -> Markup {
    let of = |loss: fn(&Epoch) -> Option<f64>| {
        fold.epochs
            .iter()
            .enumerate()
            .filter_map(move |(nth, epoch)| {
                Some((x.pixel(nth as f64 + 1.0), y.pixel(loss(epoch)?)))
            })
    };
    html! {
        (svg::polyline("train", of(|epoch| Some(epoch.train_loss))))
        (svg::polyline("stop", of(|epoch| epoch.stop_loss)))
    }
}

fn kept(fold: &FoldResult, x: Scale, y: Scale) -> Markup {
    let Some(kept) = fold.epochs.get(fold.best_epoch) else {
        return html! {};
    };
    let epoch = fold.best_epoch + 1;
    let loss = kept.stop_loss.unwrap_or(kept.train_loss);
    let title = format!("fold {}: epoch {epoch} kept", fold.fold + 1);
    svg::circle(
        "kept",
        (x.pixel(epoch as f64), y.pixel(loss)),
        4.0,
        Some(&title),
    )
}

/// Names the strategies that the epoch limit held back, and those that do not learn.
fn limits(results: &Results) -> Markup {
    let limit = results.study.budget.epochs;
    let doubts: Vec<Markup> = results
        .arms
        .iter()
        .flat_map(|arm| {
            let doubts = arm.doubts_about_length(limit).into_iter();
            doubts.map(|doubt| html! { strong { (arm.name) } ": " (doubt) "." })
        })
        .collect();
    if doubts.is_empty() {
        if results.study.protocol.stop == StopRule::None {
            return html! { p { "Every training ran for all " (limit) " epochs, as the study file says." } };
        }
        return html! { p { "No strategy was held back by the epoch limit of " (limit) "." } };
    }
    html! {
        @for doubt in doubts { (note(doubt)) }
    }
}
