//! Loading other people's weights, with a report of what was done.

use std::collections::BTreeMap;
use std::path::Path;

use tch::Tensor;
use tch::nn::VarStore;

use super::load::{entries, overwrite, sorted};
use super::reader::Reader;
use super::{Misfit, Mismatch};
use crate::{Error, Result};

/// What [`load_pretrained`] did; names are sorted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LoadReport {
    /// Variables that were overwritten.
    pub loaded: Vec<String>,
    /// Those of `loaded` whose floating-point dtype was converted to the model's.
    pub converted: Vec<String>,
    /// Variables that keep their initial values, because the file lacks them (a new head).
    pub missing: Vec<String>,
    /// Entries, by their name in the file, that the model has no variable for (a dropped head).
    pub unexpected: Vec<String>,
    /// Variables that keep their initial values, because the entry has another shape, or a dtype
    /// that cannot be converted.
    pub mismatched: Vec<Mismatch>,
    /// Entries, by their name in the file, that the mapping left out, and torchvision's
    /// `num_batches_tracked`, which no model here has.
    pub ignored: Vec<String>,
}

/// Overwrites the variables of `vs` that the file has, by `mapping` from the file's names to ours;
/// `None` leaves an entry out. Read the report: what it lists as missing or mismatched keeps its
/// initial values.
///
/// # Errors
/// [`Error::Checkpoint`] if no entry fits at all (a wrong mapping), [`Error::Input`] if two entries
/// are mapped to one variable, [`Error::CheckpointFile`] if the file is truncated or damaged,
/// [`Error::Io`] if it cannot be read. Nothing is changed then.
pub fn load_pretrained(
    vs: &VarStore,
    path: impl AsRef<Path>,
    mapping: impl Fn(&str) -> Option<String>,
) -> Result<LoadReport> {
    let path = path.as_ref();
    let mut reader = Reader::open(path)?;
    let mut variables = sorted(vs);
    let model = entries(&variables);
    let mut report = LoadReport::default();
    let mut sources: BTreeMap<String, String> = BTreeMap::new();
    let mut unfitting: BTreeMap<String, Mismatch> = BTreeMap::new();
    for (theirs, got) in reader.entries() {
        let tracked = theirs.rsplit('.').next() == Some("num_batches_tracked");
        let Some(ours) = mapping(&theirs).filter(|_| !tracked) else {
            report.ignored.push(theirs);
            continue;
        };
        let Some(expected) = model.get(&ours) else {
            report.unexpected.push(theirs);
            continue;
        };
        if let Some(first) = sources.get(&ours) {
            return Err(Error::Input {
                module: "load_pretrained",
                expected: "a mapping to different variables".into(),
                got: format!("{first} and {theirs}, both mapped to {ours}"),
            });
        }
        let is_float = |dtype: &str| matches!(dtype, "F16" | "BF16" | "F32" | "F64");
        let same = got.dtype == expected.dtype;
        let convertible = is_float(&got.dtype) && is_float(&expected.dtype);
        if got.shape == expected.shape && (same || convertible) {
            if !same {
                report.converted.push(ours.clone());
            }
        } else {
            let mismatch = Mismatch {
                name: ours.clone(),
                expected: expected.clone(),
                got,
            };
            unfitting.insert(ours.clone(), mismatch);
        }
        sources.insert(ours, theirs);
    }
    report.missing = model
        .keys()
        .filter(|&name| !sources.contains_key(name))
        .cloned()
        .collect();
    sources.retain(|ours, _| !unfitting.contains_key(ours));
    report.mismatched = unfitting.into_values().collect();
    report.converted.sort();
    if sources.is_empty() {
        return Err(Error::Checkpoint {
            from: path.display().to_string(),
            misfit: Box::new(Misfit {
                missing: report.missing,
                unexpected: report.unexpected,
                mismatched: report.mismatched,
            }),
        });
    }
    let mut pairs: Vec<((String, Tensor), Tensor)> = Vec::new();
    for (ours, theirs) in &sources {
        let value = reader.tensor(theirs)?;
        if let Some(variable) = variables.remove(ours) {
            pairs.push(((ours.clone(), variable), value));
        }
    }
    overwrite(pairs)?;
    report.loaded = sources.into_keys().collect();
    Ok(report)
}

/// A mapping that drops `prefix` where a name has it and keeps other names: Hugging Face files
/// carry `bert.` or `model.` before the names of the backbone.
pub fn strip_prefix(prefix: &str) -> impl Fn(&str) -> Option<String> {
    move |name| Some(name.strip_prefix(prefix).unwrap_or(name).to_owned())
}
