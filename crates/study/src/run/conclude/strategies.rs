//! What a conclusion scores: the strategies, each with the setting that inner scores chose.

use midfuse_base::Recalibration;
use midfuse_metrics::metric::Metric;

use crate::run::checked::CheckedStudy;
use crate::run::fold::{best, chosen_trial};
use crate::run::options::Options;
use crate::{CorruptError, Result, UsageError};
use midfuse_base::Problem;
use midfuse_plan::Arm;
use midfuse_report::results::{ArmResult, FoldResult, Results};

/// The results of the study in the output folder, if they are of this file and cohort.
pub(super) fn finished_results(study: &CheckedStudy, options: &Options) -> Result<Results> {
    let path = options.out.join("results.json");
    let Ok(bytes) = std::fs::read(&path) else {
        return Err(UsageError::NoResults { results: path }.into());
    };
    let results: Results = match serde_json::from_slice(&bytes) {
        Ok(results) => results,
        Err(source) => return Err(CorruptError::Results { path, source }.into()),
    };
    if results.study.file_sha256 != study.file_sha256
        || results.study.cohort_sha256 != study.cohort.sha256
        || results.study.splits_sha256 != study.splits_sha256()
    {
        return Err(UsageError::OtherStudy { results: path }.into());
    }
    Ok(results)
}

/// The best single modality, the strategies of the plan, and the others; each once.
pub(super) fn strategies_to_score(
    study: &CheckedStudy,
    results: &Results,
    others: &[String],
) -> Result<Vec<String>> {
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
            best_trial(results, name, study.metric).map(|trial| inner_mean(results, name, trial))
        })
        .collect::<Result<_>>()?;
    let single = best(&means, study.metric)
        .and_then(|i| singles.get(i))
        .ok_or(UsageError::NoSingle)?;
    let mut names = vec![(*single).to_owned()];
    let planned = study
        .plan
        .comparisons
        .iter()
        .map(|comparison| &comparison.better);
    for name in planned.chain(others) {
        find_arm(&study.arms, name)?;
        if !complete(name) {
            let strategy = name.clone();
            return Err(UsageError::FailedJobs { strategy }.into());
        }
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    Ok(names)
}

pub(super) fn find_arm<'a>(arms: &'a [Arm], name: &str) -> Result<&'a Arm> {
    arms.iter().find(|arm| arm.name == name).ok_or_else(|| {
        let known = arms.iter().map(|arm| arm.name.as_str());
        UsageError::NoStrategy(Problem::unknown("unknown strategy", name, known)).into()
    })
}

/// The setting that the inner scores of all outer folds choose, by the rule of one fold: test rows play no
/// part. Where settings were halved, of those that came to the end in most folds.
pub(super) fn best_trial(results: &Results, name: &str, metric: Metric) -> Result<usize> {
    let arm = results.arm(name);
    let whole = |trial: usize| {
        let folds = arm.into_iter().flat_map(|arm| &arm.folds);
        folds.filter(|fold| fold.is_whole(trial)).count()
    };
    let trials = arm.map_or(0, |arm| arm.trials.len());
    let most = (0..trials).map(whole).max();
    let means: Vec<f64> = (0..trials)
        .map(|trial| {
            if Some(whole(trial)) == most {
                inner_mean(results, name, trial)
            } else {
                f64::NAN
            }
        })
        .collect();
    let of_folds: Vec<Vec<f64>> = (0..trials)
        .map(|trial| inner_scores(results, name, trial))
        .collect();
    let of_folds: Vec<&[f64]> = of_folds.iter().map(Vec::as_slice).collect();
    let own = arm.is_some_and(ArmResult::has_own_setting);
    chosen_trial(&means, &of_folds, own, metric).ok_or_else(|| {
        let strategy = name.to_owned();
        UsageError::NoSetting { strategy }.into()
    })
}

fn inner_mean(results: &Results, name: &str, trial: usize) -> f64 {
    let folds = results.arm(name).into_iter().flat_map(|arm| &arm.folds);
    let whole = folds.filter(|fold| fold.is_whole(trial));
    let scores: Vec<f64> = whole.map(|fold| inner_score(fold, trial)).collect();
    scores.iter().sum::<f64>() / scores.len() as f64
}

/// Of every outer fold.
fn inner_scores(results: &Results, name: &str, trial: usize) -> Vec<f64> {
    let folds = results.arm(name).into_iter().flat_map(|arm| &arm.folds);
    folds.map(|fold| inner_score(fold, trial)).collect()
}

fn inner_score(fold: &FoldResult, trial: usize) -> f64 {
    let score = fold.inner_scores.get(trial).copied().flatten();
    score.unwrap_or(f64::NAN)
}

/// How long a setting trains: the median over the outer folds of the lengths that their inner folds
/// chose; `None` where they chose none.
pub(super) fn chosen_epochs(results: &Results, name: &str, trial: usize) -> Option<usize> {
    let folds = results.arm(name)?.folds.iter();
    let of_folds = folds.filter(|fold| fold.is_whole(trial));
    let mut epochs: Vec<usize> = of_folds
        .filter_map(|fold| fold.inner_epochs.get(trial).copied().flatten())
        .collect();
    epochs.sort_unstable();
    epochs.get(epochs.len() / 2).copied()
}

/// What predictions of a setting pass through: the mean of the maps of the outer folds that chose it,
/// or of all where none did; `None` where no fold has one.
pub(super) fn chosen_recalibration(
    results: &Results,
    name: &str,
    trial: usize,
) -> Option<Recalibration> {
    let folds = &results.arm(name)?.folds;
    let of = |wanted: &dyn Fn(usize) -> bool| -> Vec<&Recalibration> {
        let folds = folds.iter().filter(|fold| wanted(fold.trial));
        folds
            .filter_map(|fold| fold.recalibration.as_ref())
            .collect()
    };
    let chose_it = of(&|chosen| chosen == trial);
    if chose_it.is_empty() {
        Recalibration::mean(&of(&|_| true))
    } else {
        Recalibration::mean(&chose_it)
    }
}
