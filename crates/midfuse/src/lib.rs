//! Facade.
#![deny(missing_docs)]
