//! What can be predicted, and how models are trained.

use midfuse_base::catalogue::{Entry, OptionEntry};
use midfuse_base::{Task, TaskKind};
use midfuse_train::{Chosen, Named};

use crate::job::target_part;
use crate::model::{HeadSection, Training};
use crate::{Error, Result};

/// Fields of the training section that a study file has in `[budget]`.
const OF_BUDGET: [&str; 2] = ["epochs", "refits"];

/// The section of the study file that has the options of heads.
const HEAD: &str = "head";

/// The options of the training section.
pub(super) fn options() -> Result<Vec<OptionEntry>> {
    let mut fields = Training::default().fields()?;
    fields.retain(|field, _| !OF_BUDGET.contains(&field.as_str()));
    // Not the table of all their options: those are listed with them.
    for named in ["optimizer", "schedule"] {
        if let Some(name) = fields.get(named).and_then(|table| table.get("name")) {
            let name = name.clone();
            fields.insert(named.to_owned(), name);
        }
    }
    let known: Vec<OptionEntry> = Training::options().iter().map(OptionEntry::from).collect();
    Ok(OptionEntry::of_config(&known, &fields))
}

/// An optimizer or a schedule.
pub(super) fn named<T: Named + ?Sized>(one: &Chosen<T>) -> Result<Entry> {
    let fields = one.fields();
    let fields = fields.map_err(|error| Error::section(one.name(), error.to_string()))?;
    let known: Vec<OptionEntry> = one.describe().iter().map(OptionEntry::from).collect();
    Ok(Entry {
        name: one.name().to_owned(),
        summary: one.summary().to_owned(),
        options: OptionEntry::of_config(&known, &fields),
        from_data: Vec::new(),
    })
}

/// What can be predicted; the options of the training whose default is another one then.
pub(super) fn tasks() -> Vec<Entry> {
    let known: Vec<OptionEntry> = Training::options().iter().map(OptionEntry::from).collect();
    let entry = |&kind: &TaskKind| {
        let task = Task::example(kind);
        let part = target_part(&task);
        Entry {
            options: OptionEntry::of_config(&known, &part.training_defaults()),
            ..plain(kind.name(), part.summary())
        }
    };
    TaskKind::ALL.iter().map(entry).collect()
}

/// What turns a vector into predictions.
pub(super) fn heads() -> Vec<Entry> {
    let known: Vec<OptionEntry> = HeadSection::options()
        .iter()
        .map(OptionEntry::from)
        .collect();
    let defaults = known
        .iter()
        .map(|option| (option.name.clone(), option.default.clone()));
    vec![Entry {
        options: OptionEntry::of_config(&known, &defaults.collect()),
        ..plain(
            HEAD,
            "from the fused vector to the scores, by one linear layer or an MLP; `late` has one per modality",
        )
    }]
}

fn plain(name: &str, summary: &str) -> Entry {
    Entry {
        name: name.to_owned(),
        summary: summary.to_owned(),
        ..Entry::default()
    }
}
