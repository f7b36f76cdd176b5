//! Random-effects summary of one estimate per site: mean, between-site variance, prediction interval.

use serde::{Deserialize, Serialize};

use super::result::{at_least, check_level};
use super::{Interval, StatsError, distribution};

/// Summary of estimates that differ between sites (or studies) by more than chance.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RandomEffects {
    /// Number of sites.
    pub sites: usize,
    /// Mean effect, each site weighted by `1 / (variance + tau2)`.
    pub mean: f64,
    /// Its interval after Hartung, Knapp, Sidik and Jonkman: t with `sites - 1` degrees of freedom. Their
    /// factor is not taken below 1, because sites that agree by chance would make it too short
    /// (`Röver`, Knapp and Friede 2015).
    pub interval: Interval,
    /// Variance between sites (`DerSimonian` and Laird 1986), at least 0.
    pub tau2: f64,
    /// Share of the variation that is between sites (Higgins 2003), in [0, 1).
    pub i2: f64,
    /// Cochran's Q.
    pub q: f64,
    /// p of Q under "all sites have one effect": chi-squared with `sites - 1` degrees of freedom.
    pub q_p: f64,
    /// Where the effect of one more site is to be expected (Higgins, Thompson and Spiegelhalter
    /// 2009): t with `sites - 2` degrees of freedom; `None` under three sites.
    pub prediction: Option<Interval>,
}

/// Random-effects summary of one effect per site with its variance.
///
/// # Errors
/// [`StatsError::TooFew`] under two sites; [`StatsError::Setting`] for a variance that is not above
/// 0, or a level outside (0, 1); [`StatsError::Metric`] for lists of unequal lengths or effects that
/// are not finite.
pub fn random_effects(
    effects: &[f64],
    variances: &[f64],
    level: f64,
) -> Result<RandomEffects, StatsError> {
    let method = "random effects";
    check_level(method, level)?;
    at_least(method, "sites", 2, effects.len())?;
    crate::metric::same_length("variances", effects.len(), variances.len())?;
    crate::metric::finite("effect", effects)?;
    if let Some(variance) = variances.iter().find(|v| !(v.is_finite() && **v > 0.0)) {
        return Err(StatsError::Setting {
            method,
            what: "the variance of a site",
            expected: "finite and above 0",
            got: variance.to_string(),
        });
    }
    let freedom = effects.len() as f64 - 1.0;
    let fixed: Vec<f64> = variances.iter().map(|v| 1.0 / v).collect();
    let (centre, total) = weighted_mean(effects, &fixed);
    let q: f64 = effects
        .iter()
        .zip(&fixed)
        .map(|(effect, weight)| weight * (effect - centre).powi(2))
        .sum();
    let squares: f64 = fixed.iter().map(|w| w * w).sum();
    let tau2 = ((q - freedom) / (total - squares / total)).max(0.0);
    let random: Vec<f64> = variances.iter().map(|v| 1.0 / (v + tau2)).collect();
    let (mean, total) = weighted_mean(effects, &random);
    let spread: f64 = effects
        .iter()
        .zip(&random)
        .map(|(effect, weight)| weight * (effect - mean).powi(2))
        .sum();
    let around = |standard_error: f64, df: f64| {
        let half = distribution::quantile(0.5 + level / 2.0, Some(df)) * standard_error;
        Interval {
            level,
            low: mean - half,
            high: mean + half,
        }
    };
    Ok(RandomEffects {
        sites: effects.len(),
        mean,
        interval: around(((spread / freedom).max(1.0) / total).sqrt(), freedom),
        tau2,
        i2: if q > freedom { (q - freedom) / q } else { 0.0 },
        q,
        q_p: distribution::chi_squared_upper_tail(q, freedom),
        prediction: (effects.len() > 2).then(|| around((tau2 + 1.0 / total).sqrt(), freedom - 1.0)),
    })
}

/// Weighted mean and sum of the weights.
fn weighted_mean(values: &[f64], weights: &[f64]) -> (f64, f64) {
    let total: f64 = weights.iter().sum();
    let sum: f64 = values.iter().zip(weights).map(|(v, w)| v * w).sum();
    (sum / total, total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_sites_by_hand() {
        // Weights 100, 50, 100: mean 0.3, Q = 100 * 0.04 * 2 = 8, tau2 = (8 - 2) / (250 - 22500 / 250).
        let got = random_effects(&[0.1, 0.3, 0.5], &[0.01, 0.02, 0.01], 0.95).unwrap();
        assert!((got.q - 8.0).abs() < 1e-12 && (got.tau2 - 0.0375).abs() < 1e-12);
        assert!((got.i2 - 0.75).abs() < 1e-12 && (got.mean - 0.3).abs() < 1e-12);
        // statsmodels 0.15.0, combine_effects with method_re = "dl" and use_t, and scipy's chi2; the
        // factor of Hartung and Knapp is .84 here, so the interval is that without it.
        assert!((got.interval.low + 0.257_815_19).abs() < 1e-8);
        assert!((got.interval.high - 0.857_815_19).abs() < 1e-8);
        assert!((got.q_p - 0.018_315_638_888_734).abs() < 1e-14);
        let prediction = got.prediction.unwrap();
        assert!((prediction.high - 0.3 - 2.961_055_334_103_5).abs() < 1e-9);
    }

    #[test]
    fn the_bcg_trials() {
        // Colditz et al. 1994: vaccinated with and without tuberculosis, then not vaccinated.
        let trials = [
            [4, 119, 11, 128],
            [6, 300, 29, 274],
            [3, 228, 11, 209],
            [62, 13536, 248, 12619],
            [33, 5036, 47, 5761],
            [180, 1361, 372, 1079],
            [8, 2537, 10, 619],
            [505, 87886, 499, 87892],
            [29, 7470, 45, 7232],
            [17, 1699, 65, 1600],
            [186, 50448, 141, 27197],
            [5, 2493, 3, 2338],
            [27, 16886, 29, 17825],
        ]
        .map(|counts| counts.map(f64::from));
        let of = |[a, b, c, d]: [f64; 4]| {
            let effect = (a / (a + b)).ln() - (c / (c + d)).ln();
            (effect, 1.0 / a - 1.0 / (a + b) + 1.0 / c - 1.0 / (c + d))
        };
        let (effects, variances): (Vec<f64>, Vec<f64>) = trials.map(of).into_iter().unzip();
        let got = random_effects(&effects, &variances, 0.95).unwrap();
        // statsmodels 0.15.0; R's metafor gives -0.7141, 0.3088, 92.12 % and 152.2330.
        assert!((got.tau2 - 0.308_760_262_862_376).abs() < 1e-12);
        assert!((got.i2 - 0.921_173_468_545_620_5).abs() < 1e-12);
        assert!((got.q - 152.233_008_082_373_3).abs() < 1e-9);
        assert!((got.mean + 0.714_117_222_073_227).abs() < 1e-12);
        assert!((got.interval.low + 1.107_821_35).abs() < 1e-8);
        assert!((got.interval.high + 0.320_413_09).abs() < 1e-8);
        let prediction = got.prediction.unwrap();
        assert!((prediction.high - got.mean - 1.284_721_273_678_9).abs() < 1e-9);
    }

    #[test]
    fn sites_that_agree_have_no_variance_between_them() {
        let got = random_effects(&[0.2, 0.2], &[0.1, 0.3], 0.95).unwrap();
        assert!(got.tau2.abs() < 1e-15 && got.i2.abs() < 1e-15 && got.prediction.is_none());
        assert!(random_effects(&[0.2], &[0.1], 0.95).is_err());
        assert!(random_effects(&[0.2, 0.1], &[0.1, 0.0], 0.95).is_err());
        assert!(random_effects(&[0.2, f64::NAN], &[0.1, 0.1], 0.95).is_err());
        assert!(random_effects(&[0.2, 0.1], &[0.1], 0.95).is_err());
    }
}
