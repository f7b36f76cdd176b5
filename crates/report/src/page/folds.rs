//! Scores by fold: one row per strategy, one dot per outer fold, mean and interval.

use maud::Markup;
use midfuse_page::interval_plot::{Dot, IntervalPlot, Row};
use midfuse_page::number::score;

use super::series;
use crate::results::{ArmResult, Results};

pub(super) fn section(results: &Results) -> Markup {
    let metric = &results.study.metric;
    let complete = results.arms.iter().filter(|arm| arm.is_complete());
    let rows: Vec<Row> = complete.filter_map(|arm| row(arm, metric)).collect();
    let better = if results.study.greater_is_better() {
        "larger"
    } else {
        "smaller"
    };
    let plot = IntervalPlot {
        rows: &rows,
        names: 170.0,
        axis: metric,
        label: &format!("{metric} by outer fold and strategy"),
        reach: None,
    };
    plot.draw(&format!(
        "Small dots: outer folds. Large dot: their mean, with its 95 % interval. \
         Blue: one modality alone; orange: fusions. {metric}: {better} is better."
    ))
}

fn row(arm: &ArmResult, metric: &str) -> Option<Row> {
    let summary = arm.scores.get(metric)?;
    let dots = arm.folds.iter().filter_map(|fold| {
        let value = *fold.scores.get(metric)?;
        let (repeat, fold) = (fold.repeat + 1, fold.fold + 1);
        let title = format!(
            "{}, repeat {repeat}, fold {fold}: {}",
            arm.name,
            score(value)
        );
        Some(Dot {
            value,
            title: Some(title),
        })
    });
    Some(Row {
        name: arm.name.clone(),
        series: series(arm),
        estimate: Dot {
            value: summary.mean,
            title: Some(format!("{}: mean {}", arm.name, score(summary.mean))),
        },
        interval: summary.lower.zip(summary.upper),
        dots: dots.collect(),
    })
}
