//! Coordinate descent on the quadratic model of an objective with an L1 penalty:
//! `g' s + 1/2 s' H s + sum_j l1_j |b_j + s_j|` over `s`.
//!
//! Source: Friedman, Hastie and Tibshirani, "Regularization paths for generalized linear models via
//! coordinate descent", J. Stat. Softw. 2010.

use faer::Mat;

use crate::columns::{Columns, add, dot};
use crate::factor::Factor;

/// Passes between attempts at the exact solution.
const PASSES: usize = 20;
/// Attempts.
const ROUNDS: usize = 50;
/// A pass that moves no coordinate by more than this share of the first one's largest move has
/// converged far enough for a model that is itself an approximation.
const ENOUGH: f64 = 1e-4;

/// The model at coefficients `b`.
#[derive(Debug)]
pub(crate) struct Quadratic<'a> {
    pub(crate) b: &'a [f64],
    pub(crate) gradient: &'a [f64],
    pub(crate) l1: &'a [f64],
}

impl Quadratic<'_> {
    /// The step to the optimum of a dense `H`, both triangles set.
    ///
    /// Descent finds which coefficients are 0 and the signs of the others; given those, the optimum
    /// solves linear equations, which is tried after some passes and kept where it has these signs and
    /// no coefficient at 0 wants to move. So correlated columns, on which descent creeps, end exactly.
    pub(crate) fn dense(&self, hessian: &Mat<f64>) -> Vec<f64> {
        let mut b = self.b.to_vec();
        // The smooth part's gradient at `b`.
        let mut slope = self.gradient.to_vec();
        for _ in 0..ROUNDS {
            let mut first = 0.0;
            for pass in 0..PASSES {
                let largest = self.dense_pass(hessian, &mut b, &mut slope);
                if pass == 0 {
                    first = largest;
                }
                if largest <= ENOUGH * first {
                    break;
                }
            }
            if let Some(exact) = self.exact(hessian, &b) {
                b = exact;
                break;
            }
            if first == 0.0 {
                break;
            }
        }
        self.step(&b)
    }

    fn step(&self, b: &[f64]) -> Vec<f64> {
        b.iter().zip(self.b).map(|(to, from)| to - from).collect()
    }

    /// One pass; the largest move in units of the model's decrease.
    fn dense_pass(&self, hessian: &Mat<f64>, b: &mut [f64], slope: &mut [f64]) -> f64 {
        let mut largest: f64 = 0.0;
        for (j, (b, l1)) in b.iter_mut().zip(self.l1).enumerate() {
            let curvature = hessian[(j, j)];
            let at = slope.get(j).copied().unwrap_or_default();
            if curvature <= 0.0 {
                continue;
            }
            let to = shrink(curvature * *b - at, *l1) / curvature;
            let moved = to - *b;
            if moved != 0.0 {
                for (slope, h) in slope.iter_mut().zip(hessian.col(j).iter()) {
                    *slope += moved * h;
                }
                *b = to;
                largest = largest.max(moved.abs() * curvature.sqrt());
            }
        }
        largest
    }

    /// The optimum that has the zeros and the signs of `b`, if it is that of the model.
    fn exact(&self, hessian: &Mat<f64>, b: &[f64]) -> Option<Vec<f64>> {
        let free: Vec<usize> = (0..b.len())
            .filter(|&j| at(b, j) != 0.0 || at(self.l1, j) == 0.0)
            .collect();
        let mut step = vec![0.0; b.len()];
        for (j, step) in step.iter_mut().enumerate() {
            if at(b, j) == 0.0 && at(self.l1, j) != 0.0 {
                *step = -at(self.b, j);
            }
        }
        let mut moved: Vec<f64> = free
            .iter()
            .map(|&j| {
                -at(self.gradient, j) - at(self.l1, j) * sign(at(b, j)) - row(hessian, j, &step)
            })
            .collect();
        let of_free = Mat::from_fn(free.len(), free.len(), |i, j| {
            hessian[(at(&free, i), at(&free, j))]
        });
        Factor::of(&of_free)?.solve(&mut moved);
        for (&j, moved) in free.iter().zip(&moved) {
            if let Some(step) = step.get_mut(j) {
                *step = *moved;
            }
        }
        let to: Vec<f64> = self.b.iter().zip(&step).map(|(b, step)| b + step).collect();
        let holds = (0..b.len()).all(|j| {
            let l1 = at(self.l1, j);
            if l1 == 0.0 {
                return true;
            }
            if at(b, j) != 0.0 {
                return at(&to, j) * at(b, j) > 0.0;
            }
            let slope = at(self.gradient, j) + row(hessian, j, &step);
            slope.abs() <= l1 * (1.0 + 1e-12)
        });
        // Exactly 0, where the sum above leaves rounding.
        let to = to.iter().zip(b).zip(self.l1);
        let clean = to.map(|((to, b), l1)| if *b == 0.0 && *l1 != 0.0 { 0.0 } else { *to });
        holds.then(|| clean.collect())
    }

    /// The step towards the optimum of `H = X' diag(weights) X + diag(l2)`, for more columns than a
    /// dense `H` is worth.
    pub(crate) fn by_rows(&self, x: &Columns, weights: &[f64], l2: &[f64]) -> Vec<f64> {
        let curvatures: Vec<f64> = x
            .iter()
            .zip(l2)
            .map(|(x, l2)| x.iter().zip(weights).map(|(x, w)| w * x * x).sum::<f64>() + l2)
            .collect();
        let mut b = self.b.to_vec();
        // `diag(weights) X s`.
        let mut moved = vec![0.0; x.n_rows()];
        let mut first = 0.0;
        for pass in 0..PASSES * ROUNDS {
            let mut largest: f64 = 0.0;
            for (j, ((b, x), &curvature)) in b.iter_mut().zip(x.iter()).zip(&curvatures).enumerate()
            {
                if curvature <= 0.0 {
                    continue;
                }
                let slope =
                    at(self.gradient, j) + dot(x, &moved) + at(l2, j) * (*b - at(self.b, j));
                let to = shrink(curvature * *b - slope, at(self.l1, j)) / curvature;
                let by = to - *b;
                if by != 0.0 {
                    for ((moved, x), w) in moved.iter_mut().zip(x).zip(weights) {
                        *moved += by * w * x;
                    }
                    *b = to;
                    largest = largest.max(by.abs() * curvature.sqrt());
                }
            }
            if pass == 0 {
                first = largest;
            }
            if largest <= ENOUGH * first {
                break;
            }
        }
        self.step(&b)
    }
}

fn at<T: Copy + Default>(values: &[T], j: usize) -> T {
    values.get(j).copied().unwrap_or_default()
}

/// Row `j` of a symmetric matrix times a vector.
fn row(matrix: &Mat<f64>, j: usize, v: &[f64]) -> f64 {
    matrix.col(j).iter().zip(v).map(|(h, v)| h * v).sum()
}

/// -1, 0 or 1.
pub(crate) fn sign(value: f64) -> f64 {
    if value == 0.0 { 0.0 } else { value.signum() }
}

/// The soft threshold: towards 0 by `by`, and not beyond.
pub(crate) fn shrink(value: f64, by: f64) -> f64 {
    sign(value) * (value.abs() - by).max(0.0)
}

/// Copies the lower triangle onto the upper one.
pub(crate) fn symmetric(mut matrix: Mat<f64>, l2: &[f64]) -> Mat<f64> {
    let d = matrix.nrows();
    for j in 0..d {
        for i in j + 1..d {
            matrix[(j, i)] = matrix[(i, j)];
        }
    }
    let mut diagonal = vec![0.0; d];
    add(&mut diagonal, 1.0, l2);
    for (j, l2) in diagonal.into_iter().enumerate() {
        matrix[(j, j)] += l2;
    }
    matrix
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_coefficient_is_shrunk_and_one_is_zero() {
        // H = I: each coordinate is a soft threshold of -g.
        let hessian = symmetric(Mat::identity(2, 2), &[0.0, 0.0]);
        let model = Quadratic {
            b: &[0.0, 0.0],
            gradient: &[-3.0, 0.5],
            l1: &[1.0, 1.0],
        };
        assert_eq!(model.dense(&hessian), [2.0, 0.0]);
        let x = Columns::new(2, vec![1.0, 0.0, 0.0, 1.0]);
        assert_eq!(model.by_rows(&x, &[1.0, 1.0], &[0.0, 0.0]), [2.0, 0.0]);
        assert_eq!((shrink(-3.0, 1.0), shrink(0.5, 1.0)), (-2.0, 0.0));
    }

    #[test]
    fn correlated_columns_end_exactly() {
        // H = [[1, r], [r, 1]]: descent alone needs thousands of passes.
        let r = 0.9999;
        let hessian = Mat::from_fn(2, 2, |i, j| if i == j { 1.0 } else { r });
        let model = Quadratic {
            b: &[0.0, 0.0],
            gradient: &[-2.0, -1.9999],
            l1: &[0.1, 0.1],
        };
        let step = model.dense(&hessian);
        for (j, s) in step.iter().enumerate() {
            let slope = model.gradient[j] + row(&hessian, j, &step) + 0.1 * sign(*s);
            assert!(slope.abs() < 1e-12 || *s == 0.0, "{step:?}");
        }
    }
}
