//! The partial likelihood of Cox's model, with Efron's treatment of ties.
//!
//! Source: Efron, "The efficiency of Cox's likelihood function for censored data", JASA 1977;
//! weights as in R's `survival::coxph` (Therneau and Grambsch 2000, 3.3 and 7.1).

use faer::Mat;

use crate::columns::{Columns, add_lower};
use crate::loss::Loss;

/// Predictors further apart than this are refused by the line search: `exp` of the lowest is lost.
const WIDEST: f64 = 500.0;
/// Event terms of one block of the Hessian.
const BLOCK: usize = 1024;

/// The negative log partial likelihood, per unit of weight:
/// `- sum_events w_i eta_i + sum_times mean(w) sum_{l < d} log(S - l/d D)`, where `S` sums
/// `w exp(eta)` over those at risk, `D` over the `d` events of the time, and `mean(w)` is over them.
#[derive(Debug)]
pub(crate) struct Partial<'a> {
    weights: &'a [f64],
    events: &'a [bool],
    /// Rows of one time each, the latest first: how many rows, and the events among them.
    times: Vec<Tied>,
}

/// Rows of the same time.
#[derive(Debug, Clone, Copy, Default)]
struct Tied {
    n_rows: usize,
    n_events: usize,
    /// Mean weight of the events.
    weight: f64,
}

/// One `log(S - l/d D)`: the share `l/d` of the tied events that counts as gone.
#[derive(Debug, Clone, Copy)]
struct Term {
    gone: f64,
    at_risk: f64,
    weight: f64,
}

/// The rows in the order that [`Partial`] takes, from the latest time to the first.
pub(crate) fn descending(times: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..times.len()).collect();
    let time = |row: &usize| times.get(*row).copied().unwrap_or_default();
    order.sort_by(|a, b| time(b).total_cmp(&time(a)));
    order
}

impl<'a> Partial<'a> {
    /// Of rows in descending order of time. Rows with weight 0 count as not there.
    pub(crate) fn new(times: &[f64], events: &'a [bool], weights: &'a [f64]) -> Self {
        let mut tied: Vec<Tied> = Vec::new();
        let mut last = f64::NAN;
        for ((&time, &event), &weight) in times.iter().zip(events).zip(weights) {
            if last.total_cmp(&time).is_ne() {
                tied.push(Tied::default());
                last = time;
            }
            if let Some(tied) = tied.last_mut() {
                tied.n_rows += 1;
                if event && weight > 0.0 {
                    tied.n_events += 1;
                    tied.weight += weight;
                }
            }
        }
        for tied in &mut tied {
            tied.weight /= tied.n_events.max(1) as f64;
        }
        Self {
            weights,
            events,
            times: tied,
        }
    }

    /// Total weight of the events.
    pub(crate) fn event_weight(&self) -> f64 {
        self.times
            .iter()
            .map(|tied| tied.weight * tied.n_events as f64)
            .sum()
    }

    /// `w exp(eta - max)` of each row, and `max`.
    fn hazards(&self, eta: &[f64]) -> (Vec<f64>, f64) {
        let max = eta.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let rows = eta.iter().zip(self.weights);
        (rows.map(|(eta, w)| w * (eta - max).exp()).collect(), max)
    }

    /// The terms of each time, of hazards.
    fn terms(&self, hazards: &[f64]) -> Vec<Vec<Term>> {
        let (mut rows, mut at_risk) = (hazards.iter().zip(self.events), 0.0);
        let times = self.times.iter().map(|tied| {
            let mut dying = 0.0;
            for (hazard, &event) in rows.by_ref().take(tied.n_rows) {
                at_risk += hazard;
                dying += if event { *hazard } else { 0.0 };
            }
            let d = tied.n_events as f64;
            let term = |l: usize| {
                let gone = l as f64 / d;
                Term {
                    gone,
                    at_risk: at_risk - gone * dying,
                    weight: tied.weight,
                }
            };
            (0..tied.n_events).map(term).collect()
        });
        times.collect()
    }
}

impl Loss for Partial<'_> {
    fn value(&self, eta: &[f64]) -> f64 {
        let lowest = eta.iter().copied().fold(f64::INFINITY, f64::min);
        let (hazards, max) = self.hazards(eta);
        if max - lowest > WIDEST {
            return f64::INFINITY;
        }
        let terms = self.terms(&hazards);
        let logs = terms
            .iter()
            .flatten()
            .map(|term| term.weight * term.at_risk.ln());
        let rows = eta.iter().zip(self.events).zip(self.weights);
        let events = rows
            .filter(|((_, event), _)| **event)
            .map(|((eta, _), w)| w * (eta - max));
        logs.sum::<f64>() - events.sum::<f64>()
    }

    fn gradient(&self, eta: &[f64]) -> Vec<f64> {
        let rows = self.events.iter().zip(self.weights);
        let expected = self.diagonal(eta).into_iter();
        expected
            .zip(rows)
            .map(|(e, (event, w))| if *event { e - w } else { e })
            .collect()
    }

    /// The expected events of each row: the Hessian is this diagonal less a positive matrix.
    fn diagonal(&self, eta: &[f64]) -> Vec<f64> {
        let (hazards, _) = self.hazards(eta);
        let terms = self.terms(&hazards);
        // From the first time to the latest: `after` sums the terms that a row was at risk in.
        let mut rows = hazards.iter().zip(self.events).rev();
        let (mut expected, mut after) = (Vec::with_capacity(hazards.len()), 0.0);
        for (tied, terms) in self.times.iter().zip(&terms).rev() {
            let rates = terms.iter().map(|term| term.weight / term.at_risk);
            after += rates.clone().sum::<f64>();
            let gone: f64 = terms
                .iter()
                .zip(rates)
                .map(|(term, rate)| term.gone * rate)
                .sum();
            for (hazard, &event) in rows.by_ref().take(tied.n_rows) {
                expected.push(hazard * if event { after - gone } else { after });
            }
        }
        expected.reverse();
        expected
    }

    fn hessian(&self, eta: &[f64], x: &Columns) -> Mat<f64> {
        let mut hessian = x.weighted_gram(&self.diagonal(eta));
        let (hazards, _) = self.hazards(eta);
        let terms = self.terms(&hazards);
        let d = x.len();
        // Sums over those at risk, carried from block to block.
        let mut at_risk = vec![0.0; d];
        let (mut first_time, mut first_row) = (0, 0);
        while first_time < self.times.len() {
            let (mut n_times, mut n_rows, mut n_terms) = (0, 0, 0);
            for tied in self.times.iter().skip(first_time) {
                n_times += 1;
                n_rows += tied.n_rows;
                n_terms += tied.n_events;
                if n_terms >= BLOCK {
                    break;
                }
            }
            let block = Block {
                times: self
                    .times
                    .get(first_time..first_time + n_times)
                    .unwrap_or_default(),
                terms: terms
                    .get(first_time..first_time + n_times)
                    .unwrap_or_default(),
                hazards: hazards
                    .get(first_row..first_row + n_rows)
                    .unwrap_or_default(),
                events: self
                    .events
                    .get(first_row..first_row + n_rows)
                    .unwrap_or_default(),
            };
            let mut means = Mat::zeros(n_terms, d);
            for (j, (column, at_risk)) in x.iter().zip(&mut at_risk).enumerate() {
                let column = column
                    .get(first_row..first_row + n_rows)
                    .unwrap_or_default();
                block.means(column, at_risk, means.as_mut().col_mut(j).iter_mut());
            }
            add_lower(&mut hessian, means.as_ref(), means.as_ref(), -1.0);
            first_time += n_times;
            first_row += n_rows;
        }
        hessian
    }
}

/// Some times with their rows.
#[derive(Debug)]
struct Block<'a> {
    times: &'a [Tied],
    terms: &'a [Vec<Term>],
    hazards: &'a [f64],
    events: &'a [bool],
}

impl Block<'_> {
    /// The mean of a column over those at risk in each term, times the root of the term's weight.
    fn means<'m>(
        &self,
        column: &[f64],
        at_risk: &mut f64,
        mut means: impl Iterator<Item = &'m mut f64>,
    ) {
        let mut rows = column.iter().zip(self.hazards).zip(self.events);
        for (tied, terms) in self.times.iter().zip(self.terms) {
            let mut dying = 0.0;
            for ((x, hazard), &event) in rows.by_ref().take(tied.n_rows) {
                *at_risk += x * hazard;
                dying += if event { x * hazard } else { 0.0 };
            }
            // Terms first: a zip that ends on its second part has taken one too many of the first.
            for (term, mean) in terms.iter().zip(means.by_ref()) {
                *mean = (*at_risk - term.gone * dying) / term.at_risk * term.weight.sqrt();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIMES: [f64; 5] = [9.0, 7.0, 7.0, 7.0, 2.0];
    const EVENTS: [bool; 5] = [false, true, true, false, true];
    const WEIGHTS: [f64; 5] = [0.1, 0.2, 0.3, 0.15, 0.25];

    #[test]
    fn ties_by_hand() {
        let loss = Partial::new(&[2.0, 1.0, 1.0], &[false, true, true], &[1.0 / 3.0; 3]);
        // Three at risk for the first of the tied events, two for the second.
        let want = (3.0_f64.ln() + 2.0_f64.ln()) / 3.0 + 2.0 / 3.0 * (1.0_f64 / 3.0).ln();
        assert!((loss.value(&[0.0; 3]) - want).abs() < 1e-15);
        assert_eq!(descending(&[1.0, 3.0, 1.0, 2.0]), [1, 3, 0, 2]);
    }

    #[test]
    fn derivatives_are_those_of_the_value() {
        let loss = Partial::new(&TIMES, &EVENTS, &WEIGHTS);
        let eta = [0.3, -0.4, 1.1, 0.0, 0.7];
        let moved = |i: usize, h: f64| {
            let mut eta = eta;
            eta[i] += h;
            eta
        };
        let identity: Vec<f64> = (0..25)
            .map(|i| if i % 6 == 0 { 1.0 } else { 0.0 })
            .collect();
        let hessian = loss.hessian(&eta, &Columns::new(5, identity));
        for (i, gradient) in loss.gradient(&eta).into_iter().enumerate() {
            let h = 1e-5;
            let slope = (loss.value(&moved(i, h)) - loss.value(&moved(i, -h))) / (2.0 * h);
            assert!((gradient - slope).abs() < 1e-9, "{i}: {gradient} {slope}");
            let (up, down) = (loss.gradient(&moved(i, h)), loss.gradient(&moved(i, -h)));
            for j in i..5 {
                let slope = (up[j] - down[j]) / (2.0 * h);
                assert!((hessian[(j, i)] - slope).abs() < 1e-9, "{i} {j}");
            }
        }
    }

    #[test]
    fn the_hessian_goes_on_from_block_to_block() {
        let n = 4 * BLOCK;
        let random = |i: usize| ((i as f64 * 12.9898 + 1.0).sin() * 43_758.547).fract();
        let times: Vec<f64> = (0..n).map(|i| ((n - i) / 3) as f64).collect();
        let events: Vec<bool> = (0..n).map(|i| i % 4 != 0).collect();
        let weights = vec![1.0 / n as f64; n];
        let loss = Partial::new(&times, &events, &weights);
        let x = Columns::new(n, (0..2 * n).map(random).collect());
        let b = [0.7, -0.4];
        let hessian = loss.hessian(&x.times(&b), &x);
        let gradient = |b: &[f64]| x.transposed_times(&loss.gradient(&x.times(b)));
        let h = 1e-5;
        for i in 0..2 {
            let (mut up, mut down) = (b, b);
            up[i] += h;
            down[i] -= h;
            let (up, down) = (gradient(&up), gradient(&down));
            for j in i..2 {
                let slope = (up[j] - down[j]) / (2.0 * h);
                assert!(
                    (hessian[(j, i)] - slope).abs() < 1e-9,
                    "{i} {j}: {} {slope}",
                    hessian[(j, i)]
                );
            }
        }
    }

    #[test]
    fn too_wide_is_infinite() {
        let loss = Partial::new(&TIMES, &EVENTS, &WEIGHTS);
        assert_eq!(loss.value(&[0.0, 0.0, 0.0, 0.0, 600.0]), f64::INFINITY);
    }
}
