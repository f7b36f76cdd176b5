//! The clinical figures, one file each.

mod calibration;
mod decision;
mod instability;
mod levels;
mod operating;

use std::fmt::Write as _;

use crate::predictions::PredictionTable;
use crate::results::{ArmClinical, Clinical, LevelTable};
use midfuse_page::escape;
use midfuse_page::section;

/// Every figure that the data allow, as sections of the page; `sealed`: of the sealed rows.
pub(super) fn sections(
    page: &mut String,
    clinical: &Clinical,
    singles: &[&str],
    metric: &str,
    predictions: &PredictionTable,
    sealed: bool,
) {
    if clinical.arms.is_empty() {
        section(
            page,
            "Calibration and clinical figures",
            "<p>No strategy ran without failures, so there are none.</p>",
        );
        return;
    }
    let drawing = Drawing {
        clinical,
        singles,
        metric,
        sealed,
    };
    section(page, "Calibration", &drawing.calibration());
    if clinical.positive.is_some() {
        section(page, "Decision curve", &drawing.decision());
        section(
            page,
            "Sensitivity and predictive values",
            &drawing.operating(),
        );
    }
    section(page, "Subgroups", &drawing.subgroups());
    section(page, "Sites", &drawing.sites());
    section(page, "Missing modalities", &drawing.missingness());
    section(
        page,
        "Instability of single predictions",
        &drawing.instability(predictions),
    );
}

/// What every figure is drawn from.
struct Drawing<'a> {
    clinical: &'a Clinical,
    /// Strategies with one modality.
    singles: &'a [&'a str],
    metric: &'a str,
    /// Whether the rows are the sealed ones.
    sealed: bool,
}

impl Drawing<'_> {
    /// `single` or `fusion`, for the colour.
    fn kind(&self, arm: &ArmClinical) -> &'static str {
        if self.singles.contains(&arm.arm.as_str()) {
            "single"
        } else {
            "fusion"
        }
    }

    /// What the figures are made of, and what the data do not allow.
    fn made_of(&self) -> String {
        let c = self.clinical;
        let (what, models) = if self.sealed {
            ("Predictions of the sealed rows", "")
        } else {
            (
                "Out-of-fold predictions of test rows, pooled",
                " Those of different folds come from different models.",
            )
        };
        let mut html = format!(
            "<p>{what}: {} of {} {}",
            c.predictions,
            c.units,
            c.unit.noun(c.units)
        );
        if c.clusters != c.units {
            let _ = write!(html, " in {} groups", c.clusters);
        }
        if let (Some(events), Some(class)) = (c.events, &c.positive) {
            let _ = write!(
                html,
                ", {events} of them <strong>{}</strong>",
                escape(class)
            );
        }
        let _ = write!(
            html,
            ".{models} Intervals: 95 %, bootstrap of whole groups.</p>"
        );
        for note in &c.notes {
            let _ = write!(html, "<p class=\"soft\">{}</p>", escape(note));
        }
        html
    }

    fn subgroups(&self) -> String {
        if self.clinical.settings.subgroups.is_empty() {
            return said("The study file names no column as clinical.subgroups.");
        }
        let mut html = String::new();
        let columns = self
            .clinical
            .arms
            .first()
            .map_or(0, |arm| arm.subgroups.len());
        for at in 0..columns {
            html.push_str(&self.levels(|arm| arm.subgroups.get(at)));
        }
        html
    }

    fn sites(&self) -> String {
        if self.clinical.settings.site.is_none() {
            return said("The study file names no column as clinical.site.");
        }
        let mut html = self.levels(|arm| arm.sites.as_ref());
        html.push_str(&self.heterogeneity());
        html
    }

    fn missingness(&self) -> String {
        let there = |arm: &ArmClinical| arm.missingness.is_some();
        if !self.clinical.arms.iter().any(there) {
            let unit = self.clinical.unit.noun(2);
            return said(&format!("All {unit} have the same modalities."));
        }
        self.levels(|arm| arm.missingness.as_ref())
    }

    fn levels(&self, of: impl Fn(&ArmClinical) -> Option<&LevelTable>) -> String {
        levels::table(self, &of)
    }
}

/// One line where the data allow no figure.
fn said(why: &str) -> String {
    format!("<p class=\"soft\">{}</p>", escape(why))
}
