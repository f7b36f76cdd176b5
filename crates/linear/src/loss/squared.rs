//! Half the squared error.

use crate::loss::Loss;

/// `1/2 sum_i w_i (y_i - eta_i)^2`.
#[derive(Debug)]
pub(crate) struct Squared<'a> {
    y: Vec<f64>,
    weights: &'a [f64],
    unit: f64,
}

impl<'a> Squared<'a> {
    /// Of centred targets, whose standard deviation is the unit.
    pub(crate) fn new(y: Vec<f64>, weights: &'a [f64]) -> Self {
        let squares = y.iter().zip(weights).map(|(y, w)| w * y * y);
        let unit = squares.sum::<f64>().sqrt();
        Self { y, weights, unit }
    }

    /// Of targets whose unit is not their own.
    pub(crate) fn in_unit(y: Vec<f64>, weights: &'a [f64], unit: f64) -> Self {
        Self { y, weights, unit }
    }

    pub(crate) fn y(&self) -> &[f64] {
        &self.y
    }
}

impl Loss for Squared<'_> {
    fn value(&self, eta: &[f64]) -> f64 {
        let residuals = self.y.iter().zip(eta).map(|(y, eta)| y - eta);
        let squares = residuals.zip(self.weights).map(|(r, w)| w * r * r);
        squares.sum::<f64>() / 2.0
    }

    fn gradient(&self, eta: &[f64]) -> Vec<f64> {
        let residuals = self.y.iter().zip(eta).map(|(y, eta)| eta - y);
        residuals.zip(self.weights).map(|(r, w)| w * r).collect()
    }

    fn diagonal(&self, _: &[f64]) -> Vec<f64> {
        self.weights.to_vec()
    }

    fn unit(&self) -> f64 {
        self.unit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        let loss = Squared::new(vec![1.0, -1.0], &[0.5, 0.5]);
        assert_eq!(loss.value(&[0.0, 1.0]), 1.25);
        assert_eq!(loss.gradient(&[0.0, 1.0]), [-0.5, 1.0]);
        assert_eq!(loss.unit(), 1.0);
    }
}
