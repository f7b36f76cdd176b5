//! One arm of the comparison: a strategy with its trials, ready to be put into jobs.

use std::collections::{BTreeMap, BTreeSet};

use midfuse_base::Problem;
use midfuse_base::catalogue::{ArmKind, Catalogue};
use serde_json::Value;

use super::default_space::default_space;
use super::model::{baseline_section, model_section};
use super::trial::{Trial, draw, every_point};
use crate::file::{
    BaselineSection, Budget, Draw, ModalitySection, SearchSpace, StrategySection, StudyFile,
};
use crate::{Error, Result, Round, SpaceError, rounds};

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

    /// Whether its first setting is what the study file says, and not drawn.
    pub fn has_own_setting(&self) -> bool {
        let first = self.trials.first();
        first.is_some_and(|trial| trial.values.is_empty())
    }

    /// In which rounds its settings are tried on the inner folds: one for all of them, unless they are
    /// halved. A baseline has no epochs, and one round.
    pub fn rounds(&self, budget: &Budget) -> Vec<Round> {
        let (trials, epochs) = (self.trials.len(), budget.epochs);
        match budget.draw {
            Draw::Halving if !self.is_baseline() => rounds(trials, epochs),
            Draw::Halving | Draw::Random | Draw::Grid => vec![Round { trials, epochs }],
        }
    }

    /// True for a baseline: a model without epochs, that is held against and not fused.
    pub fn is_baseline(&self) -> bool {
        self.kind == ArmKind::Baseline
    }
}

/// The arms of a study, each with its trials: strategies in the order of its file, then baselines.
/// `kind_of`: kind of a modality in the cohort.
///
/// # Errors
/// [`Error::Setting`] if a strategy is not there or lacks what it needs; [`Error::Strategy`] if a search
/// space is too small for the budget, or names what is not there.
pub fn arms(
    file: &StudyFile,
    catalogue: &Catalogue,
    kind_of: impl Fn(&str) -> Option<&'static str>,
) -> Result<Vec<Arm>> {
    file.check_strategies_of(catalogue)?;
    file.check_baselines_of(catalogue)?;
    let mut arms = Vec::new();
    let made = |section, name: String, members: &[_]| {
        let tried = trials(file, section, &name, members, catalogue, &kind_of)?;
        Ok::<_, Error>(arm(section, name, members, tried))
    };
    for section in &file.strategies {
        let members = members(file, section.modalities.as_deref());
        let strategy = catalogue.strategy(&section.fusion);
        if strategy.is_ok_and(|strategy| strategy.needs.per_modality) {
            for member in members {
                let name = format!("{}-{}", section.fusion, member.name);
                arms.push(made(section, name, &[member])?);
            }
        } else {
            let name = section
                .name
                .clone()
                .unwrap_or_else(|| section.fusion.clone());
            arms.push(made(section, name, &members)?);
        }
    }
    for section in &file.baselines {
        let entry = catalogue
            .baseline(&section.name)
            .map_err(|error| Problem::needs(error).of("baselines"))?;
        let members = members(file, section.modalities.as_deref());
        let of_rows = |key: &str| is_of_rows(file, catalogue, &kind_of, key);
        let made = |name, members: &[_]| {
            let mut space = section.space(entry);
            space.extend(read_space(file, members, of_rows));
            baseline(file, section, &space, name, members)
        };
        for &member in &members {
            let name = format!("{}-{}", section.name, member.name);
            arms.push(made(name, &[member])?);
        }
        if members.len() > 1 {
            arms.push(made(section.name.clone(), &members)?);
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

/// What the shared search says of how the rows of these modalities are read: settings of the data, and
/// so of the baselines that look at them, too.
fn read_space(
    file: &StudyFile,
    members: &[&ModalitySection],
    of_rows: impl Fn(&str) -> bool,
) -> SearchSpace {
    let of_members = file.search.iter().filter(|(key, _)| {
        let name = key.split('.').nth(1);
        members.iter().any(|m| Some(m.name.as_str()) == name) && of_rows(key)
    });
    of_members
        .map(|(key, range)| (key.clone(), range.clone()))
        .collect()
}

/// Whether a key of a search says how the rows of a modality are read.
fn is_of_rows(
    file: &StudyFile,
    catalogue: &Catalogue,
    kind_of: &dyn Fn(&str) -> Option<&'static str>,
    key: &str,
) -> bool {
    let parts: Vec<&str> = key.split('.').collect();
    let ["modalities", name, field] = parts.as_slice() else {
        return false;
    };
    let section = file.modalities.iter().find(|m| m.name == *name);
    let encoder = section.and_then(|section| {
        let kind = kind_of(name)?;
        catalogue.encoder(kind, &section.encoder).ok()
    });
    let option = encoder.and_then(|encoder| encoder.option("encoder", field).ok());
    option.is_some_and(|option| option.of_rows)
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
    space: &SearchSpace,
    name: String,
    members: &[&ModalitySection],
) -> Result<Arm> {
    let settings = if let Some(points) = every_point(space) {
        points
    } else {
        drawn(file, &name, space)?
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

/// The settings of a strategy that are tried: those of its search space. Where the file names none and
/// there is more than one trial, the setting of the file comes first and the others are drawn from the
/// [`default_space`].
fn trials(
    file: &StudyFile,
    section: &StrategySection,
    name: &str,
    members: &[&ModalitySection],
    catalogue: &Catalogue,
    kind_of: &dyn Fn(&str) -> Option<&'static str>,
) -> Result<Vec<Trial>> {
    let wrong = |source: SpaceError| Error::Strategy {
        strategy: name.to_owned(),
        source,
    };
    let space =
        super::trial::space_of(file, section, members).map_err(|error| wrong(error.into()))?;
    let settings = if space.is_empty() && file.budget.draws_default_space() {
        let space = default_space(file, section, members, catalogue, kind_of);
        let others = if space.is_empty() {
            Vec::new()
        } else {
            drawn(file, name, &space)?
        };
        let own = std::iter::once(BTreeMap::new());
        own.chain(others).take(file.budget.trials).collect()
    } else {
        drawn(file, name, &space)?
    };
    settings
        .into_iter()
        .map(|values| {
            Ok(Trial {
                model: model_section(file, section, members, &values)?,
                values,
            })
        })
        .collect::<std::result::Result<_, SpaceError>>()
        .map_err(&wrong)
}

fn arm(
    section: &StrategySection,
    name: String,
    members: &[&ModalitySection],
    trials: Vec<Trial>,
) -> Arm {
    Arm {
        fusion: section.fusion.clone(),
        kind: ArmKind::of(false, members.len()),
        modalities: members.iter().map(|m| m.name.clone()).collect(),
        trials,
        name,
    }
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
        arms(&StudyFile::parse(text, "s")?, &catalogue(), |_| None)
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
    fn without_a_search_the_first_trial_is_the_file_s_own() {
        let mut catalogue = catalogue();
        let lr = &mut catalogue.training[0];
        lr.search = Some(midfuse_base::search::choices(&[0.1, 0.2, 0.3]));
        let trials = |trials: usize, more: &str| {
            let text = FILE.replace("trials = 1", &format!("trials = {trials}{more}"));
            let file = StudyFile::parse(&text, "s").unwrap();
            let arms = arms(&file, &catalogue, |_| None);
            arms.map(|mut arms| arms.swap_remove(0).trials)
        };
        let one = trials(1, "").unwrap();
        assert_eq!(one.len(), 1);
        let three = trials(3, "").unwrap();
        assert_eq!(three.len(), 3);
        assert_eq!(three[0], one[0]);
        assert!(
            three[1..]
                .iter()
                .all(|t| t.values.contains_key("training.lr"))
        );
        assert_ne!(three[1], three[2]);
        // A grid takes lists, and one point runs once.
        assert_eq!(trials(3, "\ndraw = \"grid\"").unwrap(), one);
        let set = trials(3, "\n[training]\nlr = 0.1").unwrap();
        assert_eq!(set.len(), 1, "nothing is left to search");
    }

    #[test]
    fn how_rows_are_read_is_searched_for_baselines_too() {
        let mut catalogue = catalogue();
        catalogue.encoders[0].encoders[0].options[0].of_rows = true;
        let search = "\n[search]\n\"modalities.a.d\" = [1, 2]\n\"modalities.a.p\" = [0.1]\n";
        let file = StudyFile::parse(&format!("{FILE}{search}"), "s").unwrap();
        let kind_of = |name: &str| Some(if name == "a" { "tabular" } else { "sequence" });
        let arms = arms(&file, &catalogue, kind_of).unwrap();
        let arm = |name: &str| arms.iter().find(|arm| arm.name == name).unwrap();
        assert_eq!(arm("linear-b").trials.len(), 2, "its penalties");
        for name in ["linear-a", "linear"] {
            let trials = &arm(name).trials;
            assert_eq!(trials.len(), 4, "its penalties times two ways to read");
            let last = &trials[3].model;
            assert_eq!(
                last["modalities"][0]["encoder"],
                json!({"name": "mlp", "d": 2})
            );
            assert_eq!(last["strategy"], json!({"name": "linear", "penalty": 1}));
        }
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
