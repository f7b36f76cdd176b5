//! Trials: distinct points of a search space, the same number for every strategy.

use std::collections::BTreeMap;

use midfuse_base::{Problem, Seed, SettingError};
use serde_json::Value;

use crate::SpaceError;
use crate::file::{
    Budget, Draw, Interval, ModalitySection, Range, Scale, SearchSpace, StrategySection, StudyFile,
};

/// Random draws per wanted trial before a space counts as too small.
const DRAWS_PER_TRIAL: usize = 1000;

/// One setting of an arm.
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    /// The values drawn, by dotted key.
    pub values: BTreeMap<String, Value>,
    /// The whole model section with the values in place: the opaque part of a job.
    pub model: Value,
}

/// The search space of one arm: the shared one and its own, without modalities that it lacks.
pub(super) fn space_of(
    file: &StudyFile,
    section: &StrategySection,
    members: &[&ModalitySection],
) -> Result<SearchSpace, SettingError> {
    let mut space = SearchSpace::new();
    for (key, range) in file.search.iter().chain(&section.search) {
        let Some(name) = key
            .strip_prefix("modalities.")
            .and_then(|rest| rest.split('.').next())
        else {
            space.insert(key.clone(), range.clone());
            continue;
        };
        if !file.modalities.iter().any(|m| m.name == name) {
            let known: Vec<&str> = file.modalities.iter().map(|m| m.name.as_str()).collect();
            let problem = Problem::unknown("unknown modality", name, known);
            return Err(problem.of(format!("search.\"{key}\"")));
        }
        if members.iter().any(|m| m.name == name) {
            space.insert(key.clone(), range.clone());
        }
    }
    Ok(space)
}

/// All points of a space of lists; `None` with an interval.
pub(super) fn every_point(space: &SearchSpace) -> Option<Vec<BTreeMap<String, Value>>> {
    grid_size(space).map(|_| grid(space))
}

/// As many distinct points of the space as the budget has trials; all of a smaller space, since to run
/// one again would tell nothing. A grid must have as many points as there are trials, or one.
pub(super) fn draw(
    space: &SearchSpace,
    budget: &Budget,
    seed: Seed,
) -> Result<Vec<BTreeMap<String, Value>>, SpaceError> {
    let points = grid_size(space);
    if points == Some(1) {
        return Ok(grid(space));
    }
    if budget.draw == Draw::Grid {
        return match points {
            Some(n) if n == budget.trials => Ok(grid(space)),
            Some(points) => Err(SpaceError::GridSize {
                points,
                trials: budget.trials,
            }),
            None => Err(SpaceError::GridInterval),
        };
    }
    if points.is_some_and(|n| n < budget.trials) {
        return Ok(grid(space));
    }
    let mut found: Vec<BTreeMap<String, Value>> = Vec::new();
    for attempt in 0..budget.trials.saturating_mul(DRAWS_PER_TRIAL) {
        if found.len() == budget.trials {
            break;
        }
        let point_seed = seed.derive(&format!("draw-{attempt}"));
        let point: BTreeMap<String, Value> = space
            .iter()
            .map(|(key, range)| (key.clone(), pick(range, point_seed.derive(key))))
            .collect();
        if !found.contains(&point) {
            found.push(point);
        }
    }
    Ok(found)
}

/// Number of distinct points, or `None` with an interval.
fn grid_size(space: &SearchSpace) -> Option<usize> {
    space
        .values()
        .try_fold(1_usize, |product, range| match range {
            Range::Choices(values) => Some(product.saturating_mul(distinct(values).len())),
            Range::Interval(_) => None,
        })
}

fn distinct(values: &[Value]) -> Vec<&Value> {
    let mut seen: Vec<&Value> = Vec::new();
    for value in values {
        if !seen.contains(&value) {
            seen.push(value);
        }
    }
    seen
}

/// The product of all lists; the last key varies fastest.
fn grid(space: &SearchSpace) -> Vec<BTreeMap<String, Value>> {
    let mut points = vec![BTreeMap::new()];
    for (key, range) in space {
        let Range::Choices(values) = range else {
            continue;
        };
        let values = distinct(values);
        points = points
            .iter()
            .flat_map(|point| {
                values.iter().map(|&value| {
                    let mut next = point.clone();
                    next.insert(key.clone(), value.clone());
                    next
                })
            })
            .collect();
    }
    points
}

fn pick(range: &Range, seed: Seed) -> Value {
    let number = seed.hash(b"value");
    match range {
        Range::Choices(values) => {
            let at = (number % values.len().max(1) as u64) as usize;
            values.get(at).cloned().unwrap_or(Value::Null)
        }
        Range::Interval(interval) => within(interval, number),
    }
}

/// A number of the interval from 64 uniform bits.
fn within(interval: &Interval, bits: u64) -> Value {
    let Interval { min, max, scale } = *interval;
    let u = (bits >> 11) as f64 / (1_u64 << 53) as f64;
    match scale {
        Scale::Linear => Value::from(min + u * (max - min)),
        Scale::Log => Value::from((min.ln() + u * (max.ln() - min.ln())).exp().clamp(min, max)),
        Scale::Integer => {
            let steps = (max - min) as u64 + 1;
            Value::from(min as i64 + (bits % steps) as i64)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choices(values: &[i64]) -> Range {
        Range::Choices(values.iter().map(|&v| Value::from(v)).collect())
    }

    fn budget(trials: usize, draw: Draw) -> Budget {
        Budget {
            trials,
            draw,
            ..Budget::default()
        }
    }

    #[test]
    fn draws_are_distinct_and_exhaust_a_small_space() {
        let space = SearchSpace::from([
            ("training.a".to_owned(), choices(&[1, 2, 2])),
            ("training.b".to_owned(), choices(&[3, 4])),
        ]);
        let drawn = draw(&space, &budget(4, Draw::Random), Seed(1)).unwrap();
        let mut all = grid(&space);
        for point in &drawn {
            all.retain(|p| p != point);
        }
        assert_eq!(drawn.len(), 4);
        assert!(all.is_empty(), "all four points of the space are drawn");
    }

    #[test]
    fn every_point_of_a_space_below_the_budget_is_tried_and_a_grid_refused() {
        let space = SearchSpace::from([("training.a".to_owned(), choices(&[1, 2]))]);
        for draws in [Draw::Random, Draw::Halving] {
            let points = draw(&space, &budget(3, draws), Seed(1)).unwrap();
            assert_eq!(points, grid(&space));
        }
        let whole = Interval {
            min: 1.0,
            max: 2.0,
            scale: Scale::Integer,
        };
        let space_of_integers =
            SearchSpace::from([("training.a".to_owned(), Range::Interval(whole))]);
        let points = draw(&space_of_integers, &budget(3, Draw::Random), Seed(1)).unwrap();
        assert_eq!(points.len(), 2);
        let message = draw(&space, &budget(3, Draw::Grid), Seed(1))
            .unwrap_err()
            .to_string();
        assert!(message.contains("2 points"), "{message}");
    }

    #[test]
    fn a_space_of_one_point_runs_once() {
        let one = SearchSpace::from([("training.a".to_owned(), choices(&[1, 1]))]);
        for draws in [Draw::Random, Draw::Grid] {
            let points = draw(&one, &budget(3, draws), Seed(1)).unwrap();
            assert_eq!(points, grid(&one));
            assert_eq!(points.len(), 1);
            let none = draw(&SearchSpace::new(), &budget(3, draws), Seed(1)).unwrap();
            assert_eq!(none, [BTreeMap::new()]);
        }
    }

    #[test]
    fn a_grid_takes_all_its_points() {
        let space = SearchSpace::from([
            ("training.a".to_owned(), choices(&[1, 2])),
            ("training.b".to_owned(), choices(&[3, 4])),
        ]);
        let points = draw(&space, &budget(4, Draw::Grid), Seed(1)).unwrap();
        let pairs: Vec<(i64, i64)> = points
            .iter()
            .map(|p| {
                (
                    p["training.a"].as_i64().unwrap(),
                    p["training.b"].as_i64().unwrap(),
                )
            })
            .collect();
        assert_eq!(pairs, [(1, 3), (1, 4), (2, 3), (2, 4)]);
    }

    #[test]
    fn intervals_keep_their_ends_and_scale() {
        for bits in [0, u64::MAX, 1 << 40, 1 << 63] {
            let log = within(
                &Interval {
                    min: 1e-4,
                    max: 1e-1,
                    scale: Scale::Log,
                },
                bits,
            )
            .as_f64()
            .unwrap();
            assert!((1e-4..=1e-1).contains(&log), "{log}");
            let whole = within(
                &Interval {
                    min: -2.0,
                    max: 3.0,
                    scale: Scale::Integer,
                },
                bits,
            )
            .as_i64()
            .unwrap();
            assert!((-2..=3).contains(&whole), "{whole}");
        }
        let middle = within(
            &Interval {
                min: 1e-4,
                max: 1e-2,
                scale: Scale::Log,
            },
            1 << 63,
        )
        .as_f64()
        .unwrap();
        assert!(
            (middle - 1e-3).abs() < 1e-12,
            "the middle of a log scale is the geometric mean: {middle}"
        );
    }
}
