//! Decision curves, one panel per strategy.

use std::fmt::Write as _;

use super::Drawing;
use crate::results::ArmClinical;
use midfuse_page::escape;
use midfuse_page::number::score;
use midfuse_page::svg::{Axis, path, svg, tick_label};

const WIDTH: f64 = 260.0;
const HEIGHT: f64 = 180.0;
const LEFT: f64 = 58.0;
const TOP: f64 = 8.0;

impl Drawing<'_> {
    pub(super) fn decision(&self) -> String {
        let stated = &self.clinical.settings.thresholds;
        let top = self
            .clinical
            .arms
            .iter()
            .flat_map(|arm| &arm.decision)
            .map(|row| row.net_benefit.max(row.treat_all))
            .fold(0.01, f64::max);
        let mut html = String::from("<div class=\"panels\">");
        for arm in &self.clinical.arms {
            let _ = write!(
                html,
                "<figure><h3>{}</h3>{}</figure>",
                escape(&arm.arm),
                self.panel(arm, top)
            );
        }
        html.push_str("</div><p class=\"soft\">Net benefit in true positives per unit (Vickers and Elkin 2006). Line: acting on the model; dashed: acting on all; at 0: acting on none.");
        if stated.is_empty() {
            html.push_str(" No threshold was stated in the study file.");
        } else {
            html.push_str(" Upright lines: the thresholds that the study file states.");
        }
        html.push_str("</p><details><summary>Numbers</summary><div class=\"wide\"><table><thead><tr><th>Threshold</th><th>All</th>");
        for arm in &self.clinical.arms {
            let _ = write!(html, "<th>{}</th>", escape(&arm.arm));
        }
        html.push_str("</tr></thead><tbody>");
        let rows = self
            .clinical
            .arms
            .first()
            .map_or(0, |arm| arm.decision.len());
        // Every twentieth: the rest is in results.json.
        for at in (4..rows).step_by(5) {
            let of = |arm: &ArmClinical| arm.decision.get(at).copied();
            let Some(first) = self.clinical.arms.first().and_then(of) else {
                continue;
            };
            let _ = write!(
                html,
                "<tr><td>{}</td><td>{}</td>",
                score(first.threshold),
                score(first.treat_all)
            );
            for row in self.clinical.arms.iter().filter_map(of) {
                let _ = write!(html, "<td>{}</td>", score(row.net_benefit));
            }
            html.push_str("</tr>");
        }
        html.push_str("</tbody></table></div></details>");
        html
    }

    fn panel(&self, arm: &ArmClinical, top: f64) -> String {
        let kind = self.kind(arm);
        let low = -0.25 * top;
        let x = Axis::exact(0.0, 1.0, LEFT, LEFT + WIDTH);
        let y = Axis::exact(low, top * 1.05, TOP + HEIGHT, TOP);
        let mut body = format!(
            "<rect class=\"grid\" x=\"{LEFT}\" y=\"{TOP}\" width=\"{WIDTH}\" height=\"{HEIGHT}\"/>"
        );
        let ticks = y.ticks(4);
        for &tick in &ticks {
            let _ = write!(
                body,
                "<text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
                LEFT - 5.0,
                y.at(tick) + 4.0,
                tick_label(tick, &ticks)
            );
        }
        let ticks = x.ticks(5);
        for &tick in &ticks {
            let _ = write!(
                body,
                "<text x=\"{:.1}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
                x.at(tick),
                TOP + HEIGHT + 15.0,
                tick_label(tick, &ticks)
            );
        }
        for &threshold in &self.clinical.settings.thresholds {
            let at = x.at(threshold);
            let _ = write!(
                body,
                "<line class=\"axis\" x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"{TOP}\" y2=\"{}\"/>",
                TOP + HEIGHT
            );
        }
        let zero = y.at(0.0);
        // What lies below the panel is left out, not drawn along its edge.
        let shown = |of: fn(&crate::results::DecisionRow) -> f64| {
            arm.decision
                .iter()
                .filter(move |row| of(row) >= low)
                .map(move |row| (x.at(row.threshold), y.at(of(row))))
        };
        let _ = write!(
            body,
            "<line class=\"axis\" x1=\"{LEFT}\" x2=\"{}\" y1=\"{zero:.1}\" y2=\"{zero:.1}\"/>\
             <polyline class=\"all\" points=\"{}\"/><polyline class=\"curve l-{kind}\" points=\"{}\"/>\
             <text x=\"{}\" y=\"{}\" text-anchor=\"middle\">threshold</text>\
             <text transform=\"translate(12 {}) rotate(-90)\" text-anchor=\"middle\">net benefit</text>",
            LEFT + WIDTH,
            path(shown(|row| row.treat_all)),
            path(shown(|row| row.net_benefit)),
            LEFT + WIDTH / 2.0,
            TOP + HEIGHT + 30.0,
            TOP + HEIGHT / 2.0
        );
        let useful: Vec<f64> = arm
            .decision
            .iter()
            .filter(|row| row.net_benefit > row.treat_all.max(0.0))
            .map(|row| row.threshold)
            .collect();
        let label = match (useful.first(), useful.last()) {
            (Some(first), Some(last)) => format!(
                "decision curve of {}: above acting on all and on none at {} of 99 thresholds, from {} to {}",
                escape(&arm.arm),
                useful.len(),
                score(*first),
                score(*last)
            ),
            _ => format!(
                "decision curve of {}: nowhere above acting on all and on none",
                escape(&arm.arm)
            ),
        };
        svg(LEFT + WIDTH + 10.0, TOP + HEIGHT + 36.0, &label, &body)
    }
}
