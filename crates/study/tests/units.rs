//! What one score counts and what no split parts: patients of sites, rows of sites, sites.
#![cfg(test)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use midfuse_base::Seed;
use midfuse_data::{Reading, TextTable, UnitReason};
use midfuse_plan::file::UnitRule;
use midfuse_report::results::Results;
use midfuse_study::{conclude, dry_run, study};
use support::options;

/// Patients of each site; patient `p` has `1 + p % 3` rows, and every second one is ill.
const SITES: [usize; 8] = [4, 8, 6, 10, 4, 6, 12, 8];

/// A cohort of patients in sites, with these keys under `[rows]`, and a study of it.
fn study_of(folder: &Path, sites: &[usize], keys: &str, protocol: &str) -> PathBuf {
    let (mut rows, mut table) = ("id,y,patient,site\n".to_owned(), "id,x,z,sex\n".to_owned());
    let mut patient = 0;
    for (site, &patients) in sites.iter().enumerate() {
        for _ in 0..patients {
            let ill = patient % 2;
            for row in 0..=patient % 3 {
                let id = format!("r{patient:03}-{row}");
                let noise = |what: &str| {
                    let hash = Seed(3).derive(what).hash(id.as_bytes());
                    (hash % 2001) as f64 / 1000.0 - 1.0
                };
                let (x, z) = (f64::from(ill) * 0.8 + noise("x"), noise("z"));
                let sex = if patient % 4 < 2 { "f" } else { "m" };
                let y = if ill == 1 { "ill" } else { "healthy" };
                writeln!(rows, "{id},{y},p{patient},s{site}").unwrap();
                writeln!(table, "{id},{x},{z},{sex}").unwrap();
            }
            patient += 1;
        }
    }
    let cohort = folder.join("cohort");
    fs::create_dir_all(&cohort).unwrap();
    fs::write(cohort.join("rows.csv"), rows).unwrap();
    fs::write(cohort.join("t.csv"), table).unwrap();
    let manifest = format!(
        "format = 1\n[rows]\nfile = 'rows.csv'\n{keys}\n\
         [[targets]]\nname = 'y'\nkind = 'classification'\n\
         [[modalities]]\nkind = 'tabular'\nname = 'a'\ntable = 't.csv'\nexclude = ['sex', 'z']\n\
         [[modalities]]\nkind = 'tabular'\nname = 'b'\ntable = 't.csv'\nexclude = ['sex', 'x']\n"
    );
    fs::write(cohort.join("cohort.toml"), manifest).unwrap();
    let file = support::write_file(folder, "");
    support::edit(&file, "target = \"outcome\"", "target = \"y\"");
    support::edit(&file, "seed = 5", &format!("seed = 5\n{protocol}"));
    let text = fs::read_to_string(&file).unwrap();
    fs::write(
        &file,
        format!("{text}\n[clinical]\nsubgroups = [\"sex\"]\n"),
    )
    .unwrap();
    file
}

fn run(keys: &str, protocol: &str) -> (tempfile::TempDir, Results) {
    let folder = tempfile::tempdir().unwrap();
    let file = study_of(folder.path(), &SITES, keys, protocol);
    let finished = study(&file, &options(&folder.path().join("out"))).unwrap();
    (folder, finished.results)
}

fn refused(keys: &str, protocol: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = study_of(folder.path(), &SITES, keys, protocol);
    let out = folder.path().join("out");
    let message = study(&file, &options(&out)).unwrap_err().to_string();
    assert!(
        !message.contains("Unit::") && !message.contains('\n'),
        "{message}"
    );
    assert!(
        !out.join("jobs").exists(),
        "before anything runs: {message}"
    );
    message
}

/// The column by which losses of rows are averaged before the mean; none: every row counts.
fn losses(out: &Path, by: Option<&str>) -> BTreeMap<(String, usize), f64> {
    let table = TextTable::read(
        &out.join("predictions.parquet"),
        &Reading::literal(),
        |_| true,
    )
    .unwrap();
    let at = |name: &str| table.position(name).unwrap();
    let mut of_units: BTreeMap<(String, usize), BTreeMap<String, Vec<f64>>> = BTreeMap::new();
    for (_, cells) in &table.rows {
        let cell = |name: &str| cells[at(name)].clone().unwrap();
        let loss = -cell(&format!("score_{}", cell("target")))
            .parse::<f64>()
            .unwrap();
        let fold = (cell("strategy"), cell("fold").parse::<usize>().unwrap() - 1);
        let unit = by.map_or_else(|| cell("row"), cell);
        let of_fold = of_units.entry(fold).or_default();
        of_fold.entry(unit).or_default().push(loss);
    }
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    of_units
        .into_iter()
        .map(|(fold, units)| {
            let units: Vec<f64> = units.values().map(|rows| mean(rows)).collect();
            (fold, mean(&units))
        })
        .collect()
}

/// That the scores of every fold are these means.
fn check_losses(folder: &Path, results: &Results, by: Option<&str>) {
    let means = losses(&folder.join("out"), by);
    for arm in &results.arms {
        for fold in &arm.folds {
            let want = means[&(arm.name.clone(), fold.fold)];
            let got = fold.scores["log-loss"];
            assert!(
                (got - want).abs() < 1e-9,
                "{} {}: {got} {want}",
                arm.name,
                fold.fold
            );
        }
    }
}

fn sites_of(out: &Path) -> BTreeMap<String, String> {
    let table = TextTable::read(
        &out.join("predictions.parquet"),
        &Reading::literal(),
        |_| true,
    )
    .unwrap();
    let (row, group) = (
        table.position("row").unwrap(),
        table.position("group").unwrap(),
    );
    let rows = table.rows.iter();
    rows.map(|(_, cells)| (cells[row].clone().unwrap(), cells[group].clone().unwrap()))
        .collect()
}

#[test]
fn a_patient_is_the_unit_and_its_site_the_group() {
    let (folder, results) = run("unit = 'patient'\ngroup = 'site'", "");
    let counted = &results.study.counted;
    assert_eq!(results.study.unit, "rows-averaged-in-unit");
    assert_eq!(counted.unit_column.as_deref(), Some("patient"));
    assert_eq!(counted.group_column.as_deref(), Some("site"));
    assert_eq!(
        (counted.reason, results.study.groups),
        (UnitReason::Declared, Some(8))
    );
    check_losses(folder.path(), &results, Some("unit"));
    // Whole sites on either side, and patients counted once.
    let out = folder.path().join("out");
    let sites = sites_of(&out);
    let patient = |row: &String| row[1..4].to_owned();
    assert_eq!(
        counted.units,
        sites.keys().map(patient).collect::<BTreeSet<_>>().len()
    );
    let folds = fs::File::open(out.join("folds.csv")).unwrap();
    for fold in midfuse_eval::split::Predefined::read_csv(folds)
        .unwrap()
        .folds
    {
        let of = |ids: &[String]| {
            ids.iter()
                .map(|id| sites[id].clone())
                .collect::<BTreeSet<_>>()
        };
        assert!(of(&fold.train).is_disjoint(&of(&fold.test)));
    }
    let clinical = &results.clinical;
    assert_eq!(clinical.units, counted.units);
    assert!(clinical.clusters < 8, "sites are what is drawn");
    // A column that is no input is a subgroup.
    let subgroups = &clinical.arms[0].subgroups[0];
    assert_eq!(
        (subgroups.column.as_str(), subgroups.levels.len()),
        ("sex", 2)
    );
    let sentence = format!(
        "log-loss over {} units (patient), rows averaged within a unit; no site on both sides of a split",
        counted.units
    );
    assert_eq!(counted.sentence("log-loss"), sentence);
    let report = fs::read_to_string(out.join("report.html")).unwrap();
    assert!(report.contains(&sentence));
    assert!(!report.contains("names no `unit`"));
    let file = folder.path().join("study.toml");
    let dry = dry_run(&file, &options(&folder.path().join("dry"))).unwrap();
    assert_eq!((dry.counted, dry.notes), (sentence, Vec::new()));
    let (conclusion, _) = conclude(&file, &[], &options(&out)).unwrap();
    let all: usize = SITES.iter().sum();
    assert_eq!(conclusion.counted.units, all - counted.units);
    assert_eq!(conclusion.unit, "rows-averaged-in-unit");
}

#[test]
fn a_site_alone_is_no_unit_where_its_patients_differ() {
    let (folder, results) = run("group = 'site'", "");
    let counted = &results.study.counted;
    assert_eq!(
        (results.study.unit.as_str(), counted.reason),
        ("row", UnitReason::TargetsDiffer)
    );
    assert_eq!(counted.rows, UnitRule::Row);
    assert_eq!(counted.units, results.study.development_rows);
    check_losses(folder.path(), &results, None);
    let report = fs::read_to_string(folder.path().join("out/report.html")).unwrap();
    assert!(report.contains("a score counts a row, because targets differ within a site"));
    // The same is said by the unit, and then not as a guess.
    let (_folder, declared) = run("unit = 'id'\ngroup = 'site'", "");
    assert_eq!(declared.study.counted.reason, UnitReason::Declared);
    assert_eq!(declared.arms[0].scores, results.arms[0].scores);
    assert_eq!(declared.study.counted.undeclared(), None);
}

#[test]
fn a_site_that_is_declared_a_unit_is_one() {
    let (folder, results) = run("unit = 'site'\ngroup = 'site'", "");
    assert_eq!(results.study.unit, "rows-averaged-in-group");
    assert_eq!(results.study.counted.unit_column.as_deref(), Some("site"));
    check_losses(folder.path(), &results, Some("group"));
    let (folder, results) = run("group = 'site'", "unit = \"rows-averaged-in-group\"");
    assert_eq!(results.study.counted.reason, UnitReason::StudyFile);
    check_losses(folder.path(), &results, Some("group"));
}

#[test]
fn what_has_no_meaning_is_refused_in_the_words_of_the_study_file() {
    let both = "unit = 'patient'\ngroup = 'site'";
    for (keys, protocol, parts) in [
        (
            both,
            "unit = \"group\"",
            ["protocol.unit", "the unit is `patient`"],
        ),
        (
            "group = 'site'",
            "unit = \"group\"",
            [
                "takes one target per unit",
                "write \"rows-averaged-in-group\"",
            ],
        ),
        (
            "group = 'site'",
            "unit = \"unit\"",
            ["cohort.toml declares none", "under [rows]"],
        ),
        (
            "unit = 'id'\ngroup = 'site'",
            "unit = \"unit\"",
            ["every row is a unit", "write \"row\""],
        ),
        (
            "unit = 'id'\ngroup = 'site'",
            "unit = \"group\"",
            ["every row is a unit", "under [rows]"],
        ),
        (
            "unit = 'id'",
            "unit = \"rows-averaged-in-group\"",
            ["the cohort declares none", "write \"row\""],
        ),
        (
            "unit = 'id'",
            "unit = \"rows-ignoring-groups\"",
            ["the cohort declares none", "write \"row\""],
        ),
        (
            "group = 'patient'",
            "unit = \"rows-averaged-in-unit\"",
            ["cohort.toml declares none", "under [rows]"],
        ),
        (
            both,
            "metric = \"calibration-error\"\nunit = \"rows-averaged-in-unit\"",
            [
                "`calibration-error` takes no weights",
                "write \"unit\" or \"row\"",
            ],
        ),
    ] {
        let message = refused(keys, protocol);
        for part in parts {
            assert!(
                message.contains(part),
                "{keys}, {protocol}: {part}: {message}"
            );
        }
    }
}

#[test]
fn few_sites_are_sealed_as_near_to_the_share_as_they_can_be() {
    let few = |sites: &[usize], fraction: &str| {
        let folder = tempfile::tempdir().unwrap();
        let file = study_of(folder.path(), sites, "unit = 'id'\ngroup = 'site'", "");
        let folds = format!("outer_folds = 2\ntest_fraction = {fraction}");
        support::edit(&file, "outer_folds = 3", &folds);
        let dry = dry_run(&file, &options(&folder.path().join("dry"))).unwrap();
        let finished = study(&file, &options(&folder.path().join("out"))).unwrap();
        let report = fs::read_to_string(&finished.report).unwrap();
        (dry.notes, finished.results.study, report)
    };
    // The first site has 1 + 2 + 3 + 1 of 79 rows; ten folds of five sites cannot be made.
    let (notes, near, report) = few(&[4, 8, 6, 12, 10], "0.1");
    assert_eq!((near.sealed_rows, near.rows), (7, 79));
    assert_eq!((notes, near.sealed_share()), (Vec::new(), None));
    assert!(!report.contains("asks to seal"));
    // Of five sites alike, one is a fifth and not a twentieth, which is said.
    let (notes, far, report) = few(&[8, 8, 8, 8, 8], "0.05");
    assert!((14..=18).contains(&far.sealed_rows), "{}", far.sealed_rows);
    let said = far.sealed_share().unwrap();
    assert!(
        said.starts_with("test_fraction asks to seal 5 % of the rows"),
        "{said}"
    );
    assert_eq!(notes, std::slice::from_ref(&said));
    assert!(report.contains(&said), "{said}");
}
