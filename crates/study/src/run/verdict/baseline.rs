//! A fusion against the baselines of several modalities.

use super::{Losses, gain};
use crate::run::results::ResamplingDesign;
use midfuse_report::results::{BaselineFinding, Beaten, Finding};

/// The fusion against every baseline.
pub(super) fn findings(
    design: ResamplingDesign,
    losses: &Losses,
    (name, fusion): (&str, &[f64]),
) -> Vec<BaselineFinding> {
    let baselines = losses.baselines.iter();
    baselines
        .map(|(baseline, of_baseline)| {
            let (gain, lower, upper, p) = gain(design, of_baseline, fusion, 0.95);
            let beaten = if lower.is_some_and(|lower| lower > 0.0) {
                Beaten::Yes
            } else if upper.is_some_and(|upper| upper < 0.0) {
                Beaten::Worse
            } else {
                Beaten::Open
            };
            BaselineFinding {
                fusion: name.to_owned(),
                baseline: baseline.clone(),
                beaten,
                gain,
                lower,
                upper,
                p,
            }
        })
        .collect()
}

/// The finding, with the baselines that no fusion that pays is shown to beat.
pub(super) fn held_against(
    finding: Finding,
    losses: &Losses,
    found: &[BaselineFinding],
) -> Finding {
    let Finding::FusionPays {
        fusions, compared, ..
    } = finding
    else {
        return finding;
    };
    let beats = |baseline: &str| {
        let of = |one: &&BaselineFinding| {
            one.baseline == baseline && one.beaten == Beaten::Yes && fusions.contains(&one.fusion)
        };
        found.iter().any(|one| of(&one))
    };
    let unbeaten = losses.baselines.iter().map(|(name, _)| name);
    Finding::FusionPays {
        unbeaten: unbeaten.filter(|name| !beats(name)).cloned().collect(),
        fusions,
        compared,
    }
}
