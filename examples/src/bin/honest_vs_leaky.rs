//! The same data under an honest and a leaky protocol.
//!
//! The data are pure noise: 80 rows, 2,000 columns, classes by a coin. Both protocols choose the ten
//! columns that differ most between the classes, fit a nearest-mean classifier on them, and score it
//! by the same 5 folds. The honest one chooses on the train rows of each fold and finds what there
//! is, nothing. The leaky one chooses once, on all rows, before it splits (Ambroise and McLachlan,
//! PNAS 99, 2002), and reports a discovery.
//!
//! What midfuse hands to a learner are the train rows of one fold, so the honest protocol is the one
//! that is easy to write: the leaky one has to bring its choice in from outside. See
//! `docs/leakage.md` for what the types forbid and what they cannot see.
#![allow(clippy::print_stdout, reason = "an example prints")]

use std::collections::BTreeMap;
use std::error::Error;

use midfuse::base::{Targets, Task};
use midfuse::eval::ledger::Ledger;
use midfuse::eval::predict::{Learner, Predict, fit};
use midfuse::eval::rows::{Data, Rows};
use midfuse::eval::split::StratifiedKFold;
use midfuse::eval::view::FitRows;
use midfuse::metrics::metric::{Metric, Unit};
use midfuse::prelude::Seed;
use midfuse_examples::Arguments;

const N_ROWS: usize = 80;
const N_CHOSEN: usize = 10;
const SEED: Seed = Seed(7);

/// Columns of each row, by its id.
type Table = BTreeMap<String, Vec<f64>>;

fn main() -> Result<(), Box<dyn Error>> {
    let n_columns = Arguments::from_env(&["columns"])?.number("columns", 2000)?;
    let (table, labels) = noise(n_columns);
    let ids: Vec<String> = table.keys().cloned().collect();
    let classes = vec!["heads".to_owned(), "tails".to_owned()];
    let task = Task::Classification { classes };
    let rows = Rows::new(ids.clone(), task, Targets::Class(labels.clone()))?;
    let dev = Data::iid(rows)?.develop();

    let outside = choose(&table, &ids, &labels);
    let protocols = [
        (
            "honest",
            NearestMean {
                table: &table,
                chosen_outside: None,
            },
        ),
        (
            "leaky",
            NearestMean {
                table: &table,
                chosen_outside: Some(outside),
            },
        ),
    ];
    let ledger = Ledger::in_memory();
    for (name, learner) in &protocols {
        let scores = dev.cross_validate(&StratifiedKFold::new(5, SEED), |fold| {
            let model = fit(learner, &fold.train);
            let predictions = model.predict(&fold.test)?;
            let score = predictions.score(&fold.test, Metric::Accuracy, Unit::Row)?;
            Ok(score.disclose(&ledger, name)?)
        })?;
        let scores = scores
            .into_iter()
            .collect::<Result<Vec<f64>, Box<dyn Error>>>()?;
        let mean = scores.iter().sum::<f64>() / scores.len() as f64;
        println!("{name} accuracy {mean:.3}");
    }
    println!(
        "the truth is 0.5; the ledger has {} looks at test rows",
        ledger.disclosures()?
    );
    Ok(())
}

/// Standard normal numbers, and a coin per row.
fn noise(n_columns: usize) -> (Table, Vec<usize>) {
    let uniform = |row: usize, column: usize| {
        let bits = SEED.hash(format!("{row} {column}").as_bytes());
        (bits >> 11) as f64 / (1_u64 << 53) as f64
    };
    // The sum of twelve uniform numbers minus six is close to a standard normal one.
    let normal = |row, column| (0..12).map(|i| uniform(row, 12 * column + i)).sum::<f64>() - 6.0;
    let table = (0..N_ROWS).map(|row| {
        let columns = (0..n_columns).map(|column| normal(row, column)).collect();
        (format!("row-{row:02}"), columns)
    });
    (table.collect(), (0..N_ROWS).map(|row| row % 2).collect())
}

/// Mean of each column over the rows of a class.
fn means(table: &Table, ids: &[String], labels: &[usize], class: usize) -> Vec<f64> {
    let rows: Vec<&Vec<f64>> = ids
        .iter()
        .zip(labels)
        .filter(|&(_, &label)| label == class)
        .filter_map(|(id, _)| table.get(id))
        .collect();
    let mut sums = vec![0.0; rows.first().map_or(0, |row| row.len())];
    for row in &rows {
        for (sum, value) in sums.iter_mut().zip(*row) {
            *sum += value;
        }
    }
    sums.into_iter()
        .map(|sum| sum / rows.len() as f64)
        .collect()
}

/// The columns whose class means differ most, on these rows.
fn choose(table: &Table, ids: &[String], labels: &[usize]) -> Vec<usize> {
    let (heads, tails) = (means(table, ids, labels, 0), means(table, ids, labels, 1));
    let mut by_difference: Vec<(f64, usize)> = heads
        .iter()
        .zip(&tails)
        .map(|(a, b)| (a - b).abs())
        .zip(0..)
        .collect();
    by_difference.sort_by(|a, b| b.0.total_cmp(&a.0));
    by_difference
        .into_iter()
        .take(N_CHOSEN)
        .map(|(_, column)| column)
        .collect()
}

/// Fits class means on ten columns: those that `learn` chooses, or those that came from outside.
struct NearestMean<'a> {
    table: &'a Table,
    chosen_outside: Option<Vec<usize>>,
}

struct Means<'a> {
    table: &'a Table,
    /// `(column, mean in class 0, mean in class 1)`.
    columns: Vec<(usize, f64, f64)>,
}

impl<'a> Learner for NearestMean<'a> {
    type Model = Means<'a>;

    fn learn(&self, rows: &FitRows<'_>, targets: &Targets) -> Means<'a> {
        let labels = targets.as_classes().unwrap_or_default();
        let chosen = self
            .chosen_outside
            .clone()
            .unwrap_or_else(|| choose(self.table, rows.ids(), labels));
        let of_class = |class| means(self.table, rows.ids(), labels, class);
        let (heads, tails) = (of_class(0), of_class(1));
        let columns = chosen
            .into_iter()
            .filter_map(|column| Some((column, *heads.get(column)?, *tails.get(column)?)));
        Means {
            table: self.table,
            columns: columns.collect(),
        }
    }
}

impl Predict for Means<'_> {
    /// Log-probabilities under unit variance.
    fn predict(&self, id: &str) -> Vec<f64> {
        let row = self.table.get(id).map_or(&[][..], Vec::as_slice);
        let log_odds: f64 = self
            .columns
            .iter()
            .filter_map(|&(column, heads, tails)| {
                let x = row.get(column)?;
                Some(((x - tails).powi(2) - (x - heads).powi(2)) / 2.0)
            })
            .sum();
        let log_sigmoid = |z: f64| -(-z).exp().ln_1p();
        vec![log_sigmoid(log_odds), log_sigmoid(-log_odds)]
    }
}
