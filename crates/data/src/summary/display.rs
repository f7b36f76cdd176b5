//! A summary as text.

use std::fmt;

use crate::error::one_line;

use super::{ColumnSummary, ModalitySummary, Summary, TableSummary, TargetSummary};

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
        for table in &self.tables {
            write!(f, "{table}")?;
        }
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

/// Columns of a table that are shown one by one; of more, those with nothing unusual are counted.
const EACH: usize = 100;

impl fmt::Display for TableSummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (file, rows, columns) = (&self.file, self.rows, self.columns.len());
        writeln!(f, "{file}: {rows} rows read, {columns} columns")?;
        for note in &self.notes {
            writeln!(f, "  {note}")?;
        }
        let is_shown = |column: &&ColumnSummary| columns <= EACH || !column.is_plain();
        for column in self.columns.iter().filter(is_shown) {
            writeln!(f, "  {column}")?;
        }
        let plain = self
            .columns
            .iter()
            .filter(|column| !is_shown(column))
            .count();
        if plain > 0 {
            writeln!(
                f,
                "  and {plain} columns of numbers with no missing cell and nothing unusual"
            )?;
        }
        Ok(())
    }
}

impl fmt::Display for ColumnSummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = format!(
            "{}: {}, {}, {} distinct",
            if self.name.is_empty() {
                "(no name)"
            } else {
                &self.name
            },
            self.role,
            self.cells,
            self.distinct
        );
        let missing: u64 = self.missing.iter().map(|(_, cells)| cells).sum();
        if missing > 0 {
            let by_word = |(word, cells): &(String, u64)| match word.as_str() {
                "" => format!("{cells} empty"),
                word => format!("{cells} `{word}`"),
            };
            let words: Vec<String> = self.missing.iter().map(by_word).collect();
            text = format!("{text}, {missing} missing ({})", words.join(", "));
        }
        for unusual in &self.unusual {
            text = format!("{text}; {unusual}");
        }
        // A hostile name must not recolour a terminal.
        f.write_str(&one_line(&text))
    }
}

impl ColumnSummary {
    /// Whether there is nothing to say of it among many of its kind.
    fn is_plain(&self) -> bool {
        self.role.starts_with("input")
            && self.missing.is_empty()
            && self.unusual.is_empty()
            && self.cells.starts_with("numbers")
    }
}
