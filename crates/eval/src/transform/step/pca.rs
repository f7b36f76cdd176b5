//! Principal components.

use faer::linalg::matmul::matmul;
use faer::linalg::solvers::SelfAdjointEigen;
use faer::{Accum, Mat, Par, Side};
use midfuse_base::options;
use serde::{Deserialize, Serialize};

use super::{Columns, FittedStep, Step, StepTrain};
use crate::transform::TransformError;
use crate::transform::number::mean;

const NAME: &str = "pca";

/// Most rows or columns, whichever there are fewer of: what is decomposed is square in them.
const MOST: usize = 2_000;

/// The directions in which the train rows vary most, as columns in the order of their variance. Columns
/// of unlike units are scaled before, and components after it where a model wants them alike: their
/// variances are those of the data.
///
/// There are no more than the train rows span. A missing number enters as the mean of its column, and
/// nothing is missing behind.
///
/// Reference: scikit-learn's `PCA(svd_solver="full")`, signs included: the largest loading of each
/// component is above 0. Solved by the eigenvectors of the smaller Gram matrix.
#[options(new = "At most this many components.")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PcaConfig {
    /// Most components that are kept.
    #[option(default = 32, new, range = 1..)]
    pub k: usize,
}

/// Means and components.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pca {
    /// Mean of each column.
    pub mean: Vec<f64>,
    /// `[K][F]`: K components of F loadings, of length 1.
    pub components: Vec<Vec<f64>>,
}

impl Step for PcaConfig {
    type Fitted = Pca;

    fn fit(&self, train: &StepTrain<'_>) -> Result<Pca, TransformError> {
        let columns = train.columns();
        let (n, p) = (train.rows.len(), columns.len());
        if n.min(p) > MOST {
            let expected = format!("at most {MOST} rows or columns");
            let got = format!("{n} rows of {p} columns; put `select-variance` before it");
            return Err(TransformError::size(NAME, expected, got));
        }
        let mean: Vec<f64> = columns.iter().map(|c| mean(c).unwrap_or(0.0)).collect();
        let x = Mat::from_fn(n, p, |i, j| {
            let value = train.rows.get(i).and_then(|row| row.get(j));
            let centred = value.copied().unwrap_or(f64::NAN) - mean.get(j).copied().unwrap_or(0.0);
            if centred.is_nan() { 0.0 } else { centred }
        });
        let mut components = directions(&x, self.k)?;
        for component in &mut components {
            turn(component);
        }
        if components.is_empty() {
            return Err(TransformError::nothing(
                NAME,
                "a column that varies".to_owned(),
            ));
        }
        Ok(Pca { mean, components })
    }

    fn most(&self, columns: Columns) -> Columns {
        Columns {
            with_missing: 0,
            ..columns.at_most(self.k)
        }
    }
}

/// Directions of largest variance of centred rows `x [N, P]`, as many as rounding lets one tell from
/// none, at most `k`.
fn directions(x: &Mat<f64>, k: usize) -> Result<Vec<Vec<f64>>, TransformError> {
    let (n, p) = (x.nrows(), x.ncols());
    let by_rows = n < p;
    let size = n.min(p);
    let mut gram = Mat::zeros(size, size);
    let (left, right) = if by_rows {
        (x.as_ref(), x.transpose())
    } else {
        (x.transpose(), x.as_ref())
    };
    matmul(&mut gram, Accum::Replace, left, right, 1.0, Par::Seq);
    let solved = SelfAdjointEigen::new(gram.as_ref(), Side::Lower).map_err(|_| {
        let got = "a decomposition that does not converge; look for columns of huge numbers";
        TransformError::size(NAME, "numbers of like sizes".to_owned(), got.to_owned())
    })?;
    // Ascending.
    let values: Vec<f64> = solved.S().column_vector().iter().copied().collect();
    let largest = values.last().copied().unwrap_or(0.0);
    let least = largest * f64::EPSILON * n.max(p) as f64;
    let mut found = Vec::new();
    for (at, &value) in values.iter().enumerate().rev().take(k) {
        if value <= least || value.is_nan() {
            break;
        }
        let vector = solved.U().col(at);
        let mut direction: Vec<f64> = if by_rows {
            let mut back = Mat::zeros(p, 1);
            let vector = vector.as_mat();
            matmul(
                &mut back,
                Accum::Replace,
                x.transpose(),
                vector,
                1.0,
                Par::Seq,
            );
            back.col(0).iter().copied().collect()
        } else {
            vector.iter().copied().collect()
        };
        let length = direction.iter().map(|v| v * v).sum::<f64>().sqrt();
        for v in &mut direction {
            *v /= length;
        }
        found.push(direction);
    }
    Ok(found)
}

/// Turns a component so that its largest loading, the first of equal ones, is above 0.
fn turn(component: &mut [f64]) {
    let mut largest = 0.0_f64;
    for &loading in component.iter() {
        if loading.abs() > largest.abs() {
            largest = loading;
        }
    }
    if largest < 0.0 {
        for loading in component {
            *loading = -*loading;
        }
    }
}

impl FittedStep for Pca {
    fn d_in(&self) -> usize {
        self.mean.len()
    }

    fn d_out(&self) -> usize {
        self.components.len()
    }

    fn check(&self) -> Result<(), &'static str> {
        let finite = |values: &Vec<f64>| values.iter().all(|value| value.is_finite());
        let whole = |c: &Vec<f64>| c.len() == self.mean.len() && finite(c);
        if finite(&self.mean) && self.components.iter().all(whole) {
            return Ok(());
        }
        Err("`pca` has a component of another length, or a number that is not finite")
    }

    fn names(&self, _names: &[String]) -> Vec<String> {
        let nth = 1..=self.components.len();
        nth.map(|nth| format!("component {nth}")).collect()
    }

    fn apply(&self, row: &mut Vec<f64>) -> Result<(), TransformError> {
        let centred: Vec<f64> = row
            .iter()
            .zip(&self.mean)
            .map(|(value, mean)| if value.is_nan() { 0.0 } else { value - mean })
            .collect();
        let along = |component: &Vec<f64>| {
            let products = component.iter().zip(&centred).map(|(a, b)| a * b);
            products.sum::<f64>()
        };
        *row = self.components.iter().map(along).collect();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(rows: &[Vec<f64>], k: usize) -> Result<Pca, TransformError> {
        let n = rows.first().map_or(0, Vec::len);
        let names: Vec<String> = (0..n).map(|i| i.to_string()).collect();
        PcaConfig::new(k).fit(&StepTrain {
            names: &names,
            rows,
            targets: &[],
        })
    }

    #[test]
    fn a_line_is_one_component_whichever_side_is_longer() {
        // Along (3, -4) / 5, so the sign turns to (-3, 4) / 5.
        for rows in [
            vec![vec![1.0, 1.0], vec![4.0, -3.0], vec![7.0, -7.0]],
            vec![vec![1.0, 1.0, 2.0], vec![4.0, -3.0, 2.0]],
        ] {
            let pca = fit(&rows, 9).unwrap();
            assert_eq!(pca.d_out(), 1);
            assert!((pca.components[0][0] + 0.6).abs() < 1e-12, "{pca:?}");
            assert!((pca.components[0][1] - 0.8).abs() < 1e-12, "{pca:?}");
            let mut first = rows[0].clone();
            pca.apply(&mut first).unwrap();
            let last = &rows[rows.len() - 1];
            let half = (last[0] - rows[0][0]).hypot(last[1] - rows[0][1]) / 2.0;
            assert!((first[0] - half).abs() < 1e-12);
            let mut missing = vec![f64::NAN; rows[0].len()];
            pca.apply(&mut missing).unwrap();
            assert!(missing[0].abs() < 1e-12, "the mean");
        }
    }

    #[test]
    fn what_does_not_vary_has_no_component() {
        let error = fit(&[vec![2.0, 3.0], vec![2.0, 3.0]], 2).unwrap_err();
        assert_eq!(
            error.to_string().split(';').next().unwrap(),
            "pca: expected a column that varies, got none among the train rows"
        );
        let wrong = Pca {
            mean: vec![0.0, 0.0],
            components: vec![vec![1.0]],
        };
        assert!(wrong.check().is_err());
    }
}
