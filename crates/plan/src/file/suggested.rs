//! What a new study file suggests for a cohort of its size: the baselines that it can afford, and the inner
//! folds.

use std::collections::{BTreeMap, BTreeSet};

use midfuse_data::Cohort;

use super::template::toml_text;

/// Most numbers of a table that `linear` is given unasked: under a gigabyte while it fits.
const MOST_CELLS: usize = 50_000_000;

/// Most columns that `trees` are given unasked: each split looks at all of them.
const MOST_COLUMNS: usize = 5_000;

/// Rows up to which half of them says too little about all.
const FEW_ROWS: usize = 1_000;
/// Units of the rarest class, or with an event, of which every one of five inner folds has several.
const ENOUGH: usize = 40;

/// Inner folds: five for few rows of numbers alone, where a training takes a second, as long as every fold
/// has enough of each class; else two.
pub(super) fn inner_folds(cohort: Option<&Cohort>) -> usize {
    let is_suited = cohort.is_some_and(|cohort| {
        let mut kinds = cohort.modalities().iter().map(|m| m.kind.encoder());
        // Of rows in time every inner fold has those before it alone.
        let is_small = cohort.len() <= FEW_ROWS && cohort.times().is_none();
        is_small && kinds.all(|encoder| encoder == "mlp") && fewest_units(cohort) >= ENOUGH
    });
    if is_suited { 5 } else { 2 }
}

/// Groups, or rows without groups, of the rarest class of the first target, or with the rarer end of
/// follow-up; of numbers all.
fn fewest_units(cohort: &Cohort) -> usize {
    let Some(target) = cohort.targets().first() else {
        return 0;
    };
    let strata = target.task.strata(&target.targets);
    let mut units: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
    for (row, id) in cohort.ids().iter().enumerate() {
        let group = cohort.groups().and_then(|groups| groups.get(row));
        let stratum = strata.as_ref().and_then(|strata| strata.codes.get(row));
        let of_stratum = units.entry(stratum.copied().unwrap_or(0)).or_default();
        of_stratum.insert(group.unwrap_or(id));
    }
    units.values().map(BTreeSet::len).min().unwrap_or(0)
}

/// The line `baselines = [..]`; `trees`: whether they can be used.
pub(super) fn baselines(cohort: Option<&Cohort>, trees: bool) -> String {
    let sizes: Vec<(&str, usize)> = cohort.map_or_else(Vec::new, |cohort| {
        let all = cohort.modalities().iter();
        all.map(|m| (m.name.as_str(), m.kind.row_bytes() / size_of::<f32>()))
            .collect()
    });
    let rows = cohort.map_or(0, Cohort::len);
    line(&sizes, rows, trees)
}

fn line(sizes: &[(&str, usize)], rows: usize, trees: bool) -> String {
    let small = |columns: &usize| columns.saturating_mul(rows) <= MOST_CELLS;
    let mut words = Vec::new();
    words.extend(word("linear", sizes, small));
    if trees {
        let few = |columns: &usize| small(columns) && *columns <= MOST_COLUMNS;
        words.extend(word("trees", sizes, few));
    }
    let and = if trees {
        ""
    } else {
        "; and \"trees\", with LightGBM, for classes and numbers"
    };
    let left_out = if sizes.iter().all(|(_, columns)| small(columns)) {
        ""
    } else {
        "; modalities that are too large for them are left out"
    };
    format!(
        "baselines = [{}]   # of each modality and of all, without epochs{and}{left_out}\n",
        words.join(", ")
    )
}

/// A baseline over the modalities whose number of columns it can afford; none without any.
fn word(name: &str, sizes: &[(&str, usize)], fits: impl Fn(&usize) -> bool) -> Option<String> {
    let fitting = sizes.iter().filter(|(_, columns)| fits(columns));
    let fitting: Vec<String> = fitting.map(|(modality, _)| toml_text(modality)).collect();
    if fitting.len() == sizes.len() {
        return Some(format!("\"{name}\""));
    }
    let chosen = fitting.join(", ");
    (!fitting.is_empty()).then(|| format!("{{ name = \"{name}\", modalities = [{chosen}] }}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_baseline_gets_what_it_can_afford() {
        let sizes = [("labs", 7), ("scan", 50_176)];
        let of = |rows, trees| {
            let line = line(&sizes, rows, trees);
            line.split("   #").next().unwrap().to_owned()
        };
        assert_eq!(
            of(279, true),
            "baselines = [\"linear\", { name = \"trees\", modalities = [\"labs\"] }]"
        );
        assert_eq!(of(279, false), "baselines = [\"linear\"]");
        assert_eq!(
            of(2_000, false),
            "baselines = [{ name = \"linear\", modalities = [\"labs\"] }]"
        );
        assert_eq!(of(usize::MAX, true), "baselines = []");
        assert!(line(&[], 0, false).contains("and \"trees\", with LightGBM"));
    }
}
