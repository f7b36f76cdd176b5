//! What a cohort says about its rows, before a structure is claimed for them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use midfuse_base::{TargetError, Targets, Task};

use super::table::{Axis, Labels, Table};
use super::{RowHash, RowsError, Span};

/// Row ids with their targets, and optionally their groups, times and content.
///
/// Inputs are not here: a row is referred to by its id, and whoever holds the cohort looks the
/// inputs up. The rows are kept in the order of their ids, so nothing that follows depends on the
/// order in which they came.
#[derive(Debug, Clone)]
pub struct Rows {
    table: Table,
    /// `order[new] == old`.
    order: Vec<usize>,
}

impl Rows {
    /// Rows with a target each.
    ///
    /// # Errors
    /// [`RowsError::Empty`], [`RowsError::DuplicateId`], [`RowsError::Length`],
    /// [`RowsError::Targets`], [`RowsError::Target`].
    pub fn new(ids: Vec<String>, task: Task, targets: Targets) -> Result<Self, RowsError> {
        if ids.is_empty() {
            return Err(RowsError::Empty);
        }
        check_length("targets", ids.len(), targets.len())?;
        check_targets(&ids, &task, &targets)?;
        let mut order: Vec<usize> = (0..ids.len()).collect();
        order.sort_by(|&a, &b| ids.get(a).cmp(&ids.get(b)));
        let ids = permute(&ids, &order);
        if let Some(id) = ids
            .iter()
            .zip(ids.iter().skip(1))
            .find(|(a, b)| a == b)
            .map(|(a, _)| a)
        {
            return Err(RowsError::DuplicateId { id: id.clone() });
        }
        let targets = targets.select(order.iter().copied());
        let content = ids.iter().map(|id| RowHash::of_id(id)).collect();
        let table = Table {
            ids,
            task,
            targets,
            axes: Vec::new(),
            units: None,
            spans: None,
            labels: None,
            content,
            parts: Vec::new(),
            sealed_in: OnceLock::new(),
        };
        Ok(Self { table, order })
    }

    /// The same rows with another statement of what is predicted: other horizons of a survival.
    ///
    /// # Errors
    /// As [`Rows::new`] for targets that are not of the task.
    pub fn with_task(mut self, task: Task) -> Result<Self, RowsError> {
        check_targets(&self.table.ids, &task, &self.table.targets)?;
        self.table.task = task;
        Ok(self)
    }

    /// Adds an axis of groups (`"patient"`): rows of one group never lie on two sides of a split.
    /// Values in the order of the ids that were given. Several axes make the rows `Crossed`.
    ///
    /// # Errors
    /// [`RowsError::Length`]; [`RowsError::EmptyGroup`] for a row whose group is empty.
    pub fn with_groups(mut self, axis: &str, groups: &[String]) -> Result<Self, RowsError> {
        check_length(axis, self.order.len(), groups.len())?;
        let groups = permute(groups, &self.order);
        if let Some((id, _)) = self
            .table
            .ids
            .iter()
            .zip(&groups)
            .find(|(_, group)| group.is_empty())
        {
            return Err(RowsError::EmptyGroup {
                id: id.clone(),
                axis: axis.to_owned(),
            });
        }
        self.table.axes.push(coded(axis, &groups));
        Ok(self)
    }

    /// Declares what one score counts, in the order of the ids that were given, where that is another thing
    /// than a group of the first axis: patients of sites, or single rows. Splits know nothing of it; each
    /// unit lies in one group of every axis that was declared before.
    ///
    /// # Errors
    /// [`RowsError::Length`]; [`RowsError::UnitAcrossGroups`] for a unit with rows in two groups.
    pub fn with_units(mut self, units: &[String]) -> Result<Self, RowsError> {
        check_length("units", self.order.len(), units.len())?;
        let units = coded("unit", &permute(units, &self.order));
        for axis in &self.table.axes {
            let mut group_of: BTreeMap<u32, u32> = BTreeMap::new();
            let pairs = units.codes.iter().zip(&axis.codes);
            for (&unit, &group) in pairs {
                let first = *group_of.entry(unit).or_insert(group);
                if first != group {
                    let name = |axis: &Axis, code: u32| {
                        axis.names.get(code as usize).cloned().unwrap_or_default()
                    };
                    return Err(RowsError::UnitAcrossGroups {
                        unit: name(&units, unit),
                        axis: axis.name.clone(),
                        groups: [name(axis, first), name(axis, group)],
                    });
                }
            }
        }
        self.table.units = Some(units);
        Ok(self)
    }

    /// Declares the time that each row covers, in the order of the ids that were given.
    ///
    /// # Errors
    /// [`RowsError::Length`]; [`RowsError::NegativeSpan`].
    pub fn with_spans(mut self, spans: &[Span]) -> Result<Self, RowsError> {
        check_length("spans", self.order.len(), spans.len())?;
        let spans = permute(spans, &self.order);
        if let Some((id, span)) = self
            .table
            .ids
            .iter()
            .zip(&spans)
            .find(|(_, s)| s.end < s.start)
        {
            return Err(RowsError::NegativeSpan {
                id: id.clone(),
                start: span.start,
                end: span.end,
            });
        }
        self.table.spans = Some(spans);
        Ok(self)
    }

    /// Declares the stratum of each row, in the order of the ids that were given: what stratified
    /// splitters balance in place of the target's classes. A number as target is stratified so, by
    /// its bins.
    ///
    /// # Errors
    /// [`RowsError::Length`].
    pub fn with_strata(self, strata: &[String]) -> Result<Self, RowsError> {
        let labels: Vec<Vec<String>> = strata.iter().map(|one| vec![one.clone()]).collect();
        self.with_labels(&labels)
    }

    /// Declares any number of labels per row, in the order of the ids that were given: what
    /// [`IterativeKFold`](crate::split::IterativeKFold) balances.
    ///
    /// # Errors
    /// [`RowsError::Length`].
    pub fn with_labels(mut self, labels: &[Vec<String>]) -> Result<Self, RowsError> {
        check_length("labels", self.order.len(), labels.len())?;
        let names: BTreeSet<&String> = labels.iter().flatten().collect();
        let names: Vec<String> = names.into_iter().cloned().collect();
        let code = |label: &String| names.binary_search(label).ok().map(|at| at as u32);
        let labels = permute(labels, &self.order);
        let codes = labels.iter().map(|row| {
            let codes: BTreeSet<u32> = row.iter().filter_map(code).collect();
            codes.into_iter().collect()
        });
        self.table.labels = Some(Labels {
            codes: codes.collect(),
            names: names.clone(),
        });
        Ok(self)
    }

    /// Declares what each row holds, so that the ledger recognises a renamed row.
    ///
    /// # Errors
    /// [`RowsError::Length`].
    pub fn with_content(mut self, content: &[RowHash]) -> Result<Self, RowsError> {
        check_length("content", self.order.len(), content.len())?;
        self.table.content = permute(content, &self.order);
        Ok(self)
    }

    /// Declares what each row holds, modality by modality, so that the ledger recognises a cohort whose
    /// rows were renamed and of which one modality was changed. A hash that two rows share (an absent
    /// modality, a coarse table) marks neither.
    ///
    /// # Errors
    /// [`RowsError::Length`].
    pub fn with_parts(mut self, parts: &[Vec<RowHash>]) -> Result<Self, RowsError> {
        check_length("parts", self.order.len(), parts.len())?;
        let mut times: BTreeMap<RowHash, usize> = BTreeMap::new();
        for part in parts.iter().flatten() {
            *times.entry(*part).or_default() += 1;
        }
        let is_own = |part: &RowHash| times.get(part) == Some(&1);
        self.table.parts = permute(parts, &self.order)
            .into_iter()
            .map(|row| row.into_iter().filter(is_own).collect())
            .collect();
        Ok(self)
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Never true: rows without a row cannot be made.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Names of the declared axes of groups.
    pub fn axes(&self) -> Vec<&str> {
        self.table
            .axes
            .iter()
            .map(|axis| axis.name.as_str())
            .collect()
    }

    /// Whether spans were declared.
    pub fn has_spans(&self) -> bool {
        self.table.spans.is_some()
    }

    pub(crate) fn into_table(self) -> Table {
        self.table
    }
}

/// Codes of names, sorted.
fn coded(axis: &str, groups: &[String]) -> Axis {
    let mut codes_of: BTreeMap<&str, u32> = groups.iter().map(|g| (g.as_str(), 0)).collect();
    for (code, slot) in (0_u32..).zip(codes_of.values_mut()) {
        *slot = code;
    }
    let codes = groups
        .iter()
        .map(|g| codes_of.get(g.as_str()).copied().unwrap_or(0))
        .collect();
    let names = codes_of.keys().map(|&name| name.to_owned()).collect();
    Axis {
        name: axis.to_owned(),
        codes,
        names,
    }
}

fn check_length(column: &str, expected: usize, got: usize) -> Result<(), RowsError> {
    if expected == got {
        return Ok(());
    }
    Err(RowsError::Length {
        column: column.to_owned(),
        expected,
        got,
    })
}

fn check_targets(ids: &[String], task: &Task, targets: &Targets) -> Result<(), RowsError> {
    task.check(targets).map_err(|error| match error {
        TargetError::Value { position, problem } => RowsError::Target {
            id: ids.get(position).cloned().unwrap_or_default(),
            problem,
        },
        whole @ (TargetError::Mismatch { .. } | TargetError::Events { .. }) => {
            RowsError::Targets(whole)
        }
    })
}

fn permute<T: Clone>(values: &[T], order: &[usize]) -> Vec<T> {
    order
        .iter()
        .filter_map(|&old| values.get(old).cloned())
        .collect()
}
