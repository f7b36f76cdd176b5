//! The cohort of a study: its rows for the evaluation, its stripped copy for the workers.

use std::path::Path;

use midfuse_data::{Cohort, RowHashes, TargetValues};
use midfuse_eval::job::{Targets, Task};
use midfuse_eval::rows::{AnyData, Data, RowHash, Rows};
use sha2::{Digest, Sha256};

use super::blind::Blind;
use crate::digest::hex;
use crate::file::{StructureName, StudyFile, nearest};
use crate::{Error, Result};

/// An opened cohort as a study uses it.
#[derive(Debug)]
pub(crate) struct StudyCohort {
    pub(crate) cohort: Cohort,
    pub(crate) task: Task,
    pub(crate) structure: StructureName,
    /// Number of groups, where the structure is grouped.
    pub(crate) groups: Option<usize>,
    /// SHA-256 over ids, content, target and groups of all rows.
    pub(crate) sha256: String,
    rows: Rows,
}

impl StudyCohort {
    /// Opens the cohort of a study file and checks that the two fit.
    ///
    /// # Errors
    /// [`Error::Data`] for a defect of the cohort; [`Error::StudyFile`] if the file names what the
    /// cohort does not have, or claims a structure that the cohort contradicts.
    pub(crate) fn open(file: &StudyFile, dir: &Path) -> Result<Self> {
        let cohort = Cohort::open(dir)?;
        let structure = structure(file, &cohort)?;
        check_modalities(file, &cohort)?;
        let (task, targets) = target(file, &cohort)?;
        let RowHashes {
            whole: hashes,
            parts,
        } = cohort.content_hashes()?;
        let sha256 = digest(&cohort, &hashes, &targets);
        let content: Vec<RowHash> = hashes.iter().map(|hash| RowHash::of([hash])).collect();
        let parts: Vec<Vec<RowHash>> = parts
            .iter()
            .map(|row| row.iter().map(|hash| RowHash::of([hash])).collect())
            .collect();
        let wrong = |error: midfuse_eval::rows::RowsError| Error::Evaluation(error.to_string());
        let mut rows = Rows::new(cohort.ids().to_vec(), task.clone(), targets)
            .and_then(|rows| rows.with_content(&content))
            .and_then(|rows| rows.with_parts(&parts))
            .map_err(wrong)?;
        let mut groups = None;
        if let (StructureName::Grouped, Some(names)) = (structure, cohort.groups()) {
            rows = rows.with_groups("group", names).map_err(wrong)?;
            let mut distinct: Vec<&String> = names.iter().collect();
            distinct.sort_unstable();
            distinct.dedup();
            groups = Some(distinct.len());
        }
        Ok(Self {
            cohort,
            task,
            structure,
            groups,
            sha256,
            rows,
        })
    }

    /// The rows with the claim how they depend on one another.
    ///
    /// # Errors
    /// [`Error::Evaluation`] if the rows contradict the claim.
    pub(crate) fn data(&self) -> Result<AnyData> {
        let rows = self.rows.clone();
        match self.structure {
            StructureName::Iid => Data::iid(rows).map(AnyData::Iid),
            StructureName::Grouped => Data::grouped(rows).map(AnyData::Grouped),
        }
        .map_err(|error| Error::Evaluation(error.to_string()))
    }

    /// Writes the copy that workers open: the rows of `blind` under their neutral names, without
    /// targets, groups, times and every other row.
    ///
    /// # Errors
    /// [`Error::Data`].
    pub(crate) fn write_stripped(&self, dir: &Path, blind: &Blind) -> Result<()> {
        let keep: Vec<usize> = blind
            .order()
            .iter()
            .filter_map(|id| self.cohort.position(id))
            .collect();
        Ok(self
            .cohort
            .write_stripped(dir, &keep, |id| blind.name_of(id))?)
    }
}

fn structure(file: &StudyFile, cohort: &Cohort) -> Result<StructureName> {
    let wrong = |what: &str| Err(Error::StudyFile(format!("protocol.structure: {what}")));
    match (
        file.protocol.structure,
        cohort.groups().is_some(),
        cohort.times().is_some(),
    ) {
        (Some(StructureName::Iid), true, _) => wrong(
            "`iid` claims independent rows, but the cohort declares groups; use \"grouped\", or remove the group from cohort.toml if it means nothing",
        ),
        (Some(StructureName::Grouped), false, _) => wrong(
            "`grouped` needs groups; name their column as `group` under [rows] in cohort.toml",
        ),
        (None, _, true) => wrong(
            "the cohort declares times, and there is no splitter for timed rows yet; write structure = \"iid\" or \"grouped\" to claim that time does not matter",
        ),
        (Some(claimed), _, _) => Ok(claimed),
        (None, true, false) => Ok(StructureName::Grouped),
        (None, false, false) => Ok(StructureName::Iid),
    }
}

fn check_modalities(file: &StudyFile, cohort: &Cohort) -> Result<()> {
    let known: Vec<&str> = cohort
        .modalities()
        .iter()
        .map(|m| m.name.as_str())
        .collect();
    for section in &file.modalities {
        if !known.contains(&section.name.as_str()) {
            let hint = nearest(&section.name, &known)
                .map_or(String::new(), |n| format!(": did you mean `{n}`?"));
            return Err(Error::StudyFile(format!(
                "modalities.name: the cohort has no modality `{}`{hint} It has {}",
                section.name,
                known.join(", ")
            )));
        }
    }
    Ok(())
}

fn target(file: &StudyFile, cohort: &Cohort) -> Result<(Task, Targets)> {
    let names: Vec<&str> = cohort.targets().iter().map(|t| t.name.as_str()).collect();
    let Some(column) = cohort
        .targets()
        .iter()
        .find(|column| column.name == file.target)
    else {
        let hint = nearest(&file.target, &names)
            .map_or(String::new(), |n| format!(": did you mean `{n}`?"));
        return Err(Error::StudyFile(format!(
            "target: the cohort has no target `{}`{hint} It has {}",
            file.target,
            names.join(", ")
        )));
    };
    Ok(match &column.values {
        TargetValues::Classification { classes, labels } => (
            Task::Classification {
                classes: classes.clone(),
            },
            Targets::Class(labels.clone()),
        ),
        TargetValues::Regression(values) => (Task::Regression, Targets::Value(values.clone())),
    })
}

fn digest(cohort: &Cohort, hashes: &[[u8; 32]], targets: &Targets) -> String {
    let target = |row: usize| match targets {
        Targets::Class(values) => values.get(row).map_or(0, |&value| value as u64),
        Targets::Value(values) => values.get(row).map_or(0, |value| value.to_bits()),
    };
    let mut rows: Vec<(&String, Vec<u8>)> = cohort
        .ids()
        .iter()
        .zip(hashes)
        .enumerate()
        .map(|(row, (id, hash))| {
            let group = cohort
                .groups()
                .and_then(|groups| groups.get(row))
                .map_or("", String::as_str);
            let mut bytes = hash.to_vec();
            bytes.extend(target(row).to_le_bytes());
            bytes.extend((group.len() as u64).to_le_bytes());
            bytes.extend(group.as_bytes());
            (id, bytes)
        })
        .collect();
    rows.sort();
    let mut digest = Sha256::new();
    for (id, bytes) in rows {
        digest.update((id.len() as u64).to_le_bytes());
        digest.update(id);
        digest.update((bytes.len() as u64).to_le_bytes());
        digest.update(bytes);
    }
    hex(&digest.finalize())
}
