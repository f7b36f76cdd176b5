//! What can be predicted, and how models are trained.

use midfuse_base::Task;
use midfuse_base::catalogue::{Entry, OptionEntry};
use midfuse_train::Schedule;

use super::resolve::defaults;
use crate::Result;
use crate::model::Training;

/// Field of the training section that every study sets under another name, `budget.epochs`.
const EPOCHS: &str = "epochs";

/// The options of the training section.
pub(super) fn options() -> Result<Vec<OptionEntry>> {
    let fields = defaults("training", &Training::default())?;
    let fields = fields.as_object().into_iter().flatten();
    Ok(fields
        .filter(|(name, _)| *name != EPOCHS)
        .map(|(name, default)| OptionEntry::of_default(name, default))
        .collect())
}

/// What can be predicted.
pub(super) fn tasks() -> Vec<Entry> {
    let examples = [
        Task::Classification {
            classes: Vec::new(),
        },
        Task::Regression,
    ];
    examples.iter().map(task).collect()
}

fn task(task: &Task) -> Entry {
    let (name, summary) = match task {
        Task::Classification { .. } => (
            "classification",
            "one of several classes: log-probabilities, trained by cross-entropy",
        ),
        Task::Regression => (
            "regression",
            "a number: its value, trained by the squared error of standardised targets",
        ),
    };
    plain(name, summary)
}

/// What turns a vector into predictions.
pub(super) fn heads() -> Vec<Entry> {
    vec![plain(
        "linear",
        "one linear layer from the fused vector to the scores; `late` has one per modality",
    )]
}

/// What updates the weights.
pub(super) fn optimizers() -> Vec<Entry> {
    vec![plain(
        "adamw",
        "Adam with decoupled weight decay, in one fused kernel",
    )]
}

/// How the learning rate goes after the warm-up.
pub(super) fn schedules() -> Vec<Entry> {
    [Schedule::Constant, Schedule::Cosine]
        .map(|schedule| match schedule {
            Schedule::Constant => plain("constant", "stays at `lr`"),
            Schedule::Cosine => plain(
                "cosine",
                "half a cosine from `lr` towards 0 at the epoch limit",
            ),
        })
        .to_vec()
}

fn plain(name: &str, summary: &str) -> Entry {
    Entry {
        name: name.to_owned(),
        summary: summary.to_owned(),
        ..Entry::default()
    }
}
