//! A dot-and-interval plot: one row per model, its estimate with an interval, and the values behind it.

use maud::{Markup, html};

use crate::short;
use crate::svg::{self, Anchor, Scale, Series};

const WIDTH: f64 = 760.0;
const ROW: f64 = 34.0;
const TOP: f64 = 8.0;
/// Width of a letter of a name, about.
const LETTER: f64 = 6.9;

/// One row of the plot.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its name; long ones are cut.
    pub name: String,
    /// Its colour.
    pub series: Series,
    /// The large dot.
    pub estimate: Dot,
    /// The line through it.
    pub interval: Option<(f64, f64)>,
    /// Small dots, such as the scores of folds.
    pub dots: Vec<Dot>,
}

/// A value that is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Dot {
    /// The value.
    pub value: f64,
    /// What it is, shown on hovering.
    pub title: Option<String>,
}

/// The plot.
#[derive(Debug, Clone, Copy)]
pub struct IntervalPlot<'a> {
    /// Its rows, from the top.
    pub rows: &'a [Row],
    /// Pixels that names may take.
    pub names: f64,
    /// Name of the axis.
    pub axis: &'a str,
    /// What the plot shows, for people who cannot see it.
    pub label: &'a str,
    /// A value that the axis must reach, such as no difference.
    pub reach: Option<f64>,
}

impl IntervalPlot<'_> {
    /// The plot, `caption` below it.
    pub fn draw(&self, caption: &str) -> Markup {
        let values = self.rows.iter().flat_map(|row| {
            let ends = row.interval.into_iter().flat_map(|(low, high)| [low, high]);
            let dots = row.dots.iter().chain([&row.estimate]);
            ends.chain(dots.map(|dot| dot.value))
        });
        let x = Scale::over(values.chain(self.reach), self.names, WIDTH - 16.0);
        let bottom = TOP + ROW * self.rows.len() as f64;
        let body = html! {
            @for (value, tick) in x.ticks(6) {
                @let at = x.pixel(value);
                (svg::line("axis", (at, TOP), (at, bottom)))
                (svg::text((at, bottom + 16.0), Anchor::Middle, &tick))
            }
            @for (nth, row) in self.rows.iter().enumerate() {
                (self.row(row, x, TOP + ROW * (nth as f64 + 0.5)))
            }
            (svg::text((WIDTH, bottom + 32.0), Anchor::End, self.axis))
        };
        html! {
            figure {
                (svg::drawing(WIDTH, bottom + 38.0, self.label, &body))
                figcaption { (caption) }
            }
        }
    }

    fn row(&self, row: &Row, x: Scale, y: f64) -> Markup {
        let letters = (self.names / LETTER) as usize;
        let dot = |dot: &Dot, class: &str, y: f64, radius: f64| {
            let class = format!("{class} {}", row.series.fill());
            svg::circle(
                &class,
                (x.pixel(dot.value), y),
                radius,
                dot.title.as_deref(),
            )
        };
        html! {
            (svg::name((0.0, y + 4.0), Anchor::Start, &short(&row.name, letters)))
            @if let Some((low, high)) = row.interval {
                (svg::line(&format!("bar {}", row.series.stroke()), (x.pixel(low), y), (x.pixel(high), y)))
            }
            @for small in &row.dots { (dot(small, "dot", y - 9.0, 4.0)) }
            (dot(&row.estimate, "mean", y, 6.0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_reaches_what_it_must() {
        let row = Row {
            name: "a<b".to_owned(),
            series: Series::Fusion,
            estimate: Dot {
                value: 4.0,
                title: None,
            },
            interval: Some((3.0, 5.0)),
            dots: Vec::new(),
        };
        let plot = IntervalPlot {
            rows: &[row],
            names: 100.0,
            axis: "gain",
            label: "gains",
            reach: Some(0.0),
        };
        let drawn = plot.draw("How.").into_string();
        assert!(drawn.contains(">0</text>") && drawn.contains("a&lt;b</text>"));
        assert!(drawn.contains("bar l-fusion") && drawn.contains("mean s-fusion"));
    }
}
