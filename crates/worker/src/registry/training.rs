//! What can be predicted, and how models are trained.

use midfuse_base::TaskKind;
use midfuse_base::catalogue::{Entry, OptionEntry};
use midfuse_train::{Chosen, Named};

use super::catalogue::described;
use crate::model::Training;
use crate::{Error, Result};

/// Field of the training section that a study file has elsewhere, as `budget.epochs`.
const EPOCHS: &str = "epochs";

/// The options of the training section.
pub(super) fn options() -> Result<Vec<OptionEntry>> {
    let mut fields = Training::default().fields()?;
    fields.remove(EPOCHS);
    // Not the table of all their options: those are listed with them.
    for named in ["optimizer", "schedule"] {
        if let Some(name) = fields.get(named).and_then(|table| table.get("name")) {
            let name = name.clone();
            fields.insert(named.to_owned(), name);
        }
    }
    let known: Vec<OptionEntry> = Training::options().iter().map(OptionEntry::from).collect();
    Ok(described(&known, &fields.iter().collect::<Vec<_>>()))
}

/// An optimizer or a schedule.
pub(super) fn named<T: Named + ?Sized>(one: &Chosen<T>) -> Result<Entry> {
    let fields = one.fields();
    let fields = fields.map_err(|error| Error::section(one.name(), error.to_string()))?;
    let known: Vec<OptionEntry> = one.describe().iter().map(OptionEntry::from).collect();
    Ok(Entry {
        name: one.name().to_owned(),
        summary: one.summary().to_owned(),
        options: described(&known, &fields.iter().collect::<Vec<_>>()),
        from_data: Vec::new(),
    })
}

/// What can be predicted.
pub(super) fn tasks() -> Vec<Entry> {
    TaskKind::ALL.iter().map(|&kind| task(kind)).collect()
}

fn task(kind: TaskKind) -> Entry {
    match kind {
        TaskKind::Classification => plain(
            "classification",
            "one of several classes: log-probabilities, trained by cross-entropy",
        ),
        TaskKind::Regression => plain(
            "regression",
            "a number: its value, trained by the squared error of standardised targets",
        ),
        TaskKind::Survival => plain(
            "survival",
            "the time to an event, right-censored: log relative risk and survival at stated times, trained by Cox's partial likelihood",
        ),
    }
}

/// What turns a vector into predictions.
pub(super) fn heads() -> Vec<Entry> {
    vec![plain(
        "linear",
        "one linear layer from the fused vector to the scores; `late` has one per modality",
    )]
}

fn plain(name: &str, summary: &str) -> Entry {
    Entry {
        name: name.to_owned(),
        summary: summary.to_owned(),
        ..Entry::default()
    }
}
