//! Statistics against scipy and statsmodels: `tools/golden/metrics_stats.py` made the values.
#![cfg(test)]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use midfuse_base::Seed;
use midfuse_metrics::stats::{
    Blocks, BootstrapInterval, BootstrapSettings, Interval, McNemar, PairedTable, Resampling,
    StatsError, ZeroDifferences, benjamini_hochberg, benjamini_yekutieli, bonferroni, bootstrap,
    clopper_pearson, corrected_resampled_t, delong_paired, friedman, hochberg, holm, hommel,
    jeffreys, wilcoxon, wilson,
};
use serde::Deserialize;

#[derive(Deserialize)]
struct Golden {
    tolerance: f64,
    delong: Vec<DeLong>,
    wilcoxon: Vec<Wilcoxon>,
    friedman: Vec<FriedmanCase>,
    mcnemar: Vec<McNemarCase>,
    corrections: Vec<Correction>,
    proportions: Vec<Proportion>,
    corrected_t: Vec<CorrectedT>,
    bootstrap: Vec<Bootstrap>,
}

#[derive(Deserialize)]
struct DeLong {
    name: String,
    positive: Vec<bool>,
    a: Vec<f64>,
    b: Vec<f64>,
    auc: [f64; 2],
    cov: [f64; 3],
    z: f64,
    p: f64,
}

#[derive(Deserialize)]
struct Wilcoxon {
    name: String,
    differences: Vec<f64>,
    expected: BTreeMap<String, [f64; 2]>,
}

#[derive(Deserialize)]
struct FriedmanCase {
    name: String,
    scores: Vec<Vec<f64>>,
    mean_ranks: Vec<f64>,
    chi: f64,
    f: f64,
    p: f64,
    chi_ties: f64,
    p_ties: f64,
    cd: f64,
}

#[derive(Deserialize)]
struct McNemarCase {
    table: [u64; 4],
    chi: f64,
    p: f64,
    exact: f64,
    midp: f64,
}

#[derive(Deserialize)]
struct Correction {
    p: Vec<f64>,
    adjusted: BTreeMap<String, Vec<f64>>,
}

#[derive(Deserialize)]
struct Proportion {
    hits: u64,
    rows: u64,
    level: f64,
    wilson: [f64; 2],
    clopper_pearson: [f64; 2],
    jeffreys: [f64; 2],
}

#[derive(Deserialize)]
struct CorrectedT {
    differences: Vec<f64>,
    folds: usize,
    repeats: usize,
    t: f64,
    p: f64,
    interval90: [f64; 2],
    margin: f64,
    non_inferiority: f64,
    equivalence: f64,
}

#[derive(Deserialize)]
struct Bootstrap {
    name: String,
    values: Vec<f64>,
    percentile: [f64; 2],
    bca: [f64; 2],
}

fn golden() -> Golden {
    serde_json::from_str(include_str!("golden/stats.json")).unwrap()
}

fn close(got: &[f64], want: &[f64], tolerance: f64, what: &str) {
    assert_eq!(got.len(), want.len(), "{what}");
    for (got, want) in got.iter().zip(want) {
        assert!(
            (got - want).abs() <= tolerance * want.abs().max(1.0),
            "{what}: {got} {want}"
        );
    }
}

#[test]
fn delong_by_ranks_is_delong_by_definition() {
    let golden = golden();
    for case in &golden.delong {
        let got = delong_paired(&case.positive, &case.a, &case.b, None, 0.95).unwrap();
        close(
            &[got.auc_a, got.auc_b],
            &case.auc,
            golden.tolerance,
            &case.name,
        );
        let covariance = [got.variance_a, got.variance_b, got.covariance];
        close(&covariance, &case.cov, golden.tolerance, &case.name);
        let test = [got.test.statistic, got.test.p_value];
        close(&test, &[case.z, case.p], golden.tolerance, &case.name);
    }
}

#[test]
fn wilcoxon_with_ties_and_zeros() {
    let golden = golden();
    for case in &golden.wilcoxon {
        for (zeros, expected) in &case.expected {
            let what = format!("{}, {zeros}", case.name);
            let zeros: ZeroDifferences = serde_json::from_value(zeros.as_str().into()).unwrap();
            let got = wilcoxon(&case.differences, zeros, Blocks::Datasets, 0.95).unwrap();
            close(
                &[got.statistic, got.p_value],
                expected,
                golden.tolerance,
                &what,
            );
        }
    }
}

#[test]
fn friedman_with_and_without_ties() {
    let golden = golden();
    for case in &golden.friedman {
        let got = friedman(&case.scores, Blocks::Datasets, 0.05).unwrap();
        close(
            &got.mean_ranks,
            &case.mean_ranks,
            golden.tolerance,
            &case.name,
        );
        let statistics = [got.chi_squared, got.f.unwrap(), got.p_value];
        close(
            &statistics,
            &[case.chi, case.f, case.p],
            golden.tolerance,
            &case.name,
        );
        let ties = [
            got.chi_squared_ties,
            got.p_value_ties,
            got.critical_difference,
        ];
        close(
            &ties,
            &[case.chi_ties, case.p_ties, case.cd],
            golden.tolerance,
            &case.name,
        );
    }
}

#[test]
fn mcnemar_in_three_forms() {
    let golden = golden();
    for case in &golden.mcnemar {
        let [both, only_a, only_b, neither] = case.table;
        let table = PairedTable {
            both,
            only_a,
            only_b,
            neither,
        };
        let p = |form| table.test(form, 0.95).unwrap().p_value;
        let chi = table.test(McNemar::Corrected, 0.95).unwrap().statistic;
        let got = [
            chi,
            p(McNemar::Corrected),
            p(McNemar::Exact),
            p(McNemar::MidP),
        ];
        close(
            &got,
            &[case.chi, case.p, case.exact, case.midp],
            golden.tolerance,
            "McNemar",
        );
    }
}

#[test]
fn corrections_for_several_comparisons() {
    let golden = golden();
    for case in &golden.corrections {
        for (name, want) in &case.adjusted {
            let correct: fn(&[f64]) -> Result<Vec<f64>, StatsError> = match name.as_str() {
                "bonferroni" => bonferroni,
                "holm" => holm,
                "hochberg" => hochberg,
                "hommel" => hommel,
                "benjamini_hochberg" => benjamini_hochberg,
                "benjamini_yekutieli" => benjamini_yekutieli,
                other => panic!("no correction {other}"),
            };
            close(&correct(&case.p).unwrap(), want, golden.tolerance, name);
        }
    }
}

#[test]
fn intervals_of_shares() {
    let golden = golden();
    for case in &golden.proportions {
        let check = |got: Interval, want: [f64; 2]| {
            close(&[got.low, got.high], &want, golden.tolerance, "share");
        };
        check(
            wilson(case.hits, case.rows, case.level).unwrap(),
            case.wilson,
        );
        check(
            clopper_pearson(case.hits, case.rows, case.level).unwrap(),
            case.clopper_pearson,
        );
        check(
            jeffreys(case.hits, case.rows, case.level).unwrap(),
            case.jeffreys,
        );
    }
}

#[test]
fn corrected_t_with_its_one_sided_tests() {
    let golden = golden();
    for case in &golden.corrected_t {
        let design = Resampling::Folds {
            folds: case.folds,
            repeats: case.repeats,
        };
        let got = corrected_resampled_t(&case.differences, design, 0.9).unwrap();
        let interval = got.interval.unwrap();
        let all = [
            got.statistic,
            got.p_value,
            interval.low,
            interval.high,
            got.non_inferiority(case.margin).unwrap(),
            got.equivalence(case.margin).unwrap(),
        ];
        let [low, high] = case.interval90;
        let want = [
            case.t,
            case.p,
            low,
            high,
            case.non_inferiority,
            case.equivalence,
        ];
        close(&all, &want, golden.tolerance, "corrected t");
    }
}

#[test]
fn bootstrap_intervals_up_to_monte_carlo_error() {
    for case in &golden().bootstrap {
        let members: Vec<Vec<usize>> = (0..case.values.len()).map(|row| vec![row]).collect();
        let mean = |rows: &[usize]| {
            Ok(rows.iter().map(|&row| case.values[row]).sum::<f64>() / rows.len() as f64)
        };
        let settings = BootstrapSettings::new(Seed(11)).with_resamples(50_000);
        for (interval, want) in [
            (BootstrapInterval::Percentile, case.percentile),
            (BootstrapInterval::Bca, case.bca),
        ] {
            let got = bootstrap(&members, &settings.with_interval(interval), mean).unwrap();
            // BCa and percentile differ by .05 here; 50,000 resamples leave about .003.
            close(
                &[got.interval.low, got.interval.high],
                &want,
                0.01,
                &case.name,
            );
        }
    }
}

#[derive(Deserialize)]
struct Asah {
    positive: Vec<bool>,
    ranks: std::collections::BTreeMap<String, Vec<f64>>,
    tests: Vec<AsahTest>,
}

#[derive(Deserialize)]
struct AsahTest {
    a: String,
    b: String,
    z: f64,
    p: f64,
}

#[test]
fn delong_of_three_markers_is_that_of_proc() {
    // The aSAH example: 113 patients, the published values of pROC's own tests. Its rows are GPL, so
    // that they are not kept here.
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/golden/asah.json");
    let Ok(text) = fs::read_to_string(&file) else {
        if let Some(log) = std::env::var_os("MIDFUSE_SKIPPED") {
            let mut log = fs::OpenOptions::new()
                .append(true)
                .create(true)
                .open(log)
                .unwrap();
            writeln!(
                log,
                "stats_golden: no aSAH rows; tools/golden/eval_asah.py makes them"
            )
            .unwrap();
        }
        return;
    };
    let asah: Asah = serde_json::from_str(&text).unwrap();
    assert_eq!((asah.positive.len(), asah.tests.len()), (113, 3));
    for test in &asah.tests {
        let (a, b) = (&asah.ranks[&test.a], &asah.ranks[&test.b]);
        let found = delong_paired(&asah.positive, a, b, None, 0.95)
            .unwrap()
            .test;
        assert!(
            (found.statistic - test.z).abs() < 1e-13,
            "{} {}",
            found.statistic,
            test.z
        );
        assert!(
            (found.p_value - test.p).abs() < 1e-14,
            "{} {}",
            found.p_value,
            test.p
        );
    }
}
