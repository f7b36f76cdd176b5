//! A pool of worker processes: each takes job after job; one that dies is started again.

mod command;
mod describe;
mod detail;
mod process;
mod queue;
mod receive;
mod stop;
mod stripped;

pub use command::{WorkerCommand, find_worker};
pub use describe::describe;
pub(crate) use detail::{errors_of, with_file};
pub(crate) use process::{Hello, Lost, Process};
pub(crate) use queue::Pool;
pub use stop::Stop;
pub(crate) use stripped::Stripped;
