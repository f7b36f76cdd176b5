//! A matrix by columns, and the products that the solvers are made of: in one thread, so that the
//! same machine gives the same bits.

use faer::linalg::matmul::matmul;
use faer::linalg::matmul::triangular::{self, BlockStructure};
use faer::{Accum, Mat, MatRef, Par};

/// Rows of one block of [`Columns::weighted_gram`]: the block and its weighted copy stay in cache.
const BLOCK: usize = 1024;

/// `[N, D]`, column after column.
#[derive(Debug, Clone)]
pub(crate) struct Columns {
    n_rows: usize,
    values: Vec<f64>,
}

impl Columns {
    /// Columns of `n_rows` values each, at least one row.
    pub(crate) fn new(n_rows: usize, values: Vec<f64>) -> Self {
        Self { n_rows, values }
    }

    pub(crate) fn n_rows(&self) -> usize {
        self.n_rows
    }

    pub(crate) fn len(&self) -> usize {
        self.values.len() / self.n_rows
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &[f64]> {
        self.values.chunks_exact(self.n_rows)
    }

    pub(crate) fn mat(&self) -> MatRef<'_, f64> {
        MatRef::from_column_major_slice(&self.values, self.n_rows, self.len())
    }

    /// One more column, of ones: that of the intercept.
    pub(crate) fn push_ones(&mut self) {
        self.values.extend(std::iter::repeat_n(1.0, self.n_rows));
    }

    /// Which columns are 0 in every row, `[D]`.
    pub(crate) fn are_zero(&self) -> Vec<bool> {
        self.iter()
            .map(|column| column.iter().all(|x| *x == 0.0))
            .collect()
    }

    /// These columns, in this order.
    pub(crate) fn select(&self, columns: &[usize]) -> Self {
        let mut values = Vec::with_capacity(columns.len() * self.n_rows);
        for &column in columns {
            let start = column * self.n_rows;
            values.extend_from_slice(self.values.get(start..start + self.n_rows).unwrap_or(&[]));
        }
        Self::new(self.n_rows, values)
    }

    /// `X b`, `[N]`.
    pub(crate) fn times(&self, b: &[f64]) -> Vec<f64> {
        self.times_all(b, 1)
    }

    /// `X B`, `[N, K]` of `[D, K]`, by columns.
    pub(crate) fn times_all(&self, b: &[f64], k: usize) -> Vec<f64> {
        let mut product = Mat::zeros(self.n_rows, k);
        let b = MatRef::from_column_major_slice(b, self.len(), k);
        matmul(&mut product, Accum::Replace, self.mat(), b, 1.0, Par::Seq);
        values(&product)
    }

    /// `X' v`, `[D]`.
    pub(crate) fn transposed_times(&self, v: &[f64]) -> Vec<f64> {
        self.transposed_times_all(v, 1)
    }

    /// `X' V`, `[D, K]` of `[N, K]`, by columns.
    pub(crate) fn transposed_times_all(&self, v: &[f64], k: usize) -> Vec<f64> {
        let mut product = Mat::zeros(self.len(), k);
        let v = MatRef::from_column_major_slice(v, self.n_rows, k);
        let x = self.mat().transpose();
        matmul(&mut product, Accum::Replace, x, v, 1.0, Par::Seq);
        values(&product)
    }

    /// `X' diag(weights) X`, `[D, D]`; the lower triangle alone is set.
    pub(crate) fn weighted_gram(&self, weights: &[f64]) -> Mat<f64> {
        let d = self.len();
        let mut gram = Mat::zeros(d, d);
        let mut scaled = Mat::zeros(BLOCK.min(self.n_rows), d);
        for (block, weights) in weights.chunks(BLOCK).enumerate() {
            let x = self.mat().subrows(block * BLOCK, weights.len());
            let mut scaled = scaled.as_mut().subrows_mut(0, weights.len());
            for j in 0..d {
                let (from, to) = (x.col(j), scaled.as_mut().col_mut(j));
                for ((to, from), weight) in to.iter_mut().zip(from.iter()).zip(weights) {
                    *to = from * weight;
                }
            }
            add_lower(&mut gram, x, scaled.as_ref(), 1.0);
        }
        gram
    }
}

/// Adds `factor A' B` to the lower triangle, where it is symmetric.
pub(crate) fn add_lower(to: &mut Mat<f64>, a: MatRef<'_, f64>, b: MatRef<'_, f64>, factor: f64) {
    triangular::matmul(
        to,
        BlockStructure::TriangularLower,
        Accum::Add,
        a.transpose(),
        BlockStructure::Rectangular,
        b,
        BlockStructure::Rectangular,
        factor,
        Par::Seq,
    );
}

/// The values of a matrix, column after column.
pub(crate) fn values(matrix: &Mat<f64>) -> Vec<f64> {
    let mut values = Vec::with_capacity(matrix.nrows() * matrix.ncols());
    for j in 0..matrix.ncols() {
        values.extend(matrix.col(j).iter());
    }
    values
}

/// `a' b`.
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// `to += factor * from`.
pub(crate) fn add(to: &mut [f64], factor: f64, from: &[f64]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to += factor * from;
    }
}

/// `from + factor * by`.
pub(crate) fn plus(from: &[f64], factor: f64, by: &[f64]) -> Vec<f64> {
    let mut sum = from.to_vec();
    add(&mut sum, factor, by);
    sum
}

/// The largest magnitude; 0 of nothing, NaN where there is one.
pub(crate) fn largest(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |largest: f64, value| {
        if value.is_nan() {
            f64::NAN
        } else {
            largest.max(value.abs())
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_by_hand() {
        // rows (1, 3) and (2, 4)
        let mut x = Columns::new(2, vec![1.0, 2.0, 3.0, 4.0]);
        assert_eq!(x.times(&[1.0, -1.0]), [-2.0, -2.0]);
        assert_eq!(x.transposed_times(&[1.0, 2.0]), [5.0, 11.0]);
        let gram = x.weighted_gram(&[1.0, 0.5]);
        assert_eq!((gram[(0, 0)], gram[(1, 0)], gram[(1, 1)]), (3.0, 7.0, 17.0));
        x.push_ones();
        assert_eq!(x.select(&[2, 0]).times(&[1.0, 1.0]), [2.0, 3.0]);
        assert_eq!(largest(&[1.0, -3.0]), 3.0);
    }
}
