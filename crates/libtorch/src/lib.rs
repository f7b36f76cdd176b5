//! Finds libtorch before anything is compiled against it and says how to install it.
#![deny(missing_docs)]
