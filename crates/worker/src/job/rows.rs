//! The rows of a job within the cohort.

use std::collections::BTreeSet;

use midfuse_base::TargetError;
use midfuse_data::Cohort;
use midfuse_wire::JobSpec;

use crate::{Error, Result};

/// Rows that a job loads: those to fit on, then those to predict.
#[derive(Debug)]
pub(crate) struct JobRows {
    /// Positions in the cohort.
    pub(crate) positions: Vec<usize>,
    /// Their ids.
    pub(crate) ids: Vec<String>,
    /// Indices into these lists that are trained on.
    pub(crate) fit: Vec<i64>,
    /// That decide when to stop.
    pub(crate) stop: Vec<i64>,
    /// That are predicted.
    pub(crate) predict: Vec<i64>,
}

impl JobRows {
    pub(crate) fn of(spec: &JobSpec, cohort: &Cohort) -> Result<Self> {
        check(spec)?;
        let ids: Vec<String> = spec.fit.iter().chain(&spec.predict).cloned().collect();
        let positions = ids
            .iter()
            .map(|id| {
                cohort.position(id).ok_or_else(|| {
                    Error::request("job", "ids of rows of the opened cohort", format!("`{id}`"))
                })
            })
            .collect::<Result<Vec<_>>>()?;
        let stop: BTreeSet<usize> = spec.stop.iter().copied().collect();
        let n_fit = spec.fit.len();
        let (stop, fit): (Vec<usize>, Vec<usize>) = (0..n_fit).partition(|row| stop.contains(row));
        let indices = |rows: Vec<usize>| rows.into_iter().map(|row| row as i64).collect();
        Ok(Self {
            predict: indices((n_fit..ids.len()).collect()),
            fit: indices(fit),
            stop: indices(stop),
            positions,
            ids,
        })
    }
}

fn check(spec: &JobSpec) -> Result<()> {
    let refuse =
        |what: &str, expected: String, got: String| Err(Error::request(what, expected, got));
    for (what, ids) in [("fit", &spec.fit), ("predict", &spec.predict)] {
        let mut seen = BTreeSet::new();
        if let Some(id) = ids.iter().find(|id| !seen.insert(*id)) {
            return refuse(what, "ids that differ".into(), format!("`{id}` twice"));
        }
    }
    let n = spec.fit.len();
    if spec.targets.len() != n {
        return refuse(
            "targets",
            format!("one for each of {n} fit rows"),
            spec.targets.len().to_string(),
        );
    }
    if let Some(position) = spec.stop.iter().find(|&&position| position >= n) {
        return refuse("stop", format!("positions below {n}"), position.to_string());
    }
    let n_stop = spec.stop.iter().collect::<BTreeSet<_>>().len();
    if n_stop == n {
        return refuse(
            "fit",
            "at least one row that decides no stopping".into(),
            "none".into(),
        );
    }
    let wrong = |error: TargetError| Error::section("targets", error.to_string());
    spec.task.check(&spec.targets).map_err(wrong)
}
