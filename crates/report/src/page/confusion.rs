//! Confusion matrices, and in words what is most often taken for what.

use maud::{Markup, html};
use midfuse_page::svg::{self, Anchor, px};
use midfuse_page::{figure, panels, short, soft};

use crate::results::{ArmResult, Results};

/// Classes above this number are given in words only.
const MAX_CLASSES: usize = 25;
/// Confusions that are put into words.
const WORDED: usize = 3;

pub(crate) fn section(results: &Results, classes: &[String]) -> Markup {
    let arms = results
        .arms
        .iter()
        .filter(|arm| arm.confusion.iter().flatten().any(|&count| count > 0));
    let figures = arms.map(|arm| {
        let drawing = html! { @if classes.len() <= MAX_CLASSES { (matrix(arm, classes)) } };
        figure(&arm.name, &drawing, Some(worst(arm, classes)))
    });
    html! {
        (soft(format_args!(
            "Rows: the true class of {}. Columns: the class with the highest score. Counts over all outer test rows; the stronger the colour, the larger the share of the row.",
            results.study.target
        )))
        (panels(figures))
    }
}

fn matrix(arm: &ArmResult, classes: &[String]) -> Markup {
    let few = classes.len() <= 4;
    let cell = if few { 44.0 } else { 29.0 };
    let longest = classes.iter().map(|c| c.chars().count().min(10)).max();
    let left = 14.0 + 7.0 * longest.unwrap_or(1) as f64;
    let top = 18.0;
    let body = html! {
        @for (i, (row, class)) in arm.confusion.iter().zip(classes).enumerate() {
            @let y = top + cell * i as f64;
            @let middle = y + cell / 2.0 + 4.0;
            (svg::text((left - 6.0, middle), Anchor::End, &short(class, 10)))
            (svg::text(
                (left + cell * (i as f64 + 0.5), top - 5.0),
                Anchor::Middle,
                &short(class, if few { 6 } else { 3 }),
            ))
            @let total = row.iter().sum::<u64>();
            @for (j, (&count, taken)) in row.iter().zip(classes).enumerate() {
                @let x = left + cell * j as f64;
                g {
                    title { (class) " taken for " (taken) ": " (count) " of " (total) }
                    (square((x, y), cell - 2.0, count, total, middle))
                }
            }
        }
    };
    let side = cell * classes.len() as f64;
    let label = format!("confusion matrix of {}", arm.name);
    svg::drawing(left + side, top + side + 2.0, &label, &body)
}

/// A cell of the matrix, coloured by its share of the row.
fn square((x, y): svg::Point, size: f64, count: u64, total: u64, middle: f64) -> Markup {
    let share = if total == 0 {
        0.0
    } else {
        count as f64 / total as f64
    };
    let ink = if share > 0.45 { "on" } else { "in" };
    html! {
        rect.grid x=(px(x)) y=(px(y)) width=(size) height=(size) rx="3" {}
        rect.cell x=(px(x)) y=(px(y)) width=(size) height=(size) rx="3" fill-opacity=(format_args!("{share:.3}")) {}
        @if count > 0 {
            text class=(ink) x=(px(x + size / 2.0)) y=(px(middle)) text-anchor="middle" { (count) }
        }
    }
}

/// The largest off-diagonal shares in words: `6 taken for 9: 123 of 160`.
fn worst(arm: &ArmResult, classes: &[String]) -> Markup {
    let mut pairs = Vec::new();
    for (i, (row, class)) in arm.confusion.iter().zip(classes).enumerate() {
        let total: u64 = row.iter().sum();
        for (j, (&count, taken)) in row.iter().zip(classes).enumerate() {
            if i != j && count > 0 {
                pairs.push((count as f64 / total as f64, count, total, class, taken));
            }
        }
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0));
    html! {
        @if pairs.is_empty() { "no confusions" }
        @for (nth, (share, count, total, class, taken)) in pairs.iter().take(WORDED).enumerate() {
            @if nth > 0 { br; }
            (class) " taken for " (taken) ": " (count) " of " (total) " (" (format_args!("{:.0}", share * 100.0)) " %)"
        }
    }
}
