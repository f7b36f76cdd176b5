//! Sensitivity at fixed specificity, and what the stated thresholds do.

use maud::{Markup, html};
use midfuse_page::number::score;
use midfuse_page::{Column, soft, table};

use super::Figures;
use crate::page::estimate::estimate;
use crate::results::{ArmClinical, OperatingRow};

impl Figures<'_> {
    pub(super) fn operating(&self) -> Markup {
        let c = self.clinical;
        let prevalence = c.prevalence.map_or(String::new(), score);
        let source = if c.settings.prevalence.is_some() {
            "which the study file states"
        } else {
            "the share in these rows: state clinical.prevalence for that of the target population"
        };
        html! {
            p { "Predictive values (PPV, NPV) are those at a prevalence of " (prevalence) ", " (source) "." }
            (self.at(
                "At fixed specificity; the threshold is found on these rows, in every resample anew",
                |arm| &arm.specificities,
            ))
            @if c.settings.thresholds.is_empty() {
                (soft("The study file states no threshold (clinical.thresholds) to act from."))
            } @else {
                (self.at("At the thresholds that the study file states", |arm| &arm.thresholds))
            }
        }
    }

    fn at(&self, caption: &str, of: impl Fn(&ArmClinical) -> &Vec<OperatingRow>) -> Markup {
        let arms = &self.clinical.arms;
        let fixed = arms.iter().flat_map(&of).any(|row| row.asked.is_some());
        let [first, second] = if fixed {
            ["Asked", "Threshold"]
        } else {
            ["Threshold", "Net benefit"]
        };
        let columns = [
            "Strategy",
            first,
            second,
            "Sensitivity",
            "Specificity",
            "PPV",
            "NPV",
        ];
        let number = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), score);
        let rows = html! {
            @for arm in arms {
                @for (nth, row) in of(arm).iter().enumerate() {
                    tr class=[(nth == 0).then_some("first")] {
                        td { @if nth == 0 { (arm.arm) } }
                        @if fixed {
                            td { (number(row.asked)) }
                            td { (number(row.threshold)) }
                        } @else {
                            td { (number(row.threshold)) }
                            td { (estimate(row.net_benefit)) }
                        }
                        td { (estimate(row.sensitivity)) }
                        td { (estimate(row.specificity)) }
                        td { (number(row.ppv)) }
                        td { (number(row.npv)) }
                    }
                }
            }
        };
        table(Some(caption), &columns.map(Column::number), &rows)
    }
}
