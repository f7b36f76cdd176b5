//! The row table: ids, targets, groups and times.

use std::collections::HashMap;
use std::path::Path;

use crate::date;
use crate::error::{DataError, Defect, Result, Row, listed, quoted};
use crate::inside::Folder;
use crate::manifest::{Manifest, TargetSpec};
use crate::table::{Cell, Table};
use crate::target::{TargetColumn, TargetKind, TargetValues, sort_classes};

/// The rows of a cohort, in the order of the row table.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RowTable {
    /// Row ids, `[N]`; not empty, no two alike.
    pub ids: Vec<String>,
    /// Targets, each `[N]`.
    pub targets: Vec<TargetColumn>,
    /// Group of each row, `[N]`.
    pub groups: Option<Vec<String>>,
    /// Time of each row, `[N]`.
    pub times: Option<Vec<Span>>,
}

/// When the inputs of a row begin and when its target is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Span {
    /// Start, in the unit of the column; days since 1970-01-01 for dates.
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
        let table = Table::open(&folder.file(&spec.file)?)?;
        let table = if numbered {
            table.with_row_numbers(&spec.id)
        } else {
            table
        };
        let mut columns = vec![table.position(&spec.id)?];
        for target in &manifest.targets {
            columns.push(table.position(target.column())?);
        }
        if let Some(name) = &spec.group {
            columns.push(table.position(name)?);
        }
        if let Some(time) = &spec.time {
            columns.push(table.position(&time.start)?);
            columns.push(table.position(time.end.as_ref().unwrap_or(&time.start))?);
        }
        let mut ids = Ids::default();
        let mut targets: Vec<Reading> = manifest.targets.iter().map(Reading::new).collect();
        let mut groups = spec.group.as_ref().map(|_| Vec::new());
        let mut times = spec.time.as_ref().map(|_| Times::default());
        table.for_each(&columns, |row, cells| {
            let mut cells = columns.iter().copied().zip(cells);
            let mut next = || cells.next().unwrap_or((0, &Cell::Missing));
            let (column, cell) = next();
            ids.push(&table, row, column, cell)?;
            for target in &mut targets {
                let (column, cell) = next();
                target.push(&table, row, column, cell)?;
            }
            if let Some(groups) = &mut groups {
                let (column, cell) = next();
                let group = cell.text().ok_or_else(|| {
                    let mend = "give every row a group; a row of its own may repeat its id";
                    table.cell_error(
                        Defect::MissingValue,
                        row,
                        column,
                        "the group is empty",
                        mend,
                    )
                })?;
                groups.push(group.into_owned());
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
            targets: targets.into_iter().map(Reading::finish).collect(),
            groups,
            times: times.map(|times| times.spans),
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
}

/// Reads ids; no two are alike.
#[derive(Default)]
struct Ids {
    ids: Vec<String>,
    seen: HashMap<String, Row>,
}

impl Ids {
    fn push(&mut self, table: &Table, row: Row, column: usize, cell: &Cell<'_>) -> Result<()> {
        let id = id_of(table, row, column, cell)?;
        if let Some(first) = self.seen.insert(id.clone(), row) {
            return Err(duplicate_id(table, row, column, &id, first));
        }
        self.ids.push(id);
        Ok(())
    }
}

/// The id in a cell.
pub(crate) fn id_of(table: &Table, row: Row, column: usize, cell: &Cell<'_>) -> Result<String> {
    cell.text()
        .map(std::borrow::Cow::into_owned)
        .ok_or_else(|| {
            table.cell_error(
                Defect::MissingValue,
                row,
                column,
                "the id is empty",
                "give every row an id",
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

/// A target while it is read.
struct Reading<'a> {
    spec: &'a TargetSpec,
    classes: Vec<String>,
    by_class: HashMap<String, usize>,
    labels: Vec<usize>,
    values: Vec<f64>,
}

impl<'a> Reading<'a> {
    fn new(spec: &'a TargetSpec) -> Self {
        let classes = spec.classes.clone().unwrap_or_default();
        let by_class = classes
            .iter()
            .enumerate()
            .map(|(i, c)| (c.clone(), i))
            .collect();
        Self {
            spec,
            classes,
            by_class,
            labels: Vec::new(),
            values: Vec::new(),
        }
    }

    fn push(&mut self, table: &Table, row: Row, column: usize, cell: &Cell<'_>) -> Result<()> {
        let missing = || {
            let mend = "fill the cell in, or remove the row from the row table and every modality";
            table.cell_error(
                Defect::MissingValue,
                row,
                column,
                "the target is missing",
                mend,
            )
        };
        if self.spec.kind == TargetKind::Regression {
            let value = cell
                .f64()
                .map_err(|error| table.number_error(row, column, &error))?;
            self.values.push(value.ok_or_else(missing)?);
            return Ok(());
        }
        let class = cell
            .text()
            .filter(|_| !cell.is_missing())
            .ok_or_else(missing)?;
        if let Some(&label) = self.by_class.get(class.as_ref()) {
            self.labels.push(label);
            return Ok(());
        }
        if let Some(declared) = &self.spec.classes {
            return Err(table.cell_error(
                Defect::UnknownCategory,
                row,
                column,
                format!("the class {} is not declared", quoted(&class)),
                format!(
                    "correct it or declare it: {}",
                    listed(declared.iter().map(|c| &**c))
                ),
            ));
        }
        self.labels.push(self.classes.len());
        self.by_class
            .insert(class.clone().into_owned(), self.classes.len());
        self.classes.push(class.into_owned());
        Ok(())
    }

    fn finish(self) -> TargetColumn {
        let name = self.spec.name.clone();
        if self.spec.kind == TargetKind::Regression {
            return TargetColumn {
                name,
                values: TargetValues::Regression(self.values),
            };
        }
        let mut classes = self.classes.clone();
        if self.spec.classes.is_none() {
            sort_classes(&mut classes);
        }
        let place: HashMap<&str, usize> = classes
            .iter()
            .enumerate()
            .map(|(i, class)| (class.as_str(), i))
            .collect();
        let sorted: Vec<usize> = self
            .classes
            .iter()
            .map(|class| place.get(class.as_str()).copied().unwrap_or_default())
            .collect();
        let labels = self
            .labels
            .iter()
            .map(|&l| sorted.get(l).copied().unwrap_or_default())
            .collect();
        TargetColumn {
            name,
            values: TargetValues::Classification { classes, labels },
        }
    }
}

/// Times while they are read: all numbers, or all dates.
#[derive(Default)]
struct Times {
    spans: Vec<Span>,
    dates: Option<bool>,
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
            return Err(table.cell_error(
                Defect::TimeOrder,
                row,
                end.0,
                "the end lies before the start",
                "correct one of the two",
            ));
        }
        self.spans.push(span);
        Ok(())
    }

    fn time(&mut self, table: &Table, row: Row, (column, cell): (usize, &Cell<'_>)) -> Result<f64> {
        let day = cell.text().and_then(|text| date::to_days(&text));
        if *self.dates.get_or_insert(day.is_some()) != day.is_some() && !cell.is_missing() {
            return Err(table.cell_error(
                Defect::WrongDtype,
                row,
                column,
                format!("{} is of another type than the times before", shown(cell)),
                "write all times as numbers, or all as dates YYYY-MM-DD",
            ));
        }
        let number = match day {
            Some(day) => Some(day as f64),
            None => cell
                .f64()
                .map_err(|error| table.number_error(row, column, &error))?,
        };
        number.ok_or_else(|| {
            let mend = "give every row a time";
            table.cell_error(Defect::MissingValue, row, column, "the time is empty", mend)
        })
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
        .chain(rows.groups.as_ref().map(Vec::len))
        .chain(rows.times.as_ref().map(Vec::len));
    let bad = |reason: String| {
        let mend = "give each of the rows one id, target, group and time";
        Err(DataError::new(Defect::Request, path, reason, mend))
    };
    for length in lists {
        if length != n {
            return bad(format!(
                "{n} ids come with {length} targets, groups or times"
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
