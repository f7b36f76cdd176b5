//! Strata: what stratified splitters balance beside, or in place of, the classes.

use std::collections::BTreeSet;

use midfuse_base::Strata;
use midfuse_data::Cohort;

use crate::error::Result;
use midfuse_base::Problem;
use midfuse_data::{column, names};

/// A number of more distinct values is cut into bins.
const MOST_VALUES: usize = 10;
/// Quarters, as rsample cuts them: enough to balance, few enough to fill.
const BINS: usize = 4;
/// Stratum of the rows without a value.
const MISSING: &str = "missing";

/// The stratum of each row, `[N]`, by a target or a column: its values, or quarters of a number of
/// more than ten values. The inner `Err` says that there is no such column.
///
/// # Errors
/// [`crate::Error::Data`].
pub(crate) fn strata(
    cohort: &Cohort,
    name: &str,
) -> Result<std::result::Result<Vec<String>, Problem>> {
    let target = cohort.targets().iter().find(|target| target.name == name);
    let values = match target {
        Some(target) => {
            let Some(Strata { codes, names }) = target.task.strata(&target.targets) else {
                let values = target.targets.as_values().unwrap_or_default();
                return Ok(Ok(bins(values.iter().copied().map(Some))));
            };
            let name = |code: &usize| names.get(*code).cloned();
            Some(codes.iter().map(name).collect())
        }
        None => column(cohort, name)?,
    };
    let Some(values) = values else {
        let lacks = "no target and no column of a table is named";
        return Ok(Err(Problem::unknown(lacks, name, names(cohort))));
    };
    let number = |value: &Option<String>| match value {
        Some(text) => text
            .trim()
            .parse()
            .ok()
            .filter(|x: &f64| x.is_finite())
            .map(Some),
        None => Some(None),
    };
    let distinct: BTreeSet<&String> = values.iter().flatten().collect();
    let numbers: Option<Vec<Option<f64>>> = values.iter().map(number).collect();
    Ok(Ok(match numbers {
        Some(numbers) if distinct.len() > MOST_VALUES => bins(numbers.into_iter()),
        _ => values
            .into_iter()
            .map(|value| value.unwrap_or_else(|| MISSING.to_owned()))
            .collect(),
    }))
}

/// Bins of about equal size; equal numbers share a bin.
fn bins(values: impl Iterator<Item = Option<f64>>) -> Vec<String> {
    let values: Vec<Option<f64>> = values.collect();
    let mut sorted: Vec<f64> = values.iter().flatten().copied().collect();
    sorted.sort_by(f64::total_cmp);
    let mut edges: Vec<f64> = (1..BINS)
        .filter_map(|bin| sorted.get((bin * sorted.len()).div_ceil(BINS).max(1) - 1))
        .copied()
        .filter(|edge| sorted.last().is_some_and(|last| edge < last))
        .collect();
    edges.dedup();
    let name = |value: Option<f64>| {
        let Some(value) = value else {
            return MISSING.to_owned();
        };
        match edges.iter().position(|&edge| value <= edge) {
            Some(bin) => format!(
                "bin {}, up to {}",
                bin + 1,
                edges.get(bin).unwrap_or(&value)
            ),
            None => format!("bin {}, above", edges.len() + 1),
        }
    };
    values.into_iter().map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quarters_of_a_number() {
        let got = bins((1..=8).map(|x| Some(f64::from(x))));
        let want = [2, 2, 4, 4, 6, 6].map(|edge| format!("bin {}, up to {edge}", edge / 2));
        assert_eq!(got[..6], want);
        assert_eq!(got[6..], ["bin 4, above", "bin 4, above"]);
    }

    #[test]
    fn equal_numbers_share_a_bin_and_none_is_empty() {
        let got = bins(
            [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 2.0, 3.0]
                .into_iter()
                .map(Some),
        );
        assert_eq!(got[..6], ["bin 1, up to 1"; 6].map(str::to_owned));
        assert_eq!(got[6..], ["bin 2, above", "bin 2, above"]);
        assert_eq!(
            bins([Some(3.0), None].into_iter()),
            ["bin 1, above", "missing"]
        );
        let one = bins([5.0; 3].into_iter().map(Some));
        assert_eq!(one, ["bin 1, above"; 3]);
    }
}
