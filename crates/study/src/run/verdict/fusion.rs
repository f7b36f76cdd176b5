//! One fusion against its single modalities, and against the best of them.

use super::{Losses, gain};
use crate::run::results::ResamplingDesign;
use midfuse_report::results::{Effect, FusionFinding, Gain};

/// The gain on each single modality that the fusion holds.
pub(super) fn gains(
    design: ResamplingDesign,
    losses: &Losses,
    (name, modalities, fusion): (&str, &[String], &[f64]),
) -> Vec<Gain> {
    let held = |(_, modality, _): &&(String, String, Vec<f64>)| modalities.contains(modality);
    let singles = losses.singles.iter().filter(held);
    singles
        .map(|(single, _, of_single)| {
            let (mean, lower, upper, _) = gain(design, of_single, fusion, 0.95);
            let (_, _, upper_one_sided, _) = gain(design, of_single, fusion, 0.90);
            Gain {
                fusion: name.to_owned(),
                single: single.clone(),
                gain: mean,
                lower,
                upper: upper_one_sided.or(upper),
            }
        })
        .collect()
}

/// What is shown, given `gains` on each single modality; `best`: losses of the best one.
pub(super) fn finding(
    design: ResamplingDesign,
    losses: &Losses,
    (best, margin): (&[f64], f64),
    gains: &[Gain],
    (name, modalities, fusion): (&str, &[String], &[f64]),
) -> FusionFinding {
    let (mean, lower, upper, p) = gain(design, best, fusion, 0.95);
    let (_, _, upper_one_sided, _) = gain(design, best, fusion, 0.90);
    let on_each = gains
        .iter()
        .all(|on| on.lower.is_some_and(|lower| lower > 0.0) && on.gain > margin);
    // A single modality with failed jobs is not among them.
    let complete = modalities
        .iter()
        .all(|m| losses.singles.iter().any(|(_, modality, _)| modality == m));
    let effect = if on_each && complete {
        Effect::Gains
    } else if upper.is_some_and(|upper| upper < 0.0) && -mean > margin {
        Effect::Loses
    } else if upper_one_sided.is_some_and(|upper| upper < margin) {
        Effect::NoGain
    } else {
        Effect::Open
    };
    FusionFinding {
        fusion: name.to_owned(),
        effect,
        gain: mean,
        lower,
        upper,
        upper_one_sided,
        p,
    }
}
