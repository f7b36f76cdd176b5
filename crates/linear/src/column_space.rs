//! More rows than columns under the squared error: `P` rows say all that `N` rows do.
//!
//! `diag(w)^(1/2) X = Q R` with orthonormal `Q [N, P]`, so the weighted squared error of `b` is
//! `|Q' diag(w)^(1/2) y - R b|^2` and a constant. A path of penalties then costs no pass over the rows.
//! Source: Golub and Van Loan, Matrix Computations, 2013, 5.3.

use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::householder::{
    apply_block_householder_sequence_transpose_on_the_left_in_place_scratch as scratch,
    apply_block_householder_sequence_transpose_on_the_left_in_place_with_conj as apply,
};
use faer::linalg::solvers::Qr;
use faer::{Conj, Mat, Par};

use crate::columns::Columns;

/// `R [P, P]` and `Q' diag(w)^(1/2) y [P]` of `x [N, P]` with `N >= P`.
pub(crate) fn compress(x: &Columns, y: &[f64], weights: &[f64]) -> (Columns, Vec<f64>) {
    let (n, p) = (x.n_rows(), x.len());
    let roots: Vec<f64> = weights.iter().map(|w| w.sqrt()).collect();
    let mut scaled = Mat::zeros(n, p);
    for (j, column) in x.iter().enumerate() {
        for ((to, x), root) in scaled.col_mut(j).iter_mut().zip(column).zip(&roots) {
            *to = x * root;
        }
    }
    let mut rotated = Mat::zeros(n, 1);
    for ((to, y), root) in rotated.col_mut(0).iter_mut().zip(y).zip(&roots) {
        *to = y * root;
    }
    let qr = Qr::new(scaled.as_ref());
    let (basis, coeff) = (qr.Q_basis(), qr.Q_coeff());
    let mut memory = MemBuffer::new(scratch::<f64>(n, coeff.nrows(), 1));
    let stack = MemStack::new(&mut memory);
    apply(basis, coeff, Conj::No, rotated.as_mut(), Par::Seq, stack);
    let r = qr.thin_R();
    let mut values = Vec::with_capacity(p * p);
    for j in 0..p {
        values.extend((0..p).map(|i| if i > j { 0.0 } else { r[(i, j)] }));
    }
    let y = rotated.col(0).iter().take(p).copied().collect();
    (Columns::new(p, values), y)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_normal_equations() {
        let x = Columns::new(3, vec![1.0, -2.0, 0.5, 3.0, 1.0, -1.0]);
        let (y, w) = ([1.0, 2.0, -4.0], [0.2, 0.5, 0.3]);
        let (r, rotated) = compress(&x, &y, &w);
        let (gram, want) = (r.weighted_gram(&[1.0; 2]), x.weighted_gram(&w));
        for at in [(0, 0), (1, 0), (1, 1)] {
            assert!((gram[at] - want[at]).abs() < 1e-14);
        }
        let wy: Vec<f64> = y.iter().zip(w).map(|(y, w)| y * w).collect();
        let pairs = r
            .transposed_times(&rotated)
            .into_iter()
            .zip(x.transposed_times(&wy));
        for (got, want) in pairs {
            assert!((got - want).abs() < 1e-14);
        }
    }
}
