//! A comparison of anyone's models as one HTML page.

mod critical_difference;

use std::collections::BTreeSet;

use maud::{Markup, html};
use midfuse_page::interval_plot::{Dot, IntervalPlot, Row};
use midfuse_page::number::{interval, p_value, score, signed};
use midfuse_page::svg::Series;
use midfuse_page::{Column, list, note, page, section, table};

use crate::{Comparison, Design, Pair};

/// Pixels that the names of the plots may take.
const NAMES: f64 = 250.0;

/// One page that needs nothing else; every text from the data is escaped.
pub fn comparison(comparison: &Comparison) -> String {
    let lead = html! { p { (comparison.summary) } };
    let sections = html! {
        @for warning in &comparison.warnings { (note(&warning.message)) }
        (section("Scores", &scores(comparison)))
        @if let Some(ranks) = critical_difference::section(comparison) {
            (section("Ranks over data sets", &ranks))
        }
        (section("Differences", &differences(comparison)))
    };
    let title = format!("Models by {}", comparison.metric);
    page("midfuse compare", &title, &lead, &sections).into_string()
}

fn scores(comparison: &Comparison) -> Markup {
    let rows: Vec<Row> = comparison
        .models
        .iter()
        .map(|model| Row {
            name: model.model.clone(),
            series: Series::Single,
            estimate: dot(model.score),
            interval: model.interval.map(|interval| (interval.low, interval.high)),
            dots: model.fold_scores.iter().copied().map(dot).collect(),
        })
        .collect();
    let how = match comparison.design {
        Design::Folds { .. } => ", with 95 % intervals; small dots are folds",
        Design::DataSets { .. } => ", mean over data sets; small dots are data sets",
        Design::Units { .. } => ", with 95 % intervals",
    };
    let columns = ["Model", "Score", "95 % interval", "Mean rank", "Left out"];
    let cells = html! {
        @for model in &comparison.models {
            @let ends = model.interval;
            tr {
                td { (model.model) }
                td { (score(model.score)) }
                td { (interval(ends.map(|i| i.low), ends.map(|i| i.high), score)) }
                td { (format_args!("{:.2}", model.mean_rank)) }
                td { (model.dropped) " of " (model.found) }
            }
        }
    };
    html! {
        (plot(&rows, &comparison.metric, how, None))
        (table(None, &columns.map(Column::number), &cells))
    }
}

fn differences(comparison: &Comparison) -> Markup {
    let rows: Vec<Row> = comparison
        .pairs
        .iter()
        .map(|pair| Row {
            name: format!("{} - {}", pair.model, pair.reference),
            series: Series::Single,
            estimate: dot(pair.improvement),
            interval: ends(pair),
            dots: Vec::new(),
        })
        .collect();
    let axis = "improvement, positive is better";
    let assumptions: BTreeSet<&String> = comparison
        .pairs
        .iter()
        .filter_map(|pair| pair.test.as_ref())
        .flat_map(|test| &test.assumptions)
        .collect();
    html! {
        (plot(&rows, axis, ", with 95 % intervals", Some(0.0)))
        (tests(&comparison.pairs))
        h3 { "What the tests assume" }
        (list(assumptions))
    }
}

fn tests(pairs: &[Pair]) -> Markup {
    let columns = [
        Column::number("Model"),
        Column::number("Against"),
        Column::number("Improvement"),
        Column::number("95 % interval"),
        Column::number("p"),
        Column::number("p, Holm"),
        Column::text("Test"),
    ];
    let rows = html! {
        @for pair in pairs {
            @let ends = ends(pair);
            tr {
                td { (pair.model) }
                td { (pair.reference) }
                td { (signed(pair.improvement)) }
                td { (interval(ends.map(|e| e.0), ends.map(|e| e.1), signed)) }
                td { (p_value(pair.test.as_ref().map(|test| test.p_value))) }
                td { (p_value(pair.p_holm)) }
                td.text {
                    @match (&pair.test, &pair.untested) {
                        (Some(test), _) => { (test.method) }
                        (None, Some(reason)) => { (reason) }
                        (None, None) => { "-" }
                    }
                }
            }
        }
    };
    table(None, &columns, &rows)
}

fn ends(pair: &Pair) -> Option<(f64, f64)> {
    let interval = pair.test.as_ref()?.interval?;
    Some((interval.low, interval.high))
}

fn dot(value: f64) -> Dot {
    let title = None;
    Dot { value, title }
}

fn plot(rows: &[Row], axis: &str, how: &str, reach: Option<f64>) -> Markup {
    let plot = IntervalPlot {
        rows,
        names: NAMES,
        axis,
        label: axis,
        reach,
    };
    plot.draw(&format!("{axis}{how}."))
}
