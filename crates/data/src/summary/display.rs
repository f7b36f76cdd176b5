//! A summary as text.

use std::fmt;

use super::{ModalitySummary, Summary, TargetSummary};

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} rows", self.name, self.rows)?;
        if let Some(units) = self.units.filter(|units| Some(*units) != self.groups) {
            write!(f, " of {units} units")?;
        }
        if let Some(groups) = self.groups {
            write!(f, " in {groups} groups")?;
        }
        if let Some((start, end)) = self.times {
            write!(f, ", times {start} to {end}")?;
        }
        writeln!(f)?;
        writeln!(
            f,
            "targets:{}",
            if self.targets.is_empty() { " none" } else { "" }
        )?;
        for target in &self.targets {
            writeln!(f, "  {target}")?;
        }
        writeln!(
            f,
            "modalities:{}",
            if self.modalities.is_empty() {
                " none"
            } else {
                ""
            }
        )?;
        for modality in &self.modalities {
            self.modality(f, modality)?;
        }
        for warning in &self.warnings {
            writeln!(f, "warning: {warning}")?;
        }
        Ok(())
    }
}

impl Summary {
    fn modality(&self, f: &mut fmt::Formatter<'_>, modality: &ModalitySummary) -> fmt::Result {
        let ModalitySummary {
            name,
            kind,
            present,
            missing_cells,
        } = modality;
        write!(
            f,
            "  {name}: {}, {}, {present} of {} rows",
            kind.name(),
            kind.describe(),
            self.rows
        )?;
        if kind.columns().is_empty() {
            writeln!(f)
        } else {
            writeln!(f, ", {missing_cells} missing cells")
        }
    }
}

impl fmt::Display for TargetSummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.text)
    }
}
