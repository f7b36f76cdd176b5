//! A rising curve through knots.

use serde::{Deserialize, Serialize};

use crate::{ConfigError, Validate};

/// A rising curve through points, straight between them and level outside.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Knots {
    /// Probabilities of the model, rising.
    x: Vec<f64>,
    /// What they stand for, not falling, within (0, 1).
    y: Vec<f64>,
}

impl Knots {
    /// Through these points; [`Recalibration::check`](super::Recalibration::check) says whether they
    /// rise.
    pub fn new(x: Vec<f64>, y: Vec<f64>) -> Self {
        Self { x, y }
    }

    pub(super) fn check(&self, check: Validate) -> Result<(), ConfigError> {
        let (x, y) = (&self.x, &self.y);
        let rising = x.windows(2).all(|pair| pair.first() < pair.last());
        let finite = x.iter().all(|x| x.is_finite());
        check.ensure(rising && finite && !x.is_empty(), "x", "rising numbers", x)?;
        let held = y.windows(2).all(|pair| pair.first() <= pair.last());
        let inside = y.iter().all(|&y| y > 0.0 && y < 1.0);
        let expected = format!("{} numbers within (0, 1) that do not fall", x.len());
        check.ensure(held && inside && y.len() == x.len(), "y", expected, y)
    }

    /// Its height.
    pub fn at(&self, x: f64) -> f64 {
        let after = self.x.partition_point(|&knot| knot <= x);
        let knot = |i: usize| Some((*self.x.get(i)?, *self.y.get(i)?));
        let before = after.checked_sub(1).and_then(knot);
        match (before, knot(after)) {
            (Some((x0, y0)), Some((x1, y1))) => y0 + (y1 - y0) * (x - x0) / (x1 - x0),
            (Some((_, y)), None) | (None, Some((_, y))) => y,
            (None, None) => x,
        }
    }

    /// The probabilities of the model at its points.
    pub fn x(&self) -> &[f64] {
        &self.x
    }
}
