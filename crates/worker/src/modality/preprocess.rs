//! What is done to the numbers of tables and embeddings: the key `preprocess` of an encoder's section.

use midfuse_base::catalogue::{Choice, OptionEntry};
use midfuse_base::{Target, Targets};
use midfuse_eval::transform::step::{AnyStep, Columns, Pipeline, PipelineConfig};
use midfuse_eval::view::FitRows;
use ndarray::{Array2, ArrayView2};
use serde_json::{Map, Value};

use crate::{Error, Result};

const KEY: &str = "preprocess";

/// Takes the key out of an encoder's section.
pub(super) fn take(section: &mut Map<String, Value>, path: &str) -> Result<PipelineConfig> {
    let Some(value) = section.remove(KEY) else {
        return Ok(PipelineConfig::default());
    };
    let wrong = |reason: String| Error::section(format!("{path}.{KEY}"), reason);
    let steps: PipelineConfig =
        serde_json::from_value(value).map_err(|error| wrong(error.to_string()))?;
    steps.check().map_err(|error| wrong(error.to_string()))?;
    Ok(steps)
}

/// The key, as lists show it.
pub(super) fn listed() -> Vec<OptionEntry> {
    let choices = AnyStep::all().into_iter().map(|(name, summary, _)| Choice {
        name: name.to_owned(),
        meaning: summary.to_owned(),
    });
    vec![OptionEntry {
        name: KEY.to_owned(),
        meaning: "What is done to the numbers, step by step, fitted on the train rows; a step is a name, or a table of its name and options"
            .to_owned(),
        kind: "list of names".to_owned(),
        default: serde_json::json!(["robust", "smooth-clip", "missing-indicators"]),
        choices: choices.collect(),
        ..OptionEntry::default()
    }]
}

/// Numbers of rows, and which rows have any.
#[derive(Debug, Clone, Copy)]
pub(super) struct Numbers<'a> {
    pub(super) values: &'a ArrayView2<'a, f32>,
    pub(super) present: &'a [bool],
}

impl Numbers<'_> {
    /// The numbers of a row; none of one that has no such modality.
    fn row(&self, row: usize) -> Option<Vec<f64>> {
        let there = self.present.get(row).copied().unwrap_or(false);
        there.then(|| {
            self.values
                .row(row)
                .iter()
                .copied()
                .map(f64::from)
                .collect()
        })
    }

    /// Fits the steps on the fitting rows among these, whose ids are `ids`; `targets` are those of the
    /// first rows, the fitting ones among them.
    pub(super) fn fit(
        &self,
        steps: &PipelineConfig,
        names: &[String],
        (ids, fit_rows): (&[String], &FitRows<'_>),
        targets: &Targets,
    ) -> Result<Pipeline> {
        let train = fit_rows.take(ids, |row| self.row(row))?;
        // A row without a target is none to fit on; the job was checked for it.
        let of_rows = fit_rows.take(ids, |row| {
            targets.get(row).unwrap_or(Target::Value(f64::NAN))
        })?;
        Ok(steps.fit(names, &train, &of_rows)?)
    }

    /// Every row through the steps, `[N, d_out]`; NaN where a number is missing.
    pub(super) fn apply(&self, pipeline: &Pipeline) -> Result<Array2<f32>> {
        let (n, d) = (self.present.len(), pipeline.d_out());
        let mut all = Array2::from_elem((n, d), f32::NAN);
        for (at, mut to) in all.outer_iter_mut().enumerate() {
            let Some(row) = self.row(at) else { continue };
            let row = pipeline.apply(row)?;
            for (to, value) in to.iter_mut().zip(row) {
                *to = value as f32;
            }
        }
        Ok(all)
    }

    /// The columns, as those of all rows are.
    pub(super) fn columns(&self) -> Columns {
        let mut missing = vec![false; self.values.ncols()];
        for row in (0..self.present.len()).filter_map(|row| self.row(row)) {
            for (value, missing) in row.iter().zip(&mut missing) {
                *missing |= value.is_nan();
            }
        }
        Columns {
            all: missing.len(),
            with_missing: missing.into_iter().filter(|&missing| missing).count(),
        }
    }
}

#[cfg(test)]
mod tests {
    use midfuse_wire::JobSpec;
    use ndarray::array;
    use serde_json::json;

    use super::*;

    #[test]
    fn the_listed_default_is_what_is_taken_without_the_key() {
        let listed = listed().remove(0).default;
        let none = take(&mut Map::new(), "a").unwrap();
        assert_eq!(steps(listed).unwrap(), none);
    }

    fn steps(value: Value) -> Result<PipelineConfig> {
        let mut section = Map::from_iter([(KEY.to_owned(), value)]);
        let steps = take(&mut section, "modalities.a.encoder");
        assert!(section.is_empty());
        steps
    }

    fn fitted(steps: &PipelineConfig, test: [f32; 2]) -> (String, Array2<f32>) {
        let ids: Vec<String> = ["a", "b", "c", "d", "stop", "test"]
            .map(str::to_owned)
            .to_vec();
        let task = midfuse_base::Task::example(midfuse_base::TaskKind::Classification);
        let targets = Targets::Class(vec![0, 0, 1, 1, 1]);
        let spec: JobSpec = serde_json::from_value(json!({
            "task": task, "data": "0".repeat(64), "model": {}, "seed": 0, "fit": ids[..5],
            "targets": targets, "stop": [4], "predict": ids[5..], "threads": 1,
            "predict_batch": 1, "device": "cpu", "keep_model": false,
        }))
        .unwrap();
        let [x, y] = test;
        let values = array![
            [1.0, 7.0],
            [2.0, 3.0],
            [5.0, 4.0],
            [6.0, f32::NAN],
            [x, y],
            [x, y]
        ];
        let numbers = Numbers {
            values: &values.view(),
            present: &[true; 6],
        };
        let names = ["u".to_owned(), "v".to_owned()];
        let rows = (ids.as_slice(), &FitRows::of(&spec));
        let pipeline = numbers.fit(steps, &names, rows, &targets).unwrap();
        let saved = serde_json::to_string(&pipeline).unwrap();
        let read: Pipeline = serde_json::from_str(&saved).unwrap();
        assert_eq!(read, pipeline);
        (saved, numbers.apply(&read).unwrap())
    }

    #[test]
    fn no_step_sees_rows_that_are_predicted_or_decide_when_to_stop() {
        for (name, _, _) in AnyStep::all() {
            let steps = steps(json!([name])).unwrap();
            let (saved, here) = fitted(&steps, [0.5, 100.0]);
            let (other, there) = fitted(&steps, [1000.0, 0.25]);
            assert_eq!(
                saved, other,
                "{name} is fitted on train rows alone, to the bit"
            );
            let bits = |x: &Array2<f32>| -> Vec<u32> {
                let train = x.outer_iter().take(4);
                train
                    .flat_map(|row| row.to_vec())
                    .map(f32::to_bits)
                    .collect()
            };
            assert_eq!(bits(&here), bits(&there), "{name}");
        }
    }

    #[test]
    fn every_step_and_option_is_on_the_page() {
        let page = include_str!("../../../../docs/preprocessing.md");
        for (name, _, options) in AnyStep::all() {
            assert!(page.contains(&format!("| `{name}` |")), "{name}");
            for option in options {
                let row = format!("| `{}` | ", option.name);
                assert!(page.contains(&row), "{name}: {}", option.name);
            }
        }
    }

    #[test]
    fn steps_follow_one_another() {
        let of = steps(json!([
            "log1p", "missing-indicators", {"name": "select-target", "k": 2}, "standard", {"name": "pca", "k": 5}
        ]));
        let (_, x) = fitted(&of.unwrap(), [0.5, 100.0]);
        assert_eq!(x.dim(), (6, 2));
        assert!(x.iter().all(|value| value.is_finite()));
        let (_, raw) = fitted(&steps(json!([])).unwrap(), [0.5, 100.0]);
        assert!((raw[[0, 1]] - 7.0).abs() < 1e-6 && raw[[3, 1]].is_nan());
    }

    #[test]
    fn widths_are_known_before_there_are_rows() {
        let width = |value| {
            let columns = Columns {
                all: 9,
                with_missing: 2,
            };
            steps(value).unwrap().most(columns)
        };
        assert_eq!(width(json!(["robust", "quantile", "clr"])), 9);
        assert_eq!(width(json!([{"name": "pca", "k": 4}])), 4);
        assert_eq!(width(json!(["missing-indicators"])), 11);
        assert_eq!(
            width(json!([{"name": "select-variance", "k": 3}, "missing-indicators"])),
            5
        );
        let known = |value| steps(value).unwrap().known_from(9);
        assert_eq!(known(json!(["standard", {"name": "pca", "k": 4}])), Some(4));
        assert_eq!(
            known(json!(["missing-indicators"])),
            None,
            "it takes the rows"
        );
    }

    #[test]
    fn a_model_that_was_saved_before_there_were_steps_is_read() {
        let saved = json!({"mean": [1.0], "scale": [2.0]});
        let pipeline: Pipeline = serde_json::from_value(saved).unwrap();
        assert_eq!(pipeline.apply([5.0]).unwrap(), [2.0]);
    }

    #[test]
    fn what_is_no_step_is_refused_with_the_nearest() {
        let said = |value| steps(value).unwrap_err().line();
        let unknown = said(json!(["standart"]));
        assert!(
            unknown.starts_with(
                "modalities.a.encoder.preprocess: no step `standart`: did you mean `standard`?"
            ),
            "{unknown}"
        );
        assert!(said(json!([{"name": "pca", "n": 3}])).contains("unknown"));
        assert!(said(json!([{"name": "pca", "k": 0}])).contains("pca.k: expected"));
        assert!(said(json!("standard")).contains("expected a sequence"));
        assert!(said(json!([3])).contains("the name of a step, or a table"));
    }
}
