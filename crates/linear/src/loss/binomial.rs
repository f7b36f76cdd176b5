//! The log-loss of two classes, or of one class against others that are held fixed.

use crate::loss::Loss;

/// `sum_i w_i (log(exp(eta_i) + exp(o_i)) - y_i eta_i)`: the others' predictors make the offset
/// `o_i = log sum exp`; 0 where there is one other class.
#[derive(Debug)]
pub(crate) struct Binomial<'a> {
    /// 1 for rows of the class, 0 for the others.
    pub(crate) y: &'a [f64],
    pub(crate) weights: &'a [f64],
    pub(crate) offset: Vec<f64>,
}

impl Binomial<'_> {
    /// `eta - offset`, row by row.
    fn margins(&self, eta: &[f64]) -> impl Iterator<Item = f64> {
        eta.iter()
            .zip(&self.offset)
            .map(|(eta, offset)| eta - offset)
    }
}

impl Loss for Binomial<'_> {
    fn value(&self, eta: &[f64]) -> f64 {
        let rows = self.margins(eta).zip(self.y).zip(self.weights);
        // The offsets of rows of another class cancel in the softmax loss but for a constant.
        // Not `softplus(m) - y m`, which loses its digits where a row of the class is sure.
        rows.map(|((m, y), w)| w * ((1.0 - y) * softplus(m) + y * softplus(-m)))
            .sum()
    }

    fn gradient(&self, eta: &[f64]) -> Vec<f64> {
        let rows = self.margins(eta).zip(self.y).zip(self.weights);
        // Not `sigmoid(m) - y`, for the same reason.
        let residual = |m: f64, y: f64| (1.0 - y) * sigmoid(m) - y * sigmoid(-m);
        rows.map(|((m, y), w)| w * residual(m, *y)).collect()
    }

    fn diagonal(&self, eta: &[f64]) -> Vec<f64> {
        let rows = self.margins(eta).zip(self.weights);
        rows.map(|(m, w)| w * sigmoid(m) * sigmoid(-m)).collect()
    }

    fn is_separated(&self, eta: &[f64]) -> bool {
        let mut rows = self.margins(eta).zip(self.y).zip(self.weights);
        rows.all(|((m, y), w)| *w == 0.0 || (2.0 * y - 1.0) * m > 0.0)
    }
}

/// `1 / (1 + exp(-m))`, to full relative precision on both sides.
pub(crate) fn sigmoid(m: f64) -> f64 {
    if m >= 0.0 {
        1.0 / (1.0 + (-m).exp())
    } else {
        let e = m.exp();
        e / (1.0 + e)
    }
}

/// `log(1 + exp(m))`.
pub(crate) fn softplus(m: f64) -> f64 {
    m.max(0.0) + (-m.abs()).exp().ln_1p()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand_and_at_the_ends() {
        let loss = Binomial {
            y: &[1.0, 0.0],
            weights: &[0.5, 0.5],
            offset: vec![0.0, 0.0],
        };
        assert!((loss.value(&[0.0, 0.0]) - 2.0_f64.ln()).abs() < 1e-15);
        assert_eq!(loss.gradient(&[0.0, 0.0]), [-0.25, 0.25]);
        assert_eq!(loss.diagonal(&[0.0, 0.0]), [0.125, 0.125]);
        assert_eq!(loss.value(&[800.0, -800.0]), 0.0);
        assert_eq!(loss.value(&[-800.0, 800.0]), 800.0);
        assert!(loss.gradient(&[50.0, 0.0])[0] < 0.0);
    }
}
