//! What the clinical figures show: declared in the study file, before there are results.

use std::collections::{BTreeMap, BTreeSet};

use midfuse_base::{Problem, SettingError, Task, options};
use serde::{Deserialize, Serialize};

/// What the clinical figures of the report show.
#[options]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClinicalSection {
    /// The class that is an event.
    #[option(unset = "the second of two classes; none of more")]
    pub positive: Option<String>,
    /// Probabilities from which one would act.
    #[option(default = [], rule = "ascending, in `(0, 1)`")]
    pub thresholds: Vec<f64>,
    /// Specificities at which the sensitivity is reported.
    #[option(default = [0.8, 0.9, 0.95], rule = "ascending, in `[0, 1)`")]
    pub specificity: Vec<f64>,
    /// Share of events where the model is to be used, for predictive values.
    #[option(unset = "the share in the cohort", rule = "`(0, 1)`")]
    pub prevalence: Option<f64>,
    /// Columns whose levels get a row each in the subgroup tables.
    #[option(default = [])]
    pub subgroups: Vec<String>,
    /// Where a column of numbers is cut, ascending; the others are cut at their quartiles.
    #[option(default = BTreeMap::new())]
    pub cuts: BTreeMap<String, Vec<f64>>,
    /// Columns that the clinic already has: what they say alone, and what each strategy adds to them.
    #[option(default = [])]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub baseline: Vec<String>,
    /// Column of the site.
    #[option(unset = "none")]
    pub site: Option<String>,
    /// Counts below this are not shown.
    #[option(default = 10)]
    pub small_cell: usize,
}

impl ClinicalSection {
    /// Every rule that needs nothing but the study file; the error names the key.
    pub(super) fn check(&self) -> Result<(), SettingError> {
        ascending("clinical.thresholds", &self.thresholds)?;
        if let Some(t) = self.thresholds.iter().find(|t| !(**t > 0.0 && **t < 1.0)) {
            let problem = Problem::expected("probabilities in (0, 1)", t);
            return Err(problem.of("clinical.thresholds"));
        }
        ascending("clinical.specificity", &self.specificity)?;
        if let Some(s) = self.specificity.iter().find(|s| !(0.0..1.0).contains(*s)) {
            let problem = Problem::expected("shares in [0, 1)", s);
            return Err(problem.of("clinical.specificity"));
        }
        if let Some(p) = self.prevalence.filter(|p| !(*p > 0.0 && *p < 1.0)) {
            let problem = Problem::expected("a share in (0, 1)", p);
            return Err(problem.of("clinical.prevalence"));
        }
        for (key, columns) in [
            ("clinical.subgroups", &self.subgroups),
            ("clinical.baseline", &self.baseline),
        ] {
            let mut seen = BTreeSet::new();
            if let Some(twice) = columns.iter().find(|name| !seen.insert(*name)) {
                let problem = Problem::Twice {
                    name: twice.clone(),
                    mend: "remove one",
                };
                return Err(problem.of(key));
            }
        }
        for (column, cuts) in &self.cuts {
            let key = format!("clinical.cuts.{column}");
            if !self.subgroups.contains(column) {
                let reason = format!("`{column}` is not among clinical.subgroups");
                return Err(Problem::conflict(reason, "add it there").of(key));
            }
            if cuts.is_empty() {
                return Err(Problem::conflict("the list is empty", "list a value").of(key));
            }
            ascending(&key, cuts)?;
        }
        Ok(())
    }

    /// Position of the class that is an event.
    ///
    /// # Errors
    /// [`SettingError`] that names the key, if the section does not fit the task.
    pub fn event(&self, task: &Task) -> Result<Option<usize>, SettingError> {
        let classes = task.classes();
        if classes.is_empty() {
            let set = [
                ("positive", self.positive.is_some()),
                ("thresholds", !self.thresholds.is_empty()),
                ("prevalence", self.prevalence.is_some()),
            ];
            return match set.iter().find(|(_, set)| *set) {
                Some((key, _)) => {
                    let reason = format!("is about classes, and the target is {}", task.describe());
                    Err(Problem::conflict(reason, "remove it").of(format!("clinical.{key}")))
                }
                None => Ok(None),
            };
        }
        match &self.positive {
            Some(name) => {
                let position = classes.iter().position(|class| class == name);
                let unknown = || Problem::unknown("the target has no class", name, classes);
                let event = position.ok_or_else(|| unknown().of("clinical.positive"));
                event.map(Some)
            }
            None if classes.len() == 2 => Ok(Some(1)),
            None if !self.thresholds.is_empty() || self.prevalence.is_some() => {
                let classes = classes.len();
                let what = format!("of {classes} classes, name the one that is an event");
                Err(Problem::needs(what).of("clinical.positive"))
            }
            None => Ok(None),
        }
    }
}

fn ascending(key: &str, values: &[f64]) -> Result<(), SettingError> {
    let rises = values
        .windows(2)
        .all(|pair| matches!(pair, [a, b] if a < b));
    if rises && values.iter().all(|value| value.is_finite()) {
        return Ok(());
    }
    let expected = "ascending numbers, no two alike";
    Err(Problem::expected(expected, format_args!("{values:?}")).of(key))
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
                .to_string()
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
                .to_string()
                .contains("name the one")
        );
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let wrong = |change: fn(&mut ClinicalSection)| {
            let mut section = ClinicalSection::default();
            change(&mut section);
            section.check().unwrap_err().to_string()
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
