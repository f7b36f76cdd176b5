//! How single predictions move from repeat to repeat.

use maud::{Markup, html};
use midfuse_page::number::score;
use midfuse_page::panel::Panel;
use midfuse_page::{Column, figure, panels, soft, svg, table};

use super::Figures;
use crate::clinical::Units;
use crate::results::ArmClinical;

/// Units of one panel; more make the page heavy and show nothing new.
const MAX_UNITS: usize = 300;

impl Figures<'_> {
    pub(super) fn instability(&self) -> Markup {
        let arms = &self.clinical.arms;
        if arms.iter().all(|arm| arm.instability.is_none()) {
            return soft(if self.sealed {
                "One model predicted each sealed row, once: how predictions move is in report.html."
            } else {
                "One prediction per unit: how it moves with splits and seeds takes repeats (protocol.repeats)."
            });
        }
        html! {
            @if self.clinical.positive.is_some() {
                (panels(arms.iter().map(|arm| figure(&arm.arm, &self.spread(arm), None))))
                (soft(
                    "Each upright line is a unit: from its smallest to its largest prediction over the repeats, at their mean."
                ))
            }
            (self.distances())
        }
    }

    fn distances(&self) -> Markup {
        let columns = [
            Column::number("Strategy"),
            Column::number("Units"),
            Column::number("Mean distance from own mean"),
            Column::number("Median SD"),
            Column::number("Range, 95th percentile"),
            Column::text("On both sides of"),
        ];
        let rows = html! {
            @for arm in &self.clinical.arms {
                @if let Some(of) = &arm.instability {
                    @let flips = of.flips.iter().map(|flip| format!("{}: {:.1} %", flip.threshold, flip.share * 100.0));
                    tr {
                        td { (arm.arm) }
                        td { (of.units) }
                        td { (score(of.mean_distance)) }
                        td { (score(of.median_sd)) }
                        td { (score(of.range_95)) }
                        td.text { (midfuse_page::joined(flips)) }
                    }
                }
            }
        };
        table(None, &columns, &rows)
    }

    fn spread(&self, arm: &ArmClinical) -> Markup {
        let panel = Panel::unit();
        let units = self.trajectories(arm);
        let step = units.len().div_ceil(MAX_UNITS).max(1);
        let class = format!("spread {}", self.series(arm).stroke());
        let body = html! {
            @for unit in units.iter().step_by(step).filter(|unit| unit.len() > 1) {
                @let mean = unit.iter().sum::<f64>() / unit.len() as f64;
                @let high = unit.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                @let low = unit.iter().copied().fold(f64::INFINITY, f64::min);
                (svg::line(&class, panel.point(mean, low), panel.point(mean, high)))
            }
        };
        let distance = arm.instability.as_ref();
        let label = format!(
            "predictions of {} over repeats: mean distance from the mean of the unit {}",
            arm.arm,
            distance.map_or(String::new(), |of| score(of.mean_distance))
        );
        panel.draw("mean prediction", "predictions", &label, &body)
    }

    /// The predictions of every unit, one per repeat.
    fn trajectories(&self, arm: &ArmClinical) -> Vec<Vec<f64>> {
        let task = &self.predictions.task;
        let positive = self.clinical.positive.as_ref();
        let event = positive.and_then(|positive| task.classes().iter().position(|c| c == positive));
        Units::of(self.predictions, &arm.arm)
            .map(|units| units.moves(task, event))
            .unwrap_or_default()
    }
}
