//! The unit of the tests: rows, or groups where the target belongs to the group.

use std::collections::BTreeMap;

use crate::check::{Absence, Column, Target, Values};

/// Rows that stand for the units: all of them, or one of each group if no group has two targets: that
/// of the lowest id, so that the order of the rows does not count.
pub(super) fn unit_rows(
    groups: Option<&[usize]>,
    target: &Target<'_>,
    ids: &[String],
) -> Vec<usize> {
    let all = || (0..ids.len()).collect();
    let Some(groups) = groups else { return all() };
    let value = |row: usize| match target {
        Target::Classes(labels) => labels.get(row).map(|&label| label as u64),
        Target::Numbers(values) => values.get(row).map(|value| value.to_bits()),
    };
    let mut first: BTreeMap<usize, usize> = BTreeMap::new();
    for (row, &group) in groups.iter().enumerate() {
        let known = first.entry(group).or_insert(row);
        if value(*known) != value(row) {
            return all();
        }
        if ids.get(row) < ids.get(*known) {
            *known = row;
        }
    }
    let mut rows: Vec<usize> = first.into_values().collect();
    rows.sort_unstable();
    rows
}

/// A target of some rows, owned.
#[derive(Debug)]
pub(super) enum Owned {
    Classes(Vec<usize>),
    Numbers(Vec<f64>),
}

impl Owned {
    pub(super) fn of(target: &Target<'_>, rows: &[usize]) -> Self {
        match target {
            Target::Classes(labels) => Self::Classes(pick(labels, rows)),
            Target::Numbers(values) => Self::Numbers(pick(values, rows)),
        }
    }

    pub(super) fn view(&self) -> Target<'_> {
        match self {
            Self::Classes(labels) => Target::Classes(labels),
            Self::Numbers(values) => Target::Numbers(values),
        }
    }
}

/// Columns of some rows.
pub(super) fn columns_of(columns: &[Column], rows: &[usize]) -> Vec<Column> {
    let of = |column: &Column| Column {
        name: column.name.clone(),
        values: match &column.values {
            Values::Numbers(values) => Values::Numbers(pick(values, rows)),
            Values::Categories(values) => Values::Categories(pick(values, rows)),
        },
    };
    columns.iter().map(of).collect()
}

/// Absences of some rows.
pub(super) fn absences_of(absences: &[Absence], rows: &[usize]) -> Vec<Absence> {
    let of = |absence: &Absence| Absence {
        name: absence.name.clone(),
        missing: pick(&absence.missing, rows),
    };
    absences.iter().map(of).collect()
}

fn pick<T: Copy>(values: &[T], rows: &[usize]) -> Vec<T> {
    rows.iter()
        .filter_map(|&row| values.get(row).copied())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_of_the_group_makes_the_group_the_unit() {
        let groups = [1, 1, 2, 2];
        let ids = ["b", "a", "c", "d"].map(str::to_owned);
        assert_eq!(
            unit_rows(Some(&groups), &Target::Classes(&[0, 0, 1, 1]), &ids),
            [1, 2]
        );
        assert_eq!(
            unit_rows(Some(&groups), &Target::Classes(&[0, 1, 1, 1]), &ids),
            [0, 1, 2, 3]
        );
        assert_eq!(
            unit_rows(None, &Target::Numbers(&[0.5; 4]), &ids),
            [0, 1, 2, 3]
        );
    }
}
