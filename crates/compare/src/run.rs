//! From files to a comparison.

use std::path::PathBuf;

use midfuse_base::{Problem, Seed, Task};
use midfuse_metrics::metric::{IntervalScale, Metric};
use midfuse_metrics::stats::Family;

use super::design::{Paired, Scale, turned};
use super::read::{Input, read};
use super::result::{Comparison, ModelScore, Pair, Warning, WarningKind};
use super::task::row_task;
use super::{CompareOptions, assemble, data_sets, folds, words};
use crate::error::{Error, Result};

/// Compares the models of these files.
///
/// # Errors
/// [`Error::Data`] for a file, row or cell that is wrong; [`Error::Unpaired`] for models that share
/// no row or fold; [`Error::Contradiction`] for rows with two targets; [`Error::Metric`] for predictions
/// that the metric refuses; [`Error::OneModel`] for fewer than two models; [`Error::Option`] and
/// [`Error::OtherTask`] for an unknown reference, or options that do not fit the files.
pub fn compare(files: &[PathBuf], options: &CompareOptions) -> Result<Comparison> {
    let mut warnings = Vec::new();
    let (scale, names, found, kept, paired) = match read(files, options)? {
        Input::Folds(scores) => {
            let scale = named(options, &mut warnings);
            let gathered = folds::gather(scores, &mut warnings)?;
            let kept = gathered.table.folds.len();
            let paired = Paired::Folds(gathered.table);
            (scale, gathered.names, gathered.found, kept, paired)
        }
        Input::DataSets(scores) => {
            let scale = named(options, &mut warnings);
            let gathered = data_sets::gather(scores, &mut warnings)?;
            (
                scale,
                gathered.names,
                gathered.found,
                gathered.kept,
                Paired::DataSets(gathered.table),
            )
        }
        Input::Rows { rows, task } => {
            if options.lower_is_better {
                let mend = "name the metric of row predictions with --metric";
                let problem = Problem::conflict("is for fold scores", mend);
                return Err(problem.of("--lower-is-better").into());
            }
            let metric = metric(options, &task)?;
            let of_task = row_task(&task);
            let doubts = rows
                .iter()
                .map(|row| of_task.doubt(row.target, &row.scores));
            if let Some(Some(doubt)) = doubts.reduce(Option::and) {
                warnings.push(Warning::new(WarningKind::Assumed, doubt));
            }
            let seed = Seed(options.seed);
            let gathered = assemble::gather(rows, &task, (metric, seed), &mut warnings)?;
            (
                Scale::of(metric),
                gathered.names,
                gathered.found,
                gathered.kept,
                gathered.paired,
            )
        }
    };
    if names.len() < 2 {
        return Err(Error::OneModel {
            model: names.concat(),
        });
    }
    let dropped: Vec<usize> = found
        .iter()
        .map(|found| found.saturating_sub(kept))
        .collect();
    different(&names, &dropped, &paired, kept, &mut warnings);
    let models = models(&names, &found, &dropped, &paired, &scale);
    let pairs = pairs(
        &names,
        &models,
        &paired,
        &scale,
        options.reference.as_deref(),
    )?;
    let order: Vec<usize> = models
        .iter()
        .filter_map(|model| position(&names, &model.model))
        .collect();
    let omnibus = paired.omnibus(&order, &scale);
    let mut comparison = Comparison {
        schema: 1,
        metric: scale.name,
        greater_is_better: scale.greater_is_better,
        design: paired.describe(),
        models,
        pairs,
        omnibus,
        warnings,
        summary: String::new(),
    };
    comparison.summary = words::summary(&comparison);
    Ok(comparison)
}

fn position(names: &[String], model: &str) -> Option<usize> {
    names.iter().position(|name| name == model)
}

/// Name and direction of fold scores.
fn named(options: &CompareOptions, warnings: &mut Vec<Warning>) -> Scale {
    if let Some(metric) = options.metric {
        return Scale::of(metric);
    }
    if !options.lower_is_better {
        warnings.push(Warning::new(
            WarningKind::Assumed,
            "larger scores are taken for better; name the metric with --metric, or say --lower-is-better",
        ));
    }
    Scale {
        name: "score".to_owned(),
        greater_is_better: !options.lower_is_better,
        intervals: IntervalScale::Identity,
    }
}

/// The metric of row predictions.
fn metric(options: &CompareOptions, task: &Task) -> Result<Metric> {
    let metric = options
        .metric
        .unwrap_or_else(|| row_task(task).default_metric());
    metric
        .check_task(task)
        .map_err(|source| Error::OtherTask { metric, source })?;
    Ok(metric)
}

fn different(
    names: &[String],
    dropped: &[usize],
    paired: &Paired,
    kept: usize,
    warnings: &mut Vec<Warning>,
) {
    if dropped.iter().all(|&dropped| dropped == 0) {
        return;
    }
    let what = match paired {
        Paired::Folds(table) if table.folds.len() == kept => "folds",
        Paired::DataSets(_) => "data sets",
        _ => "predictions",
    };
    let list: Vec<String> = names
        .iter()
        .zip(dropped)
        .filter(|(_, dropped)| **dropped > 0)
        .map(|(name, dropped)| format!("{dropped} of {name}"))
        .collect();
    warnings.push(Warning::new(
        WarningKind::DifferentRows,
        format!(
            "the models were scored on different {what}: the {kept} common ones are compared, left out are {}",
            list.join(", ")
        ),
    ));
}

fn models(
    names: &[String],
    found: &[usize],
    dropped: &[usize],
    paired: &Paired,
    scale: &Scale,
) -> Vec<ModelScore> {
    let ranks = paired.mean_ranks(names.len(), scale);
    let mut models: Vec<ModelScore> = names
        .iter()
        .zip(found.iter().zip(dropped).zip(ranks))
        .enumerate()
        .map(|(at, (name, ((&found, &dropped), mean_rank)))| {
            let (score, interval) = paired.score(at, scale);
            ModelScore {
                model: name.clone(),
                score,
                interval,
                mean_rank,
                fold_scores: paired.fold_scores(at),
                found,
                dropped,
            }
        })
        .collect();
    models.sort_by(|a, b| (scale.sign() * b.score).total_cmp(&(scale.sign() * a.score)));
    models
}

fn pairs(
    names: &[String],
    models: &[ModelScore],
    paired: &Paired,
    scale: &Scale,
    reference: Option<&str>,
) -> Result<Vec<Pair>> {
    let chosen: Vec<(&ModelScore, &ModelScore)> = if let Some(name) = reference {
        let found = models.iter().find(|model| model.model == name);
        let reference = found.ok_or_else(|| {
            let problem = Problem::unknown("there is no model", name, names.iter().cloned());
            problem.of("--reference")
        })?;
        let others = models.iter().filter(|model| model.model != name);
        others.map(|model| (model, reference)).collect()
    } else {
        let each = models.iter().enumerate();
        each.flat_map(|(at, better)| {
            let worse = models.iter().skip(at + 1);
            worse.map(move |worse| (better, worse))
        })
        .collect()
    };
    let position = |model: &ModelScore| position(names, &model.model);
    let mut pairs: Vec<Pair> = chosen
        .into_iter()
        .filter_map(|(model, reference)| {
            let test = paired.test(position(model)?, position(reference)?);
            let (test, untested) = match test {
                Ok(test) => (Some(turned(test, scale.sign())), None),
                Err(reason) => (None, Some(reason)),
            };
            // Over data sets the test has an effect of its own, the median that its interval is of.
            let improvement = match (paired, &test) {
                (Paired::DataSets(_), Some(test)) => test.effect,
                _ => scale.sign() * (model.score - reference.score),
            };
            Some(Pair {
                model: model.model.clone(),
                reference: reference.model.clone(),
                improvement,
                test,
                p_holm: None,
                untested,
            })
        })
        .collect();
    let p_values: Vec<Option<f64>> = pairs
        .iter()
        .map(|pair| pair.test.as_ref().map(|test| test.p_value))
        .collect();
    let adjusted = Family::Tested.holm(&p_values)?;
    for (pair, p) in pairs.iter_mut().zip(adjusted) {
        pair.p_holm = p;
    }
    Ok(pairs)
}
