//! What is in a cohort: reads every value once, so a cohort with a summary is a whole one.

mod display;
mod tables;

use std::collections::HashSet;

use midfuse_base::TaskKind;

use crate::cohort::Cohort;
use crate::error::Result;
use crate::kind::{ModalityData, ModalityKind};
use crate::target::{self, TargetColumn};
use crate::unit::{UnitReason, Units};

pub use tables::{ColumnSummary, TableSummary};

/// What is in a cohort. Displays as the text that `midfuse cohort check` prints.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// Name of the cohort.
    pub name: String,
    /// Number of rows.
    pub rows: usize,
    /// Number of declared units, where they are not the rows.
    pub units: Option<usize>,
    /// Number of groups.
    pub groups: Option<usize>,
    /// Earliest start and latest end.
    pub times: Option<(f64, f64)>,
    /// Tables, as they were read.
    pub tables: Vec<TableSummary>,
    /// Targets.
    pub targets: Vec<TargetSummary>,
    /// Modalities.
    pub modalities: Vec<ModalitySummary>,
    /// Rows whose content equals that of an earlier row, in every modality.
    pub duplicates: usize,
    /// What is not a defect and deserves a look, one sentence each.
    pub warnings: Vec<String>,
}

/// A target. Displays as one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetSummary {
    /// Its name.
    pub name: String,
    /// What is predicted.
    pub kind: TaskKind,
    /// What there is of it: rows per class, the range of the numbers, the events.
    pub text: String,
}

/// A modality.
#[derive(Debug, Clone, PartialEq)]
pub struct ModalitySummary {
    /// Its name.
    pub name: String,
    /// Its kind and shape.
    pub kind: ModalityKind,
    /// Rows that have it.
    pub present: usize,
    /// Cells that are missing in rows that have it; 0 for a kind without cells.
    pub missing_cells: usize,
}

impl Cohort {
    /// Reads every value of the cohort and counts what there is.
    ///
    /// # Errors
    /// The first defect of a modality.
    pub fn summary(&self) -> Result<Summary> {
        self.summary_with(|| self.tables())
    }

    /// The same with tables from elsewhere, which come last: what is wrong with a modality says its reader best.
    pub(crate) fn summary_with(
        &self,
        tables: impl FnOnce() -> Result<Vec<TableSummary>>,
    ) -> Result<Summary> {
        let mut warnings = Vec::new();
        let mut modalities = Vec::new();
        for schema in self.modalities() {
            let data = self.load_all(&schema.name)?;
            let present = data.present().iter().filter(|&&there| there).count();
            modalities.push(ModalitySummary {
                name: schema.name.clone(),
                kind: schema.kind.clone(),
                present,
                missing_cells: missing_cells(&data),
            });
            if present == 0 {
                warnings.push(format!("modality {} is absent in every row", schema.name));
            }
            let of_modality = data.warnings(self.targets()).into_iter();
            let of_files = self.file_warnings(&schema.name).into_iter();
            let of_modality = of_modality.chain(of_files);
            warnings.extend(of_modality.map(|what| format!("modality {}: {what}", schema.name)));
        }
        if self.modalities().is_empty() {
            warnings.push("there is no modality, so there is nothing to learn from".into());
        }
        if self.targets().is_empty() {
            warnings.push("there is no target, so the cohort serves prediction only".into());
        }
        let targets = self
            .targets()
            .iter()
            .map(|column| TargetSummary {
                name: column.name.clone(),
                kind: column.kind(),
                text: target::format(column.kind()).summarise(column, &mut warnings),
            })
            .collect();
        let distinct = |names: &[String]| names.iter().collect::<HashSet<_>>().len();
        let groups = self.groups().map(distinct);
        let own_units = self.units().filter(|units| *units != self.ids());
        warnings.extend(self.targets().iter().filter_map(|of| self.undeclared(of)));
        if groups == Some(1) {
            warnings.push("all rows are of one group, so no grouped split is possible".into());
        }
        let duplicates = if self.modalities().is_empty() {
            0
        } else {
            self.len() - self.row_hashes()?.into_iter().collect::<HashSet<_>>().len()
        };
        if duplicates > 0 {
            warnings.push(format!(
                "{duplicates} rows repeat the content of another row: unless they share a group, \
                 copies may part into training and test"
            ));
        }
        let times = self.times().map(|times| {
            times
                .iter()
                .fold((f64::INFINITY, f64::NEG_INFINITY), |(first, last), span| {
                    (first.min(span.start), last.max(span.end))
                })
        });
        Ok(Summary {
            name: self.name(),
            rows: self.len(),
            units: own_units.map(distinct),
            groups,
            times,
            tables: tables()?,
            targets,
            modalities,
            duplicates,
            warnings,
        })
    }
}

impl Cohort {
    /// What stands in for the unit that `cohort.toml` does not name, where it names groups.
    fn undeclared(&self, target: &TargetColumn) -> Option<String> {
        let Units { reason, .. } = self.units_of(target);
        let (group, id) = (self.group_column()?, &self.manifest().rows.id);
        let name = &target.name;
        match reason {
            UnitReason::OneTargetPerGroup => Some(format!(
                "no `unit` is declared: one score of {name} counts a `{group}`, whose rows share one \
                 target; write unit = {group:?} under [rows] if that is meant, or unit = {id:?} if \
                 every row counts"
            )),
            UnitReason::TargetsDiffer => Some(format!(
                "no `unit` is declared: one score of {name} counts a row, because targets differ \
                 within a `{group}`; write unit = {id:?} under [rows] if that is meant, or the column \
                 of what counts"
            )),
            UnitReason::Declared | UnitReason::StudyFile | UnitReason::NoGroups => None,
        }
    }
}

/// Cells that are missing in rows that have the modality.
fn missing_cells(data: &ModalityData) -> usize {
    let missing = data.cells().map_or_else(Vec::new, |cells| cells.missing);
    let rows = missing.into_iter().zip(data.present());
    rows.filter_map(|(missing, there)| there.then_some(missing))
        .sum()
}
