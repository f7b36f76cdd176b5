//! Features that were selected with the test rows.

mod association;
mod edge;
mod spread;
mod variance;

use self::association::{Feature, Measure, Sample};
use self::edge::{edge, share};
use self::spread::{Fresh, spread};
use super::adjusted::adjusted;
use super::column::Column;
use super::finding::{Code, Finding, Severity};
use super::folds::Folds;
use super::target::Target;
use crate::detector::Detector;
use midfuse_metrics::metric::mid_ranks;

/// Features that were chosen with the test rows: those of the features file, or else all columns.
pub(crate) const DETECTOR: Detector = |evidence| {
    let Some((target, folds)) = evidence.target().zip(evidence.folds()) else {
        return Vec::new();
    };
    match &evidence.selections {
        Some(selections) => selected_with_test_rows(&evidence.columns, selections, &target, folds),
        None => preselected_columns(&evidence.columns, &target, folds)
            .into_iter()
            .collect(),
    }
};

/// Holm-adjusted p below which a list blocks.
const BLOCKS: f64 = 1e-5;
/// Holm-adjusted p below which a person is told.
const WARNS: f64 = 1e-3;
/// Share of the rows that folds test from which one list can be made from none of them.
const ALL: f64 = 0.9;

/// A list of features, by position in the columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    /// The fold whose model was given these features; `None` where every fold was.
    pub fold: Option<usize>,
    /// The features.
    pub features: Vec<usize>,
}

/// Finds lists of features that were chosen by their association with the target of test rows:
/// [`Code::SelectedWithTestRows`].
///
/// Two traces of a choice are looked for, by correlation or F (chi-squared of categories), by its
/// form of ranks, and by differences of means:
///
/// - *the edge*: by their association on training and test rows together, the features are the best of
///   the candidates, and those near the edge are on the right side of it. A choice made without the test
///   rows has no sharp edge there, because the test rows blur it. That of many features that were not
///   chosen is needed.
/// - *the spread*: their associations pile up above a threshold, closer together than the sampling error
///   of the test rows allows. Ten features that reach 1.5 standard errors are needed.
///
/// A list of one fold may be chosen from that fold's training rows. One list for folds that together test
/// 90 % of the rows may not be chosen from any of them: it is compared with lists from elsewhere, as
/// panels of genes are, which show neither trace however strong the features are. Holm over
/// traces, measures, kinds of columns and folds: blocking from p < 1e-5, a warning from 1e-3.
///
/// A list of the columns with the highest variance over all rows is a [`Severity::Note`]
/// ([`Code::UnsupervisedSelection`]).
pub fn selected_with_test_rows(
    columns: &[Column],
    selections: &[Selection],
    target: &Target<'_>,
    folds: &Folds,
) -> Vec<Finding> {
    let scopes = scopes(selections, folds);
    let Some(worst) = judge(columns, &scopes, target) else {
        return variance::finding(columns, &scopes).into_iter().collect();
    };
    let Some(severity) = severity(worst.p) else {
        return variance::finding(columns, &scopes).into_iter().collect();
    };
    let n = worst.chosen;
    let (over, why) = match worst.scope.fold {
        Some(fold) => (
            format!("training and test rows of fold {fold} together"),
            "the list was chosen with the targets of the test rows",
        ),
        None => (
            "all rows".to_owned(),
            "one list that was chosen with these targets serves folds that test the same rows",
        ),
    };
    let (what, measure, strength) = match worst.trace {
        Trace::Edge { all, train } => (
            format!(
                "{:.0} of the {n} features are the best of {} by {} over {over} ({:.0} by that over training rows), \
                 and the edge between chosen and not chosen is too sharp for a choice without the test rows: {why}",
                all * n as f64,
                worst.candidates,
                worst.measure.name(),
                train * n as f64,
            ),
            "share of the list that the ranking over all rows gives",
            all,
        ),
        Trace::Spread { ratio } => (
            format!(
                "the {n} features are all about equally associated with the target by {} over {over}: their spread is {:.0} % of what \
                 sampling error alone gives, as above a threshold: {why}",
                worst.measure.name(),
                100.0 * ratio,
            ),
            "share of the expected spread that is missing",
            1.0 - ratio,
        ),
    };
    vec![Finding {
        code: Code::SelectedWithTestRows,
        severity,
        subject: worst.scope.fold.map_or_else(
            || "features".to_owned(),
            |fold| format!("features of fold {fold}"),
        ),
        what,
        rows: Vec::new(),
        measure: measure.to_owned(),
        strength,
        p: Some(worst.p),
        mend: "choose the features anew from the training rows of each fold, and score again; \
               give one list per fold (column `fold` of the features file)"
            .to_owned(),
    }]
}

/// Finds tables that hold the survivors of a choice only: the associations of all numeric columns
/// pile up above a threshold, as in [`selected_with_test_rows`]. A [`Code::SelectedWithTestRows`] warning,
/// because lists of single folds, put together in one table, leave the same trace.
pub fn preselected_columns(
    columns: &[Column],
    target: &Target<'_>,
    folds: &Folds,
) -> Option<Finding> {
    let all = Selection {
        fold: None,
        features: (0..columns.len()).collect(),
    };
    let scopes = scopes(&[all], folds);
    let worst = judge(columns, &scopes, target)?;
    let Trace::Spread { ratio } = worst.trace else {
        return None;
    };
    (worst.p < BLOCKS).then(|| Finding {
        code: Code::SelectedWithTestRows,
        severity: Severity::Warning,
        subject: "columns".to_owned(),
        what: format!(
            "{} columns are all about equally associated with the target by {}: their spread is {:.0} % of what sampling error alone \
             gives, as if columns below a threshold had been left out by their association with all rows",
            worst.chosen,
            worst.measure.name(),
            100.0 * ratio
        ),
        rows: Vec::new(),
        measure: "share of the expected spread that is missing".to_owned(),
        strength: 1.0 - ratio,
        p: Some(worst.p),
        mend: "audit the table from which columns were chosen, with the list as --features; if they were chosen by the \
               target, choose them anew from the training rows of each fold"
            .to_owned(),
    })
}

fn severity(p: f64) -> Option<Severity> {
    (p < WARNS).then_some(if p < BLOCKS {
        Severity::Blocking
    } else {
        Severity::Warning
    })
}

/// One list and the rows that it may not have been made from.
#[derive(Debug)]
struct Scope {
    /// `None` where one list serves folds that test all rows.
    fold: Option<usize>,
    features: Vec<usize>,
    train: Vec<usize>,
    /// All rows where `fold` is `None`.
    test: Vec<usize>,
}

fn scopes(selections: &[Selection], folds: &Folds) -> Vec<Scope> {
    let sides: Vec<(Vec<usize>, Vec<usize>)> = folds.iter().collect();
    let distinct = |mut rows: Vec<usize>| {
        rows.sort_unstable();
        rows.dedup();
        rows
    };
    let used = distinct(
        sides
            .iter()
            .flat_map(|(train, test)| train.iter().chain(test))
            .copied()
            .collect(),
    );
    let tested = distinct(sides.iter().flat_map(|(_, test)| test).copied().collect());
    let every = sides.len() > 1 && tested.len() as f64 >= ALL * used.len() as f64;
    let of_fold = |fold: usize, features: &Vec<usize>| {
        let (train, test) = sides.get(fold)?.clone();
        Some(Scope {
            fold: Some(fold),
            features: features.clone(),
            train,
            test,
        })
    };
    let mut scopes = Vec::new();
    for Selection { fold, features } in selections {
        match fold {
            Some(fold) => scopes.extend(of_fold(*fold, features)),
            None if every => scopes.push(Scope {
                fold: None,
                features: features.clone(),
                train: sides
                    .first()
                    .map(|(train, _)| train.clone())
                    .unwrap_or_default(),
                test: used.clone(),
            }),
            None => scopes.extend((0..sides.len()).filter_map(|fold| of_fold(fold, features))),
        }
    }
    scopes
}

#[derive(Debug, Clone, Copy)]
enum Trace {
    Edge { all: f64, train: f64 },
    Spread { ratio: f64 },
}

/// A trace of a choice.
#[derive(Debug)]
struct Found<'a> {
    scope: &'a Scope,
    measure: Measure,
    trace: Trace,
    chosen: usize,
    candidates: usize,
    p: f64,
}

/// The clearest trace, with its p over all that was looked at.
fn judge<'a>(columns: &[Column], scopes: &'a [Scope], target: &Target<'_>) -> Option<Found<'a>> {
    let mut found: Vec<Found<'a>> = Vec::new();
    let ranked = match target {
        Target::Numbers(values) => Some(mid_ranks(values)),
        Target::Classes(_) => None,
    };
    for measure in Measure::ALL {
        let target = match (&ranked, measure) {
            (Some(ranks), Measure::Ranks) => Target::Numbers(ranks),
            _ => *target,
        };
        let features: Vec<Option<Feature>> = columns
            .iter()
            .map(|column| Feature::of(column, measure))
            .collect();
        let mut kinds: Vec<usize> = features.iter().flatten().map(|f| f.levels).collect();
        kinds.sort_unstable();
        kinds.dedup();
        for scope in scopes {
            let mut chosen = vec![false; columns.len()];
            for &feature in &scope.features {
                if let Some(slot) = chosen.get_mut(feature) {
                    *slot = true;
                }
            }
            for &kind in &kinds {
                let (family, chosen): (Vec<&Feature>, Vec<bool>) = features
                    .iter()
                    .zip(&chosen)
                    .filter_map(|(feature, &chosen)| Some((feature.as_ref()?, chosen)))
                    .filter(|(feature, _)| feature.levels == kind)
                    .unzip();
                traces(&mut found, scope, measure, (&family, &chosen), &target);
            }
        }
    }
    adjusted(found, |found| found.p)
        .into_iter()
        .map(|(found, p)| Found { p, ..found })
        .min_by(|a, b| a.p.total_cmp(&b.p))
}

/// Both traces of one list within one kind of columns.
fn traces<'a>(
    found: &mut Vec<Found<'a>>,
    scope: &'a Scope,
    measure: Measure,
    (family, chosen): (&[&Feature], &[bool]),
    target: &Target<'_>,
) {
    let (train, test) = (
        Sample::new(scope.train.clone(), target),
        Sample::new(scope.test.clone(), target),
    );
    let rows = match scope.fold {
        Some(_) => scope.train.iter().chain(&scope.test).copied().collect(),
        None => scope.test.clone(),
    };
    let blur = (scope.test.len() as f64 / rows.len().max(1) as f64).sqrt();
    let sample = Sample::new(rows, target);
    let list: Vec<&Feature> = family
        .iter()
        .zip(chosen)
        .filter_map(|(feature, &chosen)| chosen.then_some(*feature))
        .collect();
    let of = |trace, p| Found {
        scope,
        measure,
        trace,
        chosen: list.len(),
        candidates: family.len(),
        p,
    };
    if let Some(edge) = edge(family, chosen, &sample, blur) {
        let train = share(family, chosen, &train).unwrap_or(0.0);
        let trace = Trace::Edge {
            all: edge.share,
            train,
        };
        found.push(of(trace, edge.p));
    }
    let fresh = match scope.fold {
        Some(_) => Fresh::Test {
            train: &train,
            test: &test,
        },
        None => Fresh::All,
    };
    if let Some(spread) = spread(&list, &sample, &fresh, target) {
        let trace = Trace::Spread {
            ratio: spread.ratio,
        };
        found.push(of(trace, spread.p));
    }
}
