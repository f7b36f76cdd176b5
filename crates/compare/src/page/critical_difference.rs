//! Mean ranks over data sets with the critical difference: Demsar 2006, figure 1.

use std::fmt::Write as _;

use crate::Comparison;
use midfuse_page::number::p_value;
use midfuse_page::short;
use midfuse_page::svg::{Axis, svg};

const WIDTH: f64 = 760.0;
const NAMES: f64 = 220.0;
const LINE: f64 = 22.0;

/// Friedman's test and the diagram; nothing where the comparison is not over data sets.
pub(super) fn section(comparison: &Comparison) -> Option<String> {
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
    Some(format!(
        "<p>Friedman's test that all models are equally good: F = {f} (Iman and Davenport), p {}; with the correction for \
         ties chi-squared = {:.2}, p {}.</p>{}",
        equal_or_less(omnibus.p_value),
        omnibus.chi_squared_ties,
        equal_or_less(omnibus.p_value_ties),
        figure(&models, &bars, omnibus.critical_difference)
    ))
}

fn equal_or_less(p: f64) -> String {
    let text = p_value(Some(p));
    if text.starts_with("&lt;") {
        text
    } else {
        format!("= {text}")
    }
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

fn figure(models: &[(&str, f64)], bars: &[(usize, usize)], critical: f64) -> String {
    let k = models.len();
    let x = Axis::exact(1.0, k as f64, NAMES, WIDTH - NAMES);
    let scale = 62.0;
    let first_name = scale + 18.0 + 8.0 * bars.len() as f64;
    let left = k.div_ceil(2);
    let height = first_name + LINE * left as f64 + 8.0;
    let mut body = String::new();
    let length = (x.at(1.0 + critical.min(k as f64 - 1.0)) - x.at(1.0)).max(0.0);
    let _ = write!(
        body,
        "<line class=\"bar l-single\" x1=\"{NAMES}\" x2=\"{:.1}\" y1=\"22\" y2=\"22\"/>\
         <text x=\"{NAMES}\" y=\"14\">critical difference {critical:.2}</text>\
         <line class=\"axis\" x1=\"{NAMES}\" x2=\"{:.1}\" y1=\"{scale}\" y2=\"{scale}\"/>",
        NAMES + length,
        WIDTH - NAMES
    );
    // Of many models every second or fifth rank is named.
    let step = if k > 25 { 5 } else { 1 + k / 13 };
    for rank in (1..=k).step_by(step) {
        let at = x.at(rank as f64);
        let _ = write!(
            body,
            "<line class=\"axis\" x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"{:.1}\" y2=\"{scale}\"/>\
             <text x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{rank}</text>",
            scale - 6.0,
            scale - 10.0
        );
    }
    for (i, &(first, last)) in bars.iter().enumerate() {
        let y = scale + 10.0 + 8.0 * i as f64;
        let [from, to] =
            [first, last].map(|at| models.get(at).map_or(NAMES, |model| x.at(model.1)));
        let _ = write!(
            body,
            "<line class=\"clique\" x1=\"{:.1}\" x2=\"{:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>",
            from - 4.0,
            to + 4.0
        );
    }
    for (at, (name, rank)) in models.iter().enumerate() {
        // The better half stands on the left, best on top; the other on the right, worst on top.
        let (line, end, anchor, text) = if at < left {
            (at, NAMES - 8.0, "end", NAMES - 12.0)
        } else {
            (
                k - 1 - at,
                WIDTH - NAMES + 8.0,
                "start",
                WIDTH - NAMES + 12.0,
            )
        };
        let (from, y) = (x.at(*rank), first_name + LINE * line as f64 + 8.0);
        let _ = write!(
            body,
            "<polyline class=\"train\" points=\"{from:.1},{scale} {from:.1},{y:.1} {end:.1},{y:.1}\"/>\
             <text class=\"name\" x=\"{text:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\">{} {rank:.2}</text>",
            y + 4.0,
            short(name, 24)
        );
    }
    format!(
        "<figure>{}<figcaption>Mean rank over data sets, 1 is best. Models that a thick line joins are less than the \
         critical difference apart (Nemenyi, 5 %): their difference is not demonstrated.</figcaption></figure>",
        svg(
            WIDTH,
            height,
            "mean ranks with the critical difference",
            &body
        )
    )
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
