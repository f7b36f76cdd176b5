//! Jobs and what comes back: the only types that the coordinator and a worker share.
//!
//! A job is "fit on these rows with these targets; predict those rows". A worker never learns what
//! it is scored on: the targets of the predicted rows stay with the coordinator.

mod branded;
mod outcome;
mod protocol;
mod spec;

pub use branded::{Job, JobError, Recipe};
pub use midfuse_base::{Epoch, Stopped};
pub use outcome::{Cost, Outcome};
pub use protocol::{PROTOCOL_VERSION, Reply, Request};
pub use spec::{JobId, JobSpec};
