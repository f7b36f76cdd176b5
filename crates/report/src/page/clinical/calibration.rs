//! Calibration curves with their numbers, one panel per strategy.

use maud::{Markup, html};
use midfuse_page::number::score;
use midfuse_page::panel::Panel;
use midfuse_page::svg::{self, points};
use midfuse_page::{Column, details, figure, panels, short, soft, table};

use super::Figures;
use crate::page::estimate::estimate;
use crate::results::{ArmClinical, CalibrationBin, CalibrationResult};

impl Figures<'_> {
    pub(super) fn calibration(&self) -> Markup {
        let results = || self.clinical.arms.iter().flat_map(|arm| &arm.calibration);
        let of_numbers = results().any(|result| result.class.is_none());
        let bins = results().flat_map(|result| &result.bins);
        let panel = Panel::over(bins.flat_map(|bin| [bin.predicted, bin.observed]));
        let figures = self.clinical.arms.iter().map(|arm| {
            let drawing = if of_numbers {
                self.bins_of_numbers(arm, panel)
            } else {
                self.curves(arm)
            };
            // One number a line, so that panels stand side by side.
            let caption = html! {
                @for (nth, part) in caption(arm).iter().enumerate() {
                    @if nth > 0 { br; }
                    (part)
                }
            };
            figure(&arm.arm, &drawing, Some(caption))
        });
        html! {
            (self.made_of())
            (panels(figures))
            (soft(if of_numbers {
                "Dots: means of bins of about equal numbers of predictions. On the line predictions are right on average; a slope below 1 means that they are too extreme."
            } else {
                "Dots: bins of about equal numbers of predictions. Curve: loess (span 0.75) over the inner 98 % of them. On the diagonal probabilities mean what they say; O/E above 1 means that they are too low, a slope below 1 that they are too extreme."
            }))
            @for line in self.clinical.arms.iter().flat_map(|arm| &arm.notes) { (soft(line)) }
            (details("Numbers", &html! { (self.slopes(of_numbers)) (self.bins()) }))
        }
    }

    fn curves(&self, arm: &ArmClinical) -> Markup {
        let panel = Panel::unit();
        let class = format!("curve {}", self.series(arm).stroke());
        let body = html! {
            @for result in &arm.calibration {
                @let through = result.curve.iter().map(|point| panel.point(point.predicted, point.observed));
                polyline class=(class) points=(points(through)) {
                    title { (result.class.as_deref().unwrap_or_default()) }
                }
                @if arm.calibration.len() == 1 {
                    @for bin in &result.bins { (self.bin(arm, bin, panel, "observed")) }
                }
            }
        };
        panel.draw(
            "predicted probability",
            "observed share",
            &label(arm),
            &body,
        )
    }

    fn bins_of_numbers(&self, arm: &ArmClinical, panel: Panel) -> Markup {
        let body = html! {
            @for bin in arm.calibration.iter().flat_map(|result| &result.bins) {
                (self.bin(arm, bin, panel, "true"))
            }
        };
        panel.draw("predicted", "mean true value", &label(arm), &body)
    }

    fn bin(&self, arm: &ArmClinical, bin: &CalibrationBin, panel: Panel, observed: &str) -> Markup {
        let class = format!("dot {}", self.series(arm).fill());
        let title = format!(
            "predicted {}, {observed} {}: {} predictions",
            score(bin.predicted),
            score(bin.observed),
            bin.predictions
        );
        svg::circle(
            &class,
            panel.point(bin.predicted, bin.observed),
            4.0,
            Some(&title),
        )
    }

    fn slopes(&self, of_numbers: bool) -> Markup {
        let mut columns = vec![Column::number("Strategy")];
        if !of_numbers {
            columns.push(Column::text("Class"));
        }
        let first = if of_numbers { "Mean error" } else { "O/E" };
        columns.extend([first, "Intercept", "Slope"].map(Column::number));
        let rows = html! {
            @for arm in &self.clinical.arms {
                @for (nth, result) in arm.calibration.iter().enumerate() {
                    tr {
                        td { @if nth == 0 { (arm.arm) } }
                        @if let Some(class) = &result.class { td.text { (class) } }
                        td { (estimate(result.observed_expected.or(result.mean_error))) }
                        td { (estimate(result.intercept)) }
                        td { (estimate(result.slope)) }
                    }
                }
            }
        };
        table(None, &columns, &rows)
    }

    fn bins(&self) -> Markup {
        let rows = html! {
            @for arm in &self.clinical.arms {
                @for result in &arm.calibration {
                    tr {
                        td { (arm.arm) }
                        @if let Some(class) = &result.class { td.text { (short(class, 20)) } }
                        @for bin in &result.bins {
                            td { (score(bin.predicted)) br; (score(bin.observed)) br; (bin.predictions) }
                        }
                    }
                }
            }
        };
        let caption = "Bins: mean prediction, observed, number of predictions";
        table(Some(caption), &[], &rows)
    }
}

fn label(arm: &ArmClinical) -> String {
    format!("calibration of {}: {}", arm.arm, caption(arm).join("; "))
}

/// The numbers of one class, or what the lines are.
fn caption(arm: &ArmClinical) -> Vec<String> {
    let [result] = arm.calibration.as_slice() else {
        return vec![format!("one line per class ({})", arm.calibration.len())];
    };
    numbers(result)
}

fn numbers(result: &CalibrationResult) -> Vec<String> {
    let (name, first) = if result.class.is_some() {
        ("O/E", result.observed_expected)
    } else {
        ("mean error", result.mean_error)
    };
    let rest = [("intercept", result.intercept), ("slope", result.slope)];
    [(name, first)]
        .into_iter()
        .chain(rest)
        .map(|(name, value)| format!("{name} {}", estimate(value)))
        .collect()
}
