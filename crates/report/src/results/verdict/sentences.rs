//! The verdict in words: the one place where they are made, for terminal, page and checklist.

use super::{BaselineFinding, Beaten, Effect, Finding, FusionFinding, Skill, Unknown, Verdict};

impl Verdict {
    /// The finding in one sentence.
    pub fn headline(&self) -> String {
        self.finding.sentence()
    }

    /// The sentences behind it: skill of the single modalities, then each fusion, then each against
    /// each baseline.
    pub fn reasons(&self) -> Vec<String> {
        let Some(margin) = self.margin else {
            return Vec::new();
        };
        let (fusions, baselines) = (self.fusions.iter(), self.baselines.iter());
        std::iter::once(skill(&self.skill, &self.prior))
            .chain(fusions.map(|fusion| fusion.sentence(&self.unit, margin)))
            .chain(baselines.map(|baseline| baseline.sentence(&self.unit)))
            .collect()
    }

    /// What this study cannot say, a sentence or two each.
    pub fn limits(&self) -> Vec<String> {
        self.unknown.iter().map(|one| one.sentence()).collect()
    }
}

impl Finding {
    /// The finding in one sentence.
    pub fn sentence(&self) -> String {
        match self {
            Self::NoSingle { .. } => {
                "No single modality was fitted without failures, so nothing can be compared.".to_owned()
            }
            Self::NothingFused => {
                "Single modalities only: nothing was fused, so there is no verdict on fusion.".to_owned()
            }
            Self::NoFusion { failed } => format!(
                "Every fusion had failed jobs ({}), so there is no verdict on fusion.",
                failed.join(", ")
            ),
            Self::NoSkill => "Not demonstrated: no strategy is shown to beat the prior.".to_owned(),
            Self::FusionPays { fusions, compared, unbeaten } => {
                let but = if unbeaten.is_empty() {
                    String::new()
                } else {
                    format!(", but none of them is shown to beat {} on raw features side by side", unbeaten.join(" or "))
                };
                format!(
                    "Fusing pays here: {} of {compared} fusions ({}) gain more than the margin on each of their single modalities{but}.",
                    fusions.len(),
                    fusions.join(", ")
                )
            }
            Self::FusionCosts { fusions, compared } => format!(
                "Fusing costs here: {} of {compared} fusions ({}) are worse than the best single modality.",
                fusions.len(),
                fusions.join(", ")
            ),
            Self::NoGain => {
                "No fusion gains on the best single modality: a gain above the margin is excluded for every one.".to_owned()
            }
            Self::NotShown => {
                "Not demonstrated: no fusion is shown to gain on each of its single modalities, and a gain is not excluded.".to_owned()
            }
        }
    }
}

fn skill(singles: &[Skill], prior: &str) -> String {
    let skilled: Vec<&str> = singles
        .iter()
        .filter(|single| single.beats_prior)
        .map(|single| single.arm.as_str())
        .collect();
    match skilled.len() {
        0 => {
            format!("No single modality is shown to beat the prior ({prior} of the training rows).")
        }
        n if n == singles.len() => format!(
            "Every single modality beats the prior ({}).",
            skilled.join(", ")
        ),
        _ => format!("Beat the prior: {}.", skilled.join(", ")),
    }
}

impl FusionFinding {
    /// What is found about the fusion, with its numbers.
    pub fn sentence(&self, unit: &str, margin: f64) -> String {
        let (name, mean) = (&self.fusion, self.gain);
        let numbers = match (self.lower, self.upper) {
            (Some(lower), Some(upper)) => format!(
                "{mean:+.4} {unit}, 95 % interval {lower:+.4} to {upper:+.4}, margin {margin:.4}"
            ),
            _ => format!("{mean:+.4} {unit}, margin {margin:.4}"),
        };
        match self.effect {
            Effect::Gains => format!(
                "{name} gains on each of its single modalities; on the best one: {numbers}."
            ),
            Effect::Loses => format!("{name} is worse than the best single modality: {numbers}."),
            Effect::NoGain => format!(
                "{name}: a gain above the margin on the best single modality is excluded: {numbers}."
            ),
            Effect::Open => {
                let could = self.detectable().map_or_else(String::new, |gain| {
                    format!(" These folds could have shown a gain of about {gain:.4}.")
                });
                format!(
                    "{name}: not demonstrated; gain on the best single modality {numbers}.{could}"
                )
            }
        }
    }
}

impl BaselineFinding {
    /// What is found, with its numbers.
    pub fn sentence(&self, unit: &str) -> String {
        let (fusion, baseline, mean) = (&self.fusion, &self.baseline, self.gain);
        let numbers = match (self.lower, self.upper) {
            (Some(lower), Some(upper)) => {
                format!("{mean:+.4} {unit}, 95 % interval {lower:+.4} to {upper:+.4}")
            }
            _ => format!("{mean:+.4} {unit}"),
        };
        let found = match self.beaten {
            Beaten::Yes => "beats",
            Beaten::Worse => "is worse than",
            Beaten::Open => "is not shown to beat",
        };
        format!("{fusion} {found} the baseline {baseline} (raw features side by side): {numbers}.")
    }
}

impl Unknown {
    /// What is not known, why, and what would tell.
    pub fn sentence(self) -> String {
        match self {
            Self::Complementarity => "Whether a gain comes from what the modalities add to one another: the controls (fusing a modality with itself, fusing with a permuted modality, both retrained) were not run. \"Complementary\" is therefore not claimed.".to_owned(),
            Self::Interaction => "Whether a gain is interaction or addition: the additive projection of the fused model was not computed.".to_owned(),
            Self::Leaks => "Whether the data leak: a model of missingness or metadata alone was not fitted, and duplicates were not searched for.".to_owned(),
            Self::NewRows { sealed_rows } => {
                let conclude = if sealed_rows > 0 {
                    "The sealed rows are there for that: the command midfuse conclude opens them, once."
                } else {
                    "No row is sealed: the split file names every one."
                };
                format!("How one fitted model does on new rows: the scores speak of the procedure at this training size. {conclude}")
            }
            Self::Calibration => "Whether a gain in the loss is one in calibration: predictions were not all recalibrated. The report shows the calibration of each strategy.".to_owned(),
            Self::Luck { repeats } => format!(
                "How much the luck of a split and of a seed weighs: that takes at least {} repeats, this study has {repeats} (protocol.repeats).",
                Self::FEWEST_REPEATS
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn concat(effect: Effect) -> FusionFinding {
        FusionFinding {
            fusion: "concat".to_owned(),
            effect,
            gain: 0.25,
            lower: Some(0.125),
            upper: Some(0.375),
            upper_one_sided: Some(0.35),
            p: Some(0.004),
        }
    }

    #[test]
    fn numbers_stand_in_the_sentence_of_a_fusion() {
        assert_eq!(
            concat(Effect::Gains).sentence("nats", 0.01),
            "concat gains on each of its single modalities; on the best one: +0.2500 nats, 95 % interval +0.1250 to +0.3750, margin 0.0100."
        );
        let open = concat(Effect::Open).sentence("squared units of the target", 0.0);
        assert!(
            open.ends_with("could have shown a gain of about 0.1250."),
            "{open}"
        );
        let equal = FusionFinding {
            lower: None,
            upper: None,
            ..concat(Effect::NoGain)
        };
        let equal = equal.sentence("nats", 0.01);
        assert!(
            equal.ends_with("is excluded: +0.2500 nats, margin 0.0100."),
            "{equal}"
        );
    }

    #[test]
    fn a_gain_that_a_baseline_has_too_is_said_to_be_so() {
        let pays = Finding::FusionPays {
            fusions: vec!["concat".to_owned()],
            compared: 2,
            unbeaten: vec!["linear".to_owned(), "trees".to_owned()],
        };
        assert!(
            pays.sentence().ends_with(
                "each of their single modalities, but none of them is shown to beat linear or trees on raw features side by side."
            ),
            "{}",
            pays.sentence()
        );
        let of = |beaten| BaselineFinding {
            fusion: "concat".to_owned(),
            baseline: "linear".to_owned(),
            beaten,
            gain: 0.01,
            lower: Some(-0.02),
            upper: Some(0.04),
            p: Some(0.4),
        };
        assert_eq!(
            of(Beaten::Open).sentence("nats"),
            "concat is not shown to beat the baseline linear (raw features side by side): +0.0100 nats, 95 % interval -0.0200 to +0.0400."
        );
        assert!(
            of(Beaten::Yes)
                .sentence("nats")
                .starts_with("concat beats the baseline")
        );
    }

    #[test]
    fn a_finding_is_the_same_after_a_round_trip() {
        let fusions = vec!["concat".to_owned()];
        for finding in [
            Finding::NoSingle {
                failed: vec!["single-a".to_owned()],
            },
            Finding::NothingFused,
            Finding::NoFusion {
                failed: fusions.clone(),
            },
            Finding::NoSkill,
            Finding::FusionPays {
                fusions: fusions.clone(),
                compared: 2,
                unbeaten: Vec::new(),
            },
            Finding::FusionPays {
                fusions: fusions.clone(),
                compared: 2,
                unbeaten: vec!["linear".to_owned()],
            },
            Finding::FusionCosts {
                fusions,
                compared: 2,
            },
            Finding::NoGain,
            Finding::NotShown,
        ] {
            let json = serde_json::to_string(&finding).unwrap();
            assert_eq!(serde_json::from_str::<Finding>(&json).unwrap(), finding);
            assert!(finding.sentence().ends_with('.'), "{json}");
        }
    }
}
