//! Lines for the user. A reader that went away (`midfuse ... | head`) is not an error.

use std::fmt::Display;
use std::io::Write as _;

use midfuse_data::TableSummary;

/// A line on standard output.
pub(crate) fn line(text: impl Display) {
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

/// A line on standard error.
pub(crate) fn note(text: impl Display) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// An error: one line on standard error, whatever the message holds.
pub(crate) fn error(message: &str) {
    let one: Vec<&str> = message
        .split(['\n', '\r'])
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    note(format_args!("midfuse: {}", one.join(" ")));
}

/// What was read of each table, a line per column.
pub(crate) fn tables(tables: &[TableSummary]) {
    for table in tables {
        for read in table.to_string().lines() {
            line(without_control_characters(read));
        }
    }
}

/// The text with every control character replaced: those of the data never reach the terminal.
pub(crate) fn without_control_characters(text: impl Display) -> String {
    text.to_string()
        .chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}
