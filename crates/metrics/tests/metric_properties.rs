//! Properties of metrics and statistics over random rows: nothing panics, nothing depends on order.
#![cfg(test)]

use midfuse_base::Seed;
use midfuse_metrics::metric::{Metric, Predictions, Unit, auc};
use midfuse_metrics::stats::{
    Blocks, McNemar, PairedTable, Resampling, ZeroDifferences, bayesian_correlated_t,
    benjamini_hochberg, benjamini_yekutieli, bonferroni, cluster_jackknife_t, cluster_sign_flip,
    corrected_resampled_t, delong_clustered, delong_paired, friedman, hochberg, holm, hommel,
    wilcoxon,
};
use proptest::collection::vec;
use proptest::prelude::*;

/// Any 64-bit float, also NaN and the infinities.
fn any_number() -> impl Strategy<Value = f64> {
    prop_oneof![
        8 => -2.0..2.0,
        2 => prop::num::f64::ANY,
        2 => Just(0.5),
        1 => Just(0.0),
    ]
}

/// Rows of `k` classes with probabilities, some of them tied.
fn class_rows(k: usize) -> impl Strategy<Value = (Vec<usize>, Vec<Vec<f64>>)> {
    vec((0..k, vec(1_u32..6, k)), 2..40).prop_map(|rows| {
        rows.into_iter()
            .map(|(class, counts)| {
                let total: u32 = counts.iter().sum();
                let row = counts
                    .iter()
                    .map(|&c| f64::from(c) / f64::from(total))
                    .collect();
                (class, row)
            })
            .unzip()
    })
}

proptest! {
    #[test]
    fn classes_give_a_number_or_an_error((targets, p) in (2_usize..5).prop_flat_map(class_rows)) {
        let rows = Predictions::classification(&targets, &p).unwrap();
        for metric in Metric::ALL {
            if let Ok(score) = metric.score(&rows, Unit::Row) {
                prop_assert!(score.is_finite(), "{metric}: {score}");
            }
        }
    }

    #[test]
    fn the_order_of_rows_does_not_matter((targets, p) in (2_usize..5).prop_flat_map(class_rows)) {
        let rows = Predictions::classification(&targets, &p).unwrap();
        let order: Vec<usize> = (0..targets.len()).rev().collect();
        let turned = rows.select(&order).unwrap();
        for metric in Metric::ALL {
            match (metric.score(&rows, Unit::Row), metric.score(&turned, Unit::Row)) {
                (Ok(a), Ok(b)) => prop_assert!((a - b).abs() < 1e-12, "{metric}: {a} {b}"),
                (a, b) => prop_assert_eq!(a.is_err(), b.is_err(), "{}", metric),
            }
        }
    }

    #[test]
    fn a_weight_of_two_is_a_copy((targets, p) in (2_usize..4).prop_flat_map(class_rows)) {
        let rows = Predictions::classification(&targets, &p).unwrap();
        let n = targets.len();
        let weights: Vec<f64> = (0..n).map(|row| if row % 3 == 0 { 2.0 } else { 1.0 }).collect();
        let copies: Vec<usize> = (0..n).chain((0..n).step_by(3)).collect();
        let copied = rows.select(&copies).unwrap();
        let weighted = rows.with_weights(&weights).unwrap();
        for metric in Metric::ALL {
            if let Ok(a) = metric.score(&weighted, Unit::Row) {
                let b = metric.score(&copied, Unit::Row).unwrap();
                prop_assert!((a - b).abs() < 1e-12, "{metric}: {a} {b}");
            }
        }
    }

    #[test]
    fn groups_of_one_row_are_rows((targets, p) in (2_usize..4).prop_flat_map(class_rows)) {
        let rows = Predictions::classification(&targets, &p).unwrap();
        let alone: Vec<usize> = (0..targets.len()).collect();
        let grouped = rows.clone().with_groups(&alone).unwrap();
        for metric in Metric::ALL {
            prop_assert_eq!(metric.score(&rows, Unit::Row), metric.score(&grouped, Unit::Group));
        }
    }

    #[test]
    fn auc_of_turned_scores_is_the_rest(rows in vec((any::<bool>(), -5_i32..5), 2..40)) {
        let (positive, scores): (Vec<bool>, Vec<f64>) =
            rows.into_iter().map(|(positive, score)| (positive, f64::from(score))).unzip();
        let turned: Vec<f64> = scores.iter().map(|score| -score).collect();
        let stretched: Vec<f64> = scores.iter().map(|score| score.exp()).collect();
        if let Ok(area) = auc(&positive, &scores, None) {
            prop_assert!((0.0..=1.0).contains(&area));
            prop_assert!((area + auc(&positive, &turned, None).unwrap() - 1.0).abs() < 1e-12);
            prop_assert!((area - auc(&positive, &stretched, None).unwrap()).abs() < 1e-12);
        }
    }

    #[test]
    fn no_list_of_numbers_panics(
        a in vec(any_number(), 0..12),
        b in vec(any_number(), 0..12),
        groups in vec(0_usize..4, 0..12),
        level in any_number(),
    ) {
        let positive: Vec<bool> = groups.iter().map(|group| group % 2 == 0).collect();
        let folds = Resampling::Folds { folds: a.len(), repeats: 1 };
        let p = corrected_resampled_t(&a, folds, 0.95).map(|result| result.p_value);
        prop_assert!(p.is_err() || p.is_ok_and(|p| (0.0..=1.0).contains(&p)));
        drop(corrected_resampled_t(&a, Resampling::Sizes { train: 3, test: 0 }, level));
        drop(bayesian_correlated_t(&a, folds, level, 0.9));
        let p = cluster_jackknife_t(&a, &groups, 0.95).map(|result| result.p_value);
        prop_assert!(p.is_err() || p.is_ok_and(|p| (0.0..=1.0).contains(&p)));
        let p = cluster_sign_flip(&a, &groups, Seed(1)).map(|result| result.p_value);
        prop_assert!(p.is_err() || p.is_ok_and(|p| (0.0..=1.0).contains(&p)));
        for zeros in [ZeroDifferences::Drop, ZeroDifferences::Pratt, ZeroDifferences::Split] {
            let p = wilcoxon(&a, zeros, Blocks::Datasets, 0.95).map(|result| result.p_value);
            prop_assert!(p.is_err() || p.is_ok_and(|p| (0.0..=1.0).contains(&p)));
        }
        drop(delong_paired(&positive, &a, &b, None, level));
        drop(delong_clustered(&positive, &a, &b, &groups, 0.95));
        drop(friedman(&[a.clone(), b.clone(), a.clone()], Blocks::Datasets, 0.05));
        drop(Predictions::regression(&a, &b));
        drop(Predictions::classification(&groups, &[a.clone(), b.clone()]));
        for correct in [holm, hochberg, hommel, bonferroni, benjamini_hochberg, benjamini_yekutieli] {
            drop(correct(&a));
        }
    }

    #[test]
    fn regressions_give_a_number_or_an_error(rows in vec((any_number(), any_number()), 0..20)) {
        let (targets, predicted): (Vec<f64>, Vec<f64>) = rows.into_iter().unzip();
        if let Ok(rows) = Predictions::regression(&targets, &predicted) {
            for metric in Metric::ALL {
                let score = metric.score(&rows, Unit::Row);
                prop_assert!(score.is_err() || score.is_ok_and(f64::is_finite));
            }
        }
    }

    #[test]
    fn corrections_keep_the_order_and_only_raise(p in vec(0.0..=1.0_f64, 1..20)) {
        for correct in [holm, hochberg, hommel, bonferroni, benjamini_hochberg, benjamini_yekutieli] {
            let adjusted = correct(&p).unwrap();
            for (i, (raw, new)) in p.iter().zip(&adjusted).enumerate() {
                prop_assert!(*new >= *raw - 1e-15 && *new <= 1.0);
                for (j, other) in p.iter().enumerate() {
                    prop_assert!(raw > other || adjusted[i] <= adjusted[j] + 1e-15);
                }
            }
        }
        let (hommel, hochberg, holm) =
            (hommel(&p).unwrap(), hochberg(&p).unwrap(), holm(&p).unwrap());
        for ((a, b), c) in hommel.iter().zip(&hochberg).zip(&holm) {
            prop_assert!(a <= &(b + 1e-12) && b <= &(c + 1e-12));
        }
    }

    #[test]
    fn mcnemar_takes_any_table(both in 0..500_u64, a in 0..500_u64, b in 0..500_u64) {
        let table = PairedTable { both, only_a: a, only_b: b, neither: 3 };
        let p = |form| table.test(form, 0.95).map(|result| result.p_value);
        let (exact, mid) = (p(McNemar::Exact).unwrap(), p(McNemar::MidP).unwrap());
        prop_assert!(mid <= exact + 1e-12 && (0.0..=1.0).contains(&exact));
        prop_assert_eq!(p(McNemar::Corrected).is_err(), a + b == 0);
    }
}
