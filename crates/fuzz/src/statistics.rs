//! Metrics and tests on arbitrary numbers: a finite result or a typed refusal.

use arbitrary::{Result, Unstructured};
use midfuse_base::Seed;
use midfuse_metrics::metric::{Metric, Predictions, Unit};
use midfuse_metrics::stats::{
    Resampling, auc_interval, auc_interval_clustered, auc_standard_error, benjamini_hochberg,
    clopper_pearson, cluster_jackknife_t, cluster_sign_flip, corrected_resampled_t,
    delong_clustered, delong_paired, e632_plus, hochberg, holm, hommel, jeffreys, naive_t, wilson,
};

use crate::target::Target;

/// The targets of this module.
pub(crate) const TARGETS: &[Target] = &[
    Target {
        name: "metrics",
        covers: &["Metric"],
        run: |bytes| {
            let _ = metrics(&mut Unstructured::new(bytes));
        },
        seeds,
    },
    Target {
        name: "statistics",
        covers: &["stats"],
        run: |bytes| {
            let _ = statistics(&mut Unstructured::new(bytes));
        },
        seeds,
    },
];

fn seeds() -> Vec<Vec<u8>> {
    let byte = |i: usize| (i.wrapping_mul(2_246_822_519) >> 9) as u8;
    [60, 300]
        .iter()
        .map(|&n| (0..n).map(byte).collect())
        .collect()
}

/// Mostly a number of two digits, so that ties are common; now and then any bits.
fn number(u: &mut Unstructured<'_>) -> Result<f64> {
    Ok(match u.arbitrary::<u8>()? {
        255 => u.arbitrary()?,
        few => f64::from(few) / 100.0 - 1.0,
    })
}

fn metrics(u: &mut Unstructured<'_>) -> Result<()> {
    let n_classes = usize::from(u.arbitrary::<u8>()? % 5);
    let options = u.arbitrary::<u8>()?;
    let (mut targets, mut values, mut rows) = (Vec::new(), Vec::new(), Vec::new());
    let (mut groups, mut weights) = (Vec::new(), Vec::new());
    while !u.is_empty() && targets.len() < 40 {
        targets.push(usize::from(u.arbitrary::<u8>()? % 6));
        values.push(number(u)?);
        let mut row = Vec::new();
        for _ in 0..n_classes {
            row.push(number(u)?.abs());
        }
        // Mostly probabilities.
        let sum: f64 = row.iter().sum();
        if u.arbitrary::<u8>()? < 250 && sum > 0.0 {
            for p in &mut row {
                *p /= sum;
            }
        }
        rows.push(row);
        groups.push(usize::from(u.arbitrary::<u8>()? % 8));
        weights.push(number(u)? + 1.0);
    }
    let numbers: Vec<f64> = targets.iter().map(|&class| class as f64).collect();
    for predictions in [
        Predictions::classification(&targets, &rows),
        Predictions::regression(&numbers, &values),
    ] {
        let Ok(mut predictions) = predictions else {
            continue;
        };
        if options & 1 == 1 {
            let Ok(with) = predictions.clone().with_weights(&weights) else {
                continue;
            };
            predictions = with;
        }
        if options & 2 == 2 {
            let Ok(with) = predictions.clone().with_groups(&groups) else {
                continue;
            };
            predictions = with;
        }
        for &metric in Metric::ALL {
            for unit in [Unit::Row, Unit::Group] {
                match metric.score(&predictions, unit) {
                    Ok(score) => assert!(!score.is_nan(), "{metric} is not a number"),
                    Err(error) => assert!(!error.to_string().contains('\n'), "{error}"),
                }
            }
        }
    }
    Ok(())
}

fn statistics(u: &mut Unstructured<'_>) -> Result<()> {
    let level = f64::from(u.arbitrary::<u8>()?) / 250.0;
    let design = Resampling::Folds {
        folds: usize::from(u.arbitrary::<u8>()? % 12),
        repeats: usize::from(u.arbitrary::<u8>()? % 4),
    };
    let (mut a, mut b, mut positive, mut groups) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    while !u.is_empty() && a.len() < 40 {
        a.push(number(u)?);
        b.push(number(u)?);
        let more = u.arbitrary::<u8>()?;
        positive.push(more & 1 == 1);
        groups.push(usize::from(more >> 1) % 10);
    }
    for result in [
        corrected_resampled_t(&a, design, level),
        naive_t(&a, level),
        cluster_jackknife_t(&a, &groups, level),
        cluster_sign_flip(&a, &groups, Seed(1)),
    ]
    .into_iter()
    .flatten()
    {
        assert!(
            (0.0..=1.0).contains(&result.p_value),
            "p = {}",
            result.p_value
        );
    }
    let _ = delong_paired(&positive, &a, &b, None, level);
    let _ = delong_clustered(&positive, &a, &b, &groups, level);
    let _ = auc_interval(&positive, &a, None, level);
    let _ = auc_interval_clustered(&positive, &a, &groups, level);
    for groups in [None, Some(groups.as_slice())] {
        if let Ok((auc, standard_error)) = auc_standard_error(&positive, &a, groups)
            && let Some(interval) = Metric::Auc.scale().normal(auc, standard_error, level)
        {
            assert!(0.0 <= interval.low && interval.high <= 1.0, "{interval:?}");
        }
    }
    for correct in [holm, hochberg, hommel, benjamini_hochberg] {
        if let Ok(adjusted) = correct(&a) {
            let mut pairs = adjusted.iter().zip(&a);
            assert!(pairs.all(|(after, before)| after >= before && *after <= 1.0));
        }
    }
    let (hits, rows) = (groups.len() as u64, 3 * positive.len() as u64 / 2);
    for interval in [wilson, clopper_pearson, jeffreys] {
        if let Ok(interval) = interval(hits, rows, level) {
            assert!(0.0 <= interval.low && interval.low <= interval.high);
            assert!(interval.high <= 1.0);
        }
    }
    if let [x, y, z, ..] = a[..]
        && let Ok(estimate) = e632_plus(x, y, z)
    {
        assert!(
            (0.0..=1.0).contains(&estimate.weight),
            "weight {}",
            estimate.weight
        );
    }
    Ok(())
}
