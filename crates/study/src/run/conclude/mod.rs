//! The end of a study: the sealed rows are opened, once, for the plan that was frozen before.

mod assemble;
mod compare;
mod identity;
mod known;
mod publish;
mod resampling;
mod score;
mod sealed_scores;
mod strategies;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use midfuse_eval::on_data;
use midfuse_eval::rows::Data;
use midfuse_eval::structure::Structure;

use assemble::conclusion;
use identity::identity;
use known::known;
use resampling::Resampling;
use score::score;
use strategies::{finished_results, strategies_to_score};

use super::blind::Blind;
use super::checked::CheckedStudy;
use super::context::Context;
use super::environment::store_context;
use super::options::Options;
use super::workers::{Handshake, Room};
use crate::outputs::{OutOfFold, copy_model};
use crate::pool::Pool;
use crate::store::Store;
use crate::{Result, UsageError};
use midfuse_report::results::{Conclusion, Results};

/// Opens the sealed rows of a finished study for the strategies of its plan and for `others`, which
/// are exploratory. Every strategy is fitted anew on all other rows, with the setting that did best
/// on the inner scores. Writes `conclusion.json`, `conclusion.html`, the checklist and `final/`.
///
/// The ledger beside the cohort records the opening before anything is scored. A conclusion that is
/// killed or fails goes on when it is run again, the same in every respect; once it is written, or
/// with anything changed, these rows do not open again.
///
/// # Errors
/// [`UsageError`] if the study is not finished or was run with another file;
/// [`EvaluationError::Seal`](crate::EvaluationError::Seal) if the ledger refuses;
/// [`WorkerError::Training`](crate::WorkerError::Training) if a training fails.
pub fn conclude(
    path: &Path,
    others: &[String],
    options: &Options,
) -> Result<(Conclusion, PathBuf)> {
    let study = CheckedStudy::new(path, options)?;
    let results = finished_results(&study, options)?;
    let names = strategies_to_score(&study, &results, others)?;
    on_data!(study.cohort.data()?, data => run(&study, &results, &names, options, data))
}

/// `names`: strategies to score; the first is the best single modality.
fn run<S: Structure>(
    study: &CheckedStudy,
    results: &Results,
    names: &[String],
    options: &Options,
    data: Data<S>,
) -> Result<(Conclusion, PathBuf)> {
    // All rows: the sealed ones are predicted, and still come without target.
    let ids = study.cohort.cohort.ids().iter().map(String::as_str);
    let blind = Blind::new(ids, study.file.protocol.seed.derive("conclude"));
    let handshake = Handshake::new(study, &blind, &options.out, options, Room::Needed)?;
    let context = store_context(&handshake.hello, &options.worker)?;
    // Before the rows open: what cannot be read must not cost them.
    let out_of_fold = match &study.columns {
        Some(_) => OutOfFold::read(&options.out, &study.cohort.task)?,
        None => OutOfFold::default(),
    };
    let with = (context.as_str(), options.device.as_str());
    let what = identity(study, results, names, with, &out_of_fold)?;
    let ledger = study.ledger()?;
    let (dev, Some(sealed)) = study.seal_as(data, &ledger, &what)? else {
        return Err(UsageError::NothingSealed.into());
    };
    let plan = sealed.plan().clone();
    if plan != study.plan {
        return Err(UsageError::OtherPlan.into());
    }
    let developed_before = sealed.developed_before();
    let evidence = study.evidence(dev.ids())?;
    let store = Arc::new(Store::open(&options.out)?.with_context(&context));
    let stripped = handshake.settle(store.scratch())?;
    let pool = Pool::start(
        options.workers,
        options.worker.clone(),
        stripped,
        store,
        options.stop.clone(),
        Arc::clone(&options.watch),
        options.shuffle,
    );
    let context = Context::new(study, options, (&blind, handshake.data()), &pool);
    // Whatever stops this before the files are written leaves a conclusion that goes on.
    dev.conclude_as(sealed, &plan, &what, &ledger, |last| {
        let scored = score(&context, results, names, &ledger, &last)?;
        let disclosed = scored.iter().map(|arm| (arm.arm.as_str(), &arm.disclosed));
        let table = publish::predictions(study, disclosed);
        let arms: Vec<&str> = scored.iter().map(|arm| arm.arm.as_str()).collect();
        let clinical = publish::clinical(study, &evidence, &table, &arms);
        let resampling = Resampling::new(&study.cohort, &context);
        let said = (&out_of_fold, scored.as_slice());
        let known = known(&context, &resampling, said, &ledger, &last)?;
        let conclusion = Conclusion {
            developed_before,
            ..conclusion(
                &context,
                study,
                &plan,
                &resampling,
                &scored,
                (known, clinical),
            )?
        };
        for (concluded, arm) in conclusion.arms.iter().zip(&scored) {
            copy_model(&arm.files, &options.out.join(&concluded.model))?;
        }
        let path = publish::write(&options.out, &conclusion, results, &table, &ledger)?;
        Ok((conclusion, path))
    })?
}
