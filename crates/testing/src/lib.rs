//! Contract checks that every encoder and fusion must pass, and the loader of golden files.
#![deny(missing_docs)]
