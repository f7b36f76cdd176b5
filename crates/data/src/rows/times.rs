//! Times while they are read.

use super::Span;
use crate::error::{Defect, Result, Row, quoted};
use crate::moment::{TimeKind, day_number};
use crate::table::{Cell, NumberError, Table};

/// Times while they are read: all of one clock.
#[derive(Default)]
pub(super) struct Times {
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
    /// The times; numbers that are all days written as `YYYYMMDD` are dates, so that gaps are in days.
    pub(super) fn finish(self) -> Vec<Span> {
        let is_number = self
            .first
            .is_some_and(|first| first.clock == TimeKind::Number);
        let as_day = |span: &Span| {
            let (start, end) = (day_number(span.start)?, day_number(span.end)?);
            Some(Span { start, end })
        };
        let days: Option<Vec<Span>> = self.spans.iter().map(as_day).collect();
        days.filter(|_| is_number).unwrap_or(self.spans)
    }

    pub(super) fn push(
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
