//! The study in words: summary, verdict, protocol, environment.

use std::fmt::Write as _;

use super::splits;
use crate::results::{Results, Timings};
use midfuse_page::escape;
use midfuse_page::number::{interval, seconds, signed};
use midfuse_plan::file::Draw;

pub(super) fn summary(results: &Results) -> String {
    let study = &results.study;
    let what = study.task.describe();
    format!(
        "<p>{} strategies predict <strong>{}</strong> ({what}) on {} rows; {}.</p>",
        results.arms.len(),
        escape(&study.target),
        study.development_rows,
        match study.sealed_rows {
            0 => "none is sealed".to_owned(),
            n => format!("{n} more are sealed and were not opened"),
        }
    )
}

pub(super) fn verdict(results: &Results) -> String {
    let verdict = &results.verdict;
    let mut html = format!("<p class=\"headline\">{}</p>", escape(&verdict.headline()));
    list(&mut html, &verdict.reasons());
    if !verdict.gains.is_empty() {
        html.push_str(
            "<details><summary>Gain in loss of each fusion on each of its single modalities</summary><div class=\"wide\"><table><thead><tr>\
             <th>Fusion</th><th class=\"text\">Single</th><th>Gain</th><th>Bounds</th></tr></thead><tbody>",
        );
        for gain in &verdict.gains {
            let _ = write!(
                html,
                "<tr><td>{}</td><td class=\"text\">{}</td><td>{}</td><td>{}</td></tr>",
                escape(&gain.fusion),
                escape(&gain.single),
                signed(gain.gain),
                interval(gain.lower, gain.upper, signed)
            );
        }
        html.push_str(
            "</tbody></table></div><p class=\"soft\">Bounds: one-sided 97.5 % below (for \"gains\") and one-sided 95 % above (for \"no gain\"), \
             corrected resampled t.</p></details>",
        );
    }
    if !verdict.unknown.is_empty() {
        html.push_str("<h3>What this study cannot say</h3>");
        list(&mut html, &verdict.limits());
    }
    html
}

pub(super) fn protocol(results: &Results, timings: &Timings) -> String {
    let study = &results.study;
    let p = &study.protocol;
    let draw = match study.budget.draw {
        Draw::Random => {
            "drawn at random without repetition, from the seed and the name of the strategy"
        }
        Draw::Grid => "the points of a grid",
    };
    let stop = if p.stop_fraction > 0.0 {
        format!(
            "{:.0} % of the rows of each fit only decide when to stop.",
            p.stop_fraction * 100.0
        )
    } else {
        "Every training runs for the full number of epochs.".to_owned()
    };
    let mut html = String::new();
    let looked = format!(
        "The ledger beside the cohort counts {} disclosures of test predictions, by this and every other study on it: each is a look at rows that later studies cannot take back.",
        timings.ledger_disclosures
    );
    list_raw(
        &mut html,
        &[
            splits::claim(study),
            splits::sealed(study),
            splits::folds(results),
            format!("{} settings per strategy, {draw}; {stop}", study.budget.trials),
            "The best single modality was chosen on inner scores, fold by fold: choosing it on the outer scores would be selection on test.".to_owned(),
            format!(
                "Scores: <code>{}</code> per {}. Intervals and p-values: corrected resampled t (Nadeau and Bengio 2003), \
                 which allows for overlapping training sets; p-values of fusions against the best single modality are corrected by Holm.",
                escape(&study.metric),
                escape(&study.unit)
            ),
            "Every transform (standardisation, categories, vocabularies) was fitted on training rows only. Worker processes were handed no target that they were scored on."
                .to_owned(),
            format!(
                "{} jobs: {} that chose settings, {} refits. Seed {}.",
                study.inner_jobs + study.refits,
                study.inner_jobs,
                study.refits,
                p.seed.0
            ),
            looked,
        ],
    );
    html
}

pub(super) fn environment(results: &Results, timings: &Timings) -> String {
    let (env, study) = (&results.environment, &results.study);
    let mut html = String::from("<dl>");
    for (name, value) in [
        ("midfuse", env.midfuse.clone()),
        ("worker", env.worker.clone()),
        ("libtorch", env.libtorch.clone()),
        ("processor", env.cpu.clone()),
        ("platform", env.platform.clone()),
        ("device", study.device.clone()),
        ("threads per job", study.budget.threads.to_string()),
        (
            "rows per prediction batch",
            study.budget.predict_batch.to_string(),
        ),
        ("worker processes", timings.workers.to_string()),
        (
            "wall-clock time",
            format!(
                "{} ({} jobs run, {} found done)",
                seconds(timings.wall_seconds),
                timings.jobs_run,
                timings.jobs_found
            ),
        ),
        ("SHA-256 of Cargo.lock", env.lock_sha256.clone()),
        ("SHA-256 of the study file", study.file_sha256.clone()),
        ("SHA-256 of the cohort", study.cohort_sha256.clone()),
    ] {
        let _ = write!(html, "<dt>{name}</dt><dd>{}</dd>", escape(&value));
    }
    html.push_str("</dl>");
    html
}

fn list(html: &mut String, sentences: &[String]) {
    let escaped: Vec<String> = sentences.iter().map(|s| escape(s)).collect();
    list_raw(html, &escaped);
}

fn list_raw(html: &mut String, sentences: &[String]) {
    html.push_str("<ul>");
    for sentence in sentences {
        let _ = write!(html, "<li>{sentence}</li>");
    }
    html.push_str("</ul>");
}
