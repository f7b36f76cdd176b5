//! How much each column goes with the target, by itself: one file per shape of targets.

mod classes;
mod numbers;
mod times;

use midfuse_base::{Target, TargetShape, Targets};

use super::step::StepTrain;

/// The statistic of each column, larger for more association; 0 where there is none to tell. Only
/// rows that have the number take part.
pub(super) fn association(train: &StepTrain<'_>) -> Vec<f64> {
    let columns = train.observed(|row, value| (value, train.targets.get(row).copied()));
    let of_column = |column: Vec<(f64, Option<Target>)>| {
        let pairs = column.into_iter();
        let pairs = pairs.filter_map(|(value, target)| Some((value, target?)));
        let (values, targets): (Vec<f64>, Vec<Target>) = pairs.unzip();
        let Some(first) = targets.first() else {
            return 0.0;
        };
        let shape = match first {
            Target::Class(_) => TargetShape::Classes,
            Target::Value(_) => TargetShape::Numbers,
            Target::Survival { .. } => TargetShape::TimesAndEvents,
        };
        match Targets::of(shape, targets) {
            Targets::Class(classes) => classes::f(&values, &classes),
            Targets::Value(numbers) => numbers::f(&values, &numbers),
            Targets::Survival { time, event } => times::score(&values, &time, &event),
        }
    };
    columns.into_iter().map(of_column).collect()
}

/// Whether all values are the same, to the bit: rounding must not make a constant tell anything.
fn is_constant(values: &[f64]) -> bool {
    let first = values.first();
    values
        .iter()
        .all(|value| first.is_some_and(|first| first.total_cmp(value).is_eq()))
}
