//! What a conclusion scores: the strategies, each with the setting that inner scores chose.

use midfuse_metrics::metric::Metric;

use super::fold::best;
use super::open::Opened;
use super::options::Options;
use crate::{Error, Result};
use midfuse_plan::Arm;
use midfuse_report::results::Results;

/// The results of the study in the output folder, if they are of this file and cohort.
pub(super) fn finished(opened: &Opened, options: &Options) -> Result<Results> {
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
        || results.study.splits_sha256 != opened.splits_sha256()
    {
        return Err(Error::Usage(format!(
            "{}: is of another study file, split file or cohort; run `midfuse study` again first",
            path.display()
        )));
    }
    Ok(results)
}

/// The best single modality, the strategies of the plan, and the others; each once.
pub(super) fn wanted(opened: &Opened, results: &Results, others: &[String]) -> Result<Vec<String>> {
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

pub(super) fn find<'a>(arms: &'a [Arm], name: &str) -> Result<&'a Arm> {
    arms.iter().find(|arm| arm.name == name).ok_or_else(|| {
        let known: Vec<&str> = arms.iter().map(|arm| arm.name.as_str()).collect();
        let hint = midfuse_base::nearest(name, &known)
            .map_or(String::new(), |n| format!(": did you mean `{n}`?"));
        Error::Usage(format!(
            "unknown strategy `{name}`{hint} There are {}",
            known.join(", ")
        ))
    })
}

/// The setting with the best mean inner score over all outer folds: test rows play no part.
pub(super) fn best_trial(results: &Results, name: &str, metric: Metric) -> Result<usize> {
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
