//! One arm of the comparison: a strategy with its trials, ready to be put into jobs.

use midfuse_base::catalogue::Catalogue;

use super::model::model_section;
use super::trial::{Trial, draw};
use crate::file::{ModalitySection, StrategySection, StudyFile};
use crate::{Error, Result, SpaceError};

/// A strategy of the comparison; some strategies give one arm per modality.
#[derive(Debug, Clone, PartialEq)]
pub struct Arm {
    /// Name in results and folders: `concat`, `single-pixels`.
    pub name: String,
    /// Registered name of the fusion.
    pub fusion: String,
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
}

/// The arms of a study, in the order of its file, each with its trials.
///
/// # Errors
/// [`Error::Setting`] if a strategy is not there or lacks what it needs; [`Error::Strategy`] if a search
/// space is too small for the budget, or names what is not there.
pub fn arms(file: &StudyFile, catalogue: &Catalogue) -> Result<Vec<Arm>> {
    file.check_strategies_of(catalogue)?;
    let mut arms = Vec::new();
    for section in &file.strategies {
        let members: Vec<&ModalitySection> = file
            .modalities
            .iter()
            .filter(|m| {
                section
                    .modalities
                    .as_ref()
                    .is_none_or(|chosen| chosen.contains(&m.name))
            })
            .collect();
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
    Ok(arms)
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
    let seed = file.protocol.seed.derive("trials").derive(&name);
    let settings = draw(&space, &file.budget, seed).map_err(&wrong)?;
    let trials = settings
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
        modalities: members.iter().map(|m| m.name.clone()).collect(),
        trials,
        name,
    })
}
