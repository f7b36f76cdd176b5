//! The end of a study: the sealed rows are opened, once, for the plan that was frozen before.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use midfuse_eval::ledger::{Comparison, Plan};
use midfuse_eval::metric::Metric;
use midfuse_eval::predict::Disclosed;
use midfuse_eval::rows::{Data, OnData};
use midfuse_eval::sealed::Final;
use midfuse_eval::stats::{BootstrapSettings, bootstrap_difference, bootstrap_metric, holm};
use midfuse_eval::structure::Structure;
use serde::{Deserialize, Serialize};

use super::blind::Blind;
use super::context::{Context, Named};
use super::environment::store_context;
use super::fold::{best, scores};
use super::open::{BEST_SINGLE, Opened};
use super::options::Options;
use super::publish;
use super::workers::Ready;
use crate::outputs::copy_model;
use crate::plan::Arm;
use crate::pool::Pool;
use crate::results::{Clinical, Results};
use crate::store::Store;
use crate::{Error, Result};

/// What the sealed rows said: `conclusion.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conclusion {
    /// Name of the study.
    pub study: String,
    /// SHA-256 of the study file.
    pub file_sha256: String,
    /// Metric that decides.
    pub metric: String,
    /// What one score counts.
    pub unit: String,
    /// Sealed rows.
    pub rows: usize,
    /// Smallest improvement that matters.
    pub margin: f64,
    /// One entry per strategy.
    pub arms: Vec<Concluded>,
    /// Strategies against the best single modality on the sealed rows.
    pub comparisons: Vec<Compared>,
    /// Calibration, decision curves, subgroups, sites, missingness on the sealed rows.
    pub clinical: Clinical,
}

/// One strategy, fitted on all rows but the sealed ones.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Concluded {
    /// Its name.
    pub arm: String,
    /// Its setting, the best on the inner scores of the study; a position in its `trials`.
    pub trial: usize,
    /// Scores on the sealed rows, by metric.
    pub scores: std::collections::BTreeMap<String, f64>,
    /// 95 % bootstrap interval of the deciding metric.
    pub lower: Option<f64>,
    /// Upper end.
    pub upper: Option<f64>,
    /// SHA-256 of the weights.
    pub model_sha256: String,
    /// Folder of the model, below the output folder.
    pub model: String,
}

/// A paired comparison on the sealed rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Compared {
    /// The strategy.
    pub arm: String,
    /// The single modality's arm that inner scores chose.
    pub best_single: String,
    /// Improvement; positive is better for the strategy, whatever the metric.
    pub improvement: f64,
    /// 95 % bootstrap interval.
    pub lower: Option<f64>,
    /// Upper end.
    pub upper: Option<f64>,
    /// Two-sided bootstrap p.
    pub p: Option<f64>,
    /// The same after Holm's correction over the comparisons that were declared before.
    pub p_holm: Option<f64>,
    /// Whether it was declared before the rows were opened; others are exploratory.
    pub confirmatory: bool,
}

/// Opens the sealed rows of a finished study for the strategies of its plan and for `others`, which
/// are exploratory. Every strategy is fitted anew on all other rows, with the setting that did best
/// on the inner scores. Writes `conclusion.json`, `conclusion.html`, the checklist and `final/`.
///
/// The ledger beside the cohort records the opening before anything is scored: whatever happens
/// then, these rows do not open again.
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
        let ledger = opened.ledger()?;
        let (dev, sealed) = opened.seal(data, &ledger)?;
        let plan = sealed.plan().clone();
        let refused = |error: midfuse_eval::sealed::SealError| Error::Evaluation(error.to_string());
        if plan != opened.plan {
            return Err(Error::Usage(
                "the plan in the study file is not the one that was frozen when the rows were sealed; restore [conclude], protocol.metric and the strategies"
                    .to_owned(),
            ));
        }
        // Before the rows open: what cannot be read must not cost them.
        let evidence = opened.evidence(dev.ids())?;
        // All rows: the sealed ones are predicted, and still come without target.
        let ids = opened.cohort.cohort.ids().iter().map(String::as_str);
        let blind = Blind::new(ids, opened.file.protocol.seed.derive("conclude"));
        let ready = Ready::new(opened, &blind, &options.out, &options.worker, &options.stop)?;
        let context = store_context(&opened.cohort.sha256, &ready.hello, &options.worker)?;
        let store = Arc::new(Store::open(&options.out)?.with_context(&context));
        let cohort = ready.settle(store.scratch())?;
        let pool = Pool::start(
            options.workers,
            options.worker.clone(),
            &cohort,
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
            executor: &pool,
        };
        let scored = dev
            .conclude(sealed, &plan, &ledger, |last| {
                score(&context, results, &names, &ledger, &last)
            })
            .map_err(refused)??;
        let disclosed = scored.iter().map(|arm| (arm.arm.as_str(), &arm.disclosed));
        let table = publish::predictions(opened, disclosed);
        let arms: Vec<&str> = scored.iter().map(|arm| arm.arm.as_str()).collect();
        let clinical = publish::clinical(opened, &evidence, &table, &arms);
        let conclusion = conclusion(&context, opened, &plan, scored.as_slice(), clinical)?;
        for (concluded, arm) in conclusion.arms.iter().zip(&scored) {
            copy_model(&arm.folder, &options.out.join(&concluded.model))?;
        }
        let path = publish::write(&options.out, &conclusion, results, &table, &ledger)?;
        Ok((conclusion, path))
    }
}

/// A strategy on the sealed rows.
struct Scored {
    arm: String,
    trial: usize,
    disclosed: Disclosed,
    model_sha256: String,
    folder: PathBuf,
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
                folder: stored.folder,
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
    let refused = |error: midfuse_eval::metric::MetricError| Error::Evaluation(error.to_string());
    let mut arms = Vec::new();
    let mut comparisons: Vec<Compared> = Vec::new();
    for arm in scored {
        let predictions = arm.disclosed.predictions().map_err(refused)?;
        let interval = bootstrap_metric(context.metric, &predictions, context.unit, &settings)
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
        comparisons.push(compare(context, plan, single, arm, &settings)?);
    }
    let confirmatory: Vec<f64> = comparisons
        .iter()
        .filter(|c| c.confirmatory)
        .map(|c| c.p.unwrap_or(1.0))
        .collect();
    if let Ok(adjusted) = holm(&confirmatory) {
        for (comparison, p) in comparisons
            .iter_mut()
            .filter(|c| c.confirmatory)
            .zip(adjusted)
        {
            comparison.p_holm = comparison.p.map(|_| p);
        }
    }
    Ok(Conclusion {
        study: opened.file.name.clone(),
        file_sha256: opened.file_sha256.clone(),
        metric: context.metric.name().to_owned(),
        unit: opened.unit_name(),
        rows: single.map_or(0, |s| s.disclosed.ids.len()),
        margin: plan.margin,
        arms,
        comparisons,
        clinical,
    })
}

fn compare(
    context: &Context<'_>,
    plan: &Plan,
    single: &Scored,
    arm: &Scored,
    settings: &BootstrapSettings,
) -> Result<Compared> {
    let refused = |error: midfuse_eval::metric::MetricError| Error::Evaluation(error.to_string());
    let (a, b) = (
        single.disclosed.predictions().map_err(refused)?,
        arm.disclosed.predictions().map_err(refused)?,
    );
    let sign = if context.metric.greater_is_better() {
        1.0
    } else {
        -1.0
    };
    let plain = |p: &midfuse_eval::metric::Predictions| {
        context.metric.score(p, context.unit).map_err(refused)
    };
    let improvement = sign * (plain(&b)? - plain(&a)?);
    let test = bootstrap_difference(context.metric, &a, &b, context.unit, settings).ok();
    let ends = test.as_ref().map(|t| {
        let (low, high) = (sign * t.interval.low, sign * t.interval.high);
        (low.min(high), low.max(high))
    });
    let stated = Comparison {
        better: arm.arm.clone(),
        than: BEST_SINGLE.to_owned(),
    };
    Ok(Compared {
        arm: arm.arm.clone(),
        best_single: single.arm.clone(),
        improvement,
        lower: ends.map(|(low, _)| low),
        upper: ends.map(|(_, high)| high),
        p: test.map(|t| t.p_value),
        p_holm: None,
        confirmatory: plan.is_confirmatory(&stated),
    })
}

/// The results of the study in the output folder, if they are of this file and cohort.
fn finished(opened: &Opened, options: &Options) -> Result<Results> {
    let path = options.out.join("results.json");
    let bytes = std::fs::read(&path).map_err(|_| {
        Error::Usage(format!(
            "{}: no results yet; run `midfuse study` to its end first",
            path.display()
        ))
    })?;
    let results: Results = serde_json::from_slice(&bytes).map_err(|error| {
        Error::Corrupt(format!(
            "{}: {error}; run `midfuse study` again",
            path.display()
        ))
    })?;
    if results.study.file_sha256 != opened.file_sha256
        || results.study.cohort_sha256 != opened.cohort.sha256
    {
        return Err(Error::Usage(format!(
            "{}: is of another study file or cohort; run `midfuse study` again first",
            path.display()
        )));
    }
    Ok(results)
}

/// The best single modality, the strategies of the plan, and the others; each once.
fn wanted(opened: &Opened, results: &Results, others: &[String]) -> Result<Vec<String>> {
    let complete = |name: &str| {
        results
            .arms
            .iter()
            .any(|arm| arm.name == name && arm.is_complete())
    };
    let singles: Vec<&str> = results
        .arms
        .iter()
        .filter(|arm| arm.is_single() && arm.is_complete())
        .map(|arm| arm.name.as_str())
        .collect();
    let means: Vec<f64> = singles
        .iter()
        .map(|name| {
            best_trial(results, name, opened.metric).map(|trial| inner_mean(results, name, trial))
        })
        .collect::<Result<_>>()?;
    let single = best(&means, opened.metric)
        .and_then(|at| singles.get(at))
        .ok_or_else(|| {
            Error::Usage(
                "no single modality ran without failures; nothing can be compared".to_owned(),
            )
        })?;
    let mut names = vec![(*single).to_owned()];
    let planned = opened
        .plan
        .comparisons
        .iter()
        .map(|comparison| &comparison.better);
    for name in planned.chain(others) {
        find(&opened.arms, name)?;
        if !complete(name) {
            return Err(Error::Usage(format!(
                "strategy `{name}` has failed jobs; mend them and run `midfuse study` again"
            )));
        }
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    Ok(names)
}

fn find<'a>(arms: &'a [Arm], name: &str) -> Result<&'a Arm> {
    arms.iter().find(|arm| arm.name == name).ok_or_else(|| {
        let known: Vec<&str> = arms.iter().map(|arm| arm.name.as_str()).collect();
        let hint = crate::file::nearest(name, &known)
            .map_or(String::new(), |n| format!(": did you mean `{n}`?"));
        Error::Usage(format!(
            "unknown strategy `{name}`{hint} There are {}",
            known.join(", ")
        ))
    })
}

/// The setting with the best mean inner score over all outer folds: test rows play no part.
fn best_trial(results: &Results, name: &str, metric: Metric) -> Result<usize> {
    let trials = results
        .arms
        .iter()
        .find(|arm| arm.name == name)
        .map_or(0, |arm| arm.trials.len());
    let means: Vec<f64> = (0..trials)
        .map(|trial| inner_mean(results, name, trial))
        .collect();
    best(&means, metric).ok_or_else(|| {
        Error::Usage(format!(
            "strategy `{name}` has no setting that succeeded in every fold"
        ))
    })
}

fn inner_mean(results: &Results, name: &str, trial: usize) -> f64 {
    let Some(arm) = results.arms.iter().find(|arm| arm.name == name) else {
        return f64::NAN;
    };
    let sum: f64 = arm
        .folds
        .iter()
        .map(|fold| {
            fold.inner_scores
                .get(trial)
                .copied()
                .flatten()
                .unwrap_or(f64::NAN)
        })
        .sum();
    sum / arm.folds.len() as f64
}
