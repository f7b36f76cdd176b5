//! The row table: ids, targets, units, groups and times.

mod index;
mod members;
mod times;

use std::path::Path;

use crate::error::{DataError, Defect, Result, quoted};
use crate::inside::Folder;
use crate::manifest::Manifest;
use crate::table::{Cell, Table};
use crate::target::{self, Line, TargetColumn, TargetReader, check_uncensored};
use crate::unit::UnitReader;

use members::{Ids, Members};
use times::Times;

pub(crate) use index::RowIndex;
pub(crate) use members::{duplicate_id, id_of};

/// The rows of a cohort, in the order of the row table.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RowTable {
    /// Row ids, `[N]`; not empty, no two alike.
    pub ids: Vec<String>,
    /// Targets, each `[N]`.
    pub targets: Vec<TargetColumn>,
    /// What one score counts, `[N]`, where that is declared; the ids themselves where every row counts
    /// by itself.
    pub units: Option<Vec<String>>,
    /// Group of each row, `[N]`: what no split may part. A unit lies in one group; where none is
    /// declared, units of several rows are groups.
    pub groups: Option<Vec<String>>,
    /// Time of each row, `[N]`.
    pub times: Option<Vec<Span>>,
    /// What columns are called.
    pub columns: RowColumns,
}

/// Names of columns of the row table, for reports, and columns that are kept for them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowColumns {
    /// The column of units.
    pub unit: Option<String>,
    /// The column of groups.
    pub group: Option<String>,
    /// Columns that are no input and stay in the row table, for subgroups, sites and strata: name and
    /// cells, `[N]`. Only a writer needs them; [`Cohort::row_column`](crate::Cohort::row_column) reads
    /// them where they are.
    pub kept: Vec<(String, Vec<Option<String>>)>,
}

/// When the inputs of a row begin and when its target is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Span {
    /// Start: the number in the column; days since 1970-01-01 for dates; seconds since
    /// 1970-01-01T00:00:00 for date-times, in UTC where they have a zone.
    pub start: f64,
    /// End, not before the start.
    pub end: f64,
}

impl RowTable {
    /// Reads the row table of a manifest.
    ///
    /// `numbered`: the rows have no id column and are numbered from 1.
    pub(crate) fn read(folder: &Folder, manifest: &Manifest, numbered: bool) -> Result<Self> {
        let spec = &manifest.rows;
        let table = Table::open(&folder.file(&spec.file)?, &manifest.reading_of(&spec.file))?;
        let table = if numbered {
            table.with_row_numbers(&spec.id)
        } else {
            table
        };
        let mut columns = vec![table.position(&spec.id)?];
        let mut widths = Vec::new();
        for spec in &manifest.targets {
            let of_target = target::format(spec.kind).columns(spec);
            widths.push(of_target.len());
            for column in of_target {
                columns.push(table.position(column)?);
            }
        }
        check_uncensored(&table, &manifest.targets)?;
        // Where one of the two is not declared, the other stands for both.
        let group_column = spec
            .group
            .as_ref()
            .or(spec.unit.as_ref().filter(|unit| **unit != spec.id));
        let unit_column = spec.unit.as_ref();
        for name in [group_column, unit_column].into_iter().flatten() {
            columns.push(table.position(name)?);
        }
        if let Some(time) = &spec.time {
            columns.push(table.position(&time.start)?);
            columns.push(table.position(time.end.as_ref().unwrap_or(&time.start))?);
        }
        let mut ids = Ids::default();
        let mut targets: Vec<Box<dyn TargetReader + '_>> = manifest
            .targets
            .iter()
            .map(|spec| target::format(spec.kind).reader(spec))
            .collect();
        let mut groups = group_column.map(|_| Vec::new());
        let mut units = unit_column.map(|_| UnitReader::default());
        let (mut of_groups, mut of_units) = (Members::default(), Members::default());
        let mut times = spec.time.as_ref().map(|_| Times::default());
        table.for_each(&columns, |row, cells| {
            let mut cells = columns.iter().copied().zip(cells);
            let mut next = || cells.next().unwrap_or((0, &Cell::Missing));
            let (column, cell) = next();
            ids.push(&table, row, column, cell)?;
            let at = Line { table: &table, row };
            for (target, &width) in targets.iter_mut().zip(&widths) {
                let cells: Vec<(usize, &Cell<'_>)> = (0..width).map(|_| next()).collect();
                target.push(&at, &cells)?;
            }
            if let Some(groups) = &mut groups {
                groups.push(of_groups.read(&table, row, next(), "group")?);
            }
            if let Some(units) = &mut units {
                let (column, cell) = next();
                let unit = of_units.read(&table, row, (column, cell), "unit")?;
                let group = groups.as_ref().and_then(|groups| groups.last());
                units.push(&table, row, column, unit, group)?;
            }
            if let Some(times) = &mut times {
                let (start, end) = (next(), next());
                times.push(&table, row, start, end)?;
            }
            Ok(())
        })?;
        if ids.read.is_empty() {
            return Err(DataError::new(
                Defect::EmptyFile,
                table.path(),
                "has a header but no rows",
                "write one line per row into it",
            ));
        }
        Ok(Self {
            ids: ids.read,
            targets: targets.into_iter().map(TargetReader::finish).collect(),
            units: units.map(UnitReader::finish),
            groups,
            times: times.map(Times::finish),
            columns: RowColumns {
                unit: spec.unit.clone(),
                group: group_column.cloned(),
                kept: Vec::new(),
            },
        })
    }
}

/// An error unless every list is as long as `ids`, and the ids are fit to be ids.
pub(crate) fn check_rows(rows: &RowTable, path: &Path) -> Result<()> {
    let n = rows.ids.len();
    let lists = rows
        .targets
        .iter()
        .map(TargetColumn::len)
        .chain(rows.units.as_ref().map(Vec::len))
        .chain(rows.groups.as_ref().map(Vec::len))
        .chain(rows.columns.kept.iter().map(|(_, cells)| cells.len()))
        .chain(rows.times.as_ref().map(Vec::len));
    let bad = |reason: String| {
        let mend = "give each of the rows one id, target, unit, group and time";
        Err(DataError::new(Defect::Request, path, reason, mend))
    };
    for length in lists {
        if length != n {
            return bad(format!(
                "{n} ids come with {length} targets, units, groups, times or cells of a column"
            ));
        }
    }
    let mut seen = std::collections::HashSet::new();
    match rows
        .ids
        .iter()
        .find(|id| id.is_empty() || !seen.insert(*id))
    {
        Some(id) => bad(format!("the id {} is empty or there twice", quoted(id))),
        None => Ok(()),
    }
}
