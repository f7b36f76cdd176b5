//! A comparison of anyone's models as one HTML page.

mod critical_difference;

use std::fmt::Write as _;

use crate::{Comparison, Design, Pair};
use midfuse_page::number::{interval, p_value, score, signed};
use midfuse_page::svg::{Axis, svg, tick_label};
use midfuse_page::{begin, end, section};
use midfuse_page::{escape, short};

const NAMES: f64 = 250.0;
const WIDTH: f64 = 760.0;
const ROW: f64 = 28.0;

/// One page that needs nothing else; every text from the data is escaped.
pub fn comparison(comparison: &Comparison) -> String {
    let metric = escape(&comparison.metric);
    let lead = format!("<p>{}</p>", escape(&comparison.summary));
    let mut page = begin("midfuse compare", &format!("Models by {metric}"), &lead);
    for warning in &comparison.warnings {
        let _ = writeln!(page, "<p class=\"note\">{}</p>", escape(&warning.message));
    }
    section(&mut page, "Scores", &scores(comparison));
    if let Some(ranks) = critical_difference::section(comparison) {
        section(&mut page, "Ranks over data sets", &ranks);
    }
    section(&mut page, "Differences", &differences(comparison));
    end(&mut page);
    page
}

fn scores(comparison: &Comparison) -> String {
    let lines: Vec<Line> = comparison
        .models
        .iter()
        .map(|model| Line {
            name: model.model.clone(),
            value: model.score,
            ends: model.interval.map(|interval| (interval.low, interval.high)),
            dots: &model.fold_scores,
        })
        .collect();
    let dots = match comparison.design {
        Design::Folds { .. } => ", with 95 % intervals; small dots are folds",
        Design::DataSets { .. } => ", mean over data sets; small dots are data sets",
        Design::Units { .. } => ", with 95 % intervals",
    };
    let mut html = plot(&lines, &comparison.metric, dots, None);
    html.push_str(
        "<div class=\"wide\"><table><thead><tr><th>Model</th><th>Score</th><th>95 % interval</th><th>Mean rank</th>\
         <th>Left out</th></tr></thead><tbody>",
    );
    for model in &comparison.models {
        let ends = model.interval;
        let _ = write!(
            html,
            "<tr><td>{}</td><td>{}</td><td>{}</td><td>{:.2}</td><td>{} of {}</td></tr>",
            escape(&model.model),
            score(model.score),
            interval(ends.map(|i| i.low), ends.map(|i| i.high), score),
            model.mean_rank,
            model.dropped,
            model.found
        );
    }
    html.push_str("</tbody></table></div>");
    html
}

fn differences(comparison: &Comparison) -> String {
    let lines: Vec<Line> = comparison
        .pairs
        .iter()
        .map(|pair| Line {
            name: format!("{} - {}", pair.model, pair.reference),
            value: pair.improvement,
            ends: ends(pair),
            dots: &[],
        })
        .collect();
    let label = "improvement, positive is better";
    let mut html = plot(&lines, label, ", with 95 % intervals", Some(0.0));
    html.push_str(
        "<div class=\"wide\"><table><thead><tr><th>Model</th><th>Against</th><th>Improvement</th><th>95 % interval</th>\
         <th>p</th><th>p, Holm</th><th class=\"text\">Test</th></tr></thead><tbody>",
    );
    for pair in &comparison.pairs {
        let ends = ends(pair);
        let how = match (&pair.test, &pair.untested) {
            (Some(test), _) => &test.method,
            (None, Some(reason)) => reason,
            (None, None) => "-",
        };
        let _ = write!(
            html,
            "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td class=\"text\">{}</td></tr>",
            escape(&pair.model),
            escape(&pair.reference),
            signed(pair.improvement),
            interval(ends.map(|e| e.0), ends.map(|e| e.1), signed),
            p_value(pair.test.as_ref().map(|test| test.p_value)),
            p_value(pair.p_holm),
            escape(how)
        );
    }
    html.push_str("</tbody></table></div>");
    let mut assumptions: Vec<&String> = comparison
        .pairs
        .iter()
        .filter_map(|pair| pair.test.as_ref())
        .flat_map(|test| &test.assumptions)
        .collect();
    assumptions.sort();
    assumptions.dedup();
    html.push_str("<h3>What the tests assume</h3><ul>");
    for assumption in assumptions {
        let _ = write!(html, "<li>{}</li>", escape(assumption));
    }
    html.push_str("</ul>");
    html
}

fn ends(pair: &Pair) -> Option<(f64, f64)> {
    let interval = pair.test.as_ref()?.interval?;
    Some((interval.low, interval.high))
}

/// A line of a plot: a value with its interval and smaller dots.
struct Line<'a> {
    name: String,
    value: f64,
    ends: Option<(f64, f64)>,
    dots: &'a [f64],
}

fn plot(lines: &[Line<'_>], label: &str, how: &str, at_least: Option<f64>) -> String {
    let values = lines.iter().flat_map(|line| {
        let ends = line.ends.into_iter().flat_map(|(low, high)| [low, high]);
        ends.chain(line.dots.iter().copied()).chain([line.value])
    });
    let x = Axis::over(values.chain(at_least), NAMES, WIDTH - 16.0);
    let bottom = ROW * lines.len() as f64;
    let ticks = x.ticks(6);
    let mut body = String::new();
    for &tick in &ticks {
        let at = x.at(tick);
        let _ = write!(
            body,
            "<line class=\"axis\" x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"0\" y2=\"{bottom}\"/>\
             <text x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            bottom + 16.0,
            tick_label(tick, &ticks)
        );
    }
    for (i, line) in lines.iter().enumerate() {
        let y = ROW * (i as f64 + 0.5);
        let _ = write!(
            body,
            "<text class=\"name\" x=\"0\" y=\"{:.1}\">{}</text>",
            y + 4.0,
            short(&line.name, 36)
        );
        if let Some((low, high)) = line.ends {
            let _ = write!(
                body,
                "<line class=\"bar l-single\" x1=\"{:.1}\" x2=\"{:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>",
                x.at(low),
                x.at(high)
            );
        }
        for &dot in line.dots {
            let _ = write!(
                body,
                "<circle class=\"dot s-single\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"3\"/>",
                x.at(dot),
                y - 8.0
            );
        }
        let _ = write!(
            body,
            "<circle class=\"mean s-single\" cx=\"{:.1}\" cy=\"{y:.1}\" r=\"5\"/>",
            x.at(line.value)
        );
    }
    let label = escape(label);
    format!(
        "<figure>{}<figcaption>{label}{how}.</figcaption></figure>",
        svg(WIDTH, bottom + 24.0, &label, &body)
    )
}
