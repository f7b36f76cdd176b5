//! The cohort of a study: its rows for the evaluation, its stripped copy for the workers.

use std::collections::BTreeSet;
use std::path::Path;

use midfuse_base::{Targets, Task};
use midfuse_data::{Cohort, RowHashes, UnitReason, Units};
use midfuse_eval::rows::{AnyData, Data, RowHash, Rows, Span};
use sha2::{Digest, Sha256};

use super::blind::Blind;
use super::checked::GroupedRow;
use crate::strata::strata;
use crate::time_resolution::TimeResolution;
use crate::{Error, EvaluationError, Result};
use midfuse_base::{Problem, hex};
use midfuse_plan::file::{StructureName, StudyFile};

/// An opened cohort as a study uses it.
#[derive(Debug)]
pub(crate) struct StudyCohort {
    pub(crate) cohort: Cohort,
    pub(crate) task: Task,
    /// Name of the target.
    target: String,
    pub(crate) structure: StructureName,
    /// Unit of the times, where the structure has times.
    pub(crate) resolution: TimeResolution,
    /// Number of groups, where the structure is grouped.
    pub(crate) groups: Option<usize>,
    /// SHA-256 over ids, content, target, groups, declared units, times and strata of all rows.
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
        let strata = strata_of(file, &cohort)?;
        let sha256 = digest(&cohort, &hashes, &targets, strata.as_deref());
        let content: Vec<RowHash> = hashes.iter().map(|hash| RowHash::of([hash])).collect();
        let parts: Vec<Vec<RowHash>> = parts
            .iter()
            .map(|row| row.iter().map(|hash| RowHash::of([hash])).collect())
            .collect();
        let mut rows = Rows::new(cohort.ids().to_vec(), task.clone(), targets)
            .and_then(|rows| rows.with_content(&content))
            .and_then(|rows| rows.with_parts(&parts))?;
        if let Some(strata) = &strata {
            rows = rows.with_strata(strata)?;
        }
        let mut resolution = TimeResolution::default();
        if let (true, Some(times)) = (structure.has_times(), cohort.times()) {
            resolution = TimeResolution::of(times).map_err(|source| {
                let cohort = cohort.dir().to_path_buf();
                EvaluationError::TimeOf { cohort, source }
            })?;
            let spans: Vec<Span> = times.iter().map(|&time| resolution.span(time)).collect();
            rows = rows.with_spans(&spans)?;
        }
        let mut groups = None;
        if let (true, Some(names)) = (structure.has_groups(), cohort.groups()) {
            rows = rows.with_groups("group", names)?;
            let mut distinct: Vec<&String> = names.iter().collect();
            distinct.sort_unstable();
            distinct.dedup();
            groups = Some(distinct.len());
        }
        Ok(Self {
            cohort,
            task,
            target: file.target.clone(),
            structure,
            resolution,
            groups,
            sha256,
            rows,
        })
    }

    /// What one score counts, as far as the cohort says it.
    pub(crate) fn units(&self) -> Units<'_> {
        match self.cohort.target(&self.target) {
            Ok(column) => self.cohort.units_of(column),
            Err(_) => Units {
                of_rows: None,
                column: None,
                reason: UnitReason::NoGroups,
            },
        }
    }

    /// The same cohort with what one score counts, where that is not the group.
    ///
    /// # Errors
    /// [`Error::Evaluation`] for a unit with rows in two groups.
    pub(crate) fn with_units(mut self, units: Option<&[String]>) -> Result<Self> {
        if let Some(units) = units {
            self.rows = self.rows.with_units(units)?;
        }
        Ok(self)
    }

    /// The rows with the claim how they depend on one another.
    ///
    /// # Errors
    /// [`Error::Evaluation`] if the rows contradict the claim.
    pub(crate) fn data(&self) -> Result<AnyData> {
        let rows = self.rows.clone();
        Ok(match self.structure {
            StructureName::Iid => Data::iid(rows).map(AnyData::Iid),
            StructureName::Grouped => Data::grouped(rows).map(AnyData::Grouped),
            StructureName::Timed => Data::timed(rows).map(AnyData::Timed),
            StructureName::GroupedTimed => Data::grouped_timed(rows).map(AnyData::GroupedTimed),
        }?)
    }

    /// Times and events of these rows; `None` where the target is no survival.
    pub(crate) fn follow_up(&self, ids: &[String]) -> Option<(Vec<f64>, Vec<bool>)> {
        let mut columns = self.cohort.targets().iter();
        let column = columns.find(|column| column.name == self.target)?;
        let rows = ids.iter().filter_map(|id| self.cohort.position(id));
        let of_rows = column.targets.select(rows);
        let (time, event) = of_rows.as_survival()?;
        Some((time.to_vec(), event.to_vec()))
    }

    /// How many of these rows are independent: their groups, or else themselves.
    pub(crate) fn independent(&self, ids: &[String]) -> usize {
        match self.cohort.groups().filter(|_| self.structure.has_groups()) {
            None => ids.len(),
            Some(groups) => {
                let group = |id: &String| groups.get(self.cohort.position(id)?);
                ids.iter().filter_map(group).collect::<BTreeSet<_>>().len()
            }
        }
    }

    /// Group and stratum of each row, in the order of the cohort; none where it declares no groups.
    pub(crate) fn grouped_rows(&self) -> Vec<GroupedRow<'_>> {
        let column = self.cohort.target(&self.target).ok();
        let strata = column.and_then(|column| self.task.strata(&column.targets));
        let stratum = |row: usize| {
            let codes = strata.as_ref().map(|strata| &strata.codes);
            codes.and_then(|codes| codes.get(row).copied()).unwrap_or(0)
        };
        let groups = self.cohort.groups().unwrap_or_default().iter();
        groups
            .enumerate()
            .map(|(row, group)| GroupedRow {
                group,
                stratum: stratum(row),
            })
            .collect()
    }

    /// The same cohort with another statement of what is predicted.
    ///
    /// # Errors
    /// [`Error::Evaluation`] if the targets are not of the task.
    pub(crate) fn with_task(mut self, task: Task) -> Result<Self> {
        self.rows = self.rows.with_task(task.clone())?;
        self.task = task;
        Ok(self)
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

/// The claimed structure, which may be weaker than what the cohort declares in one way only: that
/// time does not matter.
fn structure(file: &StudyFile, cohort: &Cohort) -> Result<StructureName> {
    let wrong = |reason: String, mend: &str| {
        let problem = Problem::conflict(reason, mend);
        Err(Error::key(problem.of("protocol.structure")))
    };
    let (groups, times) = (cohort.groups().is_some(), cohort.times().is_some());
    let Some(claimed) = file.protocol.structure else {
        return Ok(StructureName::strictest(groups, times));
    };
    let name = claimed.name();
    if claimed.has_groups() && !groups {
        let mend = "name their column as `group` under [rows] in cohort.toml";
        return wrong(format!("`{name}` needs groups"), mend);
    }
    if claimed.has_times() && !times {
        let mend = "name their columns as `time` under [rows] in cohort.toml";
        return wrong(format!("`{name}` needs times"), mend);
    }
    if groups && !claimed.has_groups() {
        let mend = if claimed.has_times() {
            "grouped-timed"
        } else {
            "grouped"
        };
        let reason =
            format!("`{name}` claims that groups do not matter, but the cohort declares groups");
        let mend =
            format!("use \"{mend}\", or remove the group from cohort.toml if it means nothing");
        return wrong(reason, &mend);
    }
    Ok(claimed)
}

/// What is stratified by, where the study file names a column.
fn strata_of(file: &StudyFile, cohort: &Cohort) -> Result<Option<Vec<String>>> {
    let Some(name) = &file.protocol.stratify else {
        return Ok(None);
    };
    strata(cohort, name)?
        .map(Some)
        .map_err(|problem| Error::key(problem.of("protocol.stratify")))
}

fn check_modalities(file: &StudyFile, cohort: &Cohort) -> Result<()> {
    let known: Vec<&str> = cohort
        .modalities()
        .iter()
        .map(|m| m.name.as_str())
        .collect();
    for section in &file.modalities {
        if !known.contains(&section.name.as_str()) {
            let problem = Problem::unknown("the cohort has no modality", &section.name, known);
            return Err(Error::key(problem.of("modalities.name")));
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
        let problem = Problem::unknown("the cohort has no target", &file.target, names);
        return Err(Error::key(problem.of("target")));
    };
    Ok((stated(file, column.task.clone())?, column.targets.clone()))
}

/// The task with what the study file states of it.
fn stated(file: &StudyFile, task: Task) -> Result<Task> {
    file.survival.state(task).map_err(Error::key)
}

fn digest(
    cohort: &Cohort,
    hashes: &[[u8; 32]],
    targets: &Targets,
    strata: Option<&[String]>,
) -> String {
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
            bytes.extend(targets.bytes(row));
            bytes.extend((group.len() as u64).to_le_bytes());
            bytes.extend(group.as_bytes());
            if let Some(unit) = cohort.units().and_then(|units| units.get(row)) {
                bytes.extend((unit.len() as u64).to_le_bytes());
                bytes.extend(unit.as_bytes());
            }
            if let Some(time) = cohort.times().and_then(|times| times.get(row)) {
                bytes.extend(time.start.to_bits().to_le_bytes());
                bytes.extend(time.end.to_bits().to_le_bytes());
            }
            if let Some(stratum) = strata.and_then(|strata| strata.get(row)) {
                bytes.extend((stratum.len() as u64).to_le_bytes());
                bytes.extend(stratum.as_bytes());
            }
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
