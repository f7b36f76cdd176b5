//! How long fits take at the two ends: many columns, and many rows.
//!
//! `cargo run --release -p midfuse-linear --example scale [WORD]` prints one line per fit, of those
//! whose name holds the word.
#![allow(
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a program that prints a table; sizes are set here"
)]

use std::time::Instant;

use midfuse_linear::{CoxConfig, ElasticNetConfig, LogisticConfig, RidgeConfig};
use ndarray::{Array1, Array2};

/// Values that look normal and are the same everywhere.
fn normal(state: &mut u64) -> f64 {
    let mut sum = 0.0;
    for _ in 0..4 {
        *state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        sum += (*state >> 11) as f64 / (1_u64 << 53) as f64 - 0.5;
    }
    sum * 3.0_f64.sqrt()
}

struct Data {
    x: Array2<f64>,
    y: Vec<f64>,
    two: Vec<usize>,
    three: Vec<usize>,
    times: Vec<f64>,
    events: Vec<bool>,
}

fn data(rows: usize, columns: usize) -> Data {
    let mut state = 7;
    let common: Vec<f64> = (0..rows).map(|_| normal(&mut state)).collect();
    let x = Array2::from_shape_fn((rows, columns), |(i, _)| {
        0.5 * common[i] + normal(&mut state)
    });
    let b = Array1::from_shape_fn(columns, |j| if j < 20 { 0.3 } else { 0.0 });
    let eta = x.dot(&b);
    let y: Vec<f64> = eta.iter().map(|eta| eta + normal(&mut state)).collect();
    Data {
        two: y.iter().map(|y| usize::from(*y > 0.0)).collect(),
        three: y
            .iter()
            .map(|y| usize::from(*y > -0.5) + usize::from(*y > 0.5))
            .collect(),
        times: y.iter().map(|y| ((-y).exp() * 100.0).round()).collect(),
        events: (0..rows).map(|i| i % 3 != 0).collect(),
        x,
        y,
    }
}

fn main() {
    let word = std::env::args().nth(1).unwrap_or_default();
    for (rows, columns) in [(500, 20_000), (500_000, 50)] {
        let data = data(rows, columns);
        let x = data.x.view();
        let timed = |name: &str, fit: &dyn Fn() -> Result<String, midfuse_linear::LinearError>| {
            let name = format!("{name} {rows} x {columns}");
            if !name.contains(&word) {
                return;
            }
            let start = Instant::now();
            let end = fit().unwrap_or_else(|error| error.to_string());
            println!("{name:<45} {:>8.2} s  {end}", start.elapsed().as_secs_f64());
        };
        let count = |b: &mut dyn Iterator<Item = &f64>| {
            format!("{} coefficients", b.filter(|b| **b != 0.0).count())
        };
        let penalties: Vec<f64> = (0..10).map(|i| 0.3 * 0.6_f64.powi(i)).collect();
        let ridge = RidgeConfig::new(0.1);
        timed("ridge", &|| {
            Ok(count(
                &mut ridge.fit(&x, &data.y, None)?.coefficients.iter(),
            ))
        });
        timed("ridge, path of 10", &|| {
            let path = ridge.path(&x, &data.y, None, &penalties)?;
            Ok(format!("{} models", path.len()))
        });
        let net = ElasticNetConfig::new(0.1);
        timed("elastic net", &|| {
            Ok(count(&mut net.fit(&x, &data.y, None)?.coefficients.iter()))
        });
        timed("elastic net, path of 10", &|| {
            let path = net.path(&x, &data.y, None, &penalties)?;
            Ok(count(&mut path[9].coefficients.iter()))
        });
        for l1_ratio in [0.0, 0.5] {
            let kind = if l1_ratio == 0.0 { "L2" } else { "elastic net" };
            let logistic = LogisticConfig::new(0.02).with_l1_ratio(l1_ratio);
            timed(&format!("logistic, {kind}"), &|| {
                Ok(count(
                    &mut logistic.fit(&x, &data.two, 2, None)?.coefficients.iter(),
                ))
            });
            timed(&format!("logistic, {kind}, path of 10"), &|| {
                let path = logistic.path(&x, &data.two, 2, None, &penalties)?;
                Ok(count(&mut path[9].coefficients.iter()))
            });
            timed(&format!("three classes, {kind}"), &|| {
                Ok(count(
                    &mut logistic.fit(&x, &data.three, 3, None)?.coefficients.iter(),
                ))
            });
            let cox = CoxConfig::new(0.02).with_l1_ratio(l1_ratio);
            timed(&format!("Cox, {kind}"), &|| {
                let model = cox.fit(&x, &data.times, &data.events, None)?;
                Ok(count(&mut model.coefficients.iter()))
            });
        }
    }
}
