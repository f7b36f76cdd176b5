//! The midfuse program: studies, cohorts and comparisons. Links no libtorch.
#![deny(missing_docs)]
