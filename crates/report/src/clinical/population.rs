//! Counts of the rows that are not sealed.

use std::collections::BTreeSet;

use midfuse_base::Strata;
use midfuse_data::Cohort;

use super::contents::Content;
use crate::results::{Population, Presence, ValueSummary};

/// Counts over `rows`, positions of the rows that are not sealed.
pub(super) fn population(
    cohort: &Cohort,
    target: &str,
    grouped: bool,
    contents: &[Content],
    rows: &[usize],
) -> Population {
    let column = cohort.target(target).ok();
    let strata = column.and_then(|column| column.task.strata(&column.targets));
    let (labels, classes) = match &strata {
        Some(Strata { codes, names }) => (codes.as_slice(), names.len()),
        None => (&[][..], 0),
    };
    let values = column.and_then(|column| column.targets.as_values());
    let of_class = |class: usize| {
        rows.iter()
            .copied()
            .filter(move |&row| labels.get(row) == Some(&class))
    };
    let groups = cohort.groups().filter(|_| grouped && classes > 0);
    Population {
        class_rows: (0..classes).map(|class| of_class(class).count()).collect(),
        class_groups: groups.map(|groups| {
            let distinct = |class| {
                of_class(class)
                    .filter_map(|row| groups.get(row))
                    .collect::<BTreeSet<_>>()
                    .len()
            };
            (0..classes).map(distinct).collect()
        }),
        values: values.and_then(|values| {
            let of_rows = rows.iter().filter_map(|&row| values.get(row).copied());
            summary(of_rows.collect())
        }),
        modalities: contents
            .iter()
            .map(|content| {
                let absent = |rows: &mut dyn Iterator<Item = usize>| {
                    rows.filter(|&row| content.present.get(row) == Some(&false))
                        .count()
                };
                let cells = |rows: &mut dyn Iterator<Item = usize>| {
                    rows.filter(|&row| content.present.get(row) == Some(&true))
                        .fold([0, 0], |[all, missing], row| {
                            let empty = content.missing.get(row).copied().unwrap_or(0);
                            [all + content.cells, missing + empty]
                        })
                };
                let [all, missing] = cells(&mut rows.iter().copied());
                Presence {
                    name: content.name.clone(),
                    kind: content.kind.to_owned(),
                    shape: content.shape.clone(),
                    absent: absent(&mut rows.iter().copied()),
                    absent_by_class: (0..classes).map(|c| absent(&mut of_class(c))).collect(),
                    cells: all,
                    missing_cells: missing,
                    cells_by_class: if content.cells == 0 {
                        Vec::new()
                    } else {
                        (0..classes).map(|c| cells(&mut of_class(c))).collect()
                    },
                }
            })
            .collect(),
    }
}

fn summary(mut values: Vec<f64>) -> Option<ValueSummary> {
    values.sort_by(f64::total_cmp);
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (!values.is_empty()).then(|| ValueSummary {
        mean,
        sd: (squares / (n - 1.0).max(1.0)).sqrt(),
        quartiles: [0.25, 0.5, 0.75].map(|share| super::level_column::quantile(&values, share)),
    })
}
