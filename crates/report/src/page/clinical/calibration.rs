//! Calibration curves with their numbers, one panel per strategy.

use std::fmt::Write as _;

use super::{Drawing, said};
use crate::page::estimate::estimate;
use crate::results::{ArmClinical, CalibrationResult};
use midfuse_page::number::score;
use midfuse_page::panel;
use midfuse_page::svg::{Axis, path, svg, tick_label};
use midfuse_page::{escape, short};

impl Drawing<'_> {
    pub(super) fn calibration(&self) -> String {
        let numbers = self
            .clinical
            .arms
            .iter()
            .flat_map(|arm| &arm.calibration)
            .any(|result| result.class.is_none());
        let mut html = self.made_of();
        html.push_str("<div class=\"panels\">");
        let bins = || {
            let results = self.clinical.arms.iter().flat_map(|arm| &arm.calibration);
            let bins = results.flat_map(|result| &result.bins);
            bins.flat_map(|bin| [bin.predicted, bin.observed])
        };
        for arm in &self.clinical.arms {
            let drawing = if numbers {
                self.line(arm, bins())
            } else {
                self.curve(arm)
            };
            let _ = write!(
                html,
                "<figure><h3>{}</h3>{drawing}<figcaption>{}</figcaption></figure>",
                escape(&arm.arm),
                // One number a line, so that panels stand side by side.
                caption(arm).replace("; ", "<br>")
            );
        }
        html.push_str("</div><p class=\"soft\">");
        html.push_str(if numbers {
            "Dots: means of bins of about equal numbers of predictions. On the line predictions are right on average; a slope below 1 means that they are too extreme."
        } else {
            "Dots: bins of about equal numbers of predictions. Curve: loess (span 0.75) over the inner 98 % of them. On the diagonal probabilities mean what they say; O/E above 1 means that they are too low, a slope below 1 that they are too extreme."
        });
        html.push_str("</p>");
        for note in self.clinical.arms.iter().flat_map(|arm| &arm.notes) {
            html.push_str(&said(note));
        }
        html.push_str(&self.table(numbers));
        html
    }

    fn curve(&self, arm: &ArmClinical) -> String {
        let kind = self.kind(arm);
        let mut body = panel::frame("predicted probability", "observed share");
        for result in &arm.calibration {
            let points = result
                .curve
                .iter()
                .map(|point| (panel::x(point.predicted), panel::y(point.observed)));
            let title = escape(result.class.as_deref().unwrap_or_default());
            let _ = write!(
                body,
                "<polyline class=\"curve l-{kind}\" points=\"{}\"><title>{title}</title></polyline>",
                path(points)
            );
            if arm.calibration.len() > 1 {
                continue;
            }
            for bin in &result.bins {
                let _ = write!(
                    body,
                    "<circle class=\"dot s-{kind}\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"4\"><title>predicted {}, observed {}: {} predictions</title></circle>",
                    panel::x(bin.predicted),
                    panel::y(bin.observed),
                    score(bin.predicted),
                    score(bin.observed),
                    bin.predictions
                );
            }
        }
        let label = format!("calibration of {}: {}", escape(&arm.arm), caption(arm));
        svg(panel::WIDTH, panel::HEIGHT, &label, &body)
    }

    fn line(&self, arm: &ArmClinical, all: impl Iterator<Item = f64> + Clone) -> String {
        const SIDE: f64 = 220.0;
        const LEFT: f64 = 64.0;
        const TOP: f64 = 6.0;
        let kind = self.kind(arm);
        let x = Axis::over(all.clone(), LEFT, LEFT + SIDE);
        let y = Axis::over(all, TOP + SIDE, TOP);
        let mut body = format!(
            "<rect class=\"grid\" x=\"{LEFT}\" y=\"{TOP}\" width=\"{SIDE}\" height=\"{SIDE}\"/>\
             <line class=\"axis\" x1=\"{LEFT}\" y1=\"{}\" x2=\"{}\" y2=\"{TOP}\"/>",
            TOP + SIDE,
            LEFT + SIDE
        );
        let ticks = x.ticks(4);
        for &tick in &ticks {
            let label = tick_label(tick, &ticks);
            let _ = write!(
                body,
                "<text x=\"{:.1}\" y=\"{}\" text-anchor=\"middle\">{label}</text><text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{label}</text>",
                x.at(tick),
                TOP + SIDE + 15.0,
                LEFT - 5.0,
                y.at(tick) + 4.0
            );
        }
        let _ = write!(
            body,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">predicted</text>\
             <text transform=\"translate(12 {}) rotate(-90)\" text-anchor=\"middle\">mean true value</text>",
            LEFT + SIDE / 2.0,
            TOP + SIDE + 30.0,
            TOP + SIDE / 2.0
        );
        for bin in arm.calibration.iter().flat_map(|result| &result.bins) {
            let _ = write!(
                body,
                "<circle class=\"dot s-{kind}\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"4\"><title>predicted {}, true {}: {} predictions</title></circle>",
                x.at(bin.predicted),
                y.at(bin.observed),
                score(bin.predicted),
                score(bin.observed),
                bin.predictions
            );
        }
        let label = format!("calibration of {}: {}", escape(&arm.arm), caption(arm));
        svg(LEFT + SIDE + 12.0, TOP + SIDE + 36.0, &label, &body)
    }

    fn table(&self, numbers: bool) -> String {
        let first = if numbers { "Mean error" } else { "O/E" };
        let class = if numbers {
            ""
        } else {
            "<th class=\"text\">Class</th>"
        };
        let mut html = format!(
            "<details><summary>Numbers</summary><div class=\"wide\"><table><thead><tr><th>Strategy</th>{class}<th>{first}</th><th>Intercept</th><th>Slope</th></tr></thead><tbody>"
        );
        for arm in &self.clinical.arms {
            for (at, result) in arm.calibration.iter().enumerate() {
                let name = if at == 0 {
                    escape(&arm.arm)
                } else {
                    String::new()
                };
                let class = result.class.as_ref().map_or(String::new(), |class| {
                    format!("<td class=\"text\">{}</td>", escape(class))
                });
                let _ = write!(
                    html,
                    "<tr><td>{name}</td>{class}<td>{}</td><td>{}</td><td>{}</td></tr>",
                    estimate(result.observed_expected.or(result.mean_error)),
                    estimate(result.intercept),
                    estimate(result.slope)
                );
            }
        }
        html.push_str("</tbody></table></div><div class=\"wide\"><table><caption>Bins: mean prediction, observed, number of predictions</caption><tbody>");
        for arm in &self.clinical.arms {
            for result in &arm.calibration {
                let class = result.class.as_ref().map_or(String::new(), |class| {
                    format!("<td class=\"text\">{}</td>", short(class, 20))
                });
                let _ = write!(html, "<tr><td>{}</td>{class}", escape(&arm.arm));
                for bin in &result.bins {
                    let _ = write!(
                        html,
                        "<td>{}<br>{}<br>{}</td>",
                        score(bin.predicted),
                        score(bin.observed),
                        bin.predictions
                    );
                }
                html.push_str("</tr>");
            }
        }
        html.push_str("</tbody></table></div></details>");
        html
    }
}

/// The numbers of one class, or what the lines are.
fn caption(arm: &ArmClinical) -> String {
    let [result] = arm.calibration.as_slice() else {
        return format!("one line per class ({})", arm.calibration.len());
    };
    words(result)
}

fn words(result: &CalibrationResult) -> String {
    let part = |name: &str, value| format!("{name} {}", estimate(value));
    let first = if result.class.is_some() {
        part("O/E", result.observed_expected)
    } else {
        part("mean error", result.mean_error)
    };
    format!(
        "{first}; {}; {}",
        part("intercept", result.intercept),
        part("slope", result.slope)
    )
}
