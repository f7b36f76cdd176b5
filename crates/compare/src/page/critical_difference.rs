//! Mean ranks over data sets with the critical difference: Demsar 2006, figure 1.

use maud::{Markup, html};
use midfuse_page::number::p_equals;
use midfuse_page::short;
use midfuse_page::svg::{self, Anchor, Scale};

use crate::Comparison;

const WIDTH: f64 = 760.0;
const NAMES: f64 = 220.0;
const LINE: f64 = 22.0;
/// Where the axis of ranks lies.
const AXIS: f64 = 62.0;

/// Friedman's test and the diagram; nothing where the comparison is not over data sets.
pub(super) fn section(comparison: &Comparison) -> Option<Markup> {
    let omnibus = comparison.omnibus.as_ref()?;
    let mut models: Vec<(&str, f64)> = comparison
        .models
        .iter()
        .map(|model| (model.model.as_str(), model.mean_rank))
        .collect();
    models.sort_by(|a, b| a.1.total_cmp(&b.1));
    let ranks: Vec<f64> = models.iter().map(|model| model.1).collect();
    let bars = cliques(&ranks, omnibus.critical_difference);
    let f = omnibus
        .f
        .map_or_else(|| "infinite".to_owned(), |f| format!("{f:.2}"));
    Some(html! {
        p {
            "Friedman's test that all models are equally good: F = " (f) " (Iman and Davenport), "
            (p_equals(omnibus.p_value)) "; with the correction for ties chi-squared = "
            (format_args!("{:.2}", omnibus.chi_squared_ties)) ", " (p_equals(omnibus.p_value_ties)) "."
        }
        (figure(&models, &bars, omnibus.critical_difference))
    })
}

/// Longest runs of models, by ascending rank, whose ends differ by less than the critical difference.
fn cliques(ranks: &[f64], critical: f64) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (first, rank) in ranks.iter().enumerate() {
        let within = ranks.iter().rposition(|other| other - rank < critical);
        let last = within.unwrap_or(first);
        if last > first && runs.last().is_none_or(|run| run.1 < last) {
            runs.push((first, last));
        }
    }
    runs
}

fn figure(models: &[(&str, f64)], bars: &[(usize, usize)], critical: f64) -> Markup {
    let k = models.len();
    let right = WIDTH - NAMES;
    let x = Scale::exact(1.0, k as f64, NAMES, right);
    let names_from = AXIS + 18.0 + 8.0 * bars.len() as f64;
    let length = x.pixel(1.0 + critical.min(k as f64 - 1.0)) - x.pixel(1.0);
    let label = format!("critical difference {critical:.2}");
    // Of many models every second or fifth rank is named.
    let step = if k > 25 { 5 } else { 1 + k / 13 };
    let body = html! {
        (svg::line("bar l-single", (NAMES, 22.0), (NAMES + length.max(0.0), 22.0)))
        (svg::text((NAMES, 14.0), Anchor::Start, &label))
        (svg::line("axis", (NAMES, AXIS), (right, AXIS)))
        @for rank in (1..=k).step_by(step) {
            @let at = x.pixel(rank as f64);
            (svg::line("axis", (at, AXIS - 6.0), (at, AXIS)))
            (svg::text((at, AXIS - 10.0), Anchor::Middle, &rank.to_string()))
        }
        @for (nth, &(first, last)) in bars.iter().enumerate() {
            @let y = AXIS + 10.0 + 8.0 * nth as f64;
            @let end = |model: usize| models.get(model).map_or(NAMES, |model| x.pixel(model.1));
            (svg::line("clique", (end(first) - 4.0, y), (end(last) + 4.0, y)))
        }
        @for (nth, &(name, rank)) in models.iter().enumerate() {
            // The better half stands on the left, best on top; the other on the right, worst on top.
            @let is_left = nth < k.div_ceil(2);
            @let line = if is_left { nth } else { k - 1 - nth };
            @let y = names_from + LINE * line as f64 + 8.0;
            @let (end, anchor) = if is_left { (NAMES - 8.0, Anchor::End) } else { (right + 8.0, Anchor::Start) };
            @let text = if is_left { end - 4.0 } else { end + 4.0 };
            @let from = x.pixel(rank);
            (svg::polyline("train", [(from, AXIS), (from, y), (end, y)].into_iter()))
            (svg::name((text, y + 4.0), anchor, &format!("{} {rank:.2}", short(name, 24))))
        }
    };
    let height = names_from + LINE * k.div_ceil(2) as f64 + 8.0;
    html! {
        figure {
            (svg::drawing(WIDTH, height, "mean ranks with the critical difference", &body))
            figcaption {
                "Mean rank over data sets, 1 is best. Models that a thick line joins are less than the \
                 critical difference apart (Nemenyi, 5 %): their difference is not demonstrated."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_the_longest_ones() {
        assert_eq!(
            cliques(&[1.0, 1.5, 2.6, 3.0], 1.2),
            [(0, 1), (1, 2), (2, 3)]
        );
        assert_eq!(cliques(&[1.0, 1.5, 2.0, 4.0], 1.2), [(0, 2)]);
        assert_eq!(cliques(&[1.0, 3.0], 1.2), []);
    }
}
