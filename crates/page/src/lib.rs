//! Pages for people: the HTML shell, the pieces that repeat, drawings, numbers and p values as people
//! read them.
//!
//! Every page is one file that needs nothing else, reads without JavaScript, in light and dark. Markup
//! is [`maud`]'s: what stands in parentheses in `html!` is escaped, so a name from a file stays text.
#![deny(missing_docs)]

mod block;
pub mod interval_plot;
pub mod number;
pub mod panel;
mod shell;
mod style;
pub mod svg;
mod table;

pub use block::{details, figure, joined, list, note, panels, section, short, soft};
pub use shell::page;
pub use style::CSS;
pub use table::{Column, table};
