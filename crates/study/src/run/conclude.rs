//! The end of a study: the sealed rows are opened, once, for the plan that was frozen before.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use midfuse_eval::ledger::{Plan, PlannedComparison};
use midfuse_eval::predict::Disclosed;
use midfuse_eval::rows::{Data, OnData};
use midfuse_eval::sealed::Final;
use midfuse_eval::structure::Structure;
use midfuse_metrics::stats::{BootstrapSettings, bootstrap_difference, bootstrap_metric};
use sha2::{Digest, Sha256};

use super::blind::Blind;
use super::chosen::{best_trial, find, finished, wanted};
use super::context::{Context, Named};
use super::environment::store_context;
use super::fold::scores;
use super::open::{BEST_SINGLE, Opened};
use super::options::Options;
use super::publish;
use super::time_blocks::Resampled;
use super::workers::Ready;
use crate::outputs::copy_model;
use crate::pool::Pool;
use crate::store::Store;
use crate::{Error, Result};
use midfuse_base::hex;
use midfuse_report::results::{Clinical, Results};
use midfuse_report::results::{Compared, Concluded, Conclusion};

/// Opens the sealed rows of a finished study for the strategies of its plan and for `others`, which
/// are exploratory. Every strategy is fitted anew on all other rows, with the setting that did best
/// on the inner scores. Writes `conclusion.json`, `conclusion.html`, the checklist and `final/`.
///
/// The ledger beside the cohort records the opening before anything is scored. A conclusion that is
/// killed or fails goes on when it is run again, the same in every respect; once it is written, or
/// with anything changed, these rows do not open again.
///
/// # Errors
/// [`Error::Usage`] if the study is not finished or was run with another file; [`Error::Evaluation`]
/// if the ledger refuses; [`Error::Worker`] if a training fails.
pub fn conclude(
    path: &Path,
    others: &[String],
    options: &Options,
) -> Result<(Conclusion, PathBuf)> {
    let opened = Opened::new(path)?;
    let results = finished(&opened, options)?;
    let names = wanted(&opened, &results, others)?;
    opened.cohort.data()?.visit(Conclude {
        opened: &opened,
        results: &results,
        names,
        options,
    })
}

struct Conclude<'a> {
    opened: &'a Opened,
    results: &'a Results,
    /// Strategies to score; the first is the best single modality.
    names: Vec<String>,
    options: &'a Options,
}

impl OnData for Conclude<'_> {
    type Output = Result<(Conclusion, PathBuf)>;

    fn call<S: Structure>(self, data: Data<S>) -> Self::Output {
        let Self {
            opened,
            results,
            names,
            options,
        } = self;
        // All rows: the sealed ones are predicted, and still come without target.
        let ids = opened.cohort.cohort.ids().iter().map(String::as_str);
        let blind = Blind::new(ids, opened.file.protocol.seed.derive("conclude"));
        let ready = Ready::new(opened, &blind, &options.out, options)?;
        let context = store_context(&ready.hello, &options.worker)?;
        let what = identity(opened, results, &names, &context, &options.device)?;
        let ledger = opened.ledger()?;
        let (dev, Some(sealed)) = opened.seal_as(data, &ledger, &what)? else {
            return Err(Error::Usage(
                "nothing is sealed: the split file (protocol.splits) names every row; set protocol.test_fraction and run the study again to have rows to conclude on"
                    .to_owned(),
            ));
        };
        let plan = sealed.plan().clone();
        let refused = |error: midfuse_eval::sealed::SealError| Error::Evaluation(error.to_string());
        if plan != opened.plan {
            return Err(Error::Usage(
                "the plan in the study file is not the one that was frozen when the rows were sealed; restore [conclude], protocol.metric and the strategies"
                    .to_owned(),
            ));
        }
        let developed_before = sealed.developed_before();
        // Before the rows open: what cannot be read must not cost them.
        let evidence = opened.evidence(dev.ids())?;
        let store = Arc::new(Store::open(&options.out)?.with_context(&context));
        let stripped = ready.settle(store.scratch())?;
        let pool = Pool::start(
            options.workers,
            options.worker.clone(),
            stripped,
            store,
            options.stop.clone(),
            Arc::clone(&options.watch),
            options.shuffle,
        );
        let context = Context {
            file: &opened.file,
            arms: &opened.arms,
            metric: opened.metric,
            metrics: &opened.metrics,
            unit: opened.unit,
            splits: opened.splits(),
            n_classes: opened.n_classes(),
            device: &options.device,
            blind: &blind,
            data: ready.data(),
            executor: &pool,
        };
        // Whatever stops this before the files are written leaves a conclusion that goes on.
        dev.conclude_as(sealed, &plan, &what, &ledger, |last| {
            let scored = score(&context, results, &names, &ledger, &last)?;
            let disclosed = scored.iter().map(|arm| (arm.arm.as_str(), &arm.disclosed));
            let table = publish::predictions(opened, disclosed);
            let arms: Vec<&str> = scored.iter().map(|arm| arm.arm.as_str()).collect();
            let clinical = publish::clinical(opened, &evidence, &table, &arms);
            let conclusion = Conclusion {
                developed_before,
                ..conclusion(&context, opened, &plan, &scored, clinical)?
            };
            for (concluded, arm) in conclusion.arms.iter().zip(&scored) {
                copy_model(&arm.files, &options.out.join(&concluded.model))?;
            }
            let path = publish::write(&options.out, &conclusion, results, &table, &ledger)?;
            Ok((conclusion, path))
        })
        .map_err(refused)?
    }
}

/// Hash of everything that decides a conclusion: study file, data, programs, processor, strategies and
/// their settings.
fn identity(
    opened: &Opened,
    results: &Results,
    names: &[String],
    context: &str,
    device: &str,
) -> Result<String> {
    let mut digest = Sha256::new();
    let mut part = |text: &str| {
        digest.update((text.len() as u64).to_le_bytes());
        digest.update(text);
    };
    for text in [&opened.file_sha256, &opened.cohort.sha256, context, device] {
        part(text);
    }
    part(opened.splits_sha256().as_deref().unwrap_or_default());
    for name in names {
        part(name);
        part(&best_trial(results, name, opened.metric)?.to_string());
    }
    Ok(hex(&digest.finalize()))
}

/// A strategy on the sealed rows.
struct Scored {
    arm: String,
    trial: usize,
    disclosed: Disclosed,
    model_sha256: String,
    files: PathBuf,
}

fn score<S: Structure>(
    context: &Context<'_>,
    results: &Results,
    names: &[String],
    ledger: &midfuse_eval::ledger::Ledger,
    last: &Final<'_, S>,
) -> Result<Vec<Scored>> {
    let seed = context.file.protocol.seed.derive("final");
    let stop = context.splits.stop_rows(&last.train, seed)?;
    let mut jobs = Vec::new();
    let mut trials = Vec::new();
    for name in names {
        let arm = find(context.arms, name)?;
        let trial = best_trial(results, name, context.metric)?;
        let job = context.job(
            (arm, trial),
            &last.train,
            stop.as_ref(),
            &last.test,
            seed,
            true,
        )?;
        jobs.push(Named {
            label: format!("{name} final"),
            job,
        });
        trials.push(trial);
    }
    let ran = context.run(&jobs)?;
    names
        .iter()
        .zip(trials)
        .zip(ran)
        .map(|((name, trial), ran)| {
            let (predictions, stored) =
                ran.map_err(|message| Error::Worker(format!("{name}: {message}")))?;
            let what = format!("{}: {name}, sealed rows", context.file.name);
            let disclosed = predictions
                .disclose(&last.test, ledger, &what)
                .map_err(|error| Error::Evaluation(error.to_string()))?;
            Ok(Scored {
                arm: name.clone(),
                trial,
                disclosed,
                model_sha256: stored.outcome.model_sha256.clone(),
                files: stored.files,
            })
        })
        .collect()
}

fn conclusion(
    context: &Context<'_>,
    opened: &Opened,
    plan: &Plan,
    scored: &[Scored],
    clinical: Clinical,
) -> Result<Conclusion> {
    let settings = BootstrapSettings::new(context.file.protocol.seed.derive("bootstrap"));
    let refused =
        |error: midfuse_metrics::metric::MetricError| Error::Evaluation(error.to_string());
    let resampled = Resampled::new(&opened.cohort, context.unit);
    let mut arms = Vec::new();
    let mut comparisons: Vec<Compared> = Vec::new();
    for arm in scored {
        let (predictions, unit) = resampled.of(&arm.disclosed).map_err(refused)?;
        let interval = bootstrap_metric(context.metric, &predictions, unit, &settings)
            .ok()
            .map(|b| b.interval);
        arms.push(Concluded {
            arm: arm.arm.clone(),
            trial: arm.trial,
            scores: scores(context, &arm.disclosed)
                .map_err(Error::Evaluation)?
                .into_iter()
                .map(|(metric, score)| (metric.name().to_owned(), score))
                .collect(),
            lower: interval.map(|i| i.low),
            upper: interval.map(|i| i.high),
            model_sha256: arm.model_sha256.clone(),
            model: format!("final/{}", arm.arm),
        });
    }
    let single = scored.first();
    for arm in scored.iter().skip(1) {
        let Some(single) = single else { break };
        comparisons.push(compare(context, resampled, (single, arm), &settings)?);
    }
    judge(plan, &mut comparisons)?;
    Ok(Conclusion {
        study: opened.file.name.clone(),
        file_sha256: opened.file_sha256.clone(),
        metric: context.metric.name().to_owned(),
        unit: opened.unit_name(),
        rows: single.map_or(0, |s| s.disclosed.ids.len()),
        developed_before: 0,
        block_rows: single.and_then(|s| resampled.block(s.disclosed.ids.len())),
        margin: plan.margin,
        arms,
        comparisons,
        clinical,
    })
}

/// Holm over the comparisons of the plan; others are exploratory.
fn judge(plan: &Plan, comparisons: &mut [Compared]) -> Result<()> {
    // A comparison without a p, like one of the plan that was not made, showed nothing.
    let found: Vec<(PlannedComparison, f64)> = comparisons
        .iter()
        .map(|one| (stated(&one.arm), one.p.unwrap_or(1.0)))
        .collect();
    let judged = plan
        .judge(&found)
        .map_err(|error| Error::Evaluation(error.to_string()))?;
    for one in comparisons {
        let of_plan = judged.iter().find(|j| j.comparison == stated(&one.arm));
        one.confirmatory = of_plan.is_some_and(|j| j.confirmatory);
        one.p_holm = one.p.and(of_plan.and_then(|j| j.p_holm));
    }
    Ok(())
}

/// What a plan says of a strategy.
fn stated(arm: &str) -> PlannedComparison {
    PlannedComparison {
        better: arm.to_owned(),
        than: BEST_SINGLE.to_owned(),
    }
}

fn compare(
    context: &Context<'_>,
    resampled: Resampled<'_>,
    (single, arm): (&Scored, &Scored),
    settings: &BootstrapSettings,
) -> Result<Compared> {
    let refused =
        |error: midfuse_metrics::metric::MetricError| Error::Evaluation(error.to_string());
    let (a, unit) = resampled.of(&single.disclosed).map_err(refused)?;
    let (b, _) = resampled.of(&arm.disclosed).map_err(refused)?;
    let sign = if context.metric.greater_is_better() {
        1.0
    } else {
        -1.0
    };
    let plain =
        |p: &midfuse_metrics::metric::Predictions| context.metric.score(p, unit).map_err(refused);
    let improvement = sign * (plain(&b)? - plain(&a)?);
    let test = bootstrap_difference(context.metric, &a, &b, unit, settings).ok();
    let ends = test.as_ref().map(|t| {
        let (low, high) = (sign * t.interval.low, sign * t.interval.high);
        (low.min(high), low.max(high))
    });
    Ok(Compared {
        arm: arm.arm.clone(),
        best_single: single.arm.clone(),
        improvement,
        lower: ends.map(|(low, _)| low),
        upper: ends.map(|(_, high)| high),
        p: test.map(|t| t.p_value),
        p_holm: None,
        confirmatory: false,
    })
}
