//! Drawings: scales and the few SVG elements that the plots are made of.

use maud::{Markup, html};

/// Maps values to pixels, linearly.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    low: f64,
    high: f64,
    from: f64,
    to: f64,
}

impl Scale {
    /// A scale over all finite values, with a margin of 4 %, from pixel `from` to pixel `to`.
    pub fn over(values: impl Iterator<Item = f64>, from: f64, to: f64) -> Self {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values.filter(|value| value.is_finite()) {
            low = low.min(value);
            high = high.max(value);
        }
        if low > high {
            (low, high) = (0.0, 1.0);
        }
        let margin = if high > low {
            (high - low) * 0.04
        } else {
            low.abs().max(1.0) * 0.05
        };
        Self {
            low: low - margin,
            high: high + margin,
            from,
            to,
        }
    }

    /// A scale from `low` to `high`, without a margin.
    pub fn exact(low: f64, high: f64, from: f64, to: f64) -> Self {
        Self {
            low,
            high,
            from,
            to,
        }
    }

    /// The pixel of a value; values that are not finite, or outside, lie on the edge.
    pub fn pixel(&self, value: f64) -> f64 {
        let value = if value.is_nan() {
            self.low
        } else {
            value.clamp(self.low, self.high)
        };
        self.from + (value - self.low) / (self.high - self.low) * (self.to - self.from)
    }

    /// About `n` round values within the scale, each with its label.
    pub fn ticks(&self, n: usize) -> Vec<(f64, String)> {
        let raw = (self.high - self.low) / n.max(1) as f64;
        let magnitude = 10_f64.powf(raw.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0]
            .into_iter()
            .map(|factor| factor * magnitude)
            .find(|&step| step >= raw)
            .unwrap_or(raw);
        let first = (self.low / step).ceil() as i64;
        let last = (self.high / step).floor() as i64;
        let values: Vec<f64> = (first..=last.min(first + 20))
            .map(|i| i as f64 * step)
            .collect();
        values
            .iter()
            .map(|&value| (value, tick_label(value, &values)))
            .collect()
    }
}

/// As many decimals as the neighbours of a tick need.
fn tick_label(value: f64, ticks: &[f64]) -> String {
    let step = match ticks {
        [first, second, ..] => (second - first).abs(),
        _ => value.abs(),
    };
    let decimals = if step > 0.0 {
        (-step.log10().floor()).clamp(0.0, 8.0) as usize
    } else {
        0
    };
    let label = format!("{value:.decimals$}");
    if label
        .trim_start_matches('-')
        .chars()
        .all(|c| c == '0' || c == '.')
    {
        "0".to_owned()
    } else {
        label
    }
}

/// What a mark belongs to, which is its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Series {
    /// A model of one modality; also the one colour of plots that know no such difference.
    Single,
    /// A model of several.
    Fusion,
}

impl Series {
    /// Class of filled marks.
    pub fn fill(self) -> &'static str {
        match self {
            Self::Single => "s-single",
            Self::Fusion => "s-fusion",
        }
    }

    /// Class of lines.
    pub fn stroke(self) -> &'static str {
        match self {
            Self::Single => "l-single",
            Self::Fusion => "l-fusion",
        }
    }
}

/// Which part of a text its place is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// Its beginning.
    Start,
    /// Its middle.
    Middle,
    /// Its end.
    End,
}

impl Anchor {
    fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Middle => "middle",
            Self::End => "end",
        }
    }
}

/// A place in pixels, from the left and from the top.
pub type Point = (f64, f64);

/// A drawing of this size; `label` is for people who cannot see it.
pub fn drawing(width: f64, height: f64, label: &str, body: &Markup) -> Markup {
    html! {
        svg viewBox={ "0 0 " (width) " " (height) } width=(width) height=(height) role="img" aria-label=(label) {
            (body)
        }
    }
}

/// A straight line.
pub fn line(class: &str, from: Point, to: Point) -> Markup {
    html! { line class=(class) x1=(px(from.0)) y1=(px(from.1)) x2=(px(to.0)) y2=(px(to.1)) {} }
}

/// A line through points.
pub fn polyline(class: &str, through: impl Iterator<Item = Point>) -> Markup {
    html! { polyline class=(class) points=(points(through)) {} }
}

/// The attribute `points` of a polyline.
pub fn points(points: impl Iterator<Item = Point>) -> String {
    points
        .map(|(x, y)| format!("{x:.1},{y:.1}"))
        .collect::<Vec<_>>()
        .join(" ")
}

/// A dot; `title` is shown on hovering.
pub fn circle(class: &str, centre: Point, radius: f64, title: Option<&str>) -> Markup {
    html! {
        circle class=(class) cx=(px(centre.0)) cy=(px(centre.1)) r=(radius) {
            @if let Some(title) = title { title { (title) } }
        }
    }
}

/// A rectangle from its upper left corner.
pub fn rect(class: &str, corner: Point, (width, height): (f64, f64)) -> Markup {
    html! { rect class=(class) x=(px(corner.0)) y=(px(corner.1)) width=(px(width)) height=(px(height)) {} }
}

/// A line of text.
pub fn text(at: Point, anchor: Anchor, content: &str) -> Markup {
    html! { text x=(px(at.0)) y=(px(at.1)) text-anchor=(anchor.name()) { (content) } }
}

/// A line of text in the colour of names.
pub fn name(at: Point, anchor: Anchor, content: &str) -> Markup {
    html! { text.name x=(px(at.0)) y=(px(at.1)) text-anchor=(anchor.name()) { (content) } }
}

/// A line of text that runs upwards, about its middle.
pub fn upright(at: Point, content: &str) -> Markup {
    html! {
        text transform={ "translate(" (px(at.0)) " " (px(at.1)) ") rotate(-90)" } text-anchor="middle" { (content) }
    }
}

/// A coordinate, to a tenth of a pixel.
pub fn px(value: f64) -> String {
    format!("{value:.1}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_inside() {
        let scale = Scale::exact(0.0, 1.0, 0.0, 100.0);
        let labels: Vec<String> = scale.ticks(5).into_iter().map(|tick| tick.1).collect();
        assert_eq!(labels, ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert!((scale.pixel(0.25) - 25.0).abs() < 1e-12);
        assert!((scale.pixel(f64::NAN)).abs() < 1e-12);
    }

    #[test]
    fn a_scale_over_nothing_or_one_value_is_usable() {
        for values in [
            vec![],
            vec![2.0],
            vec![f64::NAN, f64::INFINITY],
            vec![0.0, 0.0],
        ] {
            let scale = Scale::over(values.into_iter(), 0.0, 10.0);
            assert!(scale.pixel(2.0).is_finite());
            assert!(!scale.ticks(4).is_empty());
        }
    }

    #[test]
    fn titles_and_labels_are_escaped() {
        let dot = circle("dot", (1.0, 2.25), 3.0, Some("<a>"));
        let drawing = drawing(10.0, 5.5, "\"x\"", &dot).into_string();
        assert_eq!(
            drawing,
            "<svg viewBox=\"0 0 10 5.5\" width=\"10\" height=\"5.5\" role=\"img\" aria-label=\"&quot;x&quot;\">\
             <circle class=\"dot\" cx=\"1.0\" cy=\"2.2\" r=\"3\"><title>&lt;a&gt;</title></circle></svg>"
        );
    }
}
