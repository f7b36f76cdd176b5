//! What a target is.

/// A function of bytes that panics when a promise is broken.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Its name on the command line: `split-k-fold`.
    pub name: &'static str,
    /// The readers and splitters that it covers, by the names in the source: `Predefined::read_csv`,
    /// `KFold`.
    pub covers: &'static [&'static str],
    /// Runs it on one input.
    pub run: fn(&[u8]),
    /// Inputs to start from.
    pub seeds: fn() -> Vec<Vec<u8>>,
}
