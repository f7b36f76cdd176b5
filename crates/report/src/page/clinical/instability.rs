//! How single predictions move from repeat to repeat.

use std::fmt::Write as _;

use super::{Drawing, said};
use crate::clinical::Units;
use crate::predictions::PredictionTable;
use crate::results::ArmClinical;
use midfuse_page::escape;
use midfuse_page::number::score;
use midfuse_page::panel;
use midfuse_page::svg::svg;

/// Units of one panel; more make the page heavy and show nothing new.
const MAX_UNITS: usize = 300;

impl Drawing<'_> {
    pub(super) fn instability(&self, predictions: &PredictionTable) -> String {
        if self
            .clinical
            .arms
            .iter()
            .all(|arm| arm.instability.is_none())
        {
            return said(if self.sealed {
                "One model predicted each sealed row, once: how predictions move is in report.html."
            } else {
                "One prediction per unit: how it moves with splits and seeds takes repeats (protocol.repeats)."
            });
        }
        let mut html = String::new();
        if self.clinical.positive.is_some() {
            html.push_str("<div class=\"panels\">");
            for arm in &self.clinical.arms {
                let _ = write!(
                    html,
                    "<figure><h3>{}</h3>{}</figure>",
                    escape(&arm.arm),
                    self.spread(arm, predictions)
                );
            }
            html.push_str("</div><p class=\"soft\">Each upright line is a unit: from its smallest to its largest prediction over the repeats, at their mean.</p>");
        }
        html.push_str("<div class=\"wide\"><table><thead><tr><th>Strategy</th><th>Units</th><th>Mean distance from own mean</th><th>Median SD</th><th>Range, 95th percentile</th><th class=\"text\">On both sides of</th></tr></thead><tbody>");
        for arm in &self.clinical.arms {
            let Some(of) = &arm.instability else { continue };
            let flips: Vec<String> = of
                .flips
                .iter()
                .map(|flip| format!("{}: {:.1} %", flip.threshold, flip.share * 100.0))
                .collect();
            let _ = write!(
                html,
                "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td class=\"text\">{}</td></tr>",
                escape(&arm.arm),
                of.units,
                score(of.mean_distance),
                score(of.median_sd),
                score(of.range_95),
                flips.join(", ")
            );
        }
        html.push_str("</tbody></table></div>");
        html
    }

    fn spread(&self, arm: &ArmClinical, predictions: &PredictionTable) -> String {
        let kind = self.kind(arm);
        let mut body = panel::frame("mean prediction", "predictions");
        let classes = predictions.task.classes();
        let positive = self.clinical.positive.as_ref();
        let event = positive.and_then(|positive| classes.iter().position(|c| c == positive));
        let moves = Units::of(predictions, &arm.arm)
            .map(|units| units.moves(&predictions.task, event))
            .unwrap_or_default();
        let step = moves.len().div_ceil(MAX_UNITS).max(1);
        for of_unit in moves.iter().step_by(step).filter(|unit| unit.len() > 1) {
            let mean = of_unit.iter().sum::<f64>() / of_unit.len() as f64;
            let high = of_unit.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let low = of_unit.iter().copied().fold(f64::INFINITY, f64::min);
            let _ = write!(
                body,
                "<line class=\"spread l-{kind}\" x1=\"{0:.1}\" x2=\"{0:.1}\" y1=\"{1:.1}\" y2=\"{2:.1}\"/>",
                panel::x(mean),
                panel::y(low),
                panel::y(high)
            );
        }
        let distance = arm
            .instability
            .as_ref()
            .map_or(String::new(), |of| score(of.mean_distance));
        let label = format!(
            "predictions of {} over repeats: mean distance from the mean of the unit {distance}",
            escape(&arm.arm)
        );
        svg(panel::WIDTH, panel::HEIGHT, &label, &body)
    }
}
