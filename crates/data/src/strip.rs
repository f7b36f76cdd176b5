//! The copy of a cohort that workers open.

use std::path::Path;

use crate::cohort::Cohort;
use crate::error::{DataError, Defect, Result};
use crate::rows::RowTable;
use crate::write::CohortWriter;

impl Cohort {
    /// Writes a cohort of the rows `keep`, in that order, without targets, groups, times, names and
    /// all other rows. The folder `dir` must not exist, or be empty; it appears whole or not at all.
    ///
    /// `id` renames the rows: an id such as `digit7-patient3` may itself name the target. The names
    /// must differ from one another.
    ///
    /// # Errors
    /// [`Defect::Request`] if a row does not exist, is kept twice, or two get the same name;
    /// [`Defect::Output`] if the folder cannot be written; else a defect of a modality.
    pub fn write_stripped(
        &self,
        dir: impl AsRef<Path>,
        keep: &[usize],
        id: impl Fn(&str) -> String,
    ) -> Result<()> {
        let dir = dir.as_ref();
        let names = keep.iter().map(|&row| {
            self.ids().get(row).map(|name| id(name)).ok_or_else(|| {
                let reason = format!("row {row} was asked for; the cohort has {}", self.len());
                DataError::new(
                    Defect::Request,
                    self.dir(),
                    reason,
                    "ask for rows from 0 on",
                )
            })
        });
        let rows = RowTable {
            ids: names.collect::<Result<_>>()?,
            ..RowTable::default()
        };
        let mut writer = CohortWriter::create(dir, rows)?;
        for modality in self.modalities() {
            writer.modality(&modality.name, &self.load(&modality.name, keep)?)?;
        }
        writer.finish()?;
        Ok(())
    }
}
