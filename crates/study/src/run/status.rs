//! How far a study is.

use std::path::Path;
use std::sync::Arc;

use midfuse_eval::on_data;
use midfuse_eval::rows::Data;
use midfuse_eval::structure::Structure;

use super::checked::CheckedStudy;
use super::context::Context;
use super::environment::store_context;
use super::execute::LookUp;
use super::fold::outer_folds;
use super::options::Options;
use super::preview::Preview;
use super::workers::Room;
use crate::Result;
use crate::store::Store;

/// How far a study is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    /// Jobs that are done.
    pub done: usize,
    /// All jobs.
    pub jobs: usize,
    /// Whether the report is there.
    pub has_report: bool,
}

/// Looks up which jobs of a study are done; runs none, writes nothing, and may be called while the
/// study runs.
///
/// # Errors
/// [`crate::Error`].
pub fn status(path: &Path, options: &Options) -> Result<Status> {
    let study = CheckedStudy::new(path, options)?;
    on_data!(study.cohort.data()?, data => look_up(&study, options, data))
}

fn look_up<S: Structure>(study: &CheckedStudy, options: &Options, data: Data<S>) -> Result<Status> {
    let preview = Preview::new(study, options, data, &std::env::temp_dir(), Room::Ignored)?;
    let context = store_context(&preview.handshake.hello, &options.worker)?;
    let look_up = LookUp::new(Arc::new(Store::look(&options.out).with_context(&context)));
    let context = Context::new(study, options, preview.hidden(), &look_up);
    outer_folds(&context, &preview.ledger, &preview.dev)?;
    Ok(Status {
        done: look_up.found(),
        jobs: preview.jobs.total(),
        has_report: options.out.join("report.html").is_file(),
    })
}
