//! Predicted survival at each horizon, against the Kaplan-Meier estimate in groups of it.

use maud::{Markup, html};
use midfuse_base::SurvivalTask;
use midfuse_metrics::metric::survival::{KaplanMeier, Survival};
use midfuse_page::number::score;
use midfuse_page::panel::Panel;
use midfuse_page::svg::{self, Series};
use midfuse_page::{Column, details, figure, panels, soft, table};

use super::{Followed, series};
use crate::results::Results;

/// Groups of predicted survival.
const GROUPS: usize = 5;
/// Fewest patients of a group.
const LEAST: usize = 20;

/// Patients of about one predicted survival.
struct Point {
    patients: usize,
    predicted: f64,
    /// None where the follow-up of the group ends before the horizon.
    observed: Option<f64>,
}

pub(super) fn section(
    task: &SurvivalTask,
    results: &Results,
    followed: &[(&str, Followed)],
    small: usize,
) -> Markup {
    let horizons = task.horizons.iter().enumerate();
    html! {
        @for (at, &horizon) in horizons {
            (of_horizon(task, results, followed, (at, horizon), small))
        }
        (soft(
            "Fifths of the predicted probability of being free of the event, by models that had not seen the patients: its mean, and the Kaplan-Meier estimate in the group. On the line they are equal. A group whose follow-up ends before the horizon has no estimate."
        ))
    }
}

fn of_horizon(
    task: &SurvivalTask,
    results: &Results,
    followed: &[(&str, Followed)],
    (at, horizon): (usize, f64),
    small: usize,
) -> Markup {
    let when = task.at(horizon);
    let of_arms: Vec<(&str, Vec<Point>)> = followed
        .iter()
        .map(|(arm, followed)| (*arm, points(followed, at, horizon)))
        .collect();
    let figures = of_arms.iter().map(|(arm, points)| {
        let drawing = drawing(arm, series(results, arm), points, &when);
        figure(arm, &drawing, None)
    });
    let columns = ["Strategy", "Patients", "Predicted survival", "Observed"].map(Column::number);
    let rows = html! {
        @for (arm, points) in &of_arms {
            @for point in points { (line(arm, point, small)) }
        }
    };
    html! {
        h3 { "At " (when) }
        (panels(figures))
        (details(&format!("Numbers at {when}"), &table(None, &columns, &rows)))
    }
}

fn points(followed: &Followed, at: usize, horizon: f64) -> Vec<Point> {
    let Some(predicted) = followed.survival.get(at) else {
        return Vec::new();
    };
    let of_group = |rows: Vec<usize>| {
        let values = rows.iter().filter_map(|&row| predicted.get(row));
        let (time, event) = followed.pick(&rows);
        let known = Survival::new(&time, &event).ok();
        Point {
            patients: rows.len(),
            predicted: values.sum::<f64>() / rows.len().max(1) as f64,
            observed: known.and_then(|rows| KaplanMeier::survival(&rows).at(horizon)),
        }
    };
    let groups = followed.groups(predicted, GROUPS, LEAST);
    groups.into_iter().map(of_group).collect()
}

fn drawing(arm: &str, series: Series, points: &[Point], when: &str) -> Markup {
    let panel = Panel::unit();
    let known: Vec<svg::Point> = points
        .iter()
        .filter_map(|point| Some(panel.point(point.predicted, point.observed?)))
        .collect();
    let body = html! {
        (svg::polyline(&format!("curve {}", series.stroke()), known.iter().copied()))
        @for &at in &known { (svg::circle(series.fill(), at, 4.0, None)) }
    };
    let label = format!("calibration of {arm} at {when}");
    panel.draw("predicted survival", "observed", &label, &body)
}

fn line(arm: &str, point: &Point, small: usize) -> Markup {
    let few = point.patients < small;
    html! {
        tr {
            td { (arm) }
            td { @if few { "<" (small) } @else { (point.patients) } }
            td { (score(point.predicted)) }
            td { (point.observed.filter(|_| !few).map_or_else(|| "-".to_owned(), score)) }
        }
    }
}
