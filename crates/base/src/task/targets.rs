//! Targets of rows.

use serde::{Deserialize, Serialize};

use super::TargetShape;

/// Targets of rows, one per row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind", content = "values")]
pub enum Targets {
    /// Index into the classes of the task.
    Class(Vec<usize>),
    /// Values of a regression target, in its own unit.
    Value(Vec<f64>),
    /// Times to an event, and whether each ended with it or was censored.
    Survival {
        /// Time of follow-up, 0 or later, in its own unit.
        time: Vec<f64>,
        /// Whether the event was seen at that time; false: the row was censored then.
        event: Vec<bool>,
    },
}

/// The target of one row.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// Index into the classes of the task.
    Class(usize),
    /// A number.
    Value(f64),
    /// A time of follow-up, and whether it ended with the event.
    Survival {
        /// Time of follow-up.
        time: f64,
        /// Whether the event was seen then.
        event: bool,
    },
}

impl Target {
    /// The class index; the number; or the time.
    pub fn number(self) -> f64 {
        match self {
            Self::Class(class) => class as f64,
            Self::Value(value) => value,
            Self::Survival { time, .. } => time,
        }
    }
}

/// What stratified splits balance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strata {
    /// Stratum of each row, as a position in `names`.
    pub codes: Vec<usize>,
    /// Names of the strata; some may have no row.
    pub names: Vec<String>,
}

impl Targets {
    /// No targets of this shape.
    pub fn none(shape: TargetShape) -> Self {
        shape.example(0)
    }

    /// How they lie in memory.
    pub fn shape(&self) -> TargetShape {
        match self {
            Self::Class(_) => TargetShape::Classes,
            Self::Value(_) => TargetShape::Numbers,
            Self::Survival { .. } => TargetShape::TimesAndEvents,
        }
    }

    /// Number of targets.
    pub fn len(&self) -> usize {
        match self {
            Self::Class(values) => values.len(),
            Self::Value(values) => values.len(),
            Self::Survival { time, .. } => time.len(),
        }
    }

    /// True without any target.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Targets at these positions, in this order; one past the end is left out.
    #[must_use]
    pub fn select(&self, rows: impl IntoIterator<Item = usize>) -> Self {
        let rows = rows.into_iter();
        match self {
            Self::Class(values) => Self::Class(pick(values, rows)),
            Self::Value(values) => Self::Value(pick(values, rows)),
            Self::Survival { time, event } => {
                let rows: Vec<usize> = rows.collect();
                Self::Survival {
                    time: pick(time, rows.iter().copied()),
                    event: pick(event, rows.iter().copied()),
                }
            }
        }
    }

    /// The target at a position.
    pub fn get(&self, row: usize) -> Option<Target> {
        match self {
            Self::Class(values) => values.get(row).copied().map(Target::Class),
            Self::Value(values) => values.get(row).copied().map(Target::Value),
            Self::Survival { time, event } => {
                let (&time, &event) = (time.get(row)?, event.get(row)?);
                Some(Target::Survival { time, event })
            }
        }
    }

    /// Targets of a shape, one by one; those of another shape are left out.
    pub fn of(shape: TargetShape, targets: impl IntoIterator<Item = Target>) -> Self {
        let mut all = Self::none(shape);
        for target in targets {
            match (&mut all, target) {
                (Self::Class(classes), Target::Class(class)) => classes.push(class),
                (Self::Value(values), Target::Value(value)) => values.push(value),
                (Self::Survival { time, event }, Target::Survival { time: t, event: e }) => {
                    time.push(t);
                    event.push(e);
                }
                (Self::Class(_) | Self::Value(_) | Self::Survival { .. }, _) => {}
            }
        }
        all
    }

    /// These targets and then others of the same shape.
    ///
    /// Others of another shape are left out: nothing mixes them.
    pub fn extend(&mut self, other: &Self) {
        match (self, other) {
            (Self::Class(all), Self::Class(more)) => all.extend_from_slice(more),
            (Self::Value(all), Self::Value(more)) => all.extend_from_slice(more),
            (
                Self::Survival { time, event },
                Self::Survival {
                    time: times,
                    event: events,
                },
            ) => {
                time.extend_from_slice(times);
                event.extend_from_slice(events);
            }
            (Self::Class(_) | Self::Value(_) | Self::Survival { .. }, _) => {}
        }
    }

    /// What a hash takes of one target.
    pub fn bytes(&self, row: usize) -> Vec<u8> {
        let bits = |values: &[f64]| values.get(row).map_or(0, |value| value.to_bits());
        match self {
            Self::Class(values) => {
                let class = values.get(row).map_or(0, |&class| class as u64);
                class.to_le_bytes().to_vec()
            }
            Self::Value(values) => bits(values).to_le_bytes().to_vec(),
            Self::Survival { time, event } => {
                let mut bytes = bits(time).to_le_bytes().to_vec();
                bytes.push(event.get(row).map_or(0, |&event| u8::from(event)));
                bytes
            }
        }
    }

    /// Class indices, where they are classes.
    pub fn as_classes(&self) -> Option<&[usize]> {
        let Self::Class(values) = self else {
            return None;
        };
        Some(values)
    }

    /// Numbers, where they are numbers.
    pub fn as_values(&self) -> Option<&[f64]> {
        let Self::Value(values) = self else {
            return None;
        };
        Some(values)
    }

    /// Times and events, where they are those.
    pub fn as_survival(&self) -> Option<(&[f64], &[bool])> {
        let Self::Survival { time, event } = self else {
            return None;
        };
        Some((time, event))
    }
}

fn pick<T: Copy>(values: &[T], rows: impl Iterator<Item = usize>) -> Vec<T> {
    rows.filter_map(|row| values.get(row).copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_selected_and_joined() {
        let mut targets = Targets::Survival {
            time: vec![1.0, 2.0, 3.0],
            event: vec![true, false, true],
        };
        let picked = targets.select([2, 1, 9]);
        assert_eq!(
            picked.as_survival(),
            Some((&[3.0, 2.0][..], &[true, false][..]))
        );
        targets.extend(&picked);
        assert_eq!(targets.len(), 5);
        targets.extend(&Targets::Class(vec![1]));
        assert_eq!(targets.len(), 5);
        let one_by_one = (0..targets.len()).filter_map(|row| targets.get(row));
        assert_eq!(Targets::of(targets.shape(), one_by_one), targets);
        let mut classes = Targets::Class(vec![4, 5]).select([1]);
        classes.extend(&Targets::Class(vec![7]));
        assert_eq!(classes, Targets::Class(vec![5, 7]));
    }

    #[test]
    fn a_hash_sees_time_and_event() {
        let target = |time, event| Targets::Survival {
            time: vec![time],
            event: vec![event],
        };
        assert_ne!(target(1.0, true).bytes(0), target(1.0, false).bytes(0));
        assert_ne!(target(1.0, true).bytes(0), target(2.0, true).bytes(0));
        assert_eq!(Targets::Class(vec![3]).bytes(0), 3_u64.to_le_bytes());
    }
}
