//! What was read of each table: rows, and one line per column.

use std::collections::{BTreeSet, HashMap};

use crate::cohort::Cohort;
use crate::error::{Result, listed};
use crate::table::{ColumnProfile, ColumnType, Profile};

/// A table of a cohort, as it was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableSummary {
    /// Its file.
    pub file: String,
    /// Rows that were read.
    pub rows: u64,
    /// How it is written, and what of it was skipped, in words.
    pub notes: Vec<String>,
    /// Its columns, in the order of the file.
    pub columns: Vec<ColumnSummary>,
}

/// A column of a table, as it was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ColumnSummary {
    /// Its name.
    pub name: String,
    /// What it is in the cohort: the id, a target, a number or a category of a modality.
    pub role: String,
    /// What its cells are, and why that was taken.
    pub cells: String,
    /// Cells without a value, by what stands there.
    pub missing: Vec<(String, u64)>,
    /// Distinct values, for people.
    pub distinct: String,
    /// What is unusual, one sentence each.
    pub unusual: Vec<String>,
}

impl Cohort {
    /// Reads the row table and the tables of columns of all modalities, cell by cell.
    ///
    /// # Errors
    /// The first defect of a table.
    pub fn tables(&self) -> Result<Vec<TableSummary>> {
        let rows = &self.manifest().rows.file;
        let of_modalities = self.manifest().modalities.iter();
        let tables = of_modalities.filter_map(|spec| spec.inputs().0);
        let mut seen = BTreeSet::new();
        let names = std::iter::once(rows.as_str()).chain(tables);
        names
            .filter(|name| seen.insert(*name))
            .map(|name| self.table_summary(name))
            .collect()
    }

    fn table_summary(&self, file: &str) -> Result<TableSummary> {
        let table = self.context().table(Some(file))?;
        let nested = table.nested()?;
        let plain = (0..table.columns().len()).filter(|column| !nested.contains(column));
        let columns: Vec<usize> = plain.collect();
        let Profile { columns, seen } = Profile::of(&table, &columns)?;
        let mut notes = table.notes().to_vec();
        if seen.blank_rows > 0 {
            notes.push(format!(
                "{} rows without a value at its end skipped",
                seen.blank_rows
            ));
        }
        notes.extend(seen.notes);
        if !nested.is_empty() {
            let names = table.names(&nested);
            notes.push(format!(
                "holds lists: {}",
                listed(names.iter().map(String::as_str))
            ));
        }
        let roles = self.roles(file);
        let in_file = columns
            .iter()
            .filter(|column| !table.is_number_of_row(column.at));
        Ok(TableSummary {
            file: file.to_owned(),
            rows: seen.rows,
            notes,
            columns: in_file
                .map(|column| summary_of(column, roles.get(&column.name)))
                .collect(),
        })
    }

    /// What the columns of a table are in the cohort.
    fn roles(&self, file: &str) -> HashMap<String, Role> {
        let manifest = self.manifest();
        let mut roles = HashMap::new();
        let mut add = |column: &str, name: String, kind: Option<ColumnType>| {
            roles
                .entry(column.to_owned())
                .or_insert(Role { name, kind });
        };
        for (spec, schema) in manifest.modalities.iter().zip(self.modalities()) {
            let (table, named) = spec.inputs();
            if table.unwrap_or(&manifest.rows.file) != file {
                continue;
            }
            let role = || format!("input of {}", schema.name);
            for (column, kind) in schema.kind.typed_columns() {
                add(column, role(), Some(kind));
            }
            for column in named {
                add(column, role(), None);
            }
        }
        if file == manifest.rows.file {
            let spec = &manifest.rows;
            add(&spec.id, "id".into(), None);
            for target in &manifest.targets {
                for column in crate::target::format(target.kind).columns(target) {
                    add(column, "target".into(), None);
                }
            }
            let times = spec
                .time
                .iter()
                .flat_map(|time| [Some(&time.start), time.end.as_ref()]);
            let times = times.flatten().map(|column| (column, "time"));
            let members = [(spec.unit.as_ref(), "unit"), (spec.group.as_ref(), "group")];
            let members = members
                .into_iter()
                .filter_map(|(column, role)| Some((column?, role)));
            for (column, role) in members.chain(times) {
                add(column, role.into(), None);
            }
        }
        roles
    }
}

fn summary_of(column: &ColumnProfile, role: Option<&Role>) -> ColumnSummary {
    let is_number = match role.and_then(|role| role.kind) {
        Some(kind) => kind == ColumnType::Numeric,
        None => matches!(column.inferred(), Ok(ColumnType::Numeric)),
    };
    let mut missing: Vec<(String, u64)> = column.missing.clone().into_iter().collect();
    if is_number {
        missing.extend(column.missing_numbers.clone());
    }
    let is_time = role.is_some_and(|role| role.name == "time");
    let cells = if is_time && column.is_day_numbers() {
        "dates, written as YYYYMMDD".to_owned()
    } else {
        column.cells(is_number)
    };
    ColumnSummary {
        name: column.name.clone(),
        role: role.map_or_else(|| "no input".to_owned(), |role| role.name.clone()),
        cells,
        missing,
        distinct: column.distinct_shown(),
        unusual: unusual(column, is_number && !is_time),
    }
}

/// What a column is in the cohort, and its type where that says one.
struct Role {
    name: String,
    kind: Option<ColumnType>,
}

impl ColumnProfile {
    /// What the cells are, and why that was taken.
    fn cells(&self, is_number: bool) -> String {
        let others = self.others.cells + self.dressed.values().map(|odd| odd.cells).sum::<u64>();
        match (self.values(), is_number) {
            (0, _) => "nothing".to_owned(),
            (_, true) if others + self.moments == 0 => "numbers, as every value is".to_owned(),
            (values, true) => format!("numbers, {} of {values}", self.numbers),
            (values, false) if self.moments == values => "dates".to_owned(),
            (values, false) if self.numbers == values => "words that are numbers".to_owned(),
            (values, false) => format!("words, {} of {values}", others + self.moments),
        }
    }
}

fn unusual(column: &ColumnProfile, is_number: bool) -> Vec<String> {
    let mut found = Vec::new();
    let rows = |n: u64| {
        if n == 1 {
            "1 cell".to_owned()
        } else {
            format!("{n} cells")
        }
    };
    if is_number {
        if let Some((value, times)) = column.sentinel() {
            found.push(format!(
                "{value} in {}, far from the rest: if it stands for a missing value, say so: missing = [\"{value}\"] (--missing {value})",
                rows(times)
            ));
        }
        if column.inexact > 0 {
            found.push(format!(
                "{} above 2^24 that 32 bits cannot tell from their neighbours",
                rows(column.inexact)
            ));
        }
        if column.is_day_numbers() {
            found.push("every number is a day written as YYYYMMDD, which is no scale".to_owned());
        }
    } else {
        for (word, times) in &column.missing_numbers {
            found.push(format!(
                "`{word}` in {} is a value of its own: if it stands for a missing one, say so: missing = [{word:?}]",
                rows(*times)
            ));
        }
    }
    found
}
