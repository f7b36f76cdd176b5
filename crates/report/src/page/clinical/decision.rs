//! Decision curves, one panel per strategy.

use maud::{Markup, html};
use midfuse_page::number::score;
use midfuse_page::svg::{self, Anchor, Scale};
use midfuse_page::{Column, details, figure, panels, soft, table};

use super::Figures;
use crate::results::{ArmClinical, DecisionRow};

const WIDTH: f64 = 260.0;
const HEIGHT: f64 = 180.0;
const LEFT: f64 = 58.0;
const TOP: f64 = 8.0;

impl Figures<'_> {
    pub(super) fn decision(&self) -> Markup {
        let arms = &self.clinical.arms;
        let rows = arms.iter().flat_map(|arm| &arm.decision);
        let top = rows
            .map(|row| row.net_benefit.max(row.treat_all))
            .fold(0.01, f64::max);
        html! {
            (panels(arms.iter().map(|arm| figure(&arm.arm, &self.panel(arm, top), None))))
            (soft(html! {
                "Net benefit in true positives per unit (Vickers and Elkin 2006). Line: acting on the model; dashed: acting on all; at 0: acting on none."
                @if self.clinical.settings.thresholds.is_empty() {
                    " No threshold was stated in the study file."
                } @else {
                    " Upright lines: the thresholds that the study file states."
                }
            }))
            (details("Numbers", &self.net_benefits()))
        }
    }

    fn net_benefits(&self) -> Markup {
        let arms = &self.clinical.arms;
        let columns: Vec<Column<'_>> = ["Threshold", "All"]
            .into_iter()
            .chain(arms.iter().map(|arm| arm.arm.as_str()))
            .map(Column::number)
            .collect();
        let thresholds = arms.first().map_or(&[][..], |arm| &arm.decision);
        let rows = html! {
            // Thresholds in steps of .05; the rest is in results.json.
            @for (nth, first) in thresholds.iter().enumerate().skip(4).step_by(5) {
                tr {
                    td { (score(first.threshold)) }
                    td { (score(first.treat_all)) }
                    @for row in arms.iter().filter_map(|arm| arm.decision.get(nth)) {
                        td { (score(row.net_benefit)) }
                    }
                }
            }
        };
        table(None, &columns, &rows)
    }

    fn panel(&self, arm: &ArmClinical, top: f64) -> Markup {
        let (right, bottom) = (LEFT + WIDTH, TOP + HEIGHT);
        let low = -0.25 * top;
        let x = Scale::exact(0.0, 1.0, LEFT, right);
        let y = Scale::exact(low, top * 1.05, bottom, TOP);
        // What lies below the panel is left out, not drawn along its edge.
        let shown = |of: fn(&DecisionRow) -> f64| {
            arm.decision
                .iter()
                .filter(move |row| of(row) >= low)
                .map(move |row| (x.pixel(row.threshold), y.pixel(of(row))))
        };
        let zero = y.pixel(0.0);
        let body = html! {
            (svg::rect("grid", (LEFT, TOP), (WIDTH, HEIGHT)))
            @for (value, tick) in y.ticks(4) {
                (svg::text((LEFT - 5.0, y.pixel(value) + 4.0), Anchor::End, &tick))
            }
            @for (value, tick) in x.ticks(5) {
                (svg::text((x.pixel(value), bottom + 15.0), Anchor::Middle, &tick))
            }
            @for &threshold in &self.clinical.settings.thresholds {
                (svg::line("axis", (x.pixel(threshold), TOP), (x.pixel(threshold), bottom)))
            }
            (svg::line("axis", (LEFT, zero), (right, zero)))
            (svg::polyline("all", shown(|row| row.treat_all)))
            (svg::polyline(&format!("curve {}", self.series(arm).stroke()), shown(|row| row.net_benefit)))
            (svg::text((LEFT + WIDTH / 2.0, bottom + 30.0), Anchor::Middle, "threshold"))
            (svg::upright((12.0, TOP + HEIGHT / 2.0), "net benefit"))
        };
        svg::drawing(right + 10.0, bottom + 36.0, &label(arm), &body)
    }
}

/// The curve in words.
fn label(arm: &ArmClinical) -> String {
    let useful: Vec<f64> = arm
        .decision
        .iter()
        .filter(|row| row.net_benefit > row.treat_all.max(0.0))
        .map(|row| row.threshold)
        .collect();
    match (useful.first(), useful.last()) {
        (Some(first), Some(last)) => format!(
            "decision curve of {}: above acting on all and on none at {} of 99 thresholds, from {} to {}",
            arm.arm,
            useful.len(),
            score(*first),
            score(*last)
        ),
        _ => format!(
            "decision curve of {}: nowhere above acting on all and on none",
            arm.arm
        ),
    }
}
