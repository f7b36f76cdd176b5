//! A reporting checklist after REFORMS and TRIPOD+AI that a study fills in where it can know.
//!
//! The rows cite the items of two checklists in our own words:
//! Kapoor et al. 2024, "REFORMS: Consensus-based Recommendations for Machine-learning-based Science",
//! Science Advances 10, eadk3452 (32 items in 8 modules); Collins et al. 2024, "TRIPOD+AI statement",
//! BMJ 385, e078378 (27 items). A row is answered by the study only from what it did or counted
//! itself; everything else says that a person must answer.

mod answer;
pub(crate) mod facts;
mod items;
mod markdown;
mod page;

pub use answer::{Answer, Checklist, Status, fill};
pub use facts::Facts;
pub use items::{Fill, Item, Module, items};
pub use markdown::markdown;
pub use page::page;
