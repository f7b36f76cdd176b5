//! The Cholesky factor of a Hessian, and whether it has one.

use faer::linalg::solvers::{Llt, Solve};
use faer::{Mat, MatMut, Side};

/// A pivot below this share of its diagonal is rounding: its column is a combination of the others.
const COLLINEAR: f64 = 1e-13;

/// `L` of `H = L L'`.
#[derive(Debug)]
pub(crate) struct Factor(Llt<f64>);

impl Factor {
    /// Factors the matrix whose lower triangle is given; none where it is not positive definite to
    /// the precision of its numbers.
    pub(crate) fn of(hessian: &Mat<f64>) -> Option<Self> {
        let d = hessian.nrows();
        let factor = Llt::new(hessian.as_ref(), Side::Lower).ok()?;
        let l = factor.L();
        let definite = (0..d).all(|j| l[(j, j)] * l[(j, j)] > COLLINEAR * hessian[(j, j)]);
        definite.then_some(Self(factor))
    }

    /// Replaces `B` by `H^-1 B`, `[D, K]` by columns.
    pub(crate) fn solve(&self, b: &mut [f64]) {
        let d = self.0.L().nrows();
        let k = b.len() / d.max(1);
        self.0
            .solve_in_place(MatMut::from_column_major_slice_mut(b, d, k));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix(values: [[f64; 2]; 2]) -> Mat<f64> {
        Mat::from_fn(2, 2, |i, j| values[i][j])
    }

    #[test]
    fn solves_and_refuses() {
        let mut b = [5.0, 4.0];
        Factor::of(&matrix([[4.0, 0.0], [1.0, 3.0]]))
            .unwrap()
            .solve(&mut b);
        assert!((b[0] - 1.0).abs() < 1e-15 && (b[1] - 1.0).abs() < 1e-15);
        assert!(Factor::of(&matrix([[1.0, 0.0], [1.0, 1.0]])).is_none());
        assert!(Factor::of(&matrix([[f64::NAN, 0.0], [1.0, 1.0]])).is_none());
    }
}
