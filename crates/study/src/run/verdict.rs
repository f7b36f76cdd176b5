//! The verdict, as far as this study can know it.
//!
//! The order of the decisions: does any arm beat the prior; does a fusion gain on each of its single
//! modalities; is it worse than the best; is "no gain" shown. Whether a gain is complementarity
//! also needs controls that are not run here, so the word is not used as a finding.

use midfuse_base::Task;
use midfuse_metrics::metric::{TaskMetrics, task_metrics};

use super::compare::Design;
use midfuse_report::results::{Gain, Verdict};

/// What the verdict is made of: losses per outer fold, smaller is better.
pub(super) struct Losses {
    pub(super) prior: Vec<f64>,
    /// Complete single modalities: name, modality, losses.
    pub(super) singles: Vec<(String, String, Vec<f64>)>,
    /// The best single modality, chosen fold by fold on inner scores.
    pub(super) best_single: Option<Vec<f64>>,
    /// Complete fusions: name, modalities, losses.
    pub(super) fusions: Vec<(String, Vec<String>, Vec<f64>)>,
}

/// How a fusion compares with its single modalities.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Finding {
    Gains,
    Loses,
    NoGain,
    Open,
}

/// `sealed`: rows that are left for a conclusion.
pub(super) fn verdict(
    design: Design,
    task: &Task,
    losses: &Losses,
    repeats: usize,
    sealed: usize,
) -> Verdict {
    let of_task = task_metrics(task);
    let unit = of_task.loss_unit();
    let margin = losses
        .best_single
        .as_ref()
        .map(|best| margin(of_task.as_ref(), &losses.prior, best));
    let mut verdict = Verdict {
        headline: String::new(),
        reasons: Vec::new(),
        unknown: unknown(of_task.as_ref(), repeats, sealed),
        margin,
        gains: Vec::new(),
    };
    let Some(margin) = margin else {
        "No single modality was fitted without failures, so nothing can be compared."
            .clone_into(&mut verdict.headline);
        return verdict;
    };
    let beats_prior = |arm: &[f64]| {
        let (gain, lower, ..) = gain(design, &losses.prior, arm, 0.95);
        lower.is_some_and(|lower| lower > 0.0) && gain > 0.0
    };
    let skilled: Vec<&str> = losses
        .singles
        .iter()
        .filter(|(.., l)| beats_prior(l))
        .map(|(name, ..)| name.as_str())
        .collect();
    verdict.reasons.push(match skilled.len() {
        0 => format!(
            "No single modality is shown to beat the prior ({} of the training rows).",
            of_task.prior_name()
        ),
        n if n == losses.singles.len() => format!(
            "Every single modality beats the prior ({}).",
            skilled.join(", ")
        ),
        _ => format!("Beat the prior: {}.", skilled.join(", ")),
    });
    if losses.fusions.is_empty() {
        "Single modalities only: nothing was fused, so there is no verdict on fusion."
            .clone_into(&mut verdict.headline);
        return verdict;
    }
    let any_skill = !skilled.is_empty() || losses.fusions.iter().any(|(.., l)| beats_prior(l));
    let mut found = Vec::new();
    for (name, modalities, fusion) in &losses.fusions {
        let (finding, sentence) = one_fusion(
            design,
            losses,
            &mut verdict.gains,
            name,
            modalities,
            fusion,
            margin,
            unit,
        );
        verdict.reasons.push(sentence);
        found.push((name.as_str(), finding));
    }
    let of = |wanted: Finding| -> Vec<&str> {
        found
            .iter()
            .filter(|(_, f)| *f == wanted)
            .map(|(n, _)| *n)
            .collect()
    };
    let (gains, loses, none) = (of(Finding::Gains), of(Finding::Loses), of(Finding::NoGain));
    let all = found.len();
    verdict.headline = if !any_skill {
        "Not demonstrated: no strategy is shown to beat the prior.".to_owned()
    } else if !gains.is_empty() {
        format!(
            "Fusing pays here: {} of {all} fusions ({}) gain more than the margin on each of their single modalities.",
            gains.len(),
            gains.join(", ")
        )
    } else if !loses.is_empty() {
        format!(
            "Fusing costs here: {} of {all} fusions ({}) are worse than the best single modality.",
            loses.len(),
            loses.join(", ")
        )
    } else if none.len() == all {
        "No fusion gains on the best single modality: a gain above the margin is excluded for every one.".to_owned()
    } else {
        "Not demonstrated: no fusion is shown to gain on each of its single modalities, and a gain is not excluded.".to_owned()
    };
    verdict
}

#[expect(
    clippy::too_many_arguments,
    reason = "private; each is one part of one sentence"
)]
fn one_fusion(
    design: Design,
    losses: &Losses,
    gains: &mut Vec<Gain>,
    name: &str,
    modalities: &[String],
    fusion: &[f64],
    margin: f64,
    unit: &str,
) -> (Finding, String) {
    let mut on_each = true;
    for (single, modality, of_single) in &losses.singles {
        if !modalities.contains(modality) {
            continue;
        }
        let (mean, lower, upper, _) = gain(design, of_single, fusion, 0.95);
        let (_, _, upper_one_sided, _) = gain(design, of_single, fusion, 0.90);
        on_each &= lower.is_some_and(|lower| lower > 0.0) && mean > margin;
        gains.push(Gain {
            fusion: name.to_owned(),
            single: single.clone(),
            gain: mean,
            lower,
            upper: upper_one_sided.or(upper),
        });
    }
    let complete = modalities
        .iter()
        .all(|m| losses.singles.iter().any(|(_, modality, _)| modality == m));
    let Some(best) = &losses.best_single else {
        return (
            Finding::Open,
            format!("{name}: no single modality to compare with."),
        );
    };
    let (mean, lower, upper, _) = gain(design, best, fusion, 0.95);
    let (_, _, upper_one_sided, _) = gain(design, best, fusion, 0.90);
    let numbers = match (lower, upper) {
        (Some(lower), Some(upper)) => format!(
            "{mean:+.4} {unit}, 95 % interval {lower:+.4} to {upper:+.4}, margin {margin:.4}"
        ),
        _ => format!("{mean:+.4} {unit}, margin {margin:.4}"),
    };
    if on_each && complete {
        return (
            Finding::Gains,
            format!("{name} gains on each of its single modalities; on the best one: {numbers}."),
        );
    }
    if upper.is_some_and(|upper| upper < 0.0) && -mean > margin {
        return (
            Finding::Loses,
            format!("{name} is worse than the best single modality: {numbers}."),
        );
    }
    if upper_one_sided.is_some_and(|upper| upper < margin) {
        return (
            Finding::NoGain,
            format!(
                "{name}: a gain above the margin on the best single modality is excluded: {numbers}."
            ),
        );
    }
    let could = match (lower, upper) {
        (Some(lower), Some(upper)) => format!(
            " These folds could have shown a gain of about {:.4}.",
            (upper - lower) / 2.0
        ),
        _ => String::new(),
    };
    (
        Finding::Open,
        format!("{name}: not demonstrated; gain on the best single modality {numbers}.{could}"),
    )
}

/// Loss of `reference` minus loss of `arm`.
fn gain(
    design: Design,
    reference: &[f64],
    arm: &[f64],
    level: f64,
) -> (f64, Option<f64>, Option<f64>, Option<f64>) {
    let gains: Vec<f64> = reference.iter().zip(arm).map(|(r, a)| r - a).collect();
    design.summary(&gains, level)
}

/// The larger of what the task says (.01 nats of a classification) and a tenth of what the best single
/// modality gains on the prior.
fn margin(of_task: &dyn TaskMetrics, prior: &[f64], best: &[f64]) -> f64 {
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len().max(1) as f64;
    let tenth = (0.1 * (mean(prior) - mean(best))).max(0.0);
    tenth.max(of_task.least_margin())
}

fn unknown(of_task: &dyn TaskMetrics, repeats: usize, sealed: usize) -> Vec<String> {
    let conclude = if sealed > 0 {
        "The sealed rows are there for that: the command midfuse conclude opens them, once."
    } else {
        "No row is sealed: the split file names every one."
    };
    let mut unknown = vec![
        "Whether a gain comes from what the modalities add to one another: the controls (fusing a modality with itself, fusing with a permuted modality, both retrained) were not run. \"Complementary\" is therefore not claimed."
            .to_owned(),
        "Whether a gain is interaction or addition: the additive projection of the fused model was not computed.".to_owned(),
        "Whether the data leak: a model of missingness or metadata alone was not fitted, and duplicates were not searched for."
            .to_owned(),
        format!("How one fitted model does on new rows: the scores speak of the procedure at this training size. {conclude}"),
    ];
    unknown.extend(of_task.open_about_calibration().map(str::to_owned));
    if repeats < 3 {
        unknown.push(format!(
            "How much the luck of a split and of a seed weighs: that takes at least 3 repeats, this study has {repeats} (protocol.repeats)."
        ));
    }
    unknown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn around(mean: f64, noise: [f64; 5]) -> Vec<f64> {
        noise.iter().map(|n| mean + n).collect()
    }

    fn losses(fusion: f64) -> Losses {
        let noise = [0.004, -0.003, 0.001, -0.002, 0.0];
        let a = around(0.5, noise);
        Losses {
            prior: vec![1.0; 5],
            singles: vec![
                ("single-a".to_owned(), "a".to_owned(), a.clone()),
                ("single-b".to_owned(), "b".to_owned(), around(0.8, noise)),
            ],
            best_single: Some(a),
            fusions: vec![(
                "concat".to_owned(),
                vec!["a".to_owned(), "b".to_owned()],
                around(fusion, [0.001, 0.002, -0.003, 0.0, -0.001]),
            )],
        }
    }

    fn headline(losses: &Losses) -> String {
        verdict(
            Design::folds(5, 1),
            &Task::Classification {
                classes: vec![String::new(); 2],
            },
            losses,
            1,
            12,
        )
        .headline
    }

    #[test]
    fn each_finding_is_reached() {
        assert!(headline(&losses(0.3)).starts_with("Fusing pays"));
        assert!(headline(&losses(0.7)).starts_with("Fusing costs"));
        assert!(headline(&losses(0.5)).starts_with("No fusion gains"));
        let mut blunt = losses(0.45);
        blunt.fusions[0].2 = around(0.45, [0.4, -0.3, 0.2, -0.2, -0.1]);
        assert!(headline(&blunt).starts_with("Not demonstrated"));
        let mut useless = losses(1.0);
        useless
            .singles
            .iter_mut()
            .for_each(|(.., l)| *l = around(1.0, [0.1, -0.1, 0.0, 0.05, -0.05]));
        useless.best_single = Some(useless.singles[0].2.clone());
        assert!(headline(&useless).contains("no strategy is shown to beat the prior"));
    }

    #[test]
    fn the_margin_is_a_tenth_of_the_skill_but_not_below_a_hundredth() {
        let task = Task::Classification {
            classes: Vec::new(),
        };
        assert!((margin(task_metrics(&task).as_ref(), &[1.0], &[0.5]) - 0.05).abs() < 1e-12);
        assert!((margin(task_metrics(&task).as_ref(), &[1.0], &[0.95]) - 0.01).abs() < 1e-12);
        assert!(margin(task_metrics(&Task::Regression).as_ref(), &[1.0], &[2.0]).abs() < 1e-12);
    }
}
