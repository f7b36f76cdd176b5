//! What must hold in a manifest beyond its syntax.

use std::collections::HashSet;
use std::path::Path;

use super::Manifest;
use crate::error::{DataError, Defect, Result, quoted};
use crate::kind::ModalitySpec;
use crate::limits::Limits;
use crate::target;

impl Manifest {
    /// Names are unique, shapes sane, sources complete, and no target is an input.
    pub(crate) fn check(&self, path: &Path) -> Result<()> {
        let bad = |section: &str, reason: String, mend: &str| {
            let reason = format!("{section}: {reason}");
            Err(DataError::new(Defect::Manifest, path, reason, mend))
        };
        let of_files = self
            .files
            .iter()
            .map(|(file, reading)| (format!("files.{file:?}"), reading));
        for (section, reading) in [("reading".to_owned(), &self.reading)]
            .into_iter()
            .chain(of_files)
        {
            if let Err(reason) = reading.check() {
                return bad(
                    &section,
                    reason,
                    "see docs/cohort-format.md for how tables are read",
                );
            }
        }
        let mut names = HashSet::new();
        for target in &self.targets {
            let section = format!("target {}", quoted(&target.name));
            if !is_title(&target.name) {
                return bad(
                    &section,
                    "its name is empty, long or unprintable".into(),
                    NAME_IT,
                );
            }
            if !names.insert(&target.name) {
                return bad(
                    &section,
                    "is there twice".into(),
                    "rename or remove one of them",
                );
            }
            if let Err((reason, mend)) = target::check(target) {
                return bad(&section, reason, mend);
            }
        }
        let mut names = HashSet::new();
        for modality in &self.modalities {
            let name = modality.name();
            let section = format!("modality {}", quoted(name));
            if !is_name(name) {
                let reason = "a name has 1 to 64 letters, digits, `_`, `-` and no more";
                return bad(&section, reason.into(), "rename it");
            }
            if !names.insert(name) {
                return bad(
                    &section,
                    "is there twice".into(),
                    "rename or remove one of them",
                );
            }
            if let Err(reason) = modality.check() {
                return bad(
                    &section,
                    reason,
                    "see docs/cohort-format.md for the keys of each kind",
                );
            }
            if let Some(column) = self.reserved_input(modality) {
                let reason = format!(
                    "takes the id, target, unit, group or time column {} as an input",
                    quoted(column)
                );
                return bad(&section, reason, "remove the column from the modality");
            }
        }
        Ok(())
    }

    /// Columns of the row table that are not inputs: id, targets, unit, group, times.
    pub(crate) fn reserved_columns(&self) -> HashSet<&str> {
        let time = self.rows.time.as_ref();
        self.targets
            .iter()
            .flat_map(|target| target::format(target.kind).columns(target))
            .chain([self.rows.id.as_str()])
            .chain(self.rows.unit.as_deref())
            .chain(self.rows.group.as_deref())
            .chain(time.map(|time| time.start.as_str()))
            .chain(time.and_then(|time| time.end.as_deref()))
            .collect()
    }

    /// The first reserved column that a modality on the row table declares as an input.
    fn reserved_input<'a>(&self, modality: &'a ModalitySpec) -> Option<&'a str> {
        let (table, columns) = modality.inputs();
        let on_rows = table.is_none_or(|table| table == self.rows.file);
        let reserved = self.reserved_columns();
        columns
            .into_iter()
            .find(|column| on_rows && reserved.contains(column))
    }
}

const NAME_IT: &str = "give it a name of 1 to 100 printable characters";

/// A name that is safe in study files, file names and on a command line.
fn is_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    (1..=64).contains(&name.len()) && name.chars().all(plain)
}

fn is_title(name: &str) -> bool {
    !name.trim().is_empty() && name.len() <= 100 && !name.chars().any(char::is_control)
}

/// An error if a column is named twice under a key of a modality.
pub(crate) fn distinct(key: &str, columns: &[String]) -> Result<(), String> {
    let mut seen = HashSet::new();
    match columns.iter().find(|column| !seen.insert(*column)) {
        Some(column) => Err(format!("{key} name the column {} twice", quoted(column))),
        None => Ok(()),
    }
}

/// An error unless a row of this shape has values, and no more than a row may have.
pub(crate) fn check_shape(shape: &[usize]) -> Result<(), String> {
    let most = Limits::STANDARD.values_per_row;
    let values = shape
        .iter()
        .try_fold(1_usize, |product, &size| product.checked_mul(size));
    match values {
        Some(values) if (1..=most).contains(&values) => Ok(()),
        _ => Err(format!(
            "`shape = {shape:?}` is empty or has more than {most} values"
        )),
    }
}
