//! One arm of the comparison: a strategy with its trials, ready to be put into jobs.

use std::collections::{BTreeMap, BTreeSet};

use midfuse_base::Problem;
use midfuse_base::catalogue::{ArmKind, BaselineEntry, Catalogue};
use serde_json::Value;

use super::model::{baseline_section, model_section};
use super::trial::{Trial, draw, every_point};
use crate::file::{BaselineSection, ModalitySection, SearchSpace, StrategySection, StudyFile};
use crate::{Error, Result, SpaceError};

/// A strategy or a baseline of the comparison; some give one arm per modality.
#[derive(Debug, Clone, PartialEq)]
pub struct Arm {
    /// Name in results and folders: `concat`, `single-pixels`.
    pub name: String,
    /// Registered name of the fusion or baseline.
    pub fusion: String,
    /// What it is.
    pub kind: ArmKind,
    /// Modalities that take part, in the order of the study file.
    pub modalities: Vec<String>,
    /// Distinct settings to try.
    pub trials: Vec<Trial>,
}

impl Arm {
    /// True for one modality alone: a candidate for the best single modality.
    pub fn is_single(&self) -> bool {
        self.modalities.len() == 1
    }

    /// True for a baseline: a model without epochs, that is held against and not fused.
    pub fn is_baseline(&self) -> bool {
        self.kind == ArmKind::Baseline
    }
}

/// The arms of a study, each with its trials: strategies in the order of its file, then baselines.
///
/// # Errors
/// [`Error::Setting`] if a strategy is not there or lacks what it needs; [`Error::Strategy`] if a search
/// space is too small for the budget, or names what is not there.
pub fn arms(file: &StudyFile, catalogue: &Catalogue) -> Result<Vec<Arm>> {
    file.check_strategies_of(catalogue)?;
    file.check_baselines_of(catalogue)?;
    let mut arms = Vec::new();
    for section in &file.strategies {
        let members = members(file, section.modalities.as_deref());
        let strategy = catalogue.strategy(&section.fusion);
        if strategy.is_ok_and(|strategy| strategy.needs.per_modality) {
            for member in members {
                let name = format!("{}-{}", section.fusion, member.name);
                arms.push(arm(file, section, name, &[member])?);
            }
        } else {
            let name = section
                .name
                .clone()
                .unwrap_or_else(|| section.fusion.clone());
            arms.push(arm(file, section, name, &members)?);
        }
    }
    for section in &file.baselines {
        let entry = catalogue
            .baseline(&section.name)
            .map_err(|error| Problem::needs(error).of("baselines"))?;
        let members = members(file, section.modalities.as_deref());
        for &member in &members {
            let name = format!("{}-{}", section.name, member.name);
            arms.push(baseline(file, section, entry, name, &[member])?);
        }
        if members.len() > 1 {
            let name = section.name.clone();
            arms.push(baseline(file, section, entry, name, &members)?);
        }
    }
    let mut seen = BTreeSet::new();
    if let Some(arm) = arms.iter().find(|arm| !seen.insert(&arm.name)) {
        let reason = format!("two arms would be called `{}`", arm.name);
        let mend = "give the strategy another `name`";
        return Err(Problem::conflict(reason, mend).of("strategies").into());
    }
    Ok(arms)
}

/// The chosen modalities, or all.
fn members<'a>(file: &'a StudyFile, chosen: Option<&[String]>) -> Vec<&'a ModalitySection> {
    let all = file.modalities.iter();
    all.filter(|m| chosen.is_none_or(|chosen| chosen.contains(&m.name)))
        .collect()
}

/// A baseline of these modalities. A grid is tried whole, whatever the budget gives to strategies: a
/// reference that was searched too little would flatter what is compared with it.
fn baseline(
    file: &StudyFile,
    section: &BaselineSection,
    entry: &BaselineEntry,
    name: String,
    members: &[&ModalitySection],
) -> Result<Arm> {
    let space = section.space(entry);
    let settings = if let Some(points) = every_point(&space) {
        points
    } else {
        drawn(file, &name, &space)?
    };
    let trial = |values| Trial {
        model: baseline_section(section, members, &values),
        values,
    };
    Ok(Arm {
        fusion: section.name.clone(),
        kind: ArmKind::Baseline,
        modalities: members.iter().map(|m| m.name.clone()).collect(),
        trials: settings.into_iter().map(trial).collect(),
        name,
    })
}

/// The settings that the budget draws for an arm of this name.
fn drawn(
    file: &StudyFile,
    name: &str,
    space: &SearchSpace,
) -> Result<Vec<BTreeMap<String, Value>>> {
    let seed = file.protocol.seed.derive("trials").derive(name);
    draw(space, &file.budget, seed).map_err(|source| Error::Strategy {
        strategy: name.to_owned(),
        source,
    })
}

fn arm(
    file: &StudyFile,
    section: &StrategySection,
    name: String,
    members: &[&ModalitySection],
) -> Result<Arm> {
    let wrong = |source: SpaceError| Error::Strategy {
        strategy: name.clone(),
        source,
    };
    let space =
        super::trial::space_of(file, section, members).map_err(|error| wrong(error.into()))?;
    let trials = drawn(file, &name, &space)?
        .into_iter()
        .map(|values| {
            Ok(Trial {
                model: model_section(file, section, members, &values)?,
                values,
            })
        })
        .collect::<std::result::Result<_, SpaceError>>()
        .map_err(&wrong)?;
    Ok(Arm {
        fusion: section.fusion.clone(),
        kind: ArmKind::of(false, members.len()),
        modalities: members.iter().map(|m| m.name.clone()).collect(),
        trials,
        name,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::file::catalogue;

    const FILE: &str = r#"
name = "s"
cohort = "c"
target = "y"
baselines = ["linear"]
[[modalities]]
name = "a"
encoder = "mlp"
[[modalities]]
name = "b"
encoder = "gru"
config = { d_hidden = 4 }
[[strategies]]
fusion = "single"
[budget]
trials = 1
"#;

    fn of(text: &str) -> Result<Vec<Arm>> {
        arms(&StudyFile::parse(text, "s")?, &catalogue())
    }

    #[test]
    fn a_baseline_is_an_arm_of_each_modality_and_of_all() {
        let arms = of(FILE).unwrap();
        let names: Vec<&str> = arms.iter().map(|arm| arm.name.as_str()).collect();
        assert_eq!(
            names,
            ["single-a", "single-b", "linear-a", "linear-b", "linear"]
        );
        let linear = &arms[4];
        assert!(linear.is_baseline() && !linear.is_single() && arms[2].is_single());
        // Its whole grid, not the one trial of the budget.
        assert_eq!(linear.trials.len(), 2);
        assert_eq!(
            linear.trials[1].model,
            json!({
                "modalities": [
                    {"name": "a", "encoder": {"name": "mlp"}},
                    {"name": "b", "encoder": {"name": "gru", "d_hidden": 4}},
                ],
                "strategy": {"name": "linear", "penalty": 1},
            })
        );
    }

    #[test]
    fn what_is_set_is_not_searched_and_a_search_takes_the_place_of_the_grid() {
        let with = |table: &str| {
            let text = FILE.replace("\"linear\"", &format!("{{ name = \"linear\", {table} }}"));
            of(&text).unwrap().pop().unwrap().trials
        };
        let set = with("config = { penalty = 3 }");
        assert_eq!(set.len(), 1);
        assert_eq!(set[0].model["strategy"]["penalty"], 3);
        let lists = with("search = { penalty = [1, 2], l1_ratio = [0, 0.5, 1] }");
        assert_eq!(lists.len(), 6);
        let interval = with("search = { penalty = { min = 0.1, max = 1 } }");
        assert_eq!(
            interval.len(),
            1,
            "an interval is drawn from as often as the budget says"
        );
    }

    #[test]
    fn names_of_arms_are_unique() {
        let text = FILE.replace(
            "fusion = \"single\"",
            "fusion = \"single\"\n[[strategies]]\nfusion = \"attention\"\nname = \"linear\"",
        );
        let error = of(&text).unwrap_err().to_string();
        assert!(
            error.contains("two arms would be called `linear`"),
            "{error}"
        );
    }
}
