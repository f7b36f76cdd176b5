//! Studies: from a study file to jobs, worker processes, statistics and a report. Builds without libtorch.
#![deny(missing_docs)]
