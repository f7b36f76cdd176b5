//! Concordance of risk and time to the event: Harrell's and Uno's.
#![expect(
    clippy::float_cmp,
    reason = "tied times are times that are exactly equal"
)]

use serde::{Deserialize, Serialize};

use super::{KaplanMeier, Survival};
use crate::metric::definition::{Definition, Direction, Scorer};
use crate::metric::task::TimesAndRisks;
use crate::metric::{MetricError, check};

/// Registered as `concordance`.
pub(in crate::metric) const CONCORDANCE: Definition = Definition {
    direction: Direction::Greater,
    range: (0.0, 1.0),
    averages_rows: false,
    takes_weights: false,
    scorer: Scorer::Survival(TimesAndRisks::harrell),
};

/// Registered as `concordance-uno`.
pub(in crate::metric) const CONCORDANCE_UNO: Definition = Definition {
    scorer: Scorer::Survival(TimesAndRisks::uno),
    ..CONCORDANCE
};

/// Risks that differ by no more count as tied; the default of scikit-survival.
const TIED: f64 = 1e-8;

/// Concordance index and the pairs behind it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Concordance {
    /// Share of comparable pairs in which the one with the earlier event has the higher risk, ties
    /// of risk counting one half; in [0, 1], chance .5.
    pub index: f64,
    /// Pairs in the right order.
    pub concordant: u64,
    /// Pairs in the wrong order.
    pub discordant: u64,
    /// Pairs of tied risk.
    pub tied_risk: u64,
}

/// Harrell's concordance (1996): pairs count alike; scikit-survival's
/// `concordance_index_censored`. Censored rows are comparable as long as they are known to outlive
/// the other's event.
///
/// # Errors
/// [`MetricError::Undefined`] without a comparable pair; [`MetricError::Length`],
/// [`MetricError::NonFinite`].
pub fn concordance_harrell(rows: &Survival, risk: &[f64]) -> Result<Concordance, MetricError> {
    concordance("concordance (Harrell)", rows, risk, &vec![1.0; rows.len()])
}

/// Uno's concordance (2011): pairs are weighted by the inverse squared chance of being uncensored,
/// estimated on `train`; scikit-survival's `concordance_index_ipcw`. Events from `tau` on do not
/// count.
///
/// # Errors
/// As [`concordance_harrell`]; [`MetricError::Undefined`] where the chance of being uncensored at an
/// event is 0 or unknown, for which a smaller `tau` is the cure, or all rows (of either) are censored.
pub fn concordance_uno(
    train: &Survival,
    rows: &Survival,
    risk: &[f64],
    tau: Option<f64>,
) -> Result<Concordance, MetricError> {
    let metric = "concordance (Uno)";
    let weights = inverse_censoring(metric, train, rows, tau)?;
    let squared: Vec<f64> = weights.iter().map(|weight| weight * weight).collect();
    concordance(metric, rows, risk, &squared)
}

/// One over the chance of being uncensored at the event; 0 for censored rows and from `tau` on.
pub(super) fn inverse_censoring(
    metric: &'static str,
    train: &Survival,
    rows: &Survival,
    tau: Option<f64>,
) -> Result<Vec<f64>, MetricError> {
    train.check_events(metric, "training rows")?;
    rows.check_events(metric, "rows")?;
    let censoring = KaplanMeier::censoring(train);
    rows.rows()
        .map(|(time, event)| {
            if !event || tau.is_some_and(|tau| time >= tau) {
                return Ok(0.0);
            }
            match censoring.at(time) {
                Some(chance) if chance > 0.0 => Ok(1.0 / chance),
                _ => Err(MetricError::Undefined {
                    metric,
                    reason: format!("at time {time} no training row is known to be uncensored; use an earlier end"),
                }),
            }
        })
        .collect()
}

fn concordance(
    metric: &'static str,
    rows: &Survival,
    risk: &[f64],
    weights: &[f64],
) -> Result<Concordance, MetricError> {
    check::same_length("risk", rows.len(), risk.len())?;
    check::finite("risk", risk)?;
    let (mut score, mut total) = (0.0, 0.0);
    let (mut concordant, mut discordant, mut tied_risk) = (0u64, 0u64, 0u64);
    let all = rows.rows().zip(risk.iter().copied());
    for (((time, event), risk), &weight) in all.clone().zip(weights) {
        if !event {
            continue;
        }
        let (mut right, mut wrong, mut tied) = (0u64, 0u64, 0u64);
        for ((other_time, other_event), other_risk) in all.clone() {
            let later = other_time > time || (other_time == time && !other_event);
            if !later {
                continue;
            }
            if (other_risk - risk).abs() <= TIED {
                tied += 1;
            } else if other_risk < risk {
                right += 1;
            } else {
                wrong += 1;
            }
        }
        score += weight * (right as f64 + 0.5 * tied as f64);
        total += weight * (right + wrong + tied) as f64;
        concordant += right;
        discordant += wrong;
        tied_risk += tied;
    }
    if total > 0.0 {
        return Ok(Concordance {
            index: score / total,
            concordant,
            discordant,
            tied_risk,
        });
    }
    Err(MetricError::Undefined {
        metric,
        reason: "no two rows are comparable".to_owned(),
    })
}
