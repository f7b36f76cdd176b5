//! More columns than rows: with an L2 penalty the optimum is a combination of the rows, so that the
//! problem has as many unknowns as rows.
//!
//! `X' = Q R` with orthonormal `Q [P, N]`, so `X b = R' t` and `|b| = |t|` for `b = Q t`: the same
//! objective over `t [N]`. The QR factors keep the precision that a Gram matrix `X X'` squares away.
//! Source: Hastie and Tibshirani, "Efficient quadratic regularization for expression arrays",
//! Biostatistics 2004.

use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::householder::{
    apply_block_householder_sequence_on_the_left_in_place_scratch as scratch,
    apply_block_householder_sequence_on_the_left_in_place_with_conj as apply,
};
use faer::linalg::solvers::Qr;
use faer::{Conj, Mat, Par};

use crate::columns::{Columns, values};

/// `Q` of `X' = Q R`.
#[derive(Debug)]
pub(crate) struct RowSpace(Qr<f64>);

impl RowSpace {
    /// The row space of `x [N, P]` with `P >= N`, and `R' [N, N]` to fit in its place.
    pub(crate) fn of(x: &Columns) -> (Self, Columns) {
        let qr = Qr::new(x.mat().transpose());
        let n = x.n_rows();
        let r = qr.thin_R();
        let mut rows = Vec::with_capacity(n * n);
        for j in 0..n {
            rows.extend((0..n).map(|i| if i < j { 0.0 } else { r[(j, i)] }));
        }
        (Self(qr), Columns::new(n, rows))
    }

    /// `Q T`, `[P, K]` of `[N, K]`, by columns.
    pub(crate) fn lift(&self, t: &[f64], k: usize) -> Vec<f64> {
        let (basis, coeff) = (self.0.Q_basis(), self.0.Q_coeff());
        let n = t.len() / k.max(1);
        let mut t = t.chunks_exact(n.max(1));
        let mut b = Mat::zeros(basis.nrows(), k);
        for j in 0..k {
            let column = t.next().unwrap_or_default();
            for (to, from) in b.col_mut(j).iter_mut().zip(column) {
                *to = *from;
            }
        }
        let mut memory = MemBuffer::new(scratch::<f64>(basis.nrows(), coeff.nrows(), k));
        let stack = MemStack::new(&mut memory);
        apply(basis, coeff, Conj::No, b.as_mut(), Par::Seq, stack);
        values(&b)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_products_and_lengths() {
        let x = Columns::new(2, vec![1.0, 2.0, -1.0, 0.5, 3.0, 1.0]);
        let (space, rows) = RowSpace::of(&x);
        let t = [0.3, -2.0];
        let b = space.lift(&t, 1);
        for (a, b) in x.times(&b).iter().zip(rows.times(&t)) {
            assert!((a - b).abs() < 1e-14);
        }
        let squares = |v: &[f64]| v.iter().map(|v| v * v).sum::<f64>();
        assert!((squares(&b) - squares(&t)).abs() < 1e-14);
    }
}
