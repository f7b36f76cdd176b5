//! Pages for people: the HTML shell, drawings, numbers and p values as people read them.
//!
//! Every page is one file that needs nothing else, reads without JavaScript, in light and dark.
#![deny(missing_docs)]

mod escape;
pub mod number;
pub mod panel;
mod shell;
mod style;
pub mod svg;

pub use escape::{escape, short};
pub use shell::{begin, end, section};
pub use style::CSS;
