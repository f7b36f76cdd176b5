//! What the clinical figures show: declared in the study file, before there are results.

use std::collections::{BTreeMap, BTreeSet};

use midfuse_base::Task;
use serde::{Deserialize, Serialize};

/// What the clinical figures of the report show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ClinicalSection {
    /// The class that is an event. Default: the second of two classes; none of more.
    pub positive: Option<String>,
    /// Probabilities from which one would act, ascending, in (0, 1). Default: none.
    pub thresholds: Vec<f64>,
    /// Specificities at which the sensitivity is reported, ascending, in [0, 1). Default .8, .9, .95.
    pub specificity: Vec<f64>,
    /// Share of events where the model is to be used, for predictive values; in (0, 1). Default: the
    /// share in the cohort.
    pub prevalence: Option<f64>,
    /// Columns whose levels get a row each in the subgroup tables. Default: none.
    pub subgroups: Vec<String>,
    /// Where a column of numbers is cut, ascending. Default: at its quartiles.
    pub cuts: BTreeMap<String, Vec<f64>>,
    /// Column of the site. Default: none.
    pub site: Option<String>,
    /// Counts below this are not shown. Default 10.
    pub small_cell: usize,
}

impl Default for ClinicalSection {
    fn default() -> Self {
        Self {
            positive: None,
            thresholds: Vec::new(),
            specificity: vec![0.8, 0.9, 0.95],
            prevalence: None,
            subgroups: Vec::new(),
            cuts: BTreeMap::new(),
            site: None,
            small_cell: 10,
        }
    }
}

impl ClinicalSection {
    /// Every rule that needs nothing but the study file; the message names the key.
    pub(super) fn check(&self) -> Result<(), String> {
        ascending("clinical.thresholds", &self.thresholds)?;
        if let Some(t) = self.thresholds.iter().find(|t| !(**t > 0.0 && **t < 1.0)) {
            return Err(format!(
                "clinical.thresholds: expected probabilities in (0, 1), got {t}"
            ));
        }
        ascending("clinical.specificity", &self.specificity)?;
        if let Some(s) = self.specificity.iter().find(|s| !(0.0..1.0).contains(*s)) {
            return Err(format!(
                "clinical.specificity: expected shares in [0, 1), got {s}"
            ));
        }
        if let Some(p) = self.prevalence.filter(|p| !(*p > 0.0 && *p < 1.0)) {
            return Err(format!(
                "clinical.prevalence: expected a share in (0, 1), got {p}"
            ));
        }
        let mut seen = BTreeSet::new();
        if let Some(twice) = self.subgroups.iter().find(|name| !seen.insert(*name)) {
            return Err(format!(
                "clinical.subgroups: `{twice}` is there twice; remove one"
            ));
        }
        for (column, cuts) in &self.cuts {
            let key = format!("clinical.cuts.{column}");
            if !self.subgroups.contains(column) {
                return Err(format!("{key}: `{column}` is not among clinical.subgroups"));
            }
            if cuts.is_empty() {
                return Err(format!("{key}: the list is empty"));
            }
            ascending(&key, cuts)?;
        }
        Ok(())
    }

    /// Position of the class that is an event.
    ///
    /// # Errors
    /// A message that names the key, if the section does not fit the task.
    pub fn event(&self, task: &Task) -> Result<Option<usize>, String> {
        let classes = task.classes();
        if classes.is_empty() {
            let set = [
                ("positive", self.positive.is_some()),
                ("thresholds", !self.thresholds.is_empty()),
                ("prevalence", self.prevalence.is_some()),
            ];
            return match set.iter().find(|(_, set)| *set) {
                Some((key, _)) => Err(format!(
                    "clinical.{key}: is about classes, and the target is {}; remove it",
                    task.describe()
                )),
                None => Ok(None),
            };
        }
        match &self.positive {
            Some(name) => match classes.iter().position(|class| class == name) {
                Some(at) => Ok(Some(at)),
                None => Err(format!(
                    "clinical.positive: the target has no class `{name}`; it has {}",
                    classes.join(", ")
                )),
            },
            None if classes.len() == 2 => Ok(Some(1)),
            None if !self.thresholds.is_empty() || self.prevalence.is_some() => Err(format!(
                "clinical.positive: of {} classes, name the one that is an event",
                classes.len()
            )),
            None => Ok(None),
        }
    }
}

fn ascending(key: &str, values: &[f64]) -> Result<(), String> {
    let rises = values
        .windows(2)
        .all(|pair| matches!(pair, [a, b] if a < b));
    if rises && values.iter().all(|value| value.is_finite()) {
        return Ok(());
    }
    Err(format!(
        "{key}: expected ascending numbers, no two alike, got {values:?}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes(n: usize) -> Task {
        Task::Classification {
            classes: ["no", "yes", "maybe"]
                .iter()
                .take(n)
                .map(|c| (*c).to_owned())
                .collect(),
        }
    }

    #[test]
    fn the_event_is_the_second_of_two_classes_or_named() {
        let plain = ClinicalSection::default();
        assert_eq!(plain.event(&classes(2)), Ok(Some(1)));
        assert_eq!(plain.event(&classes(3)), Ok(None));
        assert_eq!(plain.event(&Task::Regression), Ok(None));
        let named = ClinicalSection {
            positive: Some("no".to_owned()),
            ..ClinicalSection::default()
        };
        assert_eq!(named.event(&classes(3)), Ok(Some(0)));
        assert!(
            named
                .event(&Task::Regression)
                .unwrap_err()
                .contains("positive")
        );
        let unnamed = ClinicalSection {
            thresholds: vec![0.2],
            ..ClinicalSection::default()
        };
        assert!(
            unnamed
                .event(&classes(3))
                .unwrap_err()
                .contains("name the one")
        );
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let wrong = |change: fn(&mut ClinicalSection)| {
            let mut section = ClinicalSection::default();
            change(&mut section);
            section.check().unwrap_err()
        };
        assert!(wrong(|s| s.thresholds = vec![0.3, 0.2]).contains("ascending"));
        assert!(wrong(|s| s.thresholds = vec![0.0]).contains("(0, 1)"));
        assert!(wrong(|s| s.specificity = vec![1.0]).contains("[0, 1)"));
        assert!(wrong(|s| s.prevalence = Some(f64::NAN)).contains("prevalence"));
        assert!(wrong(|s| s.subgroups = vec!["a".to_owned(); 2]).contains("twice"));
        assert!(
            wrong(|s| {
                s.cuts.insert("age".to_owned(), vec![50.0]);
            })
            .contains("not among")
        );
        assert_eq!(ClinicalSection::default().check(), Ok(()));
    }
}
