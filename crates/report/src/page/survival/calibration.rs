//! Predicted survival at each horizon, against the Kaplan-Meier estimate in groups of it.

use std::fmt::Write as _;

use midfuse_base::SurvivalTask;
use midfuse_metrics::metric::survival::{KaplanMeier, Survival};
use midfuse_page::number::score;
use midfuse_page::svg::{path, svg};
use midfuse_page::{escape, panel};

use super::{Followed, kind};
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
) -> String {
    let mut html = String::new();
    for (at, &horizon) in task.horizons.iter().enumerate() {
        let when = escape(&task.at(horizon));
        let _ = write!(html, "<h3>At {when}</h3><div class=\"panels\">");
        let mut rows = String::new();
        for (arm, followed) in followed {
            let points = points(followed, at, horizon);
            let _ = write!(
                html,
                "<figure><h3>{}</h3>{}</figure>",
                escape(arm),
                drawing(arm, kind(results, arm), &points, &when)
            );
            rows.push_str(&lines(arm, &points, small));
        }
        let _ = write!(
            html,
            "</div><details><summary>Numbers at {when}</summary><div class=\"wide\"><table><thead><tr><th>Strategy</th><th>Patients</th><th>Predicted survival</th><th>Observed</th></tr></thead><tbody>{rows}</tbody></table></div></details>"
        );
    }
    html.push_str(
        "<p class=\"soft\">Fifths of the predicted probability of being free of the event, by models that had not seen the patients: its mean, and the Kaplan-Meier estimate in the group. On the line they are equal. A group whose follow-up ends before the horizon has no estimate.</p>",
    );
    html
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

fn drawing(arm: &str, kind: &str, points: &[Point], when: &str) -> String {
    let mut body = panel::frame("predicted survival", "observed");
    let known = || {
        points
            .iter()
            .filter_map(|p| Some((p.predicted, p.observed?)))
    };
    let line = known().map(|(predicted, observed)| (panel::x(predicted), panel::y(observed)));
    let _ = write!(
        body,
        "<polyline class=\"curve l-{kind}\" points=\"{}\"/>",
        path(line)
    );
    for (predicted, observed) in known() {
        let _ = write!(
            body,
            "<circle class=\"s-{kind}\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"4\"/>",
            panel::x(predicted),
            panel::y(observed)
        );
    }
    let label = format!("calibration of {} at {when}", escape(arm));
    svg(panel::WIDTH, panel::HEIGHT, &label, &body)
}

fn lines(arm: &str, points: &[Point], small: usize) -> String {
    let mut html = String::new();
    for point in points {
        let few = point.patients < small;
        let observed = match point.observed {
            Some(observed) if !few => score(observed),
            Some(_) | None => "-".to_owned(),
        };
        let patients = if few {
            format!("&lt;{small}")
        } else {
            point.patients.to_string()
        };
        let _ = write!(
            html,
            "<tr><td>{}</td><td>{patients}</td><td>{}</td><td>{observed}</td></tr>",
            escape(arm),
            score(point.predicted)
        );
    }
    html
}
