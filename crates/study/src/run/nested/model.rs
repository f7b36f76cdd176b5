//! The linear model of the columns, and of what a strategy predicts.

use std::cell::OnceCell;
use std::collections::HashMap;

use midfuse_base::{Targets, Task};
use midfuse_eval::predict::{Learner, Predict};
use midfuse_eval::transform::Standardiser;
use midfuse_eval::view::FitRows;
use ndarray::{Array2, ArrayView2};

use super::columns::{BaselineColumns, Encoder};
use super::task::{LinearScores, part};

/// Scores by id: of training rows by models that had not seen them, and of test rows.
pub(crate) type Scores = HashMap<String, Vec<f64>>;

/// Learns the linear model; `beside` are the scores of a strategy.
pub(crate) struct Nested<'a> {
    task: &'a Task,
    columns: &'a BaselineColumns,
    beside: Option<&'a Scores>,
    problem: OnceCell<String>,
}

impl<'a> Nested<'a> {
    pub(crate) fn new(
        task: &'a Task,
        columns: &'a BaselineColumns,
        beside: Option<&'a Scores>,
    ) -> Self {
        Self {
            task,
            columns,
            beside,
            problem: OnceCell::new(),
        }
    }

    /// Why nothing was learned.
    pub(crate) fn problem(&self) -> Option<&str> {
        self.problem.get().map(String::as_str)
    }

    fn fit(
        &self,
        rows: &FitRows<'_>,
        targets: &Targets,
    ) -> std::result::Result<NestedModel<'a>, String> {
        let mut table = Rows {
            encoder: Encoder::fit(self.columns, rows)?,
            task: self.task,
            beside: self.beside,
            scale: None,
        };
        let ids = table.encoder.ids();
        let raw = |at: usize| ids.get(at).map(|id| table.row(id)).unwrap_or_default();
        let train = rows.take(ids, raw).map_err(|e| e.to_string())?;
        let scale = Standardiser::fit::<f64, _>(&train).map_err(|e| e.to_string())?;
        drop(train);
        table.scale = Some(scale);
        let (mut x, mut known) = (Vec::new(), Vec::new());
        for (at, id) in rows.ids().iter().enumerate() {
            let row = table.row(id);
            // Rows that no inner fold predicts, as the first ones in time.
            if row.iter().all(|value| value.is_finite()) {
                x.push(row);
                known.push(at);
            }
        }
        let width = x.first().map_or(0, Vec::len);
        let n = x.len();
        let x = Array2::from_shape_vec((n, width), x.into_iter().flatten().collect());
        let x = x.map_err(|error| error.to_string())?;
        let targets = targets.select(known);
        let fitted = part(self.task).fit(&x.view(), &targets);
        Ok(NestedModel {
            rows: Some((table, fitted.map_err(|error| error.to_string())?)),
            n_scores: self.task.n_scores(),
        })
    }
}

impl<'a> Learner for Nested<'a> {
    type Model = NestedModel<'a>;

    fn learn(&self, rows: &FitRows<'_>, targets: &Targets) -> NestedModel<'a> {
        self.fit(rows, targets).unwrap_or_else(|problem| {
            // The first one stays, and is what is said.
            let _first = self.problem.set(problem);
            NestedModel {
                rows: None,
                n_scores: self.task.n_scores(),
            }
        })
    }
}

/// Rows of the model by id.
struct Rows<'a> {
    encoder: Encoder<'a>,
    task: &'a Task,
    beside: Option<&'a Scores>,
    scale: Option<Standardiser>,
}

impl Rows<'_> {
    /// The columns, and the features of the strategy behind them; NaN where it has no score.
    fn row(&self, id: &str) -> Vec<f64> {
        let mut row = self.encoder.row(id);
        if let Some(beside) = self.beside {
            match beside.get(id) {
                Some(scores) => row.extend(part(self.task).features(scores)),
                None => row.extend(part(self.task).unknown()),
            }
        }
        match &self.scale {
            Some(scale) if scale.apply(&mut row).is_err() => Vec::new(),
            Some(_) | None => row,
        }
    }
}

/// A fitted model, or none where it could not be fitted.
pub(crate) struct NestedModel<'a> {
    rows: Option<(Rows<'a>, Box<dyn LinearScores>)>,
    n_scores: usize,
}

impl Predict for NestedModel<'_> {
    fn predict(&self, id: &str) -> Vec<f64> {
        let predicted = self.rows.as_ref().and_then(|(rows, fitted)| {
            let row = rows.row(id);
            let x = ArrayView2::from_shape((1, row.len()), &row).ok()?;
            fitted.scores(&x).ok()
        });
        // Refused where it is looked at.
        predicted.unwrap_or_else(|| vec![f64::NAN; self.n_scores])
    }
}

#[cfg(test)]
mod tests {
    use midfuse_base::{SurvivalTask, log_sum_exp};

    use super::super::columns::RowByHand;
    use super::*;

    fn ids(n: usize) -> Vec<String> {
        (0..n).map(|i| i.to_string()).collect()
    }

    fn columns(n: usize, words: bool) -> BaselineColumns {
        let ids = ids(n);
        let rows: Vec<(f64, Option<&str>)> = (0..n)
            .map(|i| ((i % 5) as f64, [Some("f"), Some("m"), None][i % 3]))
            .collect();
        let numbers: Vec<[f64; 1]> = rows.iter().map(|(x, _)| [*x]).collect();
        let of_words: Vec<[Option<&str>; 1]> = rows.iter().map(|(_, w)| [*w]).collect();
        let all: Vec<RowByHand<'_>> = (0..n)
            .map(|i| {
                let words: &[Option<&str>] = if words { &of_words[i] } else { &[] };
                (ids[i].as_str(), &numbers[i][..], words)
            })
            .collect();
        BaselineColumns::by_hand(&all)
    }

    fn learn<'a>(learner: &Nested<'a>, n: usize, targets: &Targets) -> NestedModel<'a> {
        let spec: midfuse_wire::JobSpec = serde_json::from_value(serde_json::json!({
            "task": learner.task, "data": "0".repeat(64), "model": {}, "seed": 0, "fit": ids(n),
            "targets": targets, "stop": [], "predict": [], "threads": 1, "predict_batch": 1,
            "device": "cpu", "keep_model": false,
        }))
        .unwrap();
        learner.learn(&FitRows::of(&spec), targets)
    }

    #[test]
    fn a_strategy_that_knows_the_class_adds_to_columns_that_do_not() {
        let (n, task) = (30, Task::of_classes(3));
        let classes: Vec<usize> = (0..n).map(|i| (i / 3) % 3).collect();
        let targets = Targets::Class(classes.clone());
        let columns = columns(n, true);
        let loss = |beside: Option<&Scores>| {
            let learner = Nested::new(&task, &columns, beside);
            let model = learn(&learner, n, &targets);
            assert_eq!(learner.problem(), None);
            let rows = classes.iter().enumerate();
            let of_row = rows.map(|(i, &class)| {
                let scores = model.predict(&i.to_string());
                assert!((log_sum_exp(scores.iter().copied())).abs() < 1e-9);
                -scores[class]
            });
            of_row.sum::<f64>() / n as f64
        };
        let sure: Scores = classes
            .iter()
            .enumerate()
            .map(|(i, &class)| {
                let score = |k| {
                    if k == class {
                        0.8_f64.ln()
                    } else {
                        0.1_f64.ln()
                    }
                };
                (i.to_string(), (0..3).map(score).collect())
            })
            .collect();
        let (alone, beside) = (loss(None), loss(Some(&sure)));
        assert!(alone > 0.9 && beside < 0.4, "{alone} {beside}");
    }

    #[test]
    fn numbers_and_risks_have_their_own_models() {
        let n = 30;
        let y: Vec<f64> = (0..n).map(|i| 2.0 * (i % 5) as f64 + 1.0).collect();
        let columns = columns(n, false);
        let learner = Nested::new(&Task::Regression, &columns, None);
        let model = learn(&learner, n, &Targets::Value(y.clone()));
        // Shrunk by 1 / 1.01 towards the mean of 5.
        let got = model.predict("4")[0];
        assert!((got - (5.0 + 4.0 / 1.01)).abs() < 1e-6, "{got}");

        let task = Task::Survival(SurvivalTask::new([2.0, 4.0]));
        let time: Vec<f64> = y.iter().map(|y| 12.0 - y).collect();
        let targets = Targets::Survival {
            time,
            event: vec![true; n],
        };
        let learner = Nested::new(&task, &columns, None);
        let model = learn(&learner, n, &targets);
        let (low, high) = (model.predict("0"), model.predict("4"));
        assert_eq!(low.len(), task.n_scores());
        let late = low.len() - 1;
        assert!(
            high[0] > low[0] && high[late] < low[late],
            "{low:?} {high:?}"
        );
    }

    #[test]
    fn a_row_without_a_score_is_neither_fitted_nor_predicted() {
        let (n, task) = (20, Task::of_classes(2));
        let targets = Targets::Class((0..n).map(|i| i % 2).collect());
        let columns = columns(n, false);
        let scores = |i: usize| vec![-0.7, -0.7 + 0.1 * (i % 2) as f64];
        let some: Scores = (5..n).map(|i| (i.to_string(), scores(i))).collect();
        let learner = Nested::new(&task, &columns, Some(&some));
        let model = learn(&learner, n, &targets);
        assert!(model.predict("7").iter().all(|score| score.is_finite()));
        assert!(model.predict("2").iter().all(|score| score.is_nan()));
        let none = Scores::new();
        let learner = Nested::new(&task, &columns, Some(&none));
        learn(&learner, n, &targets);
        let problem = learner.problem().unwrap();
        assert!(problem.contains("at least one row"), "{problem}");
    }
}
