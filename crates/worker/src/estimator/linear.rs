//! Penalised linear models, solved exactly: logistic regression of classes, ridge or elastic-net
//! regression of numbers, Cox regression of times and events.
//!
//! **Papers** and **reference implementations**: those of `midfuse-linear`.
//!
//! NOTE[DIFF] Columns are standardised by the training rows, so that a penalty weighs no units; a
//! column that is constant there takes no part. A missing number enters as 0, as it does for networks.

use midfuse_base::{
    OptionInfo, Options, Seed, TargetShape, Targets, Task, TaskKind, Validate, options,
};
use midfuse_linear::{
    CoxConfig, CoxRegression, ElasticNetConfig, LinearRegression, LogisticConfig,
    LogisticRegression, RidgeConfig,
};
use ndarray::{Array1, Array2, ArrayView2, Axis, concatenate};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Estimator, FitTable, FittedEstimator};
use crate::{Error, Result};

/// What is tried of `penalty`: from columns that speak freely to columns that hardly do, also where
/// there are thousands of them; finer where most tables have their best.
const PENALTIES: [f64; 12] = [
    1e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 3e-1, 1.0, 3.0, 1e1, 1e2, 1e3,
];

/// Penalised linear regression of classes, numbers, or times and events.
#[options]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Linear {
    /// Weight of the penalty beside the mean loss of a row, over standardised columns; scikit-learn's
    /// `1 / (C * rows)`.
    #[option(default = 0.01, range = non_negative)]
    penalty: f64,
    /// Share of the penalty that is L1, which leaves columns out; the rest is L2. An L1 share over
    /// thousands of columns takes minutes.
    #[option(default = 0.0, range = 0.0..=1.0, source = "scikit-learn")]
    l1_ratio: f64,
}

/// A fitted linear model, with the moments of its columns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LinearModel {
    mean: Array1<f64>,
    scale: Array1<f64>,
    fitted: Fitted,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Fitted {
    Classes(LogisticRegression),
    Number(LinearRegression),
    Risk(CoxRegression),
}

impl Estimator for Linear {
    type Model = LinearModel;

    const TASKS: &'static [TaskKind] = &[
        TaskKind::Classification,
        TaskKind::Regression,
        TaskKind::Survival,
    ];

    const FILE: &'static str = "linear.json";

    fn describe() -> Vec<OptionInfo> {
        Self::options()
    }

    fn grid() -> Vec<(&'static str, Vec<Value>)> {
        vec![("penalty", PENALTIES.map(Value::from).to_vec())]
    }

    fn validate(&self) -> Result<()> {
        self.check_options(Validate::new("baseline `linear`"))
            .map_err(|error| Error::section("", error.to_string()))
    }

    fn fit(&self, rows: &FitTable<'_>, _: Seed) -> Result<LinearModel> {
        let x = filled(&rows.x);
        let (mean, scale) = moments(&x.view());
        let standard = (x - &mean) / &scale;
        let x = standard.view();
        let fitted = match rows.targets {
            Targets::Class(classes) => {
                let config = LogisticConfig::new(self.penalty).with_l1_ratio(self.l1_ratio);
                let n_classes = rows.task.classes().len();
                Fitted::Classes(config.fit_every_class(&x, classes, n_classes)?)
            }
            Targets::Value(y) => Fitted::Number(if self.l1_ratio > 0.0 {
                let config = ElasticNetConfig::new(self.penalty).with_l1_ratio(self.l1_ratio);
                config.fit(&x, y, None)?
            } else {
                RidgeConfig::new(self.penalty).fit(&x, y, None)?
            }),
            Targets::Survival { time, event } => {
                let config = CoxConfig::new(self.penalty).with_l1_ratio(self.l1_ratio);
                Fitted::Risk(config.fit(&x, time, event, None)?)
            }
        };
        Ok(LinearModel {
            mean,
            scale,
            fitted,
        })
    }

    fn load(bytes: &[u8], task: &Task) -> Result<LinearModel> {
        let wrong = |reason: String| Error::section(Self::FILE, reason);
        let model: LinearModel =
            serde_json::from_slice(bytes).map_err(|error| wrong(error.to_string()))?;
        let p = model.mean.len();
        let (width, shape) = match &model.fitted {
            Fitted::Classes(fitted) => (fitted.coefficients.ncols(), TargetShape::Classes),
            Fitted::Number(fitted) => (fitted.coefficients.len(), TargetShape::Numbers),
            Fitted::Risk(fitted) => (fitted.coefficients.len(), TargetShape::TimesAndEvents),
        };
        let whole = match &model.fitted {
            Fitted::Classes(fitted) => {
                fitted.n_classes() == task.classes().len()
                    && fitted.coefficients.nrows() == fitted.intercepts.len()
            }
            Fitted::Number(_) | Fitted::Risk(_) => true,
        };
        let of_task = whole && task.kind().target_shape() == shape;
        if !of_task {
            return Err(wrong(format!("expected a model of {}", task.describe())));
        }
        if model.scale.len() != p || width != p {
            return Err(wrong(format!(
                "expected {p} means, scales and coefficients"
            )));
        }
        Ok(model)
    }
}

impl FittedEstimator for LinearModel {
    fn outputs(&self, x: &ArrayView2<'_, f64>) -> Result<Array2<f64>> {
        let (expected, got) = (self.mean.len(), x.ncols());
        if got != expected {
            let expected = format!("rows of {expected} features, as in training");
            return Err(Error::request("linear", expected, got.to_string()));
        }
        let standard = (filled(x) - &self.mean) / &self.scale;
        let x = standard.view();
        Ok(match &self.fitted {
            Fitted::Classes(model) => {
                let scores = model.scores(&x)?;
                if scores.ncols() == 1 {
                    // Log odds of the second class: those of the first against itself are 0.
                    let first = Array2::zeros(scores.raw_dim());
                    concatenate![Axis(1), first, scores]
                } else {
                    scores
                }
            }
            Fitted::Number(model) => model.predict(&x)?.insert_axis(Axis(1)),
            Fitted::Risk(model) => model.predict(&x)?.insert_axis(Axis(1)),
        })
    }

    fn n_parameters(&self) -> u64 {
        let n = match &self.fitted {
            Fitted::Classes(model) => model.coefficients.len() + model.intercepts.len(),
            Fitted::Number(model) => model.coefficients.len() + 1,
            Fitted::Risk(model) => model.coefficients.len(),
        };
        n as u64
    }

    fn flops_per_row(&self) -> u64 {
        2 * self.n_parameters()
    }

    fn to_bytes(&self) -> Result<Vec<u8>> {
        serde_json::to_vec(self).map_err(|error| Error::section(Linear::FILE, error.to_string()))
    }
}

/// With 0 for missing numbers.
fn filled(x: &ArrayView2<'_, f64>) -> Array2<f64> {
    x.mapv(|value| if value.is_nan() { 0.0 } else { value })
}

/// Mean and standard deviation `[P]` of each column; 1 for a column that is constant.
fn moments(x: &ArrayView2<'_, f64>) -> (Array1<f64>, Array1<f64>) {
    let n = x.nrows().max(1) as f64;
    let mean = x.sum_axis(Axis(0)) / n;
    let scale = x.columns().into_iter().zip(&mean).map(|(column, mean)| {
        let variance = column
            .iter()
            .map(|value| (value - mean).powi(2))
            .sum::<f64>()
            / n;
        let scale = variance.sqrt();
        // What rounding leaves of a constant column is no variation.
        if scale > 1e-12 * mean.abs() {
            scale
        } else {
            1.0
        }
    });
    let scale = scale.collect();
    (mean, scale)
}

#[cfg(test)]
mod tests {
    use midfuse_base::SurvivalTask;
    use ndarray::array;

    use super::*;

    fn x() -> Array2<f64> {
        array![
            [0.0, 10.0, 1.0],
            [1.0, 12.0, 1.0],
            [2.0, 9.0, 1.0],
            [3.0, 30.0, 1.0],
            [4.0, 11.0, 1.0],
            [5.0, 25.0, 1.0]
        ]
    }

    fn fit(task: &Task, targets: &Targets, config: &Linear) -> LinearModel {
        let x = x();
        let rows = FitTable {
            x: x.view(),
            targets,
            task,
        };
        config.fit(&rows, Seed(0)).unwrap()
    }

    fn standard() -> Array2<f64> {
        let x = x();
        let (mean, scale) = moments(&x.view());
        assert_eq!((mean[0], scale[2]), (2.5, 1.0));
        (&x - &mean) / &scale
    }

    #[test]
    fn it_is_the_model_of_midfuse_linear_on_standardised_columns() {
        let (config, standard) = (Linear::default(), standard());
        let classes = vec![0, 0, 1, 0, 1, 1];
        let model = fit(
            &Task::of_classes(2),
            &Targets::Class(classes.clone()),
            &config,
        );
        let direct = LogisticConfig::new(0.01)
            .fit(&standard.view(), &classes, 2, None)
            .unwrap();
        let outputs = model.outputs(&x().view()).unwrap();
        let odds = direct.scores(&standard.view()).unwrap();
        assert_eq!(outputs.column(1), odds.column(0));
        assert!(outputs.column(0).iter().all(|&zero| zero == 0.0));
        assert_eq!(model.n_parameters(), 4);

        let y = vec![1.0, 0.5, 2.0, -1.0, 3.0, 0.0];
        let net = Linear::default().with_l1_ratio(0.5);
        let model = fit(&Task::Regression, &Targets::Value(y.clone()), &net);
        let direct = ElasticNetConfig::new(0.01)
            .fit(&standard.view(), &y, None)
            .unwrap();
        let outputs = model.outputs(&x().view()).unwrap();
        assert_eq!(outputs.column(0), direct.predict(&standard.view()).unwrap());

        let (time, event) = (vec![5.0, 4.0, 6.0, 1.0, 3.0, 2.0], vec![true; 6]);
        let task = Task::Survival(SurvivalTask::new([2.0]));
        let targets = Targets::Survival {
            time: time.clone(),
            event: event.clone(),
        };
        let model = fit(&task, &targets, &config);
        let direct = CoxConfig::new(0.01)
            .fit(&standard.view(), &time, &event, None)
            .unwrap();
        let outputs = model.outputs(&x().view()).unwrap();
        assert_eq!(outputs.column(0), direct.predict(&standard.view()).unwrap());
    }

    #[test]
    fn a_class_without_rows_counts_as_one_at_the_means() {
        let task = Task::of_classes(3);
        let targets = Targets::Class(vec![0, 2, 0, 2, 0, 2]);
        // A penalty that leaves the intercepts alone: shares of 3, 1 and 3 of seven rows.
        let config = Linear::default().with_penalty(1e6);
        let outputs = fit(&task, &targets, &config).outputs(&x().view()).unwrap();
        for row in outputs.rows() {
            let total: f64 = row.iter().map(|score| score.exp()).sum();
            for (score, share) in row.iter().zip([3.0, 1.0, 3.0]) {
                assert!((score.exp() / total - share / 7.0).abs() < 1e-4, "{row}");
            }
        }
    }

    #[test]
    fn what_is_saved_is_the_same_model_and_of_its_task() {
        let task = Task::of_classes(3);
        let targets = Targets::Class(vec![0, 1, 2, 0, 1, 2]);
        let model = fit(&task, &targets, &Linear::default());
        assert_eq!(model.outputs(&x().view()).unwrap().dim(), (6, 3));
        let bytes = model.to_bytes().unwrap();
        assert_eq!(Linear::load(&bytes, &task).unwrap(), model);
        for (bytes, task, said) in [
            (&bytes[..], Task::Regression, "expected a model of"),
            (&bytes[..], Task::of_classes(2), "expected a model of"),
            (b"{}", task.clone(), "linear.json: missing field"),
        ] {
            let error = Linear::load(bytes, &task).unwrap_err().line();
            assert!(error.contains(said), "{error}");
        }
        let text = String::from_utf8(bytes).unwrap();
        let short = text.replacen("\"dim\":[3],\"data\":[", "\"dim\":[4],\"data\":[0.0,", 1);
        assert_ne!(short, text);
        let error = Linear::load(short.as_bytes(), &task).unwrap_err().line();
        assert!(error.contains("expected 4 means"), "{error}");
        let narrow = x();
        let (narrow, _) = narrow.view().split_at(Axis(1), 2);
        let error = model.outputs(&narrow).unwrap_err().line();
        assert!(error.contains("expected rows of 3 features"), "{error}");
    }
}
