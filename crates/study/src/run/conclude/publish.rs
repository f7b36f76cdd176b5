//! What `midfuse conclude` leaves beside the models.

use std::path::{Path, PathBuf};

use midfuse_eval::ledger::Ledger;

use crate::Result;
use crate::outputs::{self, json, write_atomic};
use crate::run::checked::CheckedStudy;
use crate::run::results::prediction_rows;
use midfuse_report::PredictionTable;
use midfuse_report::checklist;
use midfuse_report::checklist::Facts;
use midfuse_report::clinical::{Asked, Evidence, assess};
use midfuse_report::page;
use midfuse_report::results::Conclusion;
use midfuse_report::results::{Clinical, Results, Timings};

/// The sealed predictions of every strategy as one table.
pub(super) fn predictions<'a>(
    study: &CheckedStudy,
    disclosed: impl Iterator<Item = (&'a str, &'a midfuse_eval::predict::Disclosed)>,
) -> PredictionTable {
    PredictionTable {
        task: study.cohort.task.clone(),
        rows: disclosed
            .flat_map(|(arm, disclosed)| prediction_rows(disclosed, arm, (0, 0)))
            .collect(),
    }
}

/// The clinical figures of the sealed rows.
pub(super) fn clinical(
    study: &CheckedStudy,
    evidence: &Evidence,
    table: &PredictionTable,
    arms: &[&str],
) -> Clinical {
    let asked = Asked {
        section: &study.file.clinical,
        metric: study.metric,
        seed: study.file.protocol.seed.derive("conclude"),
        evidence,
        sealed: true,
    };
    assess(&asked, table, arms)
}

/// Writes `conclusion.html`, the checklist, and last `conclusion.json`. Returns the path of that.
pub(super) fn write(
    out: &Path,
    conclusion: &Conclusion,
    results: &Results,
    table: &PredictionTable,
    ledger: &Ledger,
) -> Result<PathBuf> {
    let entries = ledger.entries()?;
    let timings: Option<Timings> = std::fs::read(out.join("timings.json"))
        .ok()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let checklist = checklist::fill(&Facts {
        results,
        timings: timings.as_ref(),
        disclosures: outputs::disclosures(&entries),
        conclusion: Some(conclusion),
    });
    outputs::checklist(out, &checklist)?;
    let html = page::conclusion(conclusion, results, table, &checklist);
    write_atomic(&out.join("conclusion.html"), html.as_bytes())?;
    let path = out.join("conclusion.json");
    write_atomic(&path, &json(conclusion, true)?)?;
    Ok(path)
}
