//! Statistics against published and independently computed numbers; each with its source.
#![cfg(test)]

use midfuse_base::Seed;
use midfuse_metrics::metric::{Metric, Predictions, Unit};
use midfuse_metrics::stats::{
    BootstrapInterval, BootstrapSettings, Resampling, StatsError, auc_interval,
    auc_interval_clustered, benjamini_hochberg, benjamini_yekutieli, bootstrap,
    bootstrap_difference, bootstrap_metric, corrected_resampled_t, delong_clustered, delong_paired,
    delong_unpaired, hochberg, holm, hommel, naive_t,
};

/// Scores over ten folds of two models: the vector of baycomp's and scikit-learn's examples.
const A: [f64; 10] = [0.80, 0.82, 0.79, 0.81, 0.83, 0.78, 0.80, 0.84, 0.79, 0.81];
const B: [f64; 10] = [0.83, 0.84, 0.80, 0.85, 0.84, 0.80, 0.81, 0.88, 0.83, 0.82];

const POSITIVE: [bool; 10] = [
    true, true, true, true, true, false, false, false, false, false,
];
const SCORES_A: [f64; 10] = [0.9, 0.8, 0.7, 0.6, 0.3, 0.65, 0.4, 0.2, 0.1, 0.35];
const SCORES_B: [f64; 10] = [0.8, 0.4, 0.9, 0.3, 0.6, 0.7, 0.5, 0.2, 0.6, 0.1];

fn near(got: f64, want: f64, digits: i32) {
    let tolerance = 0.51 * 10f64.powi(-digits);
    assert!(
        (got - want).abs() <= tolerance,
        "got {got}, want {want} to {digits} digits"
    );
}

fn differences() -> Vec<f64> {
    B.iter().zip(A).map(|(b, a)| b - a).collect()
}

#[test]
fn corrected_t_of_ten_folds() {
    let design = Resampling::Folds {
        folds: 10,
        repeats: 1,
    };
    let result = corrected_resampled_t(&differences(), design, 0.95).unwrap();
    near(result.effect, 0.023, 12);
    near(result.statistic, 3.742_661_993_4, 10);
    near(result.p_value, 0.004_606_529_4, 10);
    near(result.standard_error.unwrap(), 0.006_145_358_582, 12);
    let interval = result.interval.unwrap();
    near(interval.low, 0.009_098_233_066, 12);
    near(interval.high, 0.036_901_766_934, 12);
    near(result.equivalence(0.03).unwrap(), 0.142_041_511_286, 12);
    near(result.equivalence(0.05).unwrap(), 0.000_868_273_262, 12);
    near(result.non_inferiority(0.01).unwrap(), 0.000_225_208_959, 12);
    assert!(!result.assumptions.is_empty());
}

#[test]
fn corrected_t_of_two_times_five_folds() {
    let design = Resampling::Folds {
        folds: 5,
        repeats: 2,
    };
    let result = corrected_resampled_t(&differences(), design, 0.95).unwrap();
    near(result.statistic, 2.906_712_849_9, 10);
    near(result.p_value, 0.017_404_123_9, 10);
}

#[test]
fn naive_t_is_smaller_in_p() {
    let result = naive_t(&differences(), 0.95).unwrap();
    near(result.statistic, 5.437_961_803_0, 10);
    near(result.p_value, 0.000_412_074, 9);
}

#[test]
fn delong_of_ten_rows() {
    let comparison = delong_paired(&POSITIVE, &SCORES_A, &SCORES_B, None, 0.95).unwrap();
    near(comparison.auc_a, 0.84, 14);
    near(comparison.auc_b, 0.70, 14);
    near(comparison.variance_a, 0.0192, 14);
    near(comparison.variance_b, 0.034, 14);
    near(comparison.covariance, 0.007, 14);
    near(comparison.test.statistic, 0.5_f64.sqrt(), 12);
    near(comparison.test.p_value, 0.479_500_122_2, 10);
}

#[test]
fn delong_unpaired_has_no_covariance() {
    let (a, b) = (
        (&POSITIVE[..], &SCORES_A[..]),
        (&POSITIVE[..], &SCORES_B[..]),
    );
    let comparison = delong_unpaired(a, b, (None, None), 0.95).unwrap();
    near(
        comparison.test.statistic,
        0.14 / (0.0192_f64 + 0.034).sqrt(),
        12,
    );
    let (auc, interval) = auc_interval(&POSITIVE, &SCORES_A, None, 0.95).unwrap();
    near(auc, 0.84, 14);
    near(
        interval.low,
        0.84 - 1.959_963_984_540_054 * 0.0192_f64.sqrt(),
        12,
    );
    near(interval.high, 1.0, 14);
}

#[test]
fn delong_refuses_clustered_rows() {
    let groups = [0, 0, 1, 2, 3, 1, 2, 3, 4, 4];
    let refused = delong_paired(&POSITIVE, &SCORES_A, &SCORES_B, Some(&groups), 0.95).unwrap_err();
    assert!(
        matches!(
            refused,
            StatsError::ClusteredRows {
                rows: 10,
                groups: 5,
                ..
            }
        ),
        "{refused}"
    );
    let alone: Vec<usize> = (0..10).collect();
    assert!(delong_paired(&POSITIVE, &SCORES_A, &SCORES_B, Some(&alone), 0.95).is_ok());
    assert!(delong_paired(&POSITIVE, &SCORES_A, &SCORES_A, None, 0.95).is_err());
    assert!(delong_paired(&[true; 10], &SCORES_A, &SCORES_B, None, 0.95).is_err());
}

#[test]
fn clustered_delong_of_five_groups() {
    let groups = [0, 0, 1, 2, 3, 1, 2, 3, 4, 4];
    let comparison = delong_clustered(&POSITIVE, &SCORES_A, &SCORES_B, &groups, 0.95).unwrap();
    near(comparison.variance_a, 0.011_808, 12);
    near(comparison.variance_b, 0.014_266_666_7, 10);
    near(comparison.covariance, -0.001_346_666_7, 10);
    near(comparison.test.statistic, 0.825_416_603_6, 10);
    // scipy: 2 * norm.sf(0.8254166036)
    near(comparison.test.p_value, 0.409_135_111_7, 10);
    let (_, interval) = auc_interval_clustered(&POSITIVE, &SCORES_A, &groups, 0.95).unwrap();
    near(
        interval.low,
        0.84 - 1.959_963_984_540_054 * 0.011_808_f64.sqrt(),
        12,
    );
    assert!(delong_clustered(&POSITIVE, &SCORES_A, &SCORES_B, &[0; 10], 0.95).is_err());
}

#[test]
fn eight_comparisons() {
    // statsmodels 0.15.0, multipletests
    let p = [0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205];
    let check = |got: Vec<f64>, want: [f64; 8]| {
        for (got, want) in got.iter().zip(want) {
            near(*got, want, 10);
        }
    };
    let h = 0.234;
    check(holm(&p).unwrap(), [0.008, 0.056, h, h, h, h, h, h]);
    check(
        hochberg(&p).unwrap(),
        [0.008, 0.056, 0.148, 0.148, 0.148, 0.148, 0.148, 0.205],
    );
    check(
        hommel(&p).unwrap(),
        [0.008, 0.056, 0.111, 0.111, 0.111, 0.12, 0.148, 0.205],
    );
    let bh = [
        0.008,
        0.032,
        0.0672,
        0.0672,
        0.0672,
        0.08,
        0.084_571_428_6,
        0.205,
    ];
    check(benjamini_hochberg(&p).unwrap(), bh);
    let by = benjamini_yekutieli(&p).unwrap();
    for (got, bh) in by.iter().zip(bh) {
        near(*got, (bh * 2.717_857_142_9).min(1.0), 9);
    }
}

#[test]
fn the_bootstrap_of_a_mean_is_the_textbook_one() {
    let values: Vec<f64> = (0..50).map(|i| f64::from(i * i % 37)).collect();
    let members: Vec<Vec<usize>> = (0..50).map(|row| vec![row]).collect();
    let mean =
        |rows: &[usize]| Ok(rows.iter().map(|&row| values[row]).sum::<f64>() / rows.len() as f64);
    let settings = BootstrapSettings::new(Seed(1)).with_resamples(4000);
    let centre = mean(&(0..50).collect::<Vec<_>>()).unwrap();
    let spread =
        (values.iter().map(|v| (v - centre).powi(2)).sum::<f64>() / 50.0).sqrt() / 50f64.sqrt();
    for interval in [BootstrapInterval::Percentile, BootstrapInterval::Bca] {
        let result = bootstrap(&members, &settings.with_interval(interval), mean).unwrap();
        near(result.effect, centre, 12);
        assert!((result.standard_error / spread - 1.0).abs() < 0.05);
        assert!((result.interval.low - (centre - 1.96 * spread)).abs() < 0.2 * spread);
        assert!((result.interval.high - (centre + 1.96 * spread)).abs() < 0.2 * spread);
    }
    let once = bootstrap(&members, &settings, mean).unwrap();
    assert_eq!(once, bootstrap(&members, &settings, mean).unwrap());
}

fn two_classes(scores: &[f64; 10]) -> Predictions {
    let probabilities: Vec<Vec<f64>> = scores.iter().map(|p| vec![1.0 - p, *p]).collect();
    let targets: Vec<usize> = POSITIVE
        .iter()
        .map(|&positive| usize::from(positive))
        .collect();
    Predictions::classification(&targets, &probabilities).unwrap()
}

#[test]
fn bootstrap_of_a_metric_and_of_a_difference() {
    let (a, b) = (two_classes(&SCORES_A), two_classes(&SCORES_B));
    let settings = BootstrapSettings::new(Seed(5)).with_resamples(1000);
    let auc = bootstrap_metric(Metric::Auc, &a, Unit::Row, &settings).unwrap();
    near(auc.effect, 0.84, 12);
    assert!(auc.interval.contains(0.84) && auc.interval.high <= 1.0);
    assert!(
        auc.assumptions
            .iter()
            .any(|line| line.contains("10 groups are few"))
    );
    let gain = bootstrap_difference(Metric::Auc, &a, &b, Unit::Row, &settings).unwrap();
    near(gain.effect, -0.14, 12);
    assert!(gain.p_value > 0.1 && gain.interval.contains(0.0));
    let none = bootstrap_difference(Metric::Auc, &a, &a, Unit::Row, &settings).unwrap();
    assert_eq!((none.effect, none.p_value), (0.0, 1.0));
}

#[test]
fn the_bootstrap_draws_whole_groups() {
    // Copies of each row carry no news: the interval stays that of the ten originals.
    let settings = BootstrapSettings::new(Seed(5)).with_interval(BootstrapInterval::Percentile);
    let one = two_classes(&SCORES_A);
    let rows: Vec<usize> = (0..40).map(|row| row % 10).collect();
    let copies = one.select(&rows).unwrap().with_groups(&rows).unwrap();
    let of_one = bootstrap_metric(Metric::LogLoss, &one, Unit::Row, &settings).unwrap();
    let of_rows = bootstrap_metric(
        Metric::LogLoss,
        &copies,
        Unit::RowsIgnoringGroups,
        &settings,
    )
    .unwrap();
    let of_groups = bootstrap_metric(Metric::LogLoss, &copies, Unit::Group, &settings).unwrap();
    near(of_rows.interval.low, of_one.interval.low, 10);
    near(of_groups.interval.high, of_one.interval.high, 10);
    // Two copies of a patient each, in clusters of two patients: clusters are what is drawn.
    let pairs: Vec<usize> = copies
        .groups()
        .unwrap()
        .iter()
        .map(|group| group / 2)
        .collect();
    let clustered = copies.clone().with_clusters(&pairs).unwrap();
    let of_pairs = bootstrap_metric(Metric::LogLoss, &clustered, Unit::Group, &settings).unwrap();
    assert_eq!(of_pairs.groups, pairs.iter().max().unwrap() + 1);
    assert!(of_pairs.groups < of_groups.groups);
    assert!((of_pairs.effect - of_groups.effect).abs() < 1e-15);
    assert!(bootstrap_metric(Metric::LogLoss, &copies, Unit::Row, &settings).is_err());
}

#[test]
fn the_bootstrap_says_when_it_cannot() {
    let a = two_classes(&SCORES_A);
    let settings = BootstrapSettings::new(Seed(5));
    // Two rows: half of the resamples hold one class.
    let few = a.select(&[0, 9]).unwrap();
    assert!(matches!(
        bootstrap_metric(Metric::Auc, &few, Unit::Row, &settings),
        Err(StatsError::UndefinedResamples { .. })
    ));
    let others = a.select(&[9, 8, 7, 6, 5, 4, 3, 2, 1, 0]).unwrap();
    assert_eq!(
        bootstrap_difference(Metric::Auc, &a, &others, Unit::Row, &settings).unwrap_err(),
        StatsError::DifferentRows {
            method: "bootstrap of a difference",
            what: "targets"
        }
    );
    assert!(bootstrap_metric(Metric::Auc, &a, Unit::Row, &settings.with_resamples(10)).is_err());
    assert!(bootstrap_metric(Metric::Auc, &a, Unit::Row, &settings.with_level(95.0)).is_err());
}
