//! Confusion matrices, and in words what is most often taken for what.

use std::fmt::Write as _;

use crate::results::{ArmResult, Results};
use midfuse_page::svg::svg;
use midfuse_page::{escape, short};

/// Classes above this number are given in words only.
const MAX_CLASSES: usize = 25;
/// Confusions that are put into words.
const WORDED: usize = 3;

pub(crate) fn section(results: &Results, classes: &[String]) -> String {
    let mut html = format!(
        "<p class=\"soft\">Rows: the true class of {}. Columns: the class with the highest score. Counts over all outer test rows; the stronger the colour, the larger the share of the row.</p>",
        escape(&results.study.target)
    );
    html.push_str("<div class=\"panels\">");
    for arm in results
        .arms
        .iter()
        .filter(|arm| arm.confusion.iter().flatten().any(|&count| count > 0))
    {
        let _ = write!(html, "<figure><h3>{}</h3>", escape(&arm.name));
        if classes.len() <= MAX_CLASSES {
            html.push_str(&matrix(arm, classes));
        }
        let _ = write!(
            html,
            "<figcaption>{}</figcaption></figure>",
            worst(arm, classes)
        );
    }
    html.push_str("</div>");
    html
}

fn matrix(arm: &ArmResult, classes: &[String]) -> String {
    let cell = if classes.len() <= 4 { 44.0 } else { 29.0 };
    let left = 14.0
        + 7.0
            * classes
                .iter()
                .map(|c| c.chars().count().min(10))
                .max()
                .unwrap_or(1) as f64;
    let top = 18.0;
    let mut body = String::new();
    for (i, (row, class)) in arm.confusion.iter().zip(classes).enumerate() {
        let y = top + cell * i as f64;
        let total: u64 = row.iter().sum();
        let label = short(class, 10);
        let middle = y + cell / 2.0 + 4.0;
        let _ = write!(
            body,
            "<text x=\"{:.1}\" y=\"{middle:.1}\" text-anchor=\"end\">{label}</text>",
            left - 6.0
        );
        let x_label = left + cell * (i as f64 + 0.5);
        let column = short(class, if classes.len() <= 4 { 6 } else { 3 });
        let _ = write!(
            body,
            "<text x=\"{x_label:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{column}</text>",
            top - 5.0
        );
        for (j, (&count, taken)) in row.iter().zip(classes).enumerate() {
            let x = left + cell * j as f64;
            let share = if total == 0 {
                0.0
            } else {
                count as f64 / total as f64
            };
            let ink = if share > 0.45 { "on" } else { "in" };
            let size = cell - 2.0;
            let _ = write!(
                body,
                "<g><title>{} taken for {}: {count} of {total}</title>\
                 <rect class=\"grid\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{size}\" height=\"{size}\" rx=\"3\"/>\
                 <rect class=\"cell\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{size}\" height=\"{size}\" rx=\"3\" fill-opacity=\"{share:.3}\"/>",
                escape(class),
                escape(taken)
            );
            if count > 0 {
                let _ = write!(
                    body,
                    "<text class=\"{ink}\" x=\"{:.1}\" y=\"{middle:.1}\" text-anchor=\"middle\">{count}</text>",
                    x + size / 2.0
                );
            }
            body.push_str("</g>");
        }
    }
    let side = cell * classes.len() as f64;
    svg(
        left + side,
        top + side + 2.0,
        &format!("confusion matrix of {}", escape(&arm.name)),
        &body,
    )
}

/// The largest off-diagonal shares in words: `6 taken for 9: 123 of 160`.
fn worst(arm: &ArmResult, classes: &[String]) -> String {
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
    let words: Vec<String> = pairs
        .iter()
        .take(WORDED)
        .map(|(share, count, total, class, taken)| {
            format!(
                "{} taken for {}: {count} of {total} ({:.0} %)",
                escape(class),
                escape(taken),
                share * 100.0
            )
        })
        .collect();
    if words.is_empty() {
        "no confusions".to_owned()
    } else {
        words.join("<br>")
    }
}
