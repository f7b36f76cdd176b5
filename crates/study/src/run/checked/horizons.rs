//! The horizons of a survival whose study file states none.

use midfuse_base::{SurvivalTask, Task};
use midfuse_eval::ledger::Ledger;
use midfuse_eval::on_data;

use super::CheckedStudy;
use crate::{Error, Result};
use midfuse_base::Problem;

impl CheckedStudy {
    /// States the horizons of a survival by the events of the rows that will not be sealed; the ledger
    /// does not hear of it. Other studies come back as they are.
    pub(super) fn with_horizons(self) -> Result<Self> {
        let Task::Survival(task) = &self.cohort.task else {
            return Ok(self);
        };
        if !task.horizons.is_empty() {
            return Ok(self);
        }
        let ids: Vec<String> = on_data!(self.cohort.data()?, data => {
            let (dev, _) = self.seal(data, &Ledger::in_memory())?;
            Ok::<_, Error>(dev.ids().map(str::to_owned).collect())
        })?;
        let (time, event) = self.cohort.follow_up(&ids).unwrap_or_default();
        let horizons = SurvivalTask::usual_horizons(&time, &event);
        if horizons.is_empty() {
            let what = "no row that is not sealed has the event after time 0, so there is nothing to learn";
            return Err(Error::key(Problem::needs(what).of("target")));
        }
        let task = SurvivalTask::new(horizons).with_unit(task.unit.clone());
        let cohort = self.cohort.with_task(Task::Survival(task))?;
        Ok(Self { cohort, ..self })
    }
}
