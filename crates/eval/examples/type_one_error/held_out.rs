//! Two fitted models that are equally good on independent held-out rows: interchangeable scores.

use midfuse_base::Seed;
use midfuse_metrics::metric::auc;
use midfuse_metrics::stats::{
    BootstrapInterval, BootstrapSettings, McNemar, PairedTable, bootstrap, cluster_jackknife_t,
    cluster_sign_flip, delong_paired, delong_unpaired,
};

use crate::table::{Bound, Table, rejects};
use crate::world::{generator, halves, pick, single_rows, two_models};

const ROWS: usize = 100;

pub(crate) fn run(repeats: usize) -> Table {
    let mut table = Table::new("Two fitted models, 100 independent rows", "rejects at .05");
    for repeat in 0..repeats {
        let mut rng = generator("held-out", repeat);
        let positive = halves(ROWS);
        let (a, b) = two_models(&positive, 1.0, &mut rng);
        let paired = delong_paired(&positive, &a, &b, None, 0.95)
            .ok()
            .map(|c| c.test.p_value);
        table.count("DeLong, paired", Bound::AtMost(0.07), rejects(paired));
        let (other, _) = two_models(&positive, 1.0, &mut rng);
        let unpaired = delong_unpaired((&positive, &a), (&positive, &other), (None, None), 0.95);
        let unpaired = unpaired.ok().map(|c| c.test.p_value);
        table.count("DeLong, unpaired", Bound::AtMost(0.07), rejects(unpaired));
        mcnemar(&mut table, &positive, &a, &b);
        let distances: Vec<f64> = (0..ROWS)
            .map(|row| {
                let target = f64::from(u8::from(positive[row]));
                (b[row] - target).powi(2) - (a[row] - target).powi(2)
            })
            .collect();
        let groups: Vec<usize> = (0..ROWS).collect();
        let seed = Seed(repeat as u64);
        let flip = cluster_sign_flip(&distances, &groups, seed)
            .ok()
            .map(|r| r.p_value);
        // Beyond 20 groups the patterns are drawn, which costs the most time here: fewer trials.
        if repeat < repeats / 10 {
            table.count(
                "sign-flip, squared error",
                Bound::AtMost(0.05),
                rejects(flip),
            );
        }
        let t = cluster_jackknife_t(&distances, &groups, 0.95)
            .ok()
            .map(|r| r.p_value);
        table.count(
            "jackknife t, squared error",
            Bound::AtMost(0.07),
            rejects(t),
        );
        at_the_margin(&mut table, &distances, &groups);
        bootstraps(&mut table, &positive, &a, &b, seed);
    }
    table
}

/// One-sided tests where the true difference lies on the margin, which is their null.
fn at_the_margin(table: &mut Table, distances: &[f64], groups: &[usize]) {
    let margin = 0.5;
    let shifted: Vec<f64> = distances.iter().map(|d| d - margin).collect();
    let Ok(t) = cluster_jackknife_t(&shifted, groups, 0.95) else {
        return;
    };
    for (name, p) in [
        (
            "non-inferiority at the margin, jackknife t",
            t.non_inferiority(margin),
        ),
        (
            "equivalence at the margin, jackknife t",
            t.equivalence(margin),
        ),
    ] {
        table.count(name, Bound::AtMost(0.07), rejects(p.ok()));
    }
}

fn mcnemar(table: &mut Table, positive: &[bool], a: &[f64], b: &[f64]) {
    let right = |scores: &[f64]| -> Vec<bool> {
        scores
            .iter()
            .zip(positive)
            .map(|(score, &positive)| (*score > 0.5) == positive)
            .collect()
    };
    let counts = PairedTable::new(&right(a), &right(b), None).expect("equal lengths");
    for (name, form) in [
        ("McNemar, exact", McNemar::Exact),
        ("McNemar, chi-squared corrected", McNemar::Corrected),
        ("McNemar, mid-p", McNemar::MidP),
    ] {
        let p = counts.test(form, 0.95).ok().map(|result| result.p_value);
        table.count(name, Bound::AtMost(0.05), rejects(p));
    }
}

fn bootstraps(table: &mut Table, positive: &[bool], a: &[f64], b: &[f64], seed: Seed) {
    let settings = BootstrapSettings::new(seed).with_resamples(300);
    for (name, interval) in [
        (
            "bootstrap of the AUC difference, percentile interval leaves out 0",
            BootstrapInterval::Percentile,
        ),
        (
            "bootstrap of the AUC difference, BCa interval leaves out 0",
            BootstrapInterval::Bca,
        ),
    ] {
        let result = bootstrap(
            &single_rows(ROWS),
            &settings.with_interval(interval),
            |rows| {
                let labels = pick(positive, rows);
                Ok(auc(&labels, &pick(b, rows), None)? - auc(&labels, &pick(a, rows), None)?)
            },
        );
        let out = result.is_ok_and(|result| !result.interval.contains(0.0));
        table.count(name, Bound::AtMost(0.07), out);
    }
}
