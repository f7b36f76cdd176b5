//! The checks of an audit: each registers itself with one line of [`DETECTORS`].

use crate::check::{
    Finding, column, encoding, exact, group, image, missing, near, selection, shared_file, shift,
    text, time,
};
use crate::evidence::Evidence;

/// A check, as the file of its function defines it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Detector {
    /// Its name in the table of `docs/audit.md`.
    pub(crate) name: &'static str,
    /// What it finds. A check that lacks what it needs (a split, a target) finds nothing.
    pub(crate) find: fn(&Evidence<'_>) -> Vec<Finding>,
}

/// Every check that a source can be put to.
pub(crate) const DETECTORS: &[Detector] = &[
    group::DETECTOR,
    time::DETECTOR,
    exact::DETECTOR,
    shared_file::DETECTOR,
    image::DETECTOR,
    near::DETECTOR,
    text::DETECTOR,
    column::DETECTOR,
    encoding::DETECTOR,
    column::METADATA_DETECTOR,
    column::SERIES_DETECTOR,
    missing::DETECTOR,
    selection::DETECTOR,
    shift::DETECTOR,
];

#[cfg(test)]
mod tests {
    use super::DETECTORS;

    #[test]
    fn names_differ() {
        let mut names: Vec<&str> = DETECTORS.iter().map(|detector| detector.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), DETECTORS.len());
    }
}
