//! Sensitivity at fixed specificity, and what the stated thresholds do.

use std::fmt::Write as _;

use super::{Drawing, said};
use crate::page::estimate::estimate;
use crate::results::{ArmClinical, OperatingRow};
use midfuse_page::escape;
use midfuse_page::number::score;

impl Drawing<'_> {
    pub(super) fn operating(&self) -> String {
        let c = self.clinical;
        let prevalence = c.prevalence.map_or(String::new(), score);
        let source = if c.settings.prevalence.is_some() {
            "which the study file states"
        } else {
            "the share in these rows: state clinical.prevalence for that of the target population"
        };
        let mut html = format!(
            "<p>Predictive values (PPV, NPV) are those at a prevalence of {prevalence}, {source}.</p>"
        );
        html.push_str(&self.rows(
            "At fixed specificity; the threshold is found on these rows, in every resample anew",
            |arm| &arm.specificities,
        ));
        if c.settings.thresholds.is_empty() {
            html.push_str(&said(
                "The study file states no threshold (clinical.thresholds) to act from.",
            ));
        } else {
            html.push_str(
                &self.rows("At the thresholds that the study file states", |arm| {
                    &arm.thresholds
                }),
            );
        }
        html
    }

    fn rows(&self, caption: &str, of: impl Fn(&ArmClinical) -> &Vec<OperatingRow>) -> String {
        let fixed = self
            .clinical
            .arms
            .iter()
            .flat_map(&of)
            .any(|row| row.asked.is_some());
        let head = if fixed {
            "<th>Asked</th><th>Threshold</th><th>Sensitivity</th><th>Specificity</th>"
        } else {
            "<th>Threshold</th><th>Net benefit</th><th>Sensitivity</th><th>Specificity</th>"
        };
        let mut html = format!(
            "<div class=\"wide\"><table><caption>{caption}</caption><thead><tr><th>Strategy</th>{head}<th>PPV</th><th>NPV</th></tr></thead><tbody>"
        );
        let number = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), score);
        for arm in &self.clinical.arms {
            for (at, row) in of(arm).iter().enumerate() {
                let (class, name) = if at == 0 {
                    (" class=\"first\"", escape(&arm.arm))
                } else {
                    ("", String::new())
                };
                let [first, second] = if fixed {
                    [number(row.asked), number(row.threshold)]
                } else {
                    [number(row.threshold), estimate(row.net_benefit)]
                };
                let _ = write!(
                    html,
                    "<tr{class}><td>{name}</td><td>{first}</td><td>{second}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
                    estimate(row.sensitivity),
                    estimate(row.specificity),
                    number(row.ppv),
                    number(row.npv)
                );
            }
        }
        html.push_str("</tbody></table></div>");
        html
    }
}
