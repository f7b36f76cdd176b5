//! Labels that mean nothing, given to whole groups: 20 groups of 5 rows whose scores are alike.

use midfuse_base::Seed;
use midfuse_metrics::metric::auc;
use midfuse_metrics::stats::{PermutationSettings, permutation_test};

use crate::table::{Bound, Table, rejects};
use crate::world::{generator, normal};

const GROUPS: usize = 20;
const ROWS: usize = 100;

pub(crate) fn run(repeats: usize) -> Table {
    let mut table = Table::new(
        "Labels that mean nothing, 20 groups of 5 rows",
        "rejects at .05",
    );
    for repeat in 0..repeats {
        let mut rng = generator("labels", repeat);
        let groups: Vec<usize> = (0..ROWS).map(|row| row * GROUPS / ROWS).collect();
        let positive: Vec<bool> = groups.iter().map(|group| group % 2 == 0).collect();
        let of_group: Vec<f64> = (0..GROUPS).map(|_| normal(&mut rng)).collect();
        let scores: Vec<f64> = groups
            .iter()
            .map(|&group| of_group[group] + 0.5 * normal(&mut rng))
            .collect();
        let settings = PermutationSettings::new(Seed(repeat as u64)).with_permutations(199);
        let p = |groups: Option<&[usize]>| {
            permutation_test(&positive, groups, &settings, |labels| {
                auc(labels, &scores, None)
            })
            .ok()
            .map(|result| result.p_value)
        };
        table.count(
            "permutation of whole groups",
            Bound::AtMost(0.05),
            rejects(p(Some(&groups))),
        );
        table.count(
            "permutation of rows, groups kept from it",
            Bound::Shown,
            rejects(p(None)),
        );
    }
    table
}
