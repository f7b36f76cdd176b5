//! Training: mini-batches, AdamW, schedules, early stopping, exact resume.
#![deny(missing_docs)]
