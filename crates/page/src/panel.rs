//! A square panel in which equal values lie on the diagonal: ROC, calibration, predicted against true.

use maud::{Markup, html};

use crate::svg::{self, Anchor, Point, Scale};

const TOP: f64 = 6.0;

/// A square panel; both of its scales run over the same values.
#[derive(Debug, Clone, Copy)]
pub struct Panel {
    side: f64,
    left: f64,
    across: Scale,
    up: Scale,
    is_unit: bool,
}

impl Panel {
    /// A panel over [0, 1] x [0, 1], whose axes say 0 and 1.
    pub fn unit() -> Self {
        let (side, left) = (200.0, 34.0);
        Self {
            side,
            left,
            across: Scale::exact(0.0, 1.0, left, left + side),
            up: Scale::exact(0.0, 1.0, TOP + side, TOP),
            is_unit: true,
        }
    }

    /// A panel over all finite values, whose axes have ticks.
    pub fn over(values: impl Iterator<Item = f64> + Clone) -> Self {
        let (side, left) = (220.0, 64.0);
        Self {
            side,
            left,
            across: Scale::over(values.clone(), left, left + side),
            up: Scale::over(values, TOP + side, TOP),
            is_unit: false,
        }
    }

    /// The place of a pair of values: across, up.
    pub fn point(&self, across: f64, up: f64) -> Point {
        (self.across.pixel(across), self.up.pixel(up))
    }

    /// The panel with its diagonal, the names of its axes and what is drawn in it; `label` is for people
    /// who cannot see it.
    pub fn draw(&self, across: &str, up: &str, label: &str, body: &Markup) -> Markup {
        let (left, bottom, right) = (self.left, TOP + self.side, self.left + self.side);
        let margin = if self.is_unit {
            left - 18.0
        } else {
            left - 52.0
        };
        let content = html! {
            (svg::rect("grid", (left, TOP), (self.side, self.side)))
            (svg::line("axis", (left, bottom), (right, TOP)))
            @if self.is_unit {
                (svg::text((left - 6.0, TOP + 10.0), Anchor::End, "1"))
                (svg::text((left - 6.0, bottom), Anchor::End, "0"))
                (svg::text((left, bottom + 14.0), Anchor::Start, "0"))
                (svg::text((right, bottom + 14.0), Anchor::End, "1"))
            } @else {
                @for (value, tick) in self.across.ticks(4) {
                    (svg::text((self.across.pixel(value), bottom + 15.0), Anchor::Middle, &tick))
                    (svg::text((left - 5.0, self.up.pixel(value) + 4.0), Anchor::End, &tick))
                }
            }
            (svg::text((left + self.side / 2.0, bottom + 30.0), Anchor::Middle, across))
            (svg::upright((margin, TOP + self.side / 2.0), up))
            (body)
        };
        svg::drawing(right + 12.0, bottom + 36.0, label, &content)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_diagonal_joins_equal_values() {
        assert_eq!(Panel::unit().point(0.0, 1.0), (34.0, 6.0));
        assert_eq!(Panel::unit().point(2.0, 0.0), (234.0, 206.0));
        let (across, up) = Panel::over([3.0, 5.0].into_iter()).point(4.0, 4.0);
        assert!((across - 174.0).abs() < 1e-9 && (up - 116.0).abs() < 1e-9);
    }
}
