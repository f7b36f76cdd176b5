//! Logistic regression with a small ridge, by Newton's method.

const RIDGE: f64 = 1.0;

/// Intercept and coefficients, fitted on these rows.
pub(crate) fn fit(x: &[Vec<f64>], positive: &[bool], rows: &[usize]) -> Vec<f64> {
    let p = x[0].len() + 1;
    let mut beta = vec![0.0; p];
    for _ in 0..8 {
        let mut gradient = vec![0.0; p];
        let mut hessian = vec![vec![0.0; p]; p];
        for j in 1..p {
            gradient[j] = -RIDGE * beta[j];
            hessian[j][j] = RIDGE;
        }
        for &row in rows {
            let q = probability(&beta, &x[row]);
            let error = f64::from(u8::from(positive[row])) - q;
            let value = |j: usize| if j == 0 { 1.0 } else { x[row][j - 1] };
            for j in 0..p {
                gradient[j] += error * value(j);
                for (k, cell) in hessian[j].iter_mut().enumerate().take(j + 1) {
                    *cell += q * (1.0 - q) * value(j) * value(k);
                }
            }
        }
        for (beta, step) in beta.iter_mut().zip(solve(hessian, gradient)) {
            *beta += step;
        }
    }
    beta
}

/// Probability of the positive class.
pub(crate) fn probability(beta: &[f64], x: &[f64]) -> f64 {
    let z = beta[0] + beta[1..].iter().zip(x).map(|(b, x)| b * x).sum::<f64>();
    1.0 / (1.0 + (-z).exp())
}

/// Solves `a x = b` for a positive definite `a`, of which the lower half is read (Cholesky).
pub(crate) fn solve(mut a: Vec<Vec<f64>>, mut b: Vec<f64>) -> Vec<f64> {
    let n = b.len();
    for i in 0..n {
        for j in 0..=i {
            let sum: f64 = (0..j).map(|k| a[i][k] * a[j][k]).sum();
            let rest = a[i][j] - sum;
            a[i][j] = if i == j { rest.sqrt() } else { rest / a[j][j] };
        }
    }
    for i in 0..n {
        let sum: f64 = (0..i).map(|k| a[i][k] * b[k]).sum();
        b[i] = (b[i] - sum) / a[i][i];
    }
    for i in (0..n).rev() {
        let sum: f64 = (i + 1..n).map(|k| a[k][i] * b[k]).sum();
        b[i] = (b[i] - sum) / a[i][i];
    }
    b
}
