//! What a strategy needs.

use serde::{Deserialize, Serialize};

/// What a strategy takes of each modality.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Takes {
    /// What its encoder makes of it.
    Encoders,
    /// Its raw features; encoders are neither built nor trained.
    RawFeatures,
}

/// What a strategy needs: known before a model is built, so that a study file is checked by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Needs {
    /// What it takes of each modality.
    pub takes: Takes,
    /// Fewest modalities.
    pub at_least: usize,
    /// Most modalities; none = any number.
    pub at_most: Option<usize>,
    /// True where one section of a study file stands for one strategy per modality, each named
    /// `STRATEGY-MODALITY`: what every other strategy is compared with.
    pub per_modality: bool,
}

impl Needs {
    /// Two or more encoded modalities: what a fusion needs.
    pub const fn fusion() -> Self {
        Self {
            takes: Takes::Encoders,
            at_least: 2,
            at_most: None,
            per_modality: false,
        }
    }

    /// The raw features of one or more modalities.
    pub const fn raw_features() -> Self {
        Self {
            takes: Takes::RawFeatures,
            at_least: 1,
            ..Self::fusion()
        }
    }

    /// One encoded modality; a section stands for one strategy per modality.
    pub const fn each_modality() -> Self {
        Self {
            takes: Takes::Encoders,
            at_least: 1,
            at_most: Some(1),
            per_modality: true,
        }
    }

    /// True for this number of modalities in one model.
    pub fn admits(&self, modalities: usize) -> bool {
        modalities >= self.at_least && self.at_most.is_none_or(|most| modalities <= most)
    }

    /// What one model takes: `at least two modalities`, `the raw features of one modality`.
    pub fn describe(&self) -> String {
        match self.takes {
            Takes::Encoders => self.count(),
            Takes::RawFeatures => format!("the raw features of {}", self.count()),
        }
    }

    /// How many modalities one model takes: `one modality`, `at least two modalities`.
    pub fn count(&self) -> String {
        match (self.at_least, self.at_most) {
            (least, Some(most)) if least == most => modalities(least),
            (least, Some(most)) => format!("{least} to {}", modalities(most)),
            (least, None) => format!("at least {}", modalities(least)),
        }
    }
}

fn modalities(n: usize) -> String {
    match n {
        1 => "one modality".to_owned(),
        2 => "two modalities".to_owned(),
        n => format!("{n} modalities"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn needs_in_words_and_in_numbers() {
        let (fusion, each) = (Needs::fusion(), Needs::each_modality());
        assert!(fusion.admits(2) && fusion.admits(9) && !fusion.admits(1));
        assert!(each.admits(1) && !each.admits(2) && !each.admits(0));
        assert_eq!(fusion.count(), "at least two modalities");
        assert_eq!(fusion.describe(), fusion.count());
        assert_eq!(
            Needs::raw_features().describe(),
            "the raw features of at least one modality"
        );
        assert_eq!(each.count(), "one modality");
        let range = Needs {
            at_most: Some(3),
            ..fusion
        };
        assert_eq!(range.count(), "2 to 3 modalities");
    }
}
