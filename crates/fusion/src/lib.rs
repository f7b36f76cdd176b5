//! Fusions of modalities: early, concatenation, attention, late; heads.
#![deny(missing_docs)]
