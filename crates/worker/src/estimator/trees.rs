//! Boosted trees: LightGBM on the raw features.
//!
//! **Paper** and **reference implementation**: those of `midfuse-lightgbm`.
//!
//! NOTE[DIFF] Numbers come preprocessed, as every model of a study sees them, and categories one-hot; a
//! missing number is missing, and LightGBM learns which way it goes. Smaller steps and trees than LightGBM's defaults, for tables of
//! hundreds of rows.

use midfuse_base::{OptionInfo, Options, Seed, TargetShape, Targets, Task, TaskKind};
use midfuse_lightgbm::{Booster, Labels, Library, LightGbmConfig, Objective, TrainingRows};
use ndarray::{Array2, ArrayView2};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Estimator, FitTable, FittedEstimator};
use crate::{Error, Result};

/// Smallest probability that is told: beyond it the logarithm says nothing about the rows.
const LEAST_PROBABILITY: f64 = 1e-15;

/// LightGBM's options, with defaults for small tables.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Trees(LightGbmConfig);

impl Default for Trees {
    fn default() -> Self {
        Self(
            LightGbmConfig::default()
                .with_learning_rate(0.05)
                .with_num_leaves(15),
        )
    }
}

#[derive(Debug)]
pub(crate) struct TreesModel(Booster);

impl Estimator for Trees {
    type Model = TreesModel;

    // LightGBM has no partial likelihood.
    const TASKS: &'static [TaskKind] = &[TaskKind::Classification, TaskKind::Regression];

    const FILE: &'static str = "trees.txt";

    fn describe() -> Vec<OptionInfo> {
        let mut options = LightGbmConfig::options();
        for option in &mut options {
            if ["learning_rate", "num_leaves"].contains(&option.name) {
                option.source = "";
            }
        }
        options
    }

    fn grid() -> Vec<(&'static str, Vec<Value>)> {
        vec![
            ("n_rounds", vec![json!(50), json!(200)]),
            ("num_leaves", vec![json!(4), json!(15)]),
            ("min_data_in_leaf", vec![json!(5), json!(20)]),
        ]
    }

    fn available() -> std::result::Result<(), String> {
        Library::find().map(drop).map_err(|error| error.to_string())
    }

    fn validate(&self) -> Result<()> {
        let checked = self.0.validate();
        checked.map_err(|error| Error::section("", error.to_string()))
    }

    fn fit(&self, rows: &FitTable<'_>, seed: Seed) -> Result<TreesModel> {
        let labels = match rows.targets {
            Targets::Class(classes) => Labels::Classes {
                classes,
                n_classes: rows.task.classes().len(),
            },
            Targets::Value(values) => Labels::Values(values),
            Targets::Survival { .. } => return Err(no_likelihood()),
        };
        let rows = TrainingRows::new(rows.x, labels);
        let booster = Booster::train(&Library::find()?, &rows, &self.0, seed)?;
        Ok(TreesModel(booster))
    }

    fn load(bytes: &[u8], task: &Task) -> Result<TreesModel> {
        let wrong = |reason: String| Error::section(Self::FILE, reason);
        let text = std::str::from_utf8(bytes).map_err(|error| wrong(error.to_string()))?;
        let booster = Booster::from_text(&Library::find()?, text)?;
        let expected = match task.kind().target_shape() {
            TargetShape::Classes if task.classes().len() > 2 => {
                Objective::Multiclass(task.classes().len())
            }
            TargetShape::Classes => Objective::Binary,
            TargetShape::Numbers => Objective::Regression,
            TargetShape::TimesAndEvents => return Err(no_likelihood()),
        };
        if booster.objective() != expected {
            let got = booster.objective();
            return Err(wrong(format!(
                "expected the objective {expected:?}, got {got:?}"
            )));
        }
        Ok(TreesModel(booster))
    }
}

fn no_likelihood() -> Error {
    Error::section(
        "strategy",
        "`trees` predicts classes or numbers, and the target has times and events; remove it",
    )
}

impl FittedEstimator for TreesModel {
    fn outputs(&self, x: &ArrayView2<'_, f64>) -> Result<Array2<f64>> {
        let predicted = self.0.predict(x)?;
        Ok(match self.0.objective() {
            Objective::Binary | Objective::Multiclass(_) => {
                predicted.mapv_into(|p| p.max(LEAST_PROBABILITY).ln())
            }
            Objective::Regression => predicted,
        })
    }

    /// Thresholds of splits and values of leaves.
    fn n_parameters(&self) -> u64 {
        let (trees, leaves) = (self.0.n_trees() as u64, self.0.n_leaves() as u64);
        (2 * leaves).saturating_sub(trees)
    }

    /// None: a row goes down each tree by comparisons.
    fn flops_per_row(&self) -> u64 {
        0
    }

    fn to_bytes(&self) -> Result<Vec<u8>> {
        Ok(self.0.to_text().into_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(task: &Task, targets: &Targets, x: &Array2<f64>) -> TreesModel {
        let rows = FitTable {
            x: x.view(),
            targets,
            task,
        };
        let config = Trees(Trees::default().0.with_min_data_in_leaf(1).with_n_rounds(5));
        config.fit(&rows, Seed(1)).unwrap()
    }

    #[test]
    fn outputs_are_log_probabilities_or_numbers_and_survive_saving() {
        if Trees::available().is_err() {
            // `cargo xtask test` installs LightGBM.
            return;
        }
        let x = Array2::from_shape_fn((40, 2), |(row, column)| {
            f64::from(u32::try_from((row * (3 + 4 * column)) % 17).unwrap())
        });
        let classes: Vec<usize> = x.column(0).iter().map(|&v| usize::from(v > 8.0)).collect();
        let task = Task::of_classes(2);
        let model = fit(&task, &Targets::Class(classes.clone()), &x);
        let outputs = model.outputs(&x.view()).unwrap();
        for (row, &class) in outputs.rows().into_iter().zip(&classes) {
            assert!((row.mapv(f64::exp).sum() - 1.0).abs() < 1e-12);
            assert!(row[class] > row[1 - class]);
        }
        // Four leaves need three thresholds.
        let (leaves, trees) = (model.0.n_leaves() as u64, model.0.n_trees() as u64);
        assert_eq!((trees, model.n_parameters()), (5, 2 * leaves - 5));
        let bytes = model.to_bytes().unwrap();
        let again = Trees::load(&bytes, &task).unwrap();
        assert_eq!(again.outputs(&x.view()).unwrap(), outputs);
        let other = Trees::load(&bytes, &Task::Regression).unwrap_err().line();
        assert!(
            other.contains("expected the objective Regression"),
            "{other}"
        );
        let numbers = Targets::Value(classes.iter().map(|&class| class as f64).collect());
        let model = fit(&Task::Regression, &numbers, &x);
        assert_eq!(model.outputs(&x.view()).unwrap().dim(), (40, 1));
    }

    #[test]
    fn changed_defaults_are_not_said_to_be_those_of_lightgbm() {
        let source = |name: &str| {
            let options = Trees::describe();
            options.iter().find(|o| o.name == name).unwrap().source
        };
        assert_eq!((source("num_leaves"), source("max_bin")), ("", "LightGBM"));
    }
}
