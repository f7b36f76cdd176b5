//! The verdict, as far as this study can know it.
//!
//! The order of the decisions: does any arm beat the prior; does a fusion gain on each of its single
//! modalities; is it worse than the best; is "no gain" shown. A fusion that gains is held against
//! baselines of the same modalities side by side, and the answer says which none beats. Whether a gain is complementarity
//! also needs controls that are not run here, so the word is not used as a finding.

mod baseline;
mod fusion;
mod losses;
mod margin;

use midfuse_base::Task;
use midfuse_metrics::metric::task_metrics;

pub(super) use losses::Losses;
use margin::margin;

use super::results::ResamplingDesign;
use midfuse_report::results::{Effect, Finding, FusionFinding, Skill, Unknown, Verdict};

/// `sealed`: rows that are left for a conclusion.
pub(super) fn verdict(
    design: ResamplingDesign,
    task: &Task,
    losses: &Losses,
    repeats: usize,
    sealed: usize,
) -> Verdict {
    let of_task = task_metrics(task);
    let mut verdict = Verdict {
        finding: Finding::NoSingle {
            failed: losses.failed_singles.clone(),
        },
        unit: of_task.loss_unit().to_owned(),
        prior: of_task.prior_name().to_owned(),
        margin: None,
        skill: Vec::new(),
        fusions: Vec::new(),
        gains: Vec::new(),
        baselines: Vec::new(),
        unknown: unknown(losses, repeats, sealed),
    };
    let Some(best) = &losses.best_single else {
        return verdict;
    };
    let margin = margin(of_task.as_ref(), &losses.prior, best);
    verdict.margin = Some(margin);
    let singles = losses.singles.iter();
    verdict.skill = singles
        .map(|(name, _, single)| skill(design, losses, name, single))
        .collect();
    for (name, modalities, fusion) in &losses.fusions {
        let fusion = (name.as_str(), modalities.as_slice(), fusion.as_slice());
        let gains = fusion::gains(design, losses, fusion);
        let found = fusion::finding(design, losses, (best, margin), &gains, fusion);
        let against = baseline::findings(design, losses, (name.as_str(), fusion.2));
        verdict.baselines.extend(against);
        verdict.fusions.push(found);
        verdict.gains.extend(gains);
    }
    let skilled_fusion = |(name, _, fusion): &(String, Vec<String>, Vec<f64>)| {
        skill(design, losses, name, fusion).beats_prior
    };
    let any_skill = verdict.skill.iter().any(|single| single.beats_prior)
        || losses.fusions.iter().any(skilled_fusion)
        || losses
            .baselines
            .iter()
            .any(|(name, losses_of)| skill(design, losses, name, losses_of).beats_prior);
    let found = finding(&verdict.fusions, &losses.failed_fusions, any_skill);
    verdict.finding = baseline::held_against(found, losses, &verdict.baselines);
    verdict
}

/// The answer that the fusions give together.
fn finding(fusions: &[FusionFinding], failed: &[String], any_skill: bool) -> Finding {
    if fusions.is_empty() {
        return if failed.is_empty() {
            Finding::NothingFused
        } else {
            Finding::NoFusion {
                failed: failed.to_vec(),
            }
        };
    }
    let of = |effect: Effect| -> Vec<String> {
        let wanted = fusions.iter().filter(|fusion| fusion.effect == effect);
        wanted.map(|fusion| fusion.fusion.clone()).collect()
    };
    let (gains, loses, none) = (of(Effect::Gains), of(Effect::Loses), of(Effect::NoGain));
    let compared = fusions.len();
    if !any_skill {
        Finding::NoSkill
    } else if !gains.is_empty() {
        Finding::FusionPays {
            fusions: gains,
            compared,
            unbeaten: Vec::new(),
        }
    } else if !loses.is_empty() {
        Finding::FusionCosts {
            fusions: loses,
            compared,
        }
    } else if none.len() == compared {
        Finding::NoGain
    } else {
        Finding::NotShown
    }
}

/// A strategy against the prior.
fn skill(design: ResamplingDesign, losses: &Losses, name: &str, arm: &[f64]) -> Skill {
    let (gain, lower, upper, p) = gain(design, &losses.prior, arm, 0.95);
    Skill {
        arm: name.to_owned(),
        gain,
        lower,
        upper,
        p,
        beats_prior: lower.is_some_and(|lower| lower > 0.0) && gain > 0.0,
    }
}

/// Loss of `reference` minus loss of `arm`.
fn gain(
    design: ResamplingDesign,
    reference: &[f64],
    arm: &[f64],
    level: f64,
) -> (f64, Option<f64>, Option<f64>, Option<f64>) {
    let gains: Vec<f64> = reference.iter().zip(arm).map(|(r, a)| r - a).collect();
    design.summary(&gains, level)
}

fn unknown(losses: &Losses, repeats: usize, sealed: usize) -> Vec<Unknown> {
    let mut unknown = vec![
        Unknown::Complementarity,
        Unknown::Interaction,
        Unknown::Leaks,
        Unknown::NewRows {
            sealed_rows: sealed,
        },
    ];
    if !losses.recalibrated {
        unknown.push(Unknown::Calibration);
    }
    if repeats < Unknown::FEWEST_REPEATS {
        unknown.push(Unknown::Luck { repeats });
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
            baselines: Vec::new(),
            failed_singles: Vec::new(),
            failed_fusions: Vec::new(),
            recalibrated: true,
        }
    }

    fn headline(losses: &Losses) -> String {
        verdict(
            ResamplingDesign::folds(5, 1),
            &Task::Classification {
                classes: vec![String::new(); 2],
            },
            losses,
            1,
            12,
        )
        .headline()
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
    fn a_fusion_that_pays_is_held_against_the_baselines() {
        let noise = [0.002, -0.001, 0.0, 0.001, -0.002];
        let mut pays = losses(0.3);
        pays.baselines = vec![("linear".to_owned(), around(0.4, noise))];
        assert_eq!(headline(&pays), headline(&losses(0.3)), "it beats linear");
        pays.baselines
            .push(("trees".to_owned(), around(0.3, noise)));
        assert!(
            headline(&pays)
                .ends_with("but none of them is shown to beat trees on raw features side by side."),
            "{}",
            headline(&pays)
        );
        // One that does not pay is no answer to that.
        let mut open = losses(0.5);
        open.baselines = pays.baselines;
        assert_eq!(headline(&open), headline(&losses(0.5)));
    }
}
