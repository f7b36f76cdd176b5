//! Paired predictions of units: `DeLong`, `McNemar`, jackknife or bootstrap, by metric and unit.

use midfuse_base::Seed;
use midfuse_metrics::metric::{Metric, Predictions, Unit};
use midfuse_metrics::stats::{
    BootstrapInterval, BootstrapSettings, Interval, McNemar, PairedTable, StatsError, TestResult,
    auc_standard_error, bootstrap_difference, bootstrap_metric, cluster_jackknife_t,
    delong_clustered, delong_paired,
};

use super::LEVEL;
use super::result::Design;

/// Under this many units the bootstrap is too short, and losses go by the jackknife.
pub(super) const FEW: usize = 20;

/// Predictions of all models for the rows that they share.
#[derive(Debug)]
pub(super) struct UnitTable {
    pub(super) metric: Metric,
    /// Per model, the same rows.
    pub(super) predictions: Vec<Predictions>,
    pub(super) unit: Unit,
    pub(super) units: usize,
    /// What of them is independent: the units, or the groups in which they lie.
    pub(super) independent: usize,
    /// Scores of the models.
    pub(super) points: Vec<f64>,
    pub(super) seed: Seed,
}

impl UnitTable {
    pub(super) fn describe(&self) -> Design {
        Design::Units {
            units: self.units,
            rows: self.predictions.first().map_or(0, Predictions::len),
            unit: if self.unit == Unit::Row {
                "row"
            } else {
                "group"
            },
        }
    }

    pub(super) fn point(&self, model: usize) -> f64 {
        self.points.get(model).copied().unwrap_or(f64::NAN)
    }

    pub(super) fn score(&self, model: usize) -> (f64, Option<Interval>) {
        let of_model = self.predictions.get(model);
        let interval = of_model.and_then(|of_model| self.interval(of_model).ok().flatten());
        (self.point(model), interval)
    }

    fn interval(&self, of_model: &Predictions) -> Result<Option<Interval>, StatsError> {
        let scale = self.metric.scale();
        if self.metric == Metric::Auc {
            let entries = of_model.to_unit(self.unit)?;
            let (positive, scores) = of_model.one_against_rest_of(self.unit, 1)?;
            let (auc, error) = auc_standard_error(&positive, &scores, entries.clusters())?;
            return Ok(scale.normal(auc, error, LEVEL));
        }
        if self.independent < FEW
            && let Some(losses) = self.losses(of_model)?
        {
            let (losses, clusters): (Vec<f64>, Vec<usize>) = losses.into_iter().unzip();
            let test = cluster_jackknife_t(&losses, &clusters, LEVEL)?;
            return Ok(scale.interval(&test, LEVEL));
        }
        // Scores of resamples are scores: quantiles of them stay in the range.
        let resampled = bootstrap_metric(self.metric, of_model, self.unit, &self.settings())?;
        Ok(Some(resampled.interval))
    }

    /// The test of `score(model) - score(reference)`.
    pub(super) fn test(&self, model: usize, reference: usize) -> Result<TestResult, String> {
        let (Some(model), Some(reference)) =
            (self.predictions.get(model), self.predictions.get(reference))
        else {
            return Err("there is no such model".to_owned());
        };
        self.tested(model, reference)
            .map_err(|error| error.to_string())
    }

    fn tested(
        &self,
        model: &Predictions,
        reference: &Predictions,
    ) -> Result<TestResult, StatsError> {
        match self.metric {
            Metric::Auc => self.auc(model, reference),
            // Exact where the unit is independent: a row, or a group with one target and one score.
            Metric::Accuracy
                if matches!(self.unit, Unit::Row | Unit::Group)
                    && model.to_unit(self.unit)?.clusters().is_none() =>
            {
                let right_model = right(&model.to_unit(self.unit)?);
                let right_reference = right(&reference.to_unit(self.unit)?);
                PairedTable::new(&right_reference, &right_model, None)?.test(McNemar::Exact, LEVEL)
            }
            _ => self.difference(model, reference),
        }
    }

    /// `DeLong` over rows or over groups with one target each, Obuchowski's form over rows in groups.
    fn auc(&self, model: &Predictions, reference: &Predictions) -> Result<TestResult, StatsError> {
        let entries = model.to_unit(self.unit)?;
        let (positive, scores) = model.one_against_rest_of(self.unit, 1)?;
        let (_, other) = reference.one_against_rest_of(self.unit, 1)?;
        let compared = match entries.clusters() {
            Some(groups) => delong_clustered(&positive, &scores, &other, groups, LEVEL)?,
            None => delong_paired(&positive, &scores, &other, None, LEVEL)?,
        };
        let mut test = compared.test;
        if self.unit == Unit::Group {
            test.method.push_str(", over groups");
        }
        Ok(test)
    }

    fn difference(
        &self,
        model: &Predictions,
        reference: &Predictions,
    ) -> Result<TestResult, StatsError> {
        if self.independent < FEW
            && let (Some(a), Some(b)) = (self.losses(model)?, self.losses(reference)?)
        {
            let pairs = a.iter().zip(&b);
            let (differences, clusters): (Vec<f64>, Vec<usize>) = pairs
                .map(|((a, cluster), (b, _))| (a - b, *cluster))
                .unzip();
            return cluster_jackknife_t(&differences, &clusters, LEVEL);
        }
        let settings = self.settings();
        let found = bootstrap_difference(self.metric, reference, model, self.unit, &settings)?;
        Ok(TestResult {
            method: "paired bootstrap, percentile".to_owned(),
            effect: found.effect,
            standard_error: Some(found.standard_error),
            interval: Some(found.interval),
            statistic: found.effect / found.standard_error,
            df: None,
            p_value: found.p_value,
            assumptions: found.assumptions,
        })
        .and_then(|test| {
            if test.standard_error > Some(0.0) {
                return Ok(test);
            }
            Err(StatsError::NoVariation {
                method: "paired bootstrap",
                n: self.units,
                value: test.effect,
            })
        })
    }

    /// The metric of each unit alone, where the score is their mean, with the cluster of the unit.
    fn losses(&self, predictions: &Predictions) -> Result<Option<Vec<(f64, usize)>>, StatsError> {
        if !self.metric.averages_rows() {
            return Ok(None);
        }
        let entries = match self.unit {
            Unit::Group => predictions.to_unit(Unit::Group)?,
            Unit::Row | Unit::RowsAveragedInGroup | Unit::RowsIgnoringGroups => predictions.clone(),
        };
        let mut members = std::collections::BTreeMap::<usize, Vec<usize>>::new();
        for row in 0..entries.len() {
            let group = entries.groups().and_then(|groups| groups.get(row).copied());
            members.entry(group.unwrap_or(row)).or_default().push(row);
        }
        let unit = if entries.groups().is_some() {
            Unit::RowsIgnoringGroups
        } else {
            Unit::Row
        };
        let losses = members.iter().map(|(&member, rows)| {
            let first = rows.first().copied().unwrap_or_default();
            let cluster = entries.clusters().and_then(|of| of.get(first).copied());
            let loss = self.metric.score(&entries.select(rows)?, unit)?;
            Ok((loss, cluster.unwrap_or(member)))
        });
        Ok(Some(losses.collect::<Result<_, StatsError>>()?))
    }

    fn settings(&self) -> BootstrapSettings {
        BootstrapSettings::new(self.seed).with_interval(BootstrapInterval::Percentile)
    }
}

/// Whether each entry's most probable class is its own.
fn right(entries: &Predictions) -> Vec<bool> {
    let (targets, predicted) = (entries.targets(), entries.predicted_classes());
    let targets = targets.as_classes().unwrap_or_default();
    targets
        .iter()
        .zip(&predicted)
        .map(|(a, b)| a == b)
        .collect()
}
