//! No input makes a public function of `metric` or `stats` panic: a number or a typed error, always.
#![cfg(test)]

use midfuse_base::Seed;
use midfuse_metrics::metric::survival::{
    Survival, concordance_harrell, concordance_uno, dynamic_auc, integrated_brier, survival_brier,
};
use midfuse_metrics::metric::{
    Bins, ClassAverage, ConfusionMatrix, F1Average, Metric, Predictions, Unit, accuracy, auc,
    auc_ovo, auc_ovr, average_precision, balanced_accuracy, brier, brier_decomposition,
    calibration, calibration_curve, cohen_kappa, debiased_calibration_error, decision_curve,
    expected_calibration_error, f1, log_loss, matthews_correlation, mean_absolute_error, r2,
    roc_curve, root_mean_squared_error, sensitivity_at_specificity, spearman,
};
use midfuse_metrics::stats::{
    BootstrapInterval, BootstrapSettings, Interval, McNemar, NestedFold, PairedTable,
    PermutationSettings, additive_projection, auc_interval, auc_interval_clustered,
    bootstrap_difference, bootstrap_metric, clopper_pearson, cluster_sign_flip, delong_unpaired,
    e632_plus, e632_plus_interval, five_by_two_f, five_by_two_t, jeffreys, naive_t,
    nested_cv_interval, permutation_test, permutation_test_metric, wilson,
};
use ndarray::ArrayD;
use proptest::collection::vec;
use proptest::prelude::*;

/// Any 64-bit float, often a probability, a tie, or an end of the range.
fn any_number() -> impl Strategy<Value = f64> {
    prop_oneof![
        6 => 0.0..=1.0_f64,
        2 => prop::num::f64::ANY,
        2 => prop::sample::select(vec![0.0, -0.0, 0.5, 1.0, 5e-324, f64::MAX, f64::MIN, f64::NAN]),
        2 => -3.0..3.0_f64,
    ]
}

fn lists() -> impl Strategy<Value = (Vec<f64>, Vec<f64>, Vec<usize>, Vec<usize>)> {
    (0_usize..10, 0_usize..2).prop_flat_map(|(n, off)| {
        (
            vec(any_number(), n),
            vec(any_number(), n + off),
            vec(0_usize..4, n),
            vec(0_usize..4, n),
        )
    })
}

fn ordered(interval: Interval) -> bool {
    interval.low <= interval.high && interval.low.is_finite() && interval.high.is_finite()
}

const UNITS: [Unit; 4] = [
    Unit::Row,
    Unit::Group,
    Unit::RowsAveragedInGroup,
    Unit::RowsIgnoringGroups,
];

proptest! {
    #[test]
    fn metrics_of_slices((a, b, classes, groups) in lists(), k in 0_usize..6, level in any_number()) {
        let positive: Vec<bool> = classes.iter().map(|class| class % 2 == 1).collect();
        for weights in [None, Some(b.as_slice())] {
            for score in [
                auc(&positive, &a, weights),
                average_precision(&positive, &a, weights),
                accuracy(&classes, &groups, weights),
                balanced_accuracy(&classes, &groups, k, weights),
            ] {
                prop_assert!(score.is_err() || score.is_ok_and(|s| (-1e-9..=1.0 + 1e-9).contains(&s)));
            }
            drop(roc_curve(&positive, &a, weights));
            drop(brier(&classes, &a, k, weights));
            drop(log_loss(&classes, &a, k, weights));
            for average in [ClassAverage::Macro, ClassAverage::Weighted] {
                drop(auc_ovr(&classes, &a, k, average, weights));
                drop(auc_ovo(&classes, &a, k, average));
            }
            drop(r2(&a, &b, weights));
            drop(root_mean_squared_error(&a, &b, weights));
            drop(mean_absolute_error(&a, &b, weights));
            if let Ok(matrix) = ConfusionMatrix::new(&classes, &groups, k, weights) {
                let mcc = matthews_correlation(&matrix);
                prop_assert!(mcc.is_nan() || mcc.abs() <= 1.0 + 1e-9);
                drop(cohen_kappa(&matrix));
                for average in [F1Average::Binary, F1Average::Macro, F1Average::Micro, F1Average::Weighted] {
                    drop(f1(&matrix, average));
                }
            }
        }
        drop(spearman(&a, &b));
        drop(calibration(&positive, &a));
        drop(sensitivity_at_specificity(&positive, &a, level));
        drop(decision_curve(&positive, &a, &b));
        for bins in [Bins::Uniform(k), Bins::Quantile(k)] {
            drop(calibration_curve(&positive, &a, bins));
            drop(expected_calibration_error(&positive, &a, bins));
            drop(debiased_calibration_error(&positive, &a, bins));
            drop(brier_decomposition(&positive, &a, bins));
        }
        // Numbers of classes whose product with the rows is not a number.
        drop(auc_ovr(&classes, &a, usize::MAX, ClassAverage::Macro, None));
        drop(log_loss(&classes, &a, usize::MAX, None));
        drop(brier(&classes, &a, usize::MAX, None));
        drop(ConfusionMatrix::new(&classes, &groups, usize::MAX, None));
    }

    #[test]
    fn metrics_of_times((a, b, classes, _) in lists(), points in vec(any_number(), 0..4)) {
        let events: Vec<bool> = classes.iter().map(|class| class % 3 > 0).collect();
        let times: Vec<f64> = a.iter().map(|time| time.abs()).collect();
        let survival = vec![points.clone(); a.len()];
        if let Ok(rows) = Survival::new(&times, &events) {
            drop(concordance_harrell(&rows, &b));
            drop(concordance_uno(&rows, &rows, &b, points.first().copied()));
            drop(dynamic_auc(&rows, &rows, &b, &points));
            drop(survival_brier(&rows, &rows, &survival, &points));
            drop(integrated_brier(&rows, &rows, &survival, &points));
        }
    }

    #[test]
    fn predictions_of_any_unit((a, b, classes, groups) in lists(), seed in 0_u64..9) {
        let positive: Vec<usize> = classes.iter().map(|class| class % 2).collect();
        let p: Vec<Vec<f64>> = a.iter().map(|a| vec![1.0 - a, *a]).collect();
        let mut all = Vec::new();
        all.extend(Predictions::classification(&positive, &p));
        all.extend(Predictions::regression(&a, &b));
        for predictions in all.clone() {
            all.extend(predictions.clone().with_groups(&groups));
            all.extend(predictions.with_weights(&b));
        }
        let settings = BootstrapSettings::new(Seed(seed)).with_resamples(100);
        let permutations = PermutationSettings::new(Seed(seed)).with_permutations(19);
        for predictions in &all {
            for unit in UNITS {
                for &metric in Metric::ALL {
                    let score = metric.score(predictions, unit);
                    prop_assert!(score.is_err() || score.is_ok_and(f64::is_finite));
                }
                let metric = Metric::ALL[seed as usize * 2];
                drop(bootstrap_difference(metric, predictions, predictions, unit, &settings));
                if let Ok(found) = bootstrap_metric(metric, predictions, unit, &settings) {
                    prop_assert!(ordered(found.interval), "{found:?}");
                }
                drop(permutation_test_metric(metric, predictions, unit, &permutations));
            }
        }
    }

    #[test]
    fn statistics_of_slices((a, b, classes, groups) in lists(), level in any_number(), k in 0_usize..5) {
        let positive: Vec<bool> = classes.iter().map(|class| class % 2 == 1).collect();
        drop(delong_unpaired((&positive, &a), (&positive, &b), (None, Some(&groups)), level));
        drop(auc_interval(&positive, &a, Some(&groups), level));
        if let Ok((_, interval)) = auc_interval_clustered(&positive, &a, &groups, 0.95) {
            prop_assert!(ordered(interval));
        }
        drop(naive_t(&a, level));
        drop(cluster_sign_flip(&a, &groups, Seed(1)));
        drop(e632_plus(level, a.first().copied().unwrap_or(0.3), b.first().copied().unwrap_or(0.5)));
        let counts: Vec<Vec<u32>> = vec![classes.iter().map(|&class| class as u32).collect(); k];
        drop(e632_plus_interval(&counts, &vec![a.clone(); k], 0.1, 0.5, level));
        let fold = NestedFold { inner: a.clone(), outer: b.clone() };
        drop(nested_cv_interval(&vec![fold; k * 3], k, 0.95));
        let labels = PermutationSettings::new(Seed(2)).with_permutations(19);
        drop(permutation_test(&classes, Some(&groups), &labels, |labels| Ok(labels.len() as f64)));
    }

    #[test]
    fn statistics_of_numbers(
        d in prop::array::uniform5(prop::array::uniform2(any_number())),
        counts in prop::array::uniform4(prop_oneof![0_u64..50, any::<u64>()]),
        level in prop_oneof![any_number(), 0.5..0.999_f64],
    ) {
        drop(five_by_two_t(&d, level));
        drop(five_by_two_f(&d));
        let [both, only_a, only_b, neither] = counts;
        let table = PairedTable { both, only_a, only_b, neither };
        for form in [McNemar::Exact, McNemar::MidP, McNemar::Corrected] {
            drop(table.test(form, level));
        }
        for of in [wilson, clopper_pearson, jeffreys] {
            if let Ok(interval) = of(both, only_a, level) {
                prop_assert!(ordered(interval) && interval.low >= 0.0 && interval.high <= 1.0);
            }
        }
        let outputs: Vec<f64> = d.iter().flatten().copied().take(8).collect();
        let outputs = ArrayD::from_shape_vec(vec![2, 2, 2], outputs).unwrap();
        drop(additive_projection(&outputs.view()));
    }

    #[test]
    fn bootstrap_and_labels_of_any_size(n in 0_usize..6, empty in any::<bool>()) {
        let mut members: Vec<Vec<usize>> = (0..n).map(|row| vec![row]).collect();
        if empty {
            members.push(Vec::new());
        }
        for interval in [BootstrapInterval::Percentile, BootstrapInterval::Bca] {
            let settings = BootstrapSettings::new(Seed(1)).with_resamples(100).with_interval(interval);
            let mean = |rows: &[usize]| Ok(rows.iter().sum::<usize>() as f64 / rows.len() as f64);
            drop(midfuse_metrics::stats::bootstrap(&members, &settings, mean));
        }
    }
}
