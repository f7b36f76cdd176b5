//! Further tests against published and independently computed numbers; each with its source.
#![cfg(test)]

use midfuse_base::Seed;
use midfuse_metrics::metric::{Metric, Predictions, Unit};
use midfuse_metrics::stats::{
    Blocks, Interval, McNemar, PairedTable, PermutationSettings, Permuted, Resampling, StatsError,
    ZeroDifferences, bayesian_correlated_t, clopper_pearson, five_by_two_f, five_by_two_t,
    friedman, jeffreys, permutation_test_metric, wilcoxon, wilson,
};

fn near(got: f64, want: f64, digits: i32) {
    let tolerance = 0.51 * 10f64.powi(-digits);
    assert!(
        (got - want).abs() <= tolerance,
        "got {got}, want {want} to {digits} digits"
    );
}

/// Scores of four models over 14 data sets: Demsar 2006, table 6, with one tie typed otherwise.
const DATASETS: [[f64; 4]; 14] = [
    [0.763, 0.768, 0.771, 0.798],
    [0.599, 0.591, 0.590, 0.569],
    [0.954, 0.971, 0.968, 0.967],
    [0.628, 0.661, 0.654, 0.657],
    [0.882, 0.888, 0.886, 0.898],
    [0.936, 0.931, 0.916, 0.931],
    [0.661, 0.668, 0.609, 0.685],
    [0.583, 0.583, 0.563, 0.625],
    [0.775, 0.838, 0.866, 0.875],
    [1.0, 1.0, 1.0, 1.0],
    [0.940, 0.962, 0.965, 0.962],
    [0.619, 0.666, 0.614, 0.669],
    [0.972, 0.981, 0.975, 0.975],
    [0.957, 0.978, 0.946, 0.970],
];

#[test]
fn bayesian_t_of_baycomp() {
    let differences = [0.03, 0.02, 0.01, 0.04, 0.01, 0.02, 0.01, 0.04, 0.04, 0.01];
    let once = Resampling::Folds {
        folds: 10,
        repeats: 1,
    };
    let result = bayesian_correlated_t(&differences, once, 0.01, 0.95).unwrap();
    near(result.below, 0.000_225_208_959, 12);
    near(result.within, 0.031_529_071_018, 12);
    near(result.above, 0.968_245_720_023, 12);
    near(result.interval.low, 0.009_098_233_066, 12);
    let twice = Resampling::Folds {
        folds: 5,
        repeats: 2,
    };
    let result = bayesian_correlated_t(&differences, twice, 0.01, 0.95).unwrap();
    near(result.below, 0.001_204_912_401, 12);
    near(result.within, 0.066_201_598_713, 12);
    near(result.above, 0.932_593_488_886, 12);
    assert!(bayesian_correlated_t(&differences, once, -0.01, 0.95).is_err());
    assert!(bayesian_correlated_t(&[0.1; 10], once, 0.01, 0.95).is_err());
}

#[test]
fn five_times_two_folds() {
    let differences = [
        [0.02, 0.01],
        [0.03, 0.02],
        [0.01, 0.04],
        [0.02, 0.02],
        [0.0, 0.03],
    ];
    let t = five_by_two_t(&differences, 0.95).unwrap();
    near(t.statistic, 2.0_f64.sqrt(), 10);
    // scipy: 2 * t.sf(sqrt(2), 5)
    near(t.p_value, 0.216_437_229_3, 10);
    assert!(t.interval.unwrap().contains(0.0));
    let f = five_by_two_f(&differences).unwrap();
    near(f.statistic, 2.6, 12);
    near(f.p_value, 0.151_606_514_7, 10);
    near(f.effect, 0.02, 12);
    assert!(five_by_two_t(&[[0.1, 0.1]; 5], 0.95).is_err());
    assert!(five_by_two_f(&[[f64::NAN, 0.1]; 5]).is_err());
    assert!(matches!(
        f.equivalence(0.01),
        Err(StatsError::NoStandardError { .. })
    ));
}

#[test]
fn mcnemar_of_two_tables() {
    // mlxtend's documentation, after Raschka 2018
    let table = |both, only_a, only_b, neither| PairedTable {
        both,
        only_a,
        only_b,
        neither,
    };
    let p = |table: PairedTable, form| table.test(form, 0.95).unwrap();
    let first = table(9945, 25, 15, 15);
    near(p(first, McNemar::Corrected).statistic, 2.025, 12);
    near(p(first, McNemar::Corrected).p_value, 0.154_728_923_5, 10);
    near(p(first, McNemar::Exact).p_value, 0.153_859_944_2, 10);
    near(p(first, McNemar::MidP).p_value, 0.117_275_206_0, 10);
    near(p(first, McNemar::Exact).effect, -0.001, 12);
    let second = table(9959, 11, 1, 29);
    near(p(second, McNemar::Corrected).statistic, 6.75, 12);
    near(p(second, McNemar::Corrected).p_value, 0.009_374_768_5, 10);
    near(p(second, McNemar::Exact).p_value, 0.006_347_656_25, 12);
    near(p(second, McNemar::MidP).p_value, 0.003_417_968_75, 12);
    let interval = p(second, McNemar::Exact).interval.unwrap();
    assert!(interval.low < -0.001 && interval.high < 0.0, "{interval:?}");
}

#[test]
fn shares_of_rows() {
    let check = |interval: Interval, low: f64, high: f64| {
        near(interval.low, low, 12);
        near(interval.high, high, 12);
    };
    check(
        wilson(8, 10, 0.95).unwrap(),
        0.490_162_471_537,
        0.943_317_848_546,
    );
    check(
        clopper_pearson(8, 10, 0.95).unwrap(),
        0.443_904_537_692,
        0.974_789_273_673,
    );
    check(
        jeffreys(8, 10, 0.95).unwrap(),
        0.497_225_503_560,
        0.955_940_586_447,
    );
    check(wilson(0, 30, 0.95).unwrap(), 0.0, 0.113_513_393_174);
    check(
        clopper_pearson(0, 30, 0.95).unwrap(),
        0.0,
        0.115_703_308_222,
    );
}

#[test]
fn four_models_over_fourteen_data_sets() {
    let scores: Vec<Vec<f64>> = DATASETS.iter().map(|row| row.to_vec()).collect();
    let result = friedman(&scores, Blocks::Datasets, 0.05).unwrap();
    near(result.critical_difference, 1.253_559_147_1, 9);
    near(result.chi_squared, 9.857, 3);
    near(result.chi_squared_ties, 10.952, 3);
    assert_eq!(result.different_pairs(), []);
    // Three models that always come in the same order: ranks 1, 2, 3; only the ends differ.
    let ordered = vec![vec![0.7, 0.9, 0.8]; 6];
    let result = friedman(&ordered, Blocks::Datasets, 0.05).unwrap();
    assert_eq!((result.f, result.different_pairs()), (None, vec![(1, 0)]));
    assert!(matches!(
        friedman(&scores, Blocks::Folds, 0.05),
        Err(StatsError::OverlappingFolds { method: "Friedman" })
    ));
    assert!(friedman(&[vec![1.0, 1.0], vec![2.0, 2.0]], Blocks::Datasets, 0.05).is_err());
    assert!(friedman(&[vec![1.0, 1.0], vec![2.0]], Blocks::Datasets, 0.05).is_err());
}

#[test]
fn wilcoxon_of_two_models_over_fourteen_data_sets() {
    let differences: Vec<f64> = DATASETS.iter().map(|row| row[1] - row[0]).collect();
    let rounded: Vec<f64> = differences
        .iter()
        .map(|d| (d * 1e3).round() / 1e3)
        .collect();
    let result = wilcoxon(&rounded, ZeroDifferences::Split, Blocks::Datasets, 0.95).unwrap();
    near(result.statistic, 12.0, 12);
    assert!(result.p_value < 0.02 && result.interval.unwrap().low > -0.001);
}

#[test]
fn permuted_groups_tell_slices_from_patients() {
    // Twelve patients, eight alike slices each; the score knows the patient, not the label.
    let patients: Vec<usize> = (0..96).map(|row| row / 8).collect();
    let targets: Vec<usize> = patients.iter().map(|patient| patient % 2).collect();
    let probabilities: Vec<Vec<f64>> = patients
        .iter()
        .zip(&targets)
        .map(|(patient, target)| {
            let p = 0.3 + 0.03 * ((patient * 7) % 12) as f64 + 0.05 * *target as f64;
            vec![1.0 - p, p]
        })
        .collect();
    let rows = Predictions::classification(&targets, &probabilities).unwrap();
    let settings = PermutationSettings::new(Seed(9));
    let test = |predictions: &Predictions, unit| {
        permutation_test_metric(Metric::Auc, predictions, unit, &settings).unwrap()
    };
    let of_rows = test(&rows, Unit::Row);
    let grouped = rows.with_groups(&patients).unwrap();
    let of_groups = test(&grouped, Unit::RowsIgnoringGroups);
    assert_eq!(
        (of_rows.permuted, of_groups.permuted),
        (Permuted::Rows, Permuted::WholeGroups)
    );
    near(of_rows.statistic, of_groups.statistic, 12);
    assert!(of_rows.p_value < 0.01, "{}", of_rows.p_value);
    assert!(of_groups.p_value > 0.05, "{}", of_groups.p_value);
    near(test(&grouped, Unit::Group).p_value, of_groups.p_value, 1);
}

#[test]
fn a_loss_counts_with_the_other_sign() {
    let probabilities: Vec<Vec<f64>> = (0..20)
        .map(|row| {
            if row < 10 {
                vec![0.8, 0.2]
            } else {
                vec![0.2, 0.8]
            }
        })
        .collect();
    let targets: Vec<usize> = (0..20).map(|row| row / 10).collect();
    let good = Predictions::classification(&targets, &probabilities).unwrap();
    let settings = PermutationSettings::new(Seed(2));
    let result = permutation_test_metric(Metric::LogLoss, &good, Unit::Row, &settings).unwrap();
    near(result.p_value, 0.001, 12);
    assert!(result.effect > 0.0 && result.null_interval.high < result.statistic);
}
