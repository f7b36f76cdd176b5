//! Numbers that lie far out are drawn in.

use midfuse_base::options;
use serde::{Deserialize, Serialize};

use super::{Columns, FittedStep, Step, StepTrain};
use crate::transform::TransformError;

/// `x / sqrt(1 + (x / limit)^2)`: near 0 a number stays what it is, none goes beyond `limit`, and their
/// order stays. Behind a step that centres and scales.
///
/// **Paper** and **reference**: Holzmüller, Grinsztajn and Steinwart, "Better by default: strong pre-tuned
/// MLPs and boosted trees on tabular data", NeurIPS 2024, appendix A (smooth clipping); `pytabkit`.
#[options]
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmoothClipConfig {
    /// What no number goes beyond.
    #[option(default = 3.0, range = above_zero, source = "the paper")]
    pub limit: f64,
}

/// Nothing is fitted but how many columns there are.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmoothClip {
    d: usize,
    limit: f64,
}

impl Step for SmoothClipConfig {
    type Fitted = SmoothClip;

    fn fit(&self, train: &StepTrain<'_>) -> Result<SmoothClip, TransformError> {
        Ok(SmoothClip {
            d: train.names.len(),
            limit: self.limit,
        })
    }

    fn most(&self, columns: Columns) -> Columns {
        columns
    }
}

impl FittedStep for SmoothClip {
    fn d_in(&self) -> usize {
        self.d
    }

    fn d_out(&self) -> usize {
        self.d
    }

    fn check(&self) -> Result<(), &'static str> {
        if self.limit.is_finite() && self.limit > 0.0 {
            return Ok(());
        }
        Err("`smooth-clip` has a limit that is not above 0")
    }

    fn names(&self, names: &[String]) -> Vec<String> {
        names.to_vec()
    }

    fn apply(&self, row: &mut Vec<f64>) -> Result<(), TransformError> {
        for value in row {
            // hypot: the square of a large number may be infinite.
            *value /= (*value / self.limit).hypot(1.0);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_keeps_what_is_near_and_draws_in_what_is_far() {
        let names = [
            "a".to_owned(),
            "b".to_owned(),
            "c".to_owned(),
            "d".to_owned(),
        ];
        let train = StepTrain {
            names: &names,
            rows: &[vec![0.0; 4]],
            targets: &[],
        };
        let fitted = SmoothClipConfig::default().fit(&train).unwrap();
        let mut row = vec![0.0, 4.0, -1e300, f64::NAN];
        fitted.apply(&mut row).unwrap();
        // 4 / sqrt(1 + 16 / 9) = 4 * 3 / 5.
        assert!((row[1] - 2.4).abs() < 1e-12);
        assert!(row[0].abs() < 1e-12 && (row[2] + 3.0).abs() < 1e-12 && row[3].is_nan());
        let broken = SmoothClip {
            limit: 0.0,
            ..fitted
        };
        assert!(broken.check().is_err() && fitted.check().is_ok());
    }
}
