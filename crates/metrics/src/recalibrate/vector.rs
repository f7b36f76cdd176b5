//! Vector scaling, maximum a posteriori: a weight and a bias per class on log-probabilities; biases
//! and logarithms of weights are a priori normal with mean 0 and variance 1.
//!
//! Guo et al., "On Calibration of Modern Neural Networks" (2017), without the prior and on logits;
//! log-probabilities are logits up to a number per row, which is all that a worker returns. The
//! posterior is climbed by L-BFGS (Nocedal and Wright, algorithm 7.4) with backtracking.

use std::collections::VecDeque;

use midfuse_base::{Recalibration, log_sum_exp};

use super::ClassRows;

/// Pairs of steps and changes of the gradient that are remembered.
const MEMORY: usize = 10;
/// Most steps.
const STEPS: usize = 200;
/// The length of a gradient that counts as none, per unit.
const FLAT: f64 = 1e-9;

pub(super) fn fit(rows: &ClassRows) -> Recalibration {
    let k = rows.n_classes;
    let theta = minimum(vec![0.0; 2 * k], rows.units(), |theta| {
        posterior(rows, theta)
    });
    let (logs, biases) = theta.split_at(k.min(theta.len()));
    Recalibration::Vector {
        weights: logs.iter().map(|log| log.exp()).collect(),
        biases: biases.to_vec(),
    }
}

/// Minus the logarithm of the posterior at `[log weights, biases]`, and its gradient.
fn posterior(rows: &ClassRows, theta: &[f64]) -> (f64, Vec<f64>) {
    let k = rows.n_classes;
    let (logs, biases) = theta.split_at(k.min(theta.len()));
    let mut value = theta.iter().map(|t| t * t / 2.0).sum::<f64>();
    let (mut of_logs, mut of_biases) = (logs.to_vec(), biases.to_vec());
    let weights: Vec<f64> = logs.iter().map(|log| log.exp()).collect();
    let mut scaled = vec![0.0; k];
    for row in &rows.rows {
        let parts = weights.iter().zip(&row.log_probabilities);
        for (slot, (weight, value)) in scaled.iter_mut().zip(parts) {
            *slot = weight * value;
        }
        let logits = scaled.iter().zip(biases).map(|(s, b)| s + b);
        let total = log_sum_exp(logits.clone());
        let gradients = of_logs.iter_mut().zip(of_biases.iter_mut());
        for ((class, (logit, s)), (log, bias)) in logits.zip(&scaled).enumerate().zip(gradients) {
            let hit = class == row.class;
            let excess = row.weight * ((logit - total).exp() - f64::from(u8::from(hit)));
            *bias += excess;
            *log += excess * s;
            if hit {
                value += row.weight * (total - logit);
            }
        }
    }
    of_logs.append(&mut of_biases);
    (value, of_logs)
}

/// Where a function with this value and gradient is least, from a start.
fn minimum(mut at: Vec<f64>, scale: f64, f: impl Fn(&[f64]) -> (f64, Vec<f64>)) -> Vec<f64> {
    let (mut value, mut gradient) = f(&at);
    let mut pairs: VecDeque<(Vec<f64>, Vec<f64>)> = VecDeque::new();
    for _ in 0..STEPS {
        if dot(&gradient, &gradient).sqrt() <= FLAT * scale.max(1.0) {
            break;
        }
        let direction = descent(&gradient, &pairs);
        let slope = dot(&direction, &gradient);
        let first = if pairs.is_empty() {
            1.0 / dot(&gradient, &gradient).sqrt()
        } else {
            1.0
        };
        let lengths = std::iter::successors(Some(first), |length| Some(length / 2.0));
        let next = lengths.take(50).find_map(|length| {
            let to = plus(&at, &direction, length);
            let (new_value, new_gradient) = f(&to);
            let enough = new_value <= value + 1e-4 * length * slope;
            enough.then_some((to, new_value, new_gradient))
        });
        // No step is downhill: this is as low as f64 can tell.
        let Some((to, new_value, new_gradient)) = next else {
            break;
        };
        let (step, change) = (plus(&to, &at, -1.0), plus(&new_gradient, &gradient, -1.0));
        if dot(&step, &change) > 0.0 {
            pairs.push_back((step, change));
        }
        if pairs.len() > MEMORY {
            pairs.pop_front();
        }
        (at, value, gradient) = (to, new_value, new_gradient);
    }
    at
}

/// Minus the gradient times the inverse Hessian that the pairs tell of.
fn descent(gradient: &[f64], pairs: &VecDeque<(Vec<f64>, Vec<f64>)>) -> Vec<f64> {
    let mut q = gradient.to_vec();
    let mut alphas = Vec::with_capacity(pairs.len());
    for (step, change) in pairs.iter().rev() {
        let alpha = dot(step, &q) / dot(step, change);
        q = plus(&q, change, -alpha);
        alphas.push(alpha);
    }
    if let Some((step, change)) = pairs.back() {
        let scale = dot(step, change) / dot(change, change);
        for value in &mut q {
            *value *= scale;
        }
    }
    for ((step, change), alpha) in pairs.iter().zip(alphas.iter().rev()) {
        let beta = dot(change, &q) / dot(step, change);
        q = plus(&q, step, alpha - beta);
    }
    q.into_iter().map(|value| -value).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// `a + factor * b`.
fn plus(a: &[f64], b: &[f64], factor: f64) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a + factor * b).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bowl_ends_at_its_bottom() {
        let bowl = |x: &[f64]| {
            let value = x
                .iter()
                .zip([1.0, 10.0])
                .map(|(x, c)| c * (x - c).powi(2))
                .sum();
            let gradient = x
                .iter()
                .zip([1.0, 10.0])
                .map(|(x, c)| 2.0 * c * (x - c))
                .collect();
            (value, gradient)
        };
        let at = minimum(vec![0.0, 0.0], 1.0, bowl);
        assert!(
            (at[0] - 1.0).abs() < 1e-6 && (at[1] - 10.0).abs() < 1e-6,
            "{at:?}"
        );
    }
}
