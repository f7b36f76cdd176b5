//! The rows of the checklist, module by module: the one place where they stand.

mod data_quality;
mod generalizability;
mod goals;
mod leakage;
mod metrics;
mod modelling;
mod preprocessing;
mod publication;
mod reproducibility;

use serde::{Deserialize, Serialize};

use super::Facts;

/// A row of the checklist.
#[derive(Debug)]
pub struct Item {
    /// Its name.
    pub id: &'static str,
    /// Its module.
    pub module: Module,
    /// Items of REFORMS, by module and letter: `3d`.
    pub reforms: &'static [&'static str],
    /// Items of TRIPOD+AI: `8a`.
    pub tripod: &'static [&'static str],
    /// What is asked, in our words.
    pub question: &'static str,
    /// Who answers.
    pub fill: Fill,
    /// What a person should write.
    pub hint: &'static str,
}

/// Who answers a row. A function gives `None` where the study at hand does not know.
#[derive(Debug, Clone, Copy)]
pub enum Fill {
    /// The study, in full.
    Study(fn(&Facts<'_>) -> Option<String>),
    /// The study knows a part.
    Partly(fn(&Facts<'_>) -> Option<String>),
    /// A person.
    Person,
}

/// The modules of REFORMS, and one for what only TRIPOD+AI asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Module {
    /// REFORMS 1.
    StudyGoals,
    /// REFORMS 2.
    Reproducibility,
    /// REFORMS 3.
    DataQuality,
    /// REFORMS 4.
    Preprocessing,
    /// REFORMS 5.
    Modelling,
    /// REFORMS 6.
    Leakage,
    /// REFORMS 7.
    Metrics,
    /// REFORMS 8.
    Generalizability,
    /// Title, ethics, funding, sharing.
    Publication,
}

impl Module {
    /// Its heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::StudyGoals => "Study goals",
            Self::Reproducibility => "Computational reproducibility",
            Self::DataQuality => "Data quality",
            Self::Preprocessing => "Data preprocessing",
            Self::Modelling => "Modelling",
            Self::Leakage => "Data leakage",
            Self::Metrics => "Metrics and uncertainty",
            Self::Generalizability => "Generalizability and limitations",
            Self::Publication => "Publication",
        }
    }
}

/// Every row, in the order of the modules.
pub fn items() -> impl Iterator<Item = &'static Item> {
    [
        goals::ITEMS,
        reproducibility::ITEMS,
        data_quality::ITEMS,
        preprocessing::ITEMS,
        modelling::ITEMS,
        leakage::ITEMS,
        metrics::ITEMS,
        generalizability::ITEMS,
        publication::ITEMS,
    ]
    .into_iter()
    .flatten()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Letters per module of REFORMS: 32 items.
    const REFORMS: [(u8, u8); 8] = [
        (1, 3),
        (2, 5),
        (3, 7),
        (4, 3),
        (5, 6),
        (6, 3),
        (7, 3),
        (8, 2),
    ];
    /// Letters per item of TRIPOD+AI; 0 for an item without letters.
    const TRIPOD: [u8; 27] = [
        0, 0, 3, 0, 2, 3, 0, 3, 3, 0, 0, 7, 0, 0, 0, 0, 0, 6, 0, 3, 0, 0, 2, 0, 0, 0, 3,
    ];

    fn named(number: usize, letters: u8) -> Vec<String> {
        match letters {
            0 => vec![number.to_string()],
            n => (0..n)
                .map(|letter| format!("{number}{}", char::from(b'a' + letter)))
                .collect(),
        }
    }

    #[test]
    fn every_item_of_both_checklists_is_mentioned_and_no_other() {
        let reforms: BTreeSet<String> = REFORMS
            .iter()
            .flat_map(|&(module, letters)| named(module.into(), letters))
            .collect();
        assert_eq!(reforms.len(), 32);
        let tripod: BTreeSet<String> = TRIPOD
            .iter()
            .enumerate()
            .flat_map(|(at, &letters)| named(at + 1, letters))
            .collect();
        let cited = |of: fn(&Item) -> &'static [&'static str]| -> BTreeSet<String> {
            items().flat_map(of).map(|&item| item.to_owned()).collect()
        };
        assert_eq!(cited(|item| item.reforms), reforms);
        assert_eq!(cited(|item| item.tripod), tripod);
    }

    #[test]
    fn rows_have_names_of_their_own_and_lie_in_the_module_that_they_cite() {
        let mut seen = BTreeSet::new();
        let mut last = Module::StudyGoals;
        for item in items() {
            assert!(seen.insert(item.id), "{} is there twice", item.id);
            assert!(item.module >= last, "{} is out of order", item.id);
            last = item.module;
            assert!(!item.reforms.is_empty() || !item.tripod.is_empty());
            assert!(!item.question.is_empty() && !item.hint.is_empty());
            for reforms in item.reforms {
                let number: u8 = reforms[..1].parse().unwrap();
                assert_eq!(number, item.module as u8 + 1, "{}", item.id);
            }
        }
    }
}
