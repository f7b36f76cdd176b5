//! Two fitted models that are equally good, scored on rows of few groups: a group takes to one of
//! the models, and to which is a toss.

use midfuse_base::Seed;
use midfuse_metrics::stats::{
    BootstrapInterval, BootstrapSettings, bootstrap, cluster_jackknife_t, cluster_sign_flip,
    delong_clustered, delong_paired, naive_t,
};
use rand::Rng;

use crate::table::{Bound, Table, rejects};
use crate::world::{generator, mean, normal, pick};

const ROWS_PER_GROUP: usize = 8;

pub(crate) fn run(repeats: usize) -> Table {
    let mut table = Table::new("Two fitted models, groups of 8 rows", "rejects at .05");
    for n_groups in [5, 10, 20, 40] {
        for repeat in 0..repeats {
            let mut rng = generator(&format!("groups-{n_groups}"), repeat);
            differences(&mut table, n_groups, repeat, &mut rng);
            if n_groups >= 20 {
                areas(&mut table, n_groups, &mut rng);
            }
        }
    }
    table
}

/// A mean difference of losses.
fn differences(table: &mut Table, n_groups: usize, repeat: usize, rng: &mut impl Rng) {
    let groups: Vec<usize> = (0..n_groups * ROWS_PER_GROUP)
        .map(|row| row / ROWS_PER_GROUP)
        .collect();
    let of_group: Vec<f64> = (0..n_groups).map(|_| normal(rng)).collect();
    let values: Vec<f64> = groups
        .iter()
        .map(|&group| of_group[group] + normal(rng))
        .collect();
    let name = |test: &str| format!("{test}, {n_groups} groups");
    let t = cluster_jackknife_t(&values, &groups, 0.95)
        .ok()
        .map(|result| result.p_value);
    table.count(
        &name("cluster jackknife t"),
        Bound::AtMost(0.07),
        rejects(t),
    );
    // All 2^20 patterns of 20 groups take their time: fewer trials.
    if n_groups < 20 || (n_groups == 20 && repeat < 100) {
        let flip = cluster_sign_flip(&values, &groups, Seed(repeat as u64)).ok();
        let hit = rejects(flip.map(|result| result.p_value));
        table.count(&name("cluster sign-flip"), Bound::AtMost(0.05), hit);
    }
    let settings = BootstrapSettings::new(Seed(repeat as u64))
        .with_resamples(400)
        .with_interval(BootstrapInterval::Percentile);
    let members: Vec<Vec<usize>> = (0..n_groups)
        .map(|g| (g * ROWS_PER_GROUP..(g + 1) * ROWS_PER_GROUP).collect())
        .collect();
    let statistic = |rows: &[usize]| Ok(mean(&pick(&values, rows)));
    let out = bootstrap(&members, &settings, statistic)
        .is_ok_and(|result| !result.interval.contains(0.0));
    table.count(&name("cluster bootstrap, percentile"), Bound::Shown, out);
    let rows = naive_t(&values, 0.95).ok().map(|result| result.p_value);
    table.count(&name("paired t over rows"), Bound::Shown, rejects(rows));
}

/// A difference of AUCs, where all rows of a group share a label.
fn areas(table: &mut Table, n_groups: usize, rng: &mut impl Rng) {
    let groups: Vec<usize> = (0..n_groups * ROWS_PER_GROUP)
        .map(|row| row / ROWS_PER_GROUP)
        .collect();
    let positive: Vec<bool> = groups.iter().map(|group| group % 2 == 0).collect();
    let scores = |rng: &mut _| -> Vec<f64> {
        let of_group: Vec<f64> = (0..n_groups).map(|_| normal(rng)).collect();
        groups
            .iter()
            .zip(&positive)
            .map(|(&group, &positive)| {
                of_group[group] + normal(rng) + if positive { 1.0 } else { 0.0 }
            })
            .collect()
    };
    let (a, b) = (scores(rng), scores(rng));
    let name = |test: &str| format!("{test}, {n_groups} groups");
    let clustered = delong_clustered(&positive, &a, &b, &groups, 0.95)
        .ok()
        .map(|c| c.test.p_value);
    table.count(
        &name("DeLong, clustered"),
        Bound::AtMost(0.12),
        rejects(clustered),
    );
    // What the refusal of groups prevents.
    let rows = delong_paired(&positive, &a, &b, None, 0.95)
        .ok()
        .map(|c| c.test.p_value);
    table.count(
        &name("DeLong, groups kept from it"),
        Bound::Shown,
        rejects(rows),
    );
}
