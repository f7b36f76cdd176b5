//! Threads within one operator.
//!
//! Sums differ in their last bits with the number of threads, so it belongs to a run's settings. A
//! small model is fastest with one; workers that share a machine should use one each.

use crate::{Error, Result};

/// The number of threads that one operator may use.
pub fn intra_op() -> usize {
    usize::try_from(tch::get_num_threads()).unwrap_or(1)
}

/// Sets the number of threads that one operator may use, for the whole process.
///
/// # Errors
/// [`Error::Argument`] for zero, or for more than a machine can have.
///
/// ```
/// midfuse_torch::threads::set_intra_op(1)?;
/// assert_eq!(midfuse_torch::threads::intra_op(), 1);
/// # Ok::<(), midfuse_torch::Error>(())
/// ```
pub fn set_intra_op(n_threads: usize) -> Result<()> {
    match i32::try_from(n_threads) {
        Ok(n) if (1..=4096).contains(&n) => {
            tch::set_num_threads(n);
            Ok(())
        }
        _ => Err(Error::Argument {
            what: "threads",
            expected: "1 to 4096",
            got: n_threads.to_string(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_threads_are_refused() {
        assert!(set_intra_op(0).is_err());
        assert!(set_intra_op(usize::MAX).is_err());
    }
}
