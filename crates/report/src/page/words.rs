//! The study in words: summary, verdict, protocol, environment.

use maud::{Markup, html};
use midfuse_page::number::{interval, seconds, signed};
use midfuse_page::{Column, details, list, soft, table};
use midfuse_plan::file::{Draw, StopRule};

use super::splits;
use crate::results::{Results, Timings, Verdict};

pub(super) fn summary(results: &Results) -> Markup {
    let study = &results.study;
    let what = study.task.describe();
    html! {
        p {
            (results.arms.len()) " strategies predict " strong { (study.target) } " (" (what) ") on "
            (study.development_rows) " rows; "
            @match study.sealed_rows {
                0 => { "none is sealed" }
                n => { (n) " more are sealed and were not opened" }
            }
            "."
        }
    }
}

pub(super) fn verdict(results: &Results) -> Markup {
    let verdict = &results.verdict;
    html! {
        p.headline { (verdict.headline()) }
        p { (results.study.counted.sentence(&results.study.metric)) "." }
        (list(verdict.reasons()))
        @if !verdict.gains.is_empty() {
            (details("Gain in loss of each fusion on each of its single modalities", &gains(verdict)))
        }
        @if !verdict.unknown.is_empty() {
            h3 { "What this study cannot say" }
            (list(verdict.limits()))
        }
    }
}

fn gains(verdict: &Verdict) -> Markup {
    let columns = [
        Column::number("Fusion"),
        Column::text("Single"),
        Column::number("Gain"),
        Column::number("Bounds"),
    ];
    let rows = html! {
        @for gain in &verdict.gains {
            tr {
                td { (gain.fusion) }
                td.text { (gain.single) }
                td { (signed(gain.gain)) }
                td { (interval(gain.lower, gain.upper, signed)) }
            }
        }
    };
    html! {
        (table(None, &columns, &rows))
        (soft(
            "Bounds: one-sided 97.5 % below (for \"gains\") and one-sided 95 % above (for \"no gain\"), corrected resampled t."
        ))
    }
}

pub(super) fn protocol(results: &Results, timings: &Timings) -> Markup {
    let study = &results.study;
    let p = &study.protocol;
    let draw = match study.budget.draw {
        Draw::Random => {
            "drawn at random without repetition, from the seed and the name of the strategy"
        }
        Draw::Halving => {
            "drawn at random without repetition, from the seed and the name of the strategy, and halved: all are trained for a share of the epochs, the best third for three times as many, and so on to the last, from which the setting was chosen"
        }
        Draw::Grid => "the points of a grid",
    };
    let stop = match p.stop {
        StopRule::Inner => {
            "how long to train was chosen on the inner folds, by the mean score over them, smoothed over epochs; refits have all training rows and a schedule of that length.".to_owned()
        }
        StopRule::Rows => format!(
            "{:.0} % of the rows of each fit only decide when to stop.",
            p.stop_share() * 100.0
        ),
        StopRule::None => "every training runs for the full number of epochs.".to_owned(),
    };
    list([
        splits::claim(study),
        splits::sealed(study),
        splits::folds(results),
        html! {
            (study.budget.trials) " settings per strategy, " (draw) "; " (stop)
            @if study.budget.refits > 1 {
                " Each refit is " (study.budget.refits) " trainings from different seeds, whose outputs were averaged."
            }
            @if results.has_baselines() {
                " Baselines try every point of their grids, and fit all training rows: none only decides when to stop."
            }
        },
        html! { (results.recalibration_sentence()) },
        html! {
            "The best single modality was chosen on inner scores, fold by fold: choosing it on the outer scores would be selection on test."
        },
        html! {
            "Scores: " (study.counted.sentence(&study.metric)) " (unit " code { (study.unit) }
            "). Intervals and p-values: corrected resampled t (Nadeau and Bengio 2003), which allows for overlapping training sets; those of scores are on the scale of the metric and stay in its range, those of differences on the plain one; p-values of fusions against the best single modality are corrected by Holm."
        },
        html! {
            "Every transform (standardisation, categories, vocabularies) was fitted on training rows only. Worker processes were handed no target that they were scored on."
        },
        html! {
            (study.inner_jobs + study.refits) " jobs: " (study.inner_jobs) " that chose settings, "
            (study.refits) " refits. Seed " (p.seed.0) "."
        },
        html! {
            "The ledger beside the cohort counts " (timings.ledger_disclosures)
            " disclosures of test predictions, by this and every other study on it: each is a look at rows that later studies cannot take back."
        },
    ])
}

pub(super) fn environment(results: &Results, timings: &Timings) -> Markup {
    let (env, study) = (&results.environment, &results.study);
    let threads = study.budget.threads.to_string();
    let batch = study.budget.predict_batch.to_string();
    let workers = timings.workers.to_string();
    let wall = format!(
        "{} ({} jobs run, {} found done)",
        seconds(timings.wall_seconds),
        timings.jobs_run,
        timings.jobs_found
    );
    let entries = [
        ("midfuse", &env.midfuse),
        ("worker", &env.worker),
        ("libtorch", &env.libtorch),
        ("processor", &env.cpu),
        ("platform", &env.platform),
        ("device", &study.device),
        ("threads per job", &threads),
        ("rows per prediction batch", &batch),
        ("worker processes", &workers),
        ("wall-clock time", &wall),
        ("SHA-256 of Cargo.lock", &env.lock_sha256),
        ("SHA-256 of the study file", &study.file_sha256),
        ("SHA-256 of the cohort", &study.cohort_sha256),
    ];
    html! {
        dl {
            @for (name, value) in entries { dt { (name) } dd { (value) } }
        }
    }
}
