//! How the prediction of one unit moves from repeat to repeat (Riley and Collins 2023).

use super::level_column::quantile;
use super::units::Units;
use crate::results::{Flip, Instability};

/// Summary over units; `thresholds`: where acting would change. `None` with one repeat.
pub(super) fn instability(
    units: &Units,
    predicted: &[f64],
    thresholds: &[f64],
) -> Option<Instability> {
    let mut moves: Vec<Vec<f64>> = units.trajectories(predicted);
    moves.retain(|of_unit| of_unit.len() > 1);
    if moves.is_empty() {
        return None;
    }
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let sorted = |of: &dyn Fn(&[f64]) -> f64| {
        let mut values: Vec<f64> = moves.iter().map(|of_unit| of(of_unit)).collect();
        values.sort_by(f64::total_cmp);
        values
    };
    let sd = |values: &[f64]| {
        let centre = mean(values);
        let squares: f64 = values.iter().map(|value| (value - centre).powi(2)).sum();
        (squares / (values.len() as f64 - 1.0)).sqrt()
    };
    let range = |values: &[f64]| {
        let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        high - values.iter().copied().fold(f64::INFINITY, f64::min)
    };
    let distances: Vec<f64> = moves
        .iter()
        .flat_map(|of_unit| {
            let centre = mean(of_unit);
            of_unit.iter().map(move |value| (value - centre).abs())
        })
        .collect();
    Some(Instability {
        repeats: moves.iter().map(Vec::len).max().unwrap_or(0),
        units: moves.len(),
        mean_distance: mean(&distances),
        median_sd: quantile(&sorted(&sd), 0.5),
        range_95: quantile(&sorted(&range), 0.95),
        flips: thresholds
            .iter()
            .map(|&threshold| {
                let both = |values: &&Vec<f64>| {
                    let acted = values.iter().filter(|&&value| value >= threshold).count();
                    acted > 0 && acted < values.len()
                };
                Flip {
                    threshold,
                    share: moves.iter().filter(both).count() as f64 / moves.len() as f64,
                }
            })
            .collect(),
    })
}
