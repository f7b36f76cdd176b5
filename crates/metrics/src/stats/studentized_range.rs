//! The studentized range: the spread of several standard normal means.

use super::distribution;

/// Steps of Simpson's rule.
const STEPS: usize = 2000;

/// P(Q <= q) for `k` means and infinitely many degrees of freedom:
/// `k * integral of phi(z) (Phi(z) - Phi(z - q))^(k - 1) dz` (Harter 1960; Lund and Lund 1983,
/// Algorithm AS 190), by Simpson's rule over [-8, 8 + q], whose error here is below 1e-12.
fn cdf_infinite(q: f64, k: usize) -> f64 {
    if q <= 0.0 {
        return 0.0;
    }
    let (low, high) = (-8.0, 8.0 + q);
    let step = (high - low) / STEPS as f64;
    let density = |z: f64| (-0.5 * z * z).exp() / (2.0 * std::f64::consts::PI).sqrt();
    let value = |i: usize| {
        let z = low + i as f64 * step;
        let between = distribution::cdf(z, None) - distribution::cdf(z - q, None);
        density(z) * between.max(0.0).powi(k as i32 - 1)
    };
    let inner: f64 = (1..STEPS)
        .map(|i| {
            if i % 2 == 1 {
                4.0 * value(i)
            } else {
                2.0 * value(i)
            }
        })
        .sum();
    (k as f64 * step / 3.0 * (value(0) + inner + value(STEPS))).min(1.0)
}

/// The value that Q stays below with this probability, by bisection.
pub(super) fn quantile_infinite(probability: f64, k: usize) -> f64 {
    let (mut low, mut high) = (0.0_f64, 100.0_f64);
    for _ in 0..45 {
        let middle = f64::midpoint(low, high);
        if cdf_infinite(middle, k) < probability {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_means_are_a_normal_difference() {
        let q = quantile_infinite(0.95, 2) / std::f64::consts::SQRT_2;
        assert!((q - 1.959_963_984_540_054).abs() < 1e-10);
    }

    #[test]
    fn four_means() {
        // scipy.stats.studentized_range.ppf(.95, 4, inf) / sqrt(2)
        let q = quantile_infinite(0.95, 4) / std::f64::consts::SQRT_2;
        assert!((q - 2.569_031_772_5).abs() < 1e-9, "{q}");
    }
}
