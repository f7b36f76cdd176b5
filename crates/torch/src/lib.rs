//! libtorch functions that tch lacks, behind a small C++ shim: the only crate with unsafe code.
#![deny(missing_docs)]
