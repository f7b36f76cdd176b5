//! The cohort format and its readers: CSV, Parquet, npy, images. Builds without libtorch.
#![deny(missing_docs)]
