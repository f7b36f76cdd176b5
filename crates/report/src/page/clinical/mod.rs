//! The clinical figures, one file each.

mod calibration;
mod decision;
mod instability;
mod levels;
mod operating;

use maud::{Markup, html};
use midfuse_page::svg::Series;
use midfuse_page::{section, soft};

use crate::predictions::PredictionTable;
use crate::results::{ArmClinical, ArmResult, Clinical, LevelTable};

/// What every figure is drawn from.
#[derive(Clone, Copy)]
pub(super) struct Figures<'a> {
    pub(super) clinical: &'a Clinical,
    /// Every strategy.
    pub(super) arms: &'a [ArmResult],
    /// The metric of the study.
    pub(super) metric: &'a str,
    pub(super) predictions: &'a PredictionTable,
    /// Whether the rows are the sealed ones.
    pub(super) sealed: bool,
}

impl Figures<'_> {
    /// Every figure that the data allow, as sections of the page.
    pub(super) fn sections(&self) -> Markup {
        if self.clinical.arms.is_empty() {
            let none = html! { p { "No strategy ran without failures, so there are none." } };
            return section("Calibration and clinical figures", &none);
        }
        html! {
            // A censored outcome has its calibration at horizons.
            @if self.is_calibrated() {
                (section("Calibration", &self.calibration()))
            } @else {
                (section("Clinical figures", &self.made_of()))
            }
            @if self.clinical.positive.is_some() {
                (section("Decision curve", &self.decision()))
                (section("Sensitivity and predictive values", &self.operating()))
            }
            (section("Subgroups", &self.subgroups()))
            (section("Sites", &self.sites()))
            (section("Missing modalities", &self.missingness()))
            (section("Instability of single predictions", &self.instability()))
        }
    }

    /// Whether classes or numbers are predicted, whose calibration is drawn.
    fn is_calibrated(&self) -> bool {
        let drawn = self
            .clinical
            .arms
            .iter()
            .any(|arm| !arm.calibration.is_empty());
        drawn || !self.predictions.task.classes().is_empty()
    }

    /// The colour of a strategy.
    fn series(&self, arm: &ArmClinical) -> Series {
        let of = self.arms.iter().find(|result| result.name == arm.arm);
        of.map_or(Series::Fusion, super::series)
    }

    /// What the figures are made of, and what the data do not allow.
    fn made_of(&self) -> Markup {
        let c = self.clinical;
        let (what, models) = if self.sealed {
            ("Predictions of the sealed rows", "")
        } else {
            (
                "Out-of-fold predictions of test rows, pooled",
                " Those of different folds come from different models.",
            )
        };
        html! {
            p {
                (what) ": " (c.predictions) " of " (c.units) " " (c.unit.noun(c.units))
                @if c.clusters != c.units { " in " (c.clusters) " groups" }
                @if let (Some(events), Some(class)) = (c.events, &c.positive) {
                    ", " (events) " of them " strong { (class) }
                }
                "." (models) " Intervals: 95 %, bootstrap of whole groups."
            }
            @for line in &c.notes { (soft(line)) }
        }
    }

    fn subgroups(&self) -> Markup {
        if self.clinical.settings.subgroups.is_empty() {
            return soft("The study file names no column as clinical.subgroups.");
        }
        let first = self.clinical.arms.first();
        let columns = first.map_or(0, |arm| arm.subgroups.len());
        html! {
            @for nth in 0..columns { (self.levels(|arm| arm.subgroups.get(nth))) }
        }
    }

    fn sites(&self) -> Markup {
        if self.clinical.settings.site.is_none() {
            return soft("The study file names no column as clinical.site.");
        }
        html! {
            (self.levels(|arm| arm.sites.as_ref()))
            (self.heterogeneity())
        }
    }

    fn missingness(&self) -> Markup {
        let known = |arm: &ArmClinical| arm.missingness.is_some();
        if !self.clinical.arms.iter().any(known) {
            let unit = self.clinical.unit.noun(2);
            return soft(format_args!("All {unit} have the same modalities."));
        }
        self.levels(|arm| arm.missingness.as_ref())
    }

    fn levels(&self, of: impl Fn(&ArmClinical) -> Option<&LevelTable>) -> Markup {
        levels::table(self, &of)
    }
}
