//! Random numbers and data of the scenarios.

use midfuse_base::Seed;
use rand::Rng;

/// A generator of one repeat of one scenario.
pub(crate) fn generator(scenario: &str, repeat: usize) -> impl Rng + use<> {
    Seed(20_261_123)
        .derive(&format!("{scenario}-{repeat}"))
        .rng()
}

/// A standard normal number (Box and Muller).
pub(crate) fn normal(rng: &mut impl Rng) -> f64 {
    let radius = (-2.0 * (1.0 - rng.random::<f64>()).ln()).sqrt();
    radius * (std::f64::consts::TAU * rng.random::<f64>()).cos()
}

/// True for the first half of `n` rows.
pub(crate) fn halves(n: usize) -> Vec<bool> {
    (0..n).map(|row| row < n / 2).collect()
}

/// Scores of two models that are interchangeable: given the label, either could be the other.
pub(crate) fn two_models(
    positive: &[bool],
    signal: f64,
    rng: &mut impl Rng,
) -> (Vec<f64>, Vec<f64>) {
    positive
        .iter()
        .map(|&positive| {
            let both = normal(rng) * 0.7 + if positive { signal } else { 0.0 };
            (both + normal(rng) * 0.7, both + normal(rng) * 0.7)
        })
        .unzip()
}

/// One row per group.
pub(crate) fn single_rows(n: usize) -> Vec<Vec<usize>> {
    (0..n).map(|row| vec![row]).collect()
}

/// The values at these positions.
pub(crate) fn pick<T: Copy>(values: &[T], rows: &[usize]) -> Vec<T> {
    rows.iter().map(|&row| values[row]).collect()
}

/// Mean of values.
pub(crate) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}
