//! What a job takes of memory, known before it runs.
//!
//! libtorch counts what it allocates, so nothing here is a formula of an architecture: the model is
//! built, and takes a step of two rows and one of three, which gives what a batch of any size takes.
//! Rows with a side or steps are first made as small as they can be, then four times as large each
//! time, up to their real size, as long as a step stays within half a gigabyte and the operations of a
//! moment; where it would not, the last three sizes are extended by the polynomial through them, of
//! degree two because attention compares every token with every other. What would be too much is
//! refused by the allocator before it is taken from the machine.

mod available;
mod extrapolate;
mod probe;
mod rows;
mod smaller;
mod too_large;

pub(super) use available::available_bytes;
pub(super) use probe::{Measured, bytes_of_rows, measure};
pub(super) use rows::of_rows;
pub(super) use smaller::smaller;
pub(super) use too_large::TooLarge;
