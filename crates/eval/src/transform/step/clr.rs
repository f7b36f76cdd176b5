//! The centred log-ratio of a composition.

use midfuse_base::options;
use serde::{Deserialize, Serialize};

use super::{Columns, FittedStep, Step, StepTrain};
use crate::transform::TransformError;

const NAME: &str = "clr";
const EXPECTED: &str = "numbers of at least 0, and above 0 without a pseudo-count";

/// The logarithm of every part of a row minus the mean logarithm of its parts: for compositions such
/// as the counts of microbes or of antibodies, of which only the ratios within a row tell.
///
/// `clr(x)_j = ln(x_j + c) - mean_i ln(x_i + c)` over the parts that are not missing.
///
/// Source: Aitchison, "The statistical analysis of compositional data", 1982, section 4; as
/// scikit-bio's `clr` of `x + c`.
#[options]
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClrConfig {
    /// Added to every part, so that one that was not seen has a logarithm; 1 is for counts. Of
    /// proportions take less than the smallest above 0, or 0 where all are.
    #[option(default = 1.0, range = non_negative)]
    pub pseudocount: f64,
}

/// Nothing is fitted but which columns there are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clr {
    pseudocount: f64,
    columns: Vec<String>,
}

impl ClrConfig {
    fn admits(self, value: f64) -> bool {
        value >= 0.0 && value + self.pseudocount > 0.0
    }
}

impl Step for ClrConfig {
    type Fitted = Clr;

    fn fit(&self, train: &StepTrain<'_>) -> Result<Clr, TransformError> {
        if let Some((column, got)) = train.first_not(|x| self.admits(x)) {
            return Err(TransformError::domain(NAME, column, EXPECTED, got));
        }
        Ok(Clr {
            pseudocount: self.pseudocount,
            columns: train.names.to_vec(),
        })
    }

    fn most(&self, columns: Columns) -> Columns {
        columns
    }
}

impl FittedStep for Clr {
    fn d_in(&self) -> usize {
        self.columns.len()
    }

    fn d_out(&self) -> usize {
        self.columns.len()
    }

    fn check(&self) -> Result<(), &'static str> {
        if self.pseudocount.is_finite() && self.pseudocount >= 0.0 {
            return Ok(());
        }
        Err("`clr` has a pseudo-count that is not a number of at least 0")
    }

    fn names(&self, names: &[String]) -> Vec<String> {
        names.to_vec()
    }

    fn apply(&self, row: &mut Vec<f64>) -> Result<(), TransformError> {
        let pseudocount = self.pseudocount;
        let (mut sum, mut n) = (0.0, 0.0);
        for (value, column) in row.iter_mut().zip(&self.columns) {
            if value.is_nan() {
                continue;
            }
            if !(ClrConfig { pseudocount }).admits(*value) {
                return Err(TransformError::domain(
                    NAME,
                    column.clone(),
                    EXPECTED,
                    *value,
                ));
            }
            *value = (*value + pseudocount).ln();
            sum += *value;
            n += 1.0;
        }
        let mean = sum / f64::max(n, 1.0);
        for value in row {
            *value -= mean;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_what_is_left() {
        let names: Vec<String> = ["a", "b", "c"].map(str::to_owned).to_vec();
        let fit = |pseudocount: f64, row: [f64; 3]| {
            let config = ClrConfig::default().with_pseudocount(pseudocount);
            let rows = [row.to_vec()];
            let fitted = config.fit(&StepTrain {
                names: &names,
                rows: &rows,
                targets: &[],
            })?;
            let mut row = row.to_vec();
            fitted.apply(&mut row).map(|()| row)
        };
        // ln 1, ln 2, ln 4: the mean is ln 2.
        let half = 2.0_f64.ln();
        for scale in [1.0, 100.0] {
            let row = fit(0.0, [scale, 2.0 * scale, 4.0 * scale]).unwrap();
            for (got, want) in row.iter().zip([-half, 0.0, half]) {
                assert!((got - want).abs() < 1e-14, "{row:?}");
            }
        }
        // A missing part takes no part: ln 1 and ln 3.
        let row = fit(1.0, [0.0, f64::NAN, 2.0]).unwrap();
        assert!((row[2] - 3.0_f64.ln() / 2.0).abs() < 1e-15 && row[1].is_nan());
        let error = fit(0.0, [0.0, 1.0, 2.0]).unwrap_err().to_string();
        assert!(
            error.starts_with("clr: column `a` holds 0; expected"),
            "{error}"
        );
        assert!(fit(1.0, [-1.0, 1.0, 2.0]).is_err());
    }
}
