//! What a finished study leaves: each file appears whole or not at all.

mod out_of_fold;
mod parquet;

use std::fs;
use std::path::{Path, PathBuf};

use midfuse_eval::ledger::{Entry, Event};
use midfuse_eval::split::Predefined;
use serde::Serialize;

use crate::{CorruptError, Error, Result, split_file};
use midfuse_report::PredictionTable;
use midfuse_report::checklist::{Checklist, Facts, fill, markdown};
use midfuse_report::page;
use midfuse_report::results::{Results, Timings};

pub(crate) use out_of_fold::OutOfFold;

/// Name of the file of predictions.
const PREDICTIONS: &str = "predictions.parquet";

/// What is written.
#[derive(Debug)]
pub(crate) struct Outputs<'a> {
    pub(crate) results: &'a Results,
    pub(crate) timings: &'a Timings,
    pub(crate) predictions: &'a PredictionTable,
    /// The outer folds, repeat after repeat.
    pub(crate) folds: &'a Predefined,
    /// The cohort's ledger as it is now.
    pub(crate) ledger: &'a [Entry],
    /// Folder of a saved model, and where it goes below the output folder.
    pub(crate) models: Vec<(PathBuf, String)>,
}

/// Writes everything below `out`; the report comes last. Returns the path of the report.
///
/// # Errors
/// [`Error::Io`].
pub(crate) fn write(out: &Path, outputs: &Outputs<'_>) -> Result<PathBuf> {
    models(out, &outputs.models)?;
    write_atomic(
        &out.join(PREDICTIONS),
        &parquet::predictions(outputs.predictions)?,
    )?;
    let folds = out.join("folds.csv");
    write_atomic(&folds, &split_file::bytes(&folds, outputs.folds)?)?;
    let mut lines = Vec::new();
    for entry in outputs.ledger {
        lines.extend(json(entry, false)?);
    }
    write_atomic(&out.join("ledger.jsonl"), &lines)?;
    write_atomic(&out.join("timings.json"), &json(outputs.timings, true)?)?;
    write_atomic(&out.join("results.json"), &json(outputs.results, true)?)?;
    let filled = fill(&Facts {
        results: outputs.results,
        timings: Some(outputs.timings),
        disclosures: outputs.timings.ledger_disclosures,
        conclusion: None,
    });
    checklist(out, &filled)?;
    let path = out.join("report.html");
    let html = page::html(
        outputs.results,
        outputs.timings,
        outputs.predictions,
        &filled,
    );
    write_atomic(&path, html.as_bytes())?;
    Ok(path)
}

/// Writes `checklist.json` and `checklist.md`.
///
/// # Errors
/// [`Error::Io`].
pub(crate) fn checklist(out: &Path, filled: &Checklist) -> Result<()> {
    write_atomic(&out.join("checklist.md"), markdown(filled).as_bytes())?;
    write_atomic(&out.join("checklist.json"), &json(filled, true)?)
}

/// Number of disclosures in a ledger.
pub(crate) fn disclosures(entries: &[Entry]) -> usize {
    entries
        .iter()
        .filter(|entry| matches!(entry.event, Event::Disclosed { .. }))
        .count()
}

/// A value as JSON with a line end.
pub(crate) fn json(value: &impl Serialize, pretty: bool) -> Result<Vec<u8>> {
    let text = if pretty {
        serde_json::to_vec_pretty(value)
    } else {
        serde_json::to_vec(value)
    };
    let mut text = text.map_err(|source| CorruptError::Json {
        what: "results",
        source,
    })?;
    text.push(b'\n');
    Ok(text)
}

/// Writes a file that is there whole or not at all.
pub(crate) fn write_atomic(path: &Path, bytes: &[u8]) -> Result<()> {
    midfuse_base::write_atomic(path, bytes).map_err(Error::io(path))
}

/// Copies the models beside their place and moves them there together.
fn models(out: &Path, models: &[(PathBuf, String)]) -> Result<()> {
    let part = tempfile::Builder::new()
        .prefix("models-")
        .tempdir_in(out)
        .map_err(Error::io(out))?;
    for (from, to) in models {
        copy_model(from, &part.path().join(to))?;
    }
    let place = out.join("models");
    if place.exists() {
        fs::remove_dir_all(&place).map_err(Error::io(&place))?;
    }
    let made = part.path().join("models");
    if made.exists() {
        fs::rename(&made, &place).map_err(Error::io(&place))?;
    }
    Ok(())
}

/// Copies a saved model.
///
/// # Errors
/// [`Error::Io`].
pub(crate) fn copy_model(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).map_err(Error::io(to))?;
    for entry in fs::read_dir(from).map_err(Error::io(from))? {
        let entry = entry.map_err(Error::io(from))?;
        fs::copy(entry.path(), to.join(entry.file_name())).map_err(Error::io(&entry.path()))?;
    }
    Ok(())
}
