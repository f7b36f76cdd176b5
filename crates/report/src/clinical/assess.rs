//! All figures of all strategies.

use std::collections::BTreeMap;
use std::thread;

use midfuse_base::Seed;
use midfuse_base::Task;
use midfuse_metrics::metric::Metric;

use super::calibration;
use super::decision::{self, Event};
use super::evidence::Evidence;
use super::instability::instability;
use super::levels::{Yardstick, table};
use super::resample::MIN_CLUSTERS;
use super::sites::{held_out, heterogeneity};
use super::units::Units;
use crate::predictions::PredictionTable;
use crate::results::{ArmClinical, Clinical, LevelTable, UnitKind};
use crate::task::task_report;
use midfuse_plan::file::ClinicalSection;

/// Classes above this number have no calibration of their own where no event is named.
const MAX_CLASSES: usize = 20;

/// What the figures are made of.
#[derive(Debug)]
pub struct Asked<'a> {
    /// What the study file asks for.
    pub section: &'a ClinicalSection,
    /// Metric that decides.
    pub metric: Metric,
    /// Seed of the bootstraps.
    pub seed: Seed,
    /// Columns and modalities of the cohort.
    pub evidence: &'a Evidence,
    /// Whether the predictions are of sealed rows, by models that saw all others.
    pub sealed: bool,
}

/// The figures of these strategies on the predictions of `table`.
pub fn assess(asked: &Asked<'_>, table: &PredictionTable, arms: &[&str]) -> Clinical {
    let event = asked.section.event(&table.task).ok().flatten();
    let classes = table.task.classes();
    let of_arms: Vec<(&str, Units)> = arms
        .iter()
        .filter_map(|&arm| Some((arm, Units::of(table, arm)?)))
        .collect();
    let first = of_arms.first().map(|(_, units)| units);
    let events = event.zip(first).and_then(|(class, units)| {
        let (positive, _) = units.events(class)?;
        Some(units.n_events(&positive, |_| true))
    });
    let units = first.map_or(0, Units::len);
    let prevalence = asked.section.prevalence.or_else(|| {
        events
            .filter(|_| units > 0)
            .map(|events| events as f64 / units as f64)
    });
    let clusters = first.map_or(0, Units::n_clusters);
    Clinical {
        unit: first.map_or(UnitKind::Row, |units| units.kind),
        units,
        clusters,
        predictions: first.map_or(0, |units| units.unit_of.len()),
        positive: event.and_then(|at| classes.get(at).cloned()),
        events,
        prevalence: event.and(prevalence),
        settings: asked.section.clone(),
        notes: notes(asked, &table.task, event, clusters),
        arms: thread::scope(|scope| {
            let running: Vec<_> = of_arms
                .iter()
                .map(|(arm, units)| {
                    scope.spawn(move || {
                        of_arm(asked, table, arm, units, (event, classes), prevalence)
                    })
                })
                .collect();
            running
                .into_iter()
                .filter_map(|arm| arm.join().ok())
                .collect()
        }),
    }
}

fn of_arm(
    asked: &Asked<'_>,
    predictions: &PredictionTable,
    arm: &str,
    units: &Units,
    (event, classes): (Option<usize>, &[String]),
    prevalence: Option<f64>,
) -> ArmClinical {
    let section = asked.section;
    let seed = asked.seed.derive("clinical").derive(arm);
    let members = units.by_cluster();
    let of_event = event.and_then(|class| units.events(class));
    let numbers = units.numbers();
    let sizes = (units.len(), section.small_cell);
    // Of one class among many the estimates alone: a fit per class and resample would take minutes.
    let together = vec![members.concat()];
    let resampled = if event.is_some() { &members } else { &together };
    let calibration = match (&numbers, event) {
        (Some((targets, predicted)), _) => {
            vec![calibration::of_numbers(
                targets, predicted, &members, sizes, seed,
            )]
        }
        (None, event) => classes
            .iter()
            .enumerate()
            .filter(|(at, _)| event.map_or(classes.len() <= MAX_CLASSES, |event| *at == event))
            .filter_map(|(at, class)| {
                let (positive, p) = units.events(at)?;
                let seed = seed.derive(class);
                Some(calibration::of_event(
                    class, &positive, &p, resampled, sizes, seed,
                ))
            })
            .collect(),
    };
    let without_slope = calibration
        .iter()
        .filter(|result| result.slope.is_none())
        .map(|result| match &result.class {
            Some(class) => format!(
                "{arm}: no calibration slope of {class}; the predictions separate the classes, or are all the same."
            ),
            None => format!("{arm}: no calibration slope; the predictions are all the same."),
        })
        .collect();
    let acting = of_event.as_ref().map(|(positive, probabilities)| Event {
        positive,
        probabilities,
        members: &members,
        prevalence,
        seed,
    });
    let rows = |values: &[f64], of: &dyn Fn(&Event<'_>, f64) -> _| {
        acting
            .iter()
            .flat_map(|event| values.iter().map(move |&value| of(event, value)))
            .collect()
    };
    let yardstick = Yardstick {
        units,
        metric: asked.metric,
        event: of_event.as_ref(),
        numbers: numbers.as_ref(),
        small_cell: section.small_cell,
        seed,
    };
    let evidence = asked.evidence;
    let presence = table(&evidence.presence, yardstick.levels(&evidence.presence));
    let sites = evidence.site.as_ref().filter(|site| !site.too_many());
    let measured = sites.map(|site| (site, yardstick.levels(site)));
    ArmClinical {
        arm: arm.to_owned(),
        calibration,
        decision: of_event
            .as_ref()
            .map(|(positive, p)| decision::curve(positive, p))
            .unwrap_or_default(),
        thresholds: rows(&section.thresholds, &|event, at| event.at_threshold(at)),
        specificities: rows(&section.specificity, &|event, at| event.at_specificity(at)),
        subgroups: evidence
            .subgroups
            .iter()
            .filter(|column| !column.too_many())
            .map(|column| table(column, yardstick.levels(column)))
            .collect(),
        heterogeneity: measured
            .as_ref()
            .map(|(_, levels)| heterogeneity(asked.metric, levels))
            .unwrap_or_default(),
        sites: measured.map(|(site, levels)| {
            with_held_out(
                table(site, levels),
                &held_out(predictions, arm, site, &evidence.site_rows, asked.sealed),
            )
        }),
        missingness: (presence.levels.len() > 1).then_some(presence),
        instability: instability(
            units,
            &task_report(&predictions.task).moving(&units.predictions, event),
            &flip_thresholds(section, event),
        ),
        notes: without_slope,
    }
}

/// The stated thresholds, or one half; none of numbers.
fn flip_thresholds(section: &ClinicalSection, event: Option<usize>) -> Vec<f64> {
    match (event, section.thresholds.is_empty()) {
        (None, _) => Vec::new(),
        (Some(_), true) => vec![0.5],
        (Some(_), false) => section.thresholds.clone(),
    }
}

fn with_held_out(mut table: LevelTable, held_out: &BTreeMap<String, bool>) -> LevelTable {
    for level in &mut table.levels {
        level.held_out = held_out.get(&level.level).copied();
    }
    table
}

/// What the data or the study file do not allow.
fn notes(asked: &Asked<'_>, task: &Task, event: Option<usize>, clusters: usize) -> Vec<String> {
    let mut notes = Vec::new();
    let classes = task.classes();
    if !classes.is_empty() && event.is_none() {
        notes.push(format!(
            "Decision curve, sensitivity and predictive values need an event, and so do intervals of the calibration: name one of the {} classes as clinical.positive.",
            classes.len()
        ));
        if classes.len() > MAX_CLASSES {
            notes.push(format!(
                "{} classes are too many for a calibration of each.",
                classes.len()
            ));
        }
    }
    if event.is_some() && asked.section.thresholds.is_empty() {
        notes.push(
            "No threshold was stated in the study file (clinical.thresholds), so the decision curve is descriptive: a threshold that is picked from it is not confirmed by it."
                .to_owned(),
        );
    }
    if clusters < MIN_CLUSTERS {
        notes.push(format!(
            "{clusters} independent groups are too few for an interval: that takes {MIN_CLUSTERS}."
        ));
    }
    for column in asked.evidence.subgroups.iter().chain(&asked.evidence.site) {
        if column.too_many() {
            notes.push(format!(
                "{} has {} values, too many for a table.",
                column.name,
                column.levels.len()
            ));
        }
    }
    notes
}
