//! The checks of an audit: each registers itself with one line of [`DETECTORS`].

use crate::check::{
    Finding, encoding, exact, group, image, metadata, missing, near, selection, series,
    shared_file, shift, target_column, text, time,
};
use crate::evidence::Evidence;

/// A check, as the file of its function defines it. One that lacks what it needs (a split, a target)
/// finds nothing.
pub(crate) type Detector = fn(&Evidence<'_>) -> Vec<Finding>;

/// Every check that a source can be put to.
pub(crate) const DETECTORS: &[Detector] = &[
    group::DETECTOR,
    time::DETECTOR,
    exact::DETECTOR,
    shared_file::DETECTOR,
    image::DETECTOR,
    near::DETECTOR,
    text::DETECTOR,
    target_column::DETECTOR,
    encoding::DETECTOR,
    metadata::DETECTOR,
    series::DETECTOR,
    missing::DETECTOR,
    selection::DETECTOR,
    shift::DETECTOR,
];
