//! The clinical figures and the checklist of whole studies with the scripted worker.
#![cfg(test)]

mod baseline;
mod checklist;
mod sealed;
#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use midfuse_base::Seed;
use midfuse_data::{Reading, TextTable};
use midfuse_report::checklist::{Answer, Checklist};
use midfuse_report::results::{ArmClinical, Clinical, LevelTable, UnitKind};
use midfuse_study::{Finished, study};

use support::options;

const PATIENTS: usize = 90;

fn noise(patient: usize, what: &str) -> f64 {
    (Seed(3).derive(what).hash(&patient.to_le_bytes()) % 2001) as f64 / 1000.0 - 1.0
}

fn is_ill(patient: usize) -> bool {
    patient.is_multiple_of(3)
}

/// Two visits of each patient, four hospitals of which two are small, scans that some lack.
fn hospital_cohort(folder: &Path) -> PathBuf {
    let dir = folder.join("cohort");
    fs::create_dir(&dir).unwrap();
    let mut rows = String::from("id,outcome,patient,hospital,sex\n");
    let mut labs = String::from("id,l0,age\n");
    let mut scan = String::from("id,s0\n");
    for patient in 0..PATIENTS {
        let hospital = match patient {
            0..40 => "site-Alpha",
            40..78 => "site-Beta",
            78..85 => "site-Gamma",
            _ => "site-Delta",
        };
        let (class, sex) = (
            if is_ill(patient) { "ill" } else { "well" },
            if patient.is_multiple_of(2) { "f" } else { "m" },
        );
        let signal = if is_ill(patient) { 0.4 } else { -0.2 };
        for visit in 0..2 {
            let id = format!("p{patient:02}-{visit}");
            writeln!(rows, "{id},{class},P{patient:02},{hospital},{sex}").unwrap();
            // In decades from 62, because the scripted worker scales nothing.
            let age = (patient % 45) as f64 / 10.0 - 2.2;
            writeln!(labs, "{id},{:.3},{age:.1}", signal + noise(patient, "labs")).unwrap();
            if !patient.is_multiple_of(4) {
                let value = signal + noise(patient + 1000 * visit, "scan");
                writeln!(scan, "{id},{value:.3}").unwrap();
            }
        }
    }
    fs::write(dir.join("rows.csv"), rows).unwrap();
    fs::write(dir.join("labs.csv"), labs).unwrap();
    fs::write(dir.join("scan.csv"), scan).unwrap();
    let manifest = r#"
format = 1
[rows]
file = "rows.csv"
group = "patient"
[[targets]]
name = "outcome"
kind = "classification"
classes = ["well", "ill"]
[[modalities]]
name = "labs"
kind = "tabular"
table = "labs.csv"
[[modalities]]
name = "scan"
kind = "tabular"
table = "scan.csv"
"#;

    fs::write(dir.join("cohort.toml"), manifest).unwrap();
    let path = folder.join("study.toml");
    let text = r#"
name = "hospital"
cohort = "cohort"
target = "outcome"
[protocol]
outer_folds = 3
repeats = 2
[budget]
trials = 1
epochs = 12
[training]
lr = 0.2
[[modalities]]
name = "labs"
encoder = "linear"
[[modalities]]
name = "scan"
encoder = "linear"
[[strategies]]
fusion = "single"
[[strategies]]
fusion = "concat"
[clinical]
thresholds = [0.3]
prevalence = 0.1
subgroups = ["sex", "age"]
cuts = { age = [0] }
site = "hospital"
small_cell = 8
"#;
    fs::write(&path, text).unwrap();
    path
}

/// Mean probability of each patient of each repeat, and whether the patient is ill.
fn by_patient(out: &Path, arm: &str, keep: impl Fn(usize) -> bool) -> Vec<(bool, f64)> {
    let table = TextTable::read(
        &out.join("predictions.parquet"),
        &Reading::literal(),
        |_| true,
    )
    .unwrap();
    let column = |name: &str| table.position(name).unwrap();
    let mut sums: BTreeMap<(usize, String), (f64, f64)> = BTreeMap::new();
    for (_, cells) in &table.rows {
        let cell = |name: &str| cells[column(name)].clone().unwrap();
        let patient: usize = cell("row")[1..3].parse().unwrap();
        if cell("strategy") == arm && keep(patient) {
            let sum = sums.entry((patient, cell("repeat"))).or_default();
            sum.0 += cell("score_ill").parse::<f64>().unwrap().exp();
            sum.1 += 1.0;
        }
    }
    sums.into_iter()
        .map(|((patient, _), (sum, n))| (is_ill(patient), sum / n))
        .collect()
}

fn observed_expected(patients: &[(bool, f64)]) -> f64 {
    let observed = patients.iter().filter(|(ill, _)| *ill).count() as f64;
    observed / patients.iter().map(|(_, p)| p).sum::<f64>()
}

fn arm<'a>(clinical: &'a Clinical, name: &str) -> &'a ArmClinical {
    clinical.arms.iter().find(|arm| arm.arm == name).unwrap()
}

fn near(a: f64, b: f64) {
    assert!((a - b).abs() < 1e-9, "{a} is not {b}");
}

fn units(table: &LevelTable) -> Vec<(&str, Option<usize>)> {
    table
        .levels
        .iter()
        .map(|level| (level.level.as_str(), level.units))
        .collect()
}

fn read_checklist(out: &Path) -> Checklist {
    serde_json::from_slice(&fs::read(out.join("checklist.json")).unwrap()).unwrap()
}

fn row<'a>(checklist: &'a Checklist, id: &str) -> &'a Answer {
    checklist.items.iter().find(|item| item.id == id).unwrap()
}

/// One study for the tests that only look at it.
fn hospital_study() -> (&'static Path, &'static Finished) {
    static STUDY: OnceLock<(tempfile::TempDir, PathBuf, Finished)> = OnceLock::new();
    let (_, out, finished) = STUDY.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let file = hospital_cohort(folder.path());
        let out = folder.path().join("out");
        let finished = study(&file, &options(&out)).unwrap();
        (folder, out, finished)
    });
    (out, finished)
}

#[test]
fn a_hospital_cohort_has_every_figure_of_patients() {
    let (out, finished) = hospital_study();
    let clinical = &finished.results.clinical;
    assert_eq!(clinical.unit, UnitKind::Unit, "patients, not visits");
    let patients = finished.results.study.development_rows / 2;
    assert_eq!((clinical.units, clinical.clusters), (patients, patients));
    assert_eq!(clinical.predictions, 2 * patients, "one a repeat");
    assert_eq!(clinical.positive.as_deref(), Some("ill"));
    assert_eq!(clinical.prevalence, Some(0.1));
    assert_eq!(clinical.arms.len(), 3);

    let concat = arm(clinical, "concat");
    let all = by_patient(out, "concat", |_| true);
    assert_eq!(all.len(), 2 * patients);
    let calibration = &concat.calibration[0];
    let estimate = calibration.observed_expected.unwrap();
    near(estimate.value, observed_expected(&all));
    assert!(estimate.lower.unwrap() < estimate.value && estimate.value < estimate.upper.unwrap());
    assert!(calibration.slope.unwrap().lower.is_some());
    let acted = |ill: bool| {
        let rows = all.iter().filter(|row| row.0 == ill && row.1 >= 0.3);
        rows.count() as f64
    };
    let benefit = (acted(true) - acted(false) * 0.3 / 0.7) / all.len() as f64;
    let stated = &concat.thresholds[0];
    near(stated.net_benefit.unwrap().value, benefit);
    near(concat.decision[29].net_benefit, benefit);
    let ill = all.iter().filter(|row| row.0).count() as f64;
    let sensitivity = acted(true) / ill;
    let alarms = acted(false) / (all.len() as f64 - ill);
    near(stated.sensitivity.unwrap().value, sensitivity);
    near(
        stated.ppv.unwrap(),
        0.1 * sensitivity / (0.1 * sensitivity + 0.9 * alarms),
    );
    assert_eq!(concat.specificities.len(), 3);
    assert!(concat.specificities[0].specificity.unwrap().value >= 0.8);

    let sex = &concat.subgroups[0];
    let women = by_patient(out, "concat", |patient| patient.is_multiple_of(2));
    assert_eq!(sex.levels[0].level, "f");
    assert_eq!(sex.levels[0].units, Some(women.len() / 2));
    near(
        sex.levels[0].observed_expected.unwrap().value,
        observed_expected(&women),
    );
    let ages: Vec<&str> = concat.subgroups[1]
        .levels
        .iter()
        .map(|l| &*l.level)
        .collect();
    assert_eq!(ages, ["below 0", "0 and above"]);

    let sites = units(concat.sites.as_ref().unwrap());
    assert_eq!(sites.len(), 4);
    for (site, units) in &sites {
        assert_eq!(units.is_some(), ["site-Alpha", "site-Beta"].contains(site));
    }
    let small = &concat.sites.as_ref().unwrap().levels[2];
    assert!(small.suppressed && small.metric.is_none() && small.auc.is_none());
    assert_eq!(small.held_out, Some(false), "a site lies in several folds");
    assert!(
        concat
            .heterogeneity
            .iter()
            .all(|measure| measure.sites == 2)
    );
    assert_eq!(concat.heterogeneity[0].measure, "log-loss");

    let patterns = units(concat.missingness.as_ref().unwrap());
    assert_eq!(patterns.len(), 2);
    assert_eq!((patterns[0].0, patterns[1].0), ("labs + scan", "labs"));
    let instability = concat.instability.as_ref().unwrap();
    assert_eq!((instability.repeats, instability.units), (2, patients));
    assert!(instability.mean_distance > 0.0);

    let report = fs::read_to_string(&finished.report).unwrap();
    for part in [
        "O/E",
        "net benefit",
        "Predictive values",
        "By sex",
        "By hospital",
        "labs + scan",
        "held back",
        "Instability",
        "A person must answer",
    ] {
        assert!(report.contains(part), "the report says {part}");
    }
}

#[test]
fn columns_of_subgroups_stay_with_the_coordinator() {
    let folder = tempfile::tempdir().unwrap();
    let file = hospital_cohort(folder.path());
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("repeats = 2", "repeats = 1")).unwrap();
    let spy = folder.path().join("spy");
    fs::create_dir(&spy).unwrap();
    let mut options = options(&folder.path().join("out"));
    options.worker = options.worker.with_env("MIDFUSE_SPY", &spy);
    study(&file, &options).unwrap();
    let mut looks = 0;
    for entry in fs::read_dir(&spy).unwrap() {
        let seen = fs::read(entry.unwrap().path()).unwrap();
        looks += 1;
        let needle = b"site-";
        assert!(!seen.windows(needle.len()).any(|window| window == needle));
    }
    assert!(looks > 20, "the spy looked before every job");
}

#[test]
fn a_clinical_section_that_does_not_fit_is_refused_before_anything_runs() {
    let cases = [
        (
            "site = \"hospital\"",
            "site = \"hospitl\"",
            "did you mean `hospital`",
        ),
        (
            "site = \"hospital\"",
            "site = \"id\"",
            "is the id of the rows",
        ),
        ("site = \"hospital\"", "site = \"outcome\"", "is a target"),
        (
            "thresholds = [0.3]",
            "positive = \"sick\"",
            "no class `sick`",
        ),
        (
            "thresholds = [0.3]",
            "thresholds = [1.5]",
            "clinical.thresholds",
        ),
        (
            "cuts = { age = [0] }",
            "cuts = { sex = [60] }",
            "not of numbers",
        ),
    ];
    for (from, to, says) in cases {
        let folder = tempfile::tempdir().unwrap();
        let file = hospital_cohort(folder.path());
        let text = fs::read_to_string(&file).unwrap();
        fs::write(&file, text.replacen(from, to, 1)).unwrap();
        let error = study(&file, &options(&folder.path().join("out"))).unwrap_err();
        assert!(error.to_string().contains(says), "{to}: {error}");
        assert_eq!(error.exit_code(), 2, "{error}");
        assert!(
            !folder.path().join("cohort/ledger.jsonl").exists(),
            "{to}: nothing is sealed"
        );
    }
}
