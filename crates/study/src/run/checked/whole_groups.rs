//! Sealing whole groups where they are few: the set of them whose rows are nearest to the share.

use std::collections::{BTreeMap, BTreeSet};

use midfuse_base::Seed;

/// Most groups of which every set is looked at; with more, k folds come near any share.
const MOST_GROUPS: usize = 16;

/// A row as a seal sees it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GroupedRow<'a> {
    pub(crate) group: &'a str,
    /// Class, or whether the event was seen; 0 where there is neither.
    pub(crate) stratum: usize,
}

/// The groups whose rows together are nearest to `share` of all, such that both sides have every
/// stratum and at least `left` groups stay (as many as there are less one where they are fewer). Of
/// equally near ones the fewest groups, then those that `seed` has first.
///
/// `None` for more groups than can be tried, for one group, or where no set has every stratum on both
/// sides.
pub(super) fn nearest<'a>(
    rows: &[GroupedRow<'a>],
    share: f64,
    left: usize,
    seed: Seed,
) -> Option<BTreeSet<&'a str>> {
    // Rows of each stratum, by group.
    let mut of_group: BTreeMap<&str, BTreeMap<usize, usize>> = BTreeMap::new();
    let mut all: BTreeMap<usize, usize> = BTreeMap::new();
    for row in rows {
        let strata = of_group.entry(row.group).or_default();
        *strata.entry(row.stratum).or_default() += 1;
        *all.entry(row.stratum).or_default() += 1;
    }
    let n = of_group.len();
    if !(2..=MOST_GROUPS).contains(&n) {
        return None;
    }
    let mut groups: Vec<(&str, BTreeMap<usize, usize>)> = of_group.into_iter().collect();
    groups.sort_by_key(|(name, _)| seed.hash(name.as_bytes()));
    let most_sealed = n - left.clamp(1, n - 1);
    let mut best: Option<(f64, usize, u32)> = None;
    for set in 1_u32..(1 << n) {
        let size = set.count_ones() as usize;
        if size > most_sealed {
            continue;
        }
        let mut sealed: BTreeMap<usize, usize> = BTreeMap::new();
        for (at, (_, strata)) in groups.iter().enumerate() {
            if set & (1 << at) != 0 {
                for (stratum, count) in strata {
                    *sealed.entry(*stratum).or_default() += count;
                }
            }
        }
        let split = |(stratum, total): (&usize, &usize)| {
            sealed.get(stratum).is_some_and(|count| count < total)
        };
        if !all.iter().all(split) {
            continue;
        }
        let got = sealed.values().sum::<usize>() as f64;
        let off = (got - share * rows.len() as f64).abs();
        let nearer = best.is_none_or(|(least, fewest, _)| {
            off < least - 1e-9 || (off < least + 1e-9 && size < fewest)
        });
        if nearer {
            best = Some((off, size, set));
        }
    }
    let (_, _, set) = best?;
    let in_set = |(at, (name, _)): (usize, &(&'a str, _))| (set & (1 << at) != 0).then_some(*name);
    Some(groups.iter().enumerate().filter_map(in_set).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of groups of these sizes; every group has both strata.
    fn rows(sizes: &[(&'static str, usize)]) -> Vec<GroupedRow<'static>> {
        let of_group = |(group, size): &(&'static str, usize)| {
            let group = *group;
            (0..*size).map(move |row| GroupedRow {
                group,
                stratum: row % 2,
            })
        };
        sizes.iter().flat_map(of_group).collect()
    }

    fn sealed(sizes: &[(&'static str, usize)], share: f64, left: usize) -> Vec<&'static str> {
        let found = nearest(&rows(sizes), share, left, Seed(0)).unwrap();
        found.into_iter().collect()
    }

    #[test]
    fn the_nearest_set_of_sites() {
        // A fifth of 100 rows: b alone has 18, a and c together 21.
        let sites = [("a", 10), ("b", 18), ("c", 11), ("d", 61)];
        assert_eq!(sealed(&sites, 0.2, 1), ["a", "c"]);
        // Three groups are to stay.
        assert_eq!(sealed(&sites, 0.2, 3), ["b"]);
        // Two sites: one of them, however large.
        assert_eq!(sealed(&[("a", 40), ("b", 60)], 0.2, 5), ["a"]);
    }

    #[test]
    fn both_sides_have_every_stratum() {
        let mut sites = rows(&[("a", 20), ("b", 30), ("c", 50)]);
        for row in sites.iter_mut().filter(|row| row.group == "a") {
            row.stratum = 0;
        }
        let found = nearest(&sites, 0.2, 1, Seed(0)).unwrap();
        assert_eq!(found.into_iter().collect::<Vec<_>>(), ["b"]);
        for row in sites.iter_mut().filter(|row| row.group == "c") {
            row.stratum = 0;
        }
        assert!(nearest(&sites, 0.2, 1, Seed(0)).is_none());
        let many: Vec<String> = (0..40).map(|at| format!("g{at}")).collect();
        let many: Vec<GroupedRow<'_>> = many
            .iter()
            .map(|group| GroupedRow { group, stratum: 0 })
            .collect();
        assert!(nearest(&many, 0.2, 1, Seed(0)).is_none());
    }
}
