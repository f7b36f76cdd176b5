//! One temperature, maximum a posteriori: the logarithm of it is a priori normal with mean 0 and
//! variance 1.
//!
//! Guo et al., "On Calibration of Modern Neural Networks" (2017), without the prior. Their validation
//! sets are thousands of rows; on a few dozen the prior is what keeps a model that needs no
//! temperature as it is.

use midfuse_base::Recalibration;

use super::minimum::minimum;

/// The best temperature for a loss that is summed over units.
pub(super) fn fit(loss: impl Fn(f64) -> f64) -> Recalibration {
    let posterior = |log: f64| loss(log.exp()) + log * log / 2.0;
    let temperature = minimum(posterior).exp();
    Recalibration::Temperature { temperature }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_evidence_it_does_nothing() {
        let fitted = fit(|_| 0.0).temperature().unwrap();
        assert!((fitted - 1.0).abs() < 1e-6);
    }

    #[test]
    fn it_weighs_evidence_against_the_prior() {
        // 3 (s - 2)^2 / 2 + s^2 / 2 is least at s = 1.5.
        let fitted = fit(|t| 1.5 * (t.ln() - 2.0).powi(2)).temperature().unwrap();
        assert!((fitted.ln() - 1.5).abs() < 1e-6);
    }
}
