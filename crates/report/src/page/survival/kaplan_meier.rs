//! Kaplan-Meier curves of thirds of the predicted risk, with numbers at risk.

use std::fmt::Write as _;

use midfuse_base::SurvivalTask;
use midfuse_metrics::metric::survival::{KaplanMeier, Survival};
use midfuse_page::escape;
use midfuse_page::svg::{Axis, path, svg, tick_label};

use super::Followed;

const WIDTH: f64 = 300.0;
const HEIGHT: f64 = 190.0;
const LEFT: f64 = 64.0;
const TOP: f64 = 8.0;
/// Fewest patients of a group.
const LEAST: usize = 15;
const NAMES: [&[&str]; 3] = [
    &["all"],
    &["lower risk", "higher risk"],
    &["low risk", "middle", "high risk"],
];
/// Dashes tell the groups apart without colour.
const DASHES: [&str; 3] = ["2 3", "7 3", ""];

pub(super) fn section(task: &SurvivalTask, followed: &[(&str, Followed)], small: usize) -> String {
    let mut html = String::from("<div class=\"panels\">");
    for (arm, followed) in followed {
        let name = escape(arm);
        let _ = write!(
            html,
            "<figure><h3>{name}</h3>{}</figure>",
            panel(task, arm, followed, small)
        );
    }
    let _ = write!(
        html,
        "</div><p class=\"soft\">Kaplan-Meier curves of thirds of the predicted log-risk, by models that had not seen the patients; ticks are censored follow-ups. Below: numbers at risk, where {small} or more. The groups are cut at these predictions, so the curves show order, not a rule to act by.</p>"
    );
    html
}

fn panel(task: &SurvivalTask, arm: &str, followed: &Followed, small: usize) -> String {
    let groups = followed.groups(&followed.risk, 3, LEAST);
    let names = NAMES.get(groups.len() - 1).copied().unwrap_or_default();
    let last = followed.time.iter().copied().fold(0.0, f64::max);
    let x = Axis::exact(0.0, last.max(f64::MIN_POSITIVE), LEFT, LEFT + WIDTH);
    let y = Axis::exact(0.0, 1.0, TOP + HEIGHT, TOP);
    let ticks = x.ticks(4);
    let mut body = String::new();
    for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
        let at = y.at(share);
        let _ = write!(
            body,
            "<line class=\"axis\" x1=\"{LEFT}\" x2=\"{}\" y1=\"{at:.1}\" y2=\"{at:.1}\"/><text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{share}</text>",
            LEFT + WIDTH,
            LEFT - 5.0,
            at + 4.0
        );
    }
    for &tick in &ticks {
        let _ = write!(
            body,
            "<text x=\"{:.1}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
            x.at(tick),
            TOP + HEIGHT + 14.0,
            tick_label(tick, &ticks)
        );
    }
    let mut below = TOP + HEIGHT + 30.0;
    for ((rows, name), dash) in groups.iter().zip(names).zip(DASHES) {
        let (time, event) = followed.pick(rows);
        if let Ok(rows) = Survival::new(&time, &event) {
            body.push_str(&curve(&rows, (&time, &event), (&x, &y), (name, dash)));
        }
        let _ = write!(body, "<text x=\"0\" y=\"{below}\">{name}</text>");
        for &tick in &ticks {
            let at_risk = time.iter().filter(|&&time| time >= tick).count();
            let shown = match at_risk {
                0 => "0".to_owned(),
                n if n < small => format!("&lt;{small}"),
                n => n.to_string(),
            };
            let _ = write!(
                body,
                "<text x=\"{:.1}\" y=\"{below}\" text-anchor=\"middle\">{shown}</text>",
                x.at(tick).max(LEFT)
            );
        }
        below += 14.0;
    }
    let unit = match task.unit.as_str() {
        "" => "time".to_owned(),
        unit => escape(unit),
    };
    let label = format!(
        "Kaplan-Meier curves of {} over {unit}, by thirds of predicted risk",
        escape(arm)
    );
    svg(LEFT + WIDTH + 10.0, below, &label, &body)
}

/// The steps of one group, and its censored follow-ups as ticks.
fn curve(
    rows: &Survival,
    (time, event): (&[f64], &[bool]),
    (x, y): (&Axis, &Axis),
    (name, dash): (&str, &str),
) -> String {
    let estimate = KaplanMeier::survival(rows);
    let mut points = vec![(x.at(0.0), y.at(1.0))];
    let mut before = 1.0;
    let mut sorted = time.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.dedup();
    for &at in &sorted {
        let share = estimate.held(at);
        points.push((x.at(at), y.at(before)));
        points.push((x.at(at), y.at(share)));
        before = share;
    }
    let mut body = format!(
        "<polyline class=\"curve l-fusion\" stroke-dasharray=\"{dash}\" points=\"{}\"><title>{name}</title></polyline>",
        path(points.into_iter())
    );
    for (&at, _) in time.iter().zip(event).filter(|(_, event)| !**event) {
        let (px, py) = (x.at(at), y.at(estimate.held(at)));
        let _ = write!(
            body,
            "<line class=\"l-fusion\" x1=\"{px:.1}\" x2=\"{px:.1}\" y1=\"{:.1}\" y2=\"{:.1}\"/>",
            py - 3.0,
            py + 3.0
        );
    }
    body
}
