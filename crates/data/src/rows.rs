//! The row table: ids, targets, units, groups and times.

use std::collections::HashMap;
use std::path::Path;

use crate::error::{DataError, Defect, Result, Row, quoted};
use crate::inside::Folder;
use crate::manifest::Manifest;
use crate::moment::TimeKind;
use crate::reading::{Keys, differences, joining};
use crate::table::{Cell, NumberError, Table};
use crate::target::{self, Line, TargetColumn, TargetReader, check_uncensored};
use crate::unit::UnitReader;

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
        if ids.ids.is_empty() {
            return Err(DataError::new(
                Defect::EmptyFile,
                table.path(),
                "has a header but no rows",
                "write one line per row into it",
            ));
        }
        Ok(Self {
            ids: ids.ids,
            targets: targets.into_iter().map(TargetReader::finish).collect(),
            units: units.map(UnitReader::finish),
            groups,
            times: times.map(|times| times.spans),
            columns: RowColumns {
                unit: spec.unit.clone(),
                group: group_column.cloned(),
                kept: Vec::new(),
            },
        })
    }
}

/// Row ids by position and back.
#[derive(Debug, Clone)]
pub(crate) struct RowIndex {
    by_id: HashMap<String, usize>,
}

impl RowIndex {
    pub(crate) fn new(ids: &[String]) -> Self {
        Self {
            by_id: ids
                .iter()
                .enumerate()
                .map(|(i, id)| (id.clone(), i))
                .collect(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.by_id.len()
    }

    pub(crate) fn get(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// That an id is not there, and whether one is that differs only in how it is typed; how to mend it.
    pub(crate) fn unknown(&self, id: &str) -> (String, String) {
        let mut near: Vec<(&String, String, String)> = self
            .by_id
            .keys()
            .filter_map(|known| {
                let ways = differences(known, id);
                let (differ, join) = joining(&ways);
                (!ways.is_empty()).then_some((known, differ, join))
            })
            .collect();
        near.sort();
        match near.first() {
            None => (
                format!("the id {} is not in the row table", quoted(id)),
                "remove the row, or add the id to the row table".to_owned(),
            ),
            Some((known, differ, join)) => (
                format!(
                    "the id {} is not in the row table, which has {}: they differ by {differ}",
                    quoted(id),
                    quoted(known)
                ),
                format!("write them alike, or read them alike: {join}"),
            ),
        }
    }
}

/// Reads ids; no two are alike.
#[derive(Default)]
struct Ids {
    ids: Vec<String>,
    seen: HashMap<String, Row>,
    keys: Keys,
}

impl Ids {
    fn push(&mut self, table: &Table, row: Row, column: usize, cell: &Cell<'_>) -> Result<()> {
        let id = id_of(table, row, column, cell)?;
        if let Some(first) = self.seen.insert(id.clone(), row) {
            return Err(duplicate_id(table, row, column, &id, first));
        }
        self.keys.admit(table, row, column, &id, "id")?;
        self.ids.push(id);
        Ok(())
    }
}

/// The id in a cell.
pub(crate) fn id_of(table: &Table, row: Row, column: usize, cell: &Cell<'_>) -> Result<String> {
    table
        .key(cell)
        .map(std::borrow::Cow::into_owned)
        .ok_or_else(|| {
            table.cell_error(
                Defect::MissingValue,
                row,
                column,
                format!("the id is {}", nothing(cell)),
                "give every row an id; if the word is one: usual_missing = false (--literal)",
            )
        })
}

/// The error of an id that occurs again.
pub(crate) fn duplicate_id(
    table: &Table,
    row: Row,
    column: usize,
    id: &str,
    first: Row,
) -> DataError {
    let reason = format!("the id {} is there already, on {first}", quoted(id));
    let mend = "keep one row per id; several rows of one subject share a group, not an id";
    table.cell_error(Defect::DuplicateId, row, column, reason, mend)
}

/// What stands where a value is missing.
fn nothing(cell: &Cell<'_>) -> String {
    match cell.shown_text() {
        None => "empty".into(),
        Some(word) => format!("{}, which means a missing value", quoted(&word)),
    }
}

/// Groups or units while they are read.
#[derive(Default)]
struct Members {
    keys: Keys,
}

impl Members {
    /// The group or unit in a cell.
    fn read(
        &mut self,
        table: &Table,
        row: Row,
        (column, cell): (usize, &Cell<'_>),
        what: &str,
    ) -> Result<String> {
        let key = table.key(cell).ok_or_else(|| {
            let reason = format!("the {what} is {}", nothing(cell));
            let mend = format!("give every row a {what}; a row of its own may repeat its id");
            table.cell_error(Defect::MissingValue, row, column, reason, mend)
        })?;
        self.keys.admit(table, row, column, &key, what)?;
        Ok(key.into_owned())
    }
}

/// Times while they are read: all of one clock.
#[derive(Default)]
struct Times {
    spans: Vec<Span>,
    first: Option<FirstTime>,
}

/// The time that decides how the others are counted.
struct FirstTime {
    clock: TimeKind,
    row: Row,
    shown: String,
}

impl Times {
    fn push(
        &mut self,
        table: &Table,
        row: Row,
        start: (usize, &Cell<'_>),
        end: (usize, &Cell<'_>),
    ) -> Result<()> {
        let span = Span {
            start: self.time(table, row, start)?,
            end: self.time(table, row, end)?,
        };
        if span.end < span.start {
            let (start, end_shown) = (shown(start.1), shown(end.1));
            return Err(table.cell_error(
                Defect::TimeOrder,
                row,
                end.0,
                format!("the end {end_shown} lies before the start {start}"),
                "correct one of the two",
            ));
        }
        self.spans.push(span);
        Ok(())
    }

    fn time(&mut self, table: &Table, row: Row, (column, cell): (usize, &Cell<'_>)) -> Result<f64> {
        if cell.is_missing() {
            let mend = "give every row a time";
            let reason = "the time is empty";
            return Err(table.cell_error(Defect::MissingValue, row, column, reason, mend));
        }
        let (clock, time) = match cell.moment() {
            Some(moment) => moment,
            None => (TimeKind::Number, number(table, row, column, cell)?),
        };
        let first = self.first.get_or_insert_with(|| FirstTime {
            clock,
            row,
            shown: shown(cell),
        });
        if first.clock == clock {
            return Ok(time);
        }
        let mend = match (first.clock, clock) {
            (TimeKind::Local, TimeKind::Zoned) | (TimeKind::Zoned, TimeKind::Local) => {
                "give every date-time its zone (`Z`, `+02:00`), or none of them"
            }
            _ => "write all times as numbers, as dates, or as date-times",
        };
        let reason = format!(
            "{} is {clock}, but {} on {} is {}",
            shown(cell),
            first.shown,
            first.row,
            first.clock
        );
        Err(table.cell_error(Defect::MixedTimes, row, column, reason, mend))
    }
}

/// A time that is neither a date nor a date-time.
fn number(table: &Table, row: Row, column: usize, cell: &Cell<'_>) -> Result<f64> {
    let not_a_time = || {
        let reason = format!("{} is not a time", shown(cell));
        let mend = "write a number, a date `2024-01-31`, or a date-time as RFC 3339 has it, \
                    `2024-01-31T14:05:00+01:00` or without its zone";
        table.cell_error(Defect::WrongDtype, row, column, reason, mend)
    };
    match cell.f64() {
        Ok(Some(time)) => Ok(time),
        Err(error @ NumberError::NonFinite(_)) => Err(table.number_error(row, column, &error)),
        _ => Err(not_a_time()),
    }
}

fn shown(cell: &Cell<'_>) -> String {
    quoted(&cell.text().unwrap_or_default())
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
