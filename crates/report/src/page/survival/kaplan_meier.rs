//! Kaplan-Meier curves of thirds of the predicted risk, with numbers at risk.

use maud::{Markup, html};
use midfuse_base::SurvivalTask;
use midfuse_metrics::metric::survival::{KaplanMeier, Survival};
use midfuse_page::svg::{self, Anchor, Scale, points};
use midfuse_page::{figure, panels, soft};

use super::Followed;

const WIDTH: f64 = 300.0;
const HEIGHT: f64 = 190.0;
const LEFT: f64 = 64.0;
const TOP: f64 = 8.0;
/// Pixels from one line of numbers at risk to the next.
const LINE: f64 = 14.0;
/// Fewest patients of a group.
const LEAST: usize = 15;
const NAMES: [&[&str]; 3] = [
    &["all"],
    &["lower risk", "higher risk"],
    &["low risk", "middle", "high risk"],
];
/// Dashes tell the groups apart without colour.
const DASHES: [&str; 3] = ["2 3", "7 3", ""];

pub(super) fn section(task: &SurvivalTask, followed: &[(&str, Followed)], small: usize) -> Markup {
    let figures = followed
        .iter()
        .map(|(arm, followed)| figure(arm, &panel(task, arm, followed, small), None));
    html! {
        (panels(figures))
        (soft(format_args!(
            "Kaplan-Meier curves of thirds of the predicted log-risk, by models that had not seen the patients; ticks are censored follow-ups. Below: numbers at risk, where {small} or more. The groups are cut at these predictions, so the curves show order, not a rule to act by."
        )))
    }
}

fn panel(task: &SurvivalTask, arm: &str, followed: &Followed, small: usize) -> Markup {
    let groups = followed.groups(&followed.risk, 3, LEAST);
    let names = NAMES.get(groups.len() - 1).copied().unwrap_or_default();
    let end = end(task, &followed.time);
    let x = Scale::exact(0.0, end, LEFT, LEFT + WIDTH);
    let y = Scale::exact(0.0, 1.0, TOP + HEIGHT, TOP);
    let ticks = x.ticks(5);
    let below = TOP + HEIGHT + 30.0;
    let line = |nth: usize| below + LINE * nth as f64;
    let body = html! {
        @for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
            @let at = y.pixel(share);
            (svg::line("axis", (LEFT, at), (LEFT + WIDTH, at)))
            (svg::text((LEFT - 5.0, at + 4.0), Anchor::End, &share.to_string()))
        }
        @for (value, label) in &ticks {
            (svg::text((x.pixel(*value), TOP + HEIGHT + 14.0), Anchor::Middle, label))
        }
        @for (nth, ((rows, name), dash)) in groups.iter().zip(names).zip(DASHES).enumerate() {
            @let (time, event) = followed.pick(rows);
            @if let Ok(rows) = Survival::new(&time, &event) {
                (curve(&rows, (&time, &event), (x, y, end), (name, dash)))
            }
            (svg::text((0.0, line(nth)), Anchor::Start, name))
            @for (tick, _) in &ticks {
                (svg::text((x.pixel(*tick).max(LEFT), line(nth)), Anchor::Middle, &at_risk(&time, *tick, small)))
            }
        }
    };
    let unit = match task.unit.as_str() {
        "" => "time",
        unit => unit,
    };
    let label = format!("Kaplan-Meier curves of {arm} over {unit}, by thirds of predicted risk");
    let height = line(groups.len());
    svg::drawing(LEFT + WIDTH + 10.0, height, &label, &body)
}

/// Where the curves end: a quarter past the last horizon, as later few are left, or with the last
/// follow-up.
fn end(task: &SurvivalTask, time: &[f64]) -> f64 {
    let last = time.iter().copied().fold(0.0, f64::max);
    let horizon = task.horizons.last().map_or(last, |horizon| 1.25 * horizon);
    last.min(horizon).max(f64::MIN_POSITIVE)
}

/// How many are still followed at a time, where that is not a small number.
fn at_risk(time: &[f64], from: f64, small: usize) -> String {
    match time.iter().filter(|&&time| time >= from).count() {
        0 => "0".to_owned(),
        n if n < small => format!("<{small}"),
        n => n.to_string(),
    }
}

/// The steps of one group, and its censored follow-ups as ticks.
fn curve(
    rows: &Survival,
    (time, event): (&[f64], &[bool]),
    (x, y, end): (Scale, Scale, f64),
    (name, dash): (&str, &str),
) -> Markup {
    let estimate = KaplanMeier::survival(rows);
    let mut steps = vec![(x.pixel(0.0), y.pixel(1.0))];
    let mut before = 1.0;
    let mut sorted = time.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.dedup();
    for &at in sorted.iter().filter(|&&at| at <= end) {
        let share = estimate.held(at);
        steps.push((x.pixel(at), y.pixel(before)));
        steps.push((x.pixel(at), y.pixel(share)));
        before = share;
    }
    let followed = sorted.last().copied().unwrap_or(0.0);
    steps.push((x.pixel(followed.min(end)), y.pixel(before)));
    let pairs = time.iter().zip(event);
    let censored = pairs.filter(|(time, event)| !**event && **time <= end);
    html! {
        polyline.curve.l-fusion stroke-dasharray=(dash) points=(points(steps.into_iter())) {
            title { (name) }
        }
        @for (&at, _) in censored {
            @let (px, py) = (x.pixel(at), y.pixel(estimate.held(at)));
            (svg::line("l-fusion", (px, py - 3.0), (px, py + 3.0)))
        }
    }
}
