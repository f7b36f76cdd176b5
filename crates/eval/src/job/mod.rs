//! Jobs that are made of views: what a coordinator sends to a worker.
//!
//! A job is "fit on these rows with these targets; predict those rows". A worker never learns what
//! it is scored on: the targets of the predicted rows stay with the coordinator. What travels is
//! [`midfuse_wire::JobSpec`] there and [`midfuse_wire::Outcome`] back.

mod branded;

pub use branded::{Job, JobError, Recipe};
